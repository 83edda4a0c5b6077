import { execFileSync, spawnSync } from 'node:child_process';
import { chown, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openHouse } from '../fixtures/house.ts';
import { makeFolder } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';
import { post } from '../fixtures/webhooks.ts';

const folder = await makeFolder();
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=755', 'tmpfs', folder]);
const CAN_MOUNT = mounted.status === 0;
if (!CAN_MOUNT) {
  process.stderr.write(
    `\n*** no disk can be mounted here (${String(mounted.stderr).trim()}): a full one is LEFT OUT ***\n\n`,
  );
}
afterAll(async () => {
  if (CAN_MOUNT) execFileSync('umount', ['--lazy', folder]);
  await rm(folder, { recursive: true, force: true });
});

describe.runIf(CAN_MOUNT)('a database whose disk is full', () => {
  const filler = path.join(folder, 'filler');
  const tables = path.join(folder, 'tables');
  beforeAll(async () => {
    await mkdir(tables);
  });

  /** Takes what is left of the disk, to the last byte. */
  const fill = async (): Promise<void> => {
    for (const bytes of [1_048_576, 4_096]) {
      const error = await writeUntilRefused(bytes);
      expect(error.code).toBe('ENOSPC');
    }
  };
  const writeUntilRefused = async (bytes: number): Promise<NodeJS.ErrnoException> => {
    for (;;) {
      try {
        await writeFile(filler, Buffer.alloc(bytes, 1), { flag: 'a' });
      } catch (error) {
        return error as NodeJS.ErrnoException;
      }
    }
  };

  test('turns webhooks away for as long as that lasts, loses none that it took, and needs no restart', async () => {
    await using house = await openHouse('postgres', {
      prepare: async ({ pool }) => {
        const { rows } = await pool.query<{ data_directory: string }>('show data_directory');
        const { uid, gid } = await stat(String(rows[0]?.data_directory));
        await chown(tables, uid, gid);
        await pool.query(`create tablespace small_${process.pid} location '${tables}'`);
        for (const what of ['table', 'index']) {
          await pool.query(
            `alter ${what} all in tablespace pg_default set tablespace small_${process.pid}`,
          );
        }
      },
    });
    await house.addUser('ada');
    const acknowledged = new Set<string>();
    const webviews: string[] = [];
    const events = async () => {
      const webviewId = await house.seam.createWebview({ id: 'ada' });
      webviews.push(webviewId);
      return (await house.seam.completeWebview(webviewId, { email: 'a@l.example' })).events;
    };
    const send = async (event: Parameters<typeof post>[1]): Promise<Response> => {
      const response = await post(house.url, event);
      await response.text();
      if (response.status === 204) acknowledged.add(event.event_id);
      return response;
    };
    for (const event of await events()) expect((await send(event)).status).toBe(204);
    await fill();
    const refused = await until('a webhook to be turned away', async () => {
      for (const event of await events()) {
        const response = await send(event);
        if (response.status !== 204) return { event, response };
      }
      return null;
    });
    expect(refused.response.status).toBe(503);
    expect(Number(refused.response.headers.get('retry-after'))).toBeGreaterThan(0);
    const alive = await fetch(`${house.url}/healthz`);
    expect(await alive.json()).toEqual({ status: 'ok' });

    await rm(filler);
    await until('a 204 again', async () => (await send(refused.event)).status === 204);
    const { rows } = await house.database.pool.query('select event_id from reconciler.deliveries');
    const stored = new Set(rows.map(row => row.event_id));
    expect(acknowledged.difference(stored)).toEqual(new Set());
    for (const webviewId of webviews) await house.settled(webviewId, 'linked');
  }, 60_000);
});

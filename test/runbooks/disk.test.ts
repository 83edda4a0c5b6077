import { execFileSync, spawnSync } from 'node:child_process';
import { chown, mkdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alertsOf } from '../fixtures/alerts-open.ts';
import type { TestDatabase } from '../fixtures/database.ts';
import { type House, openHouse } from '../fixtures/house.ts';
import { start } from '../fixtures/processes.ts';
import { makeFolder } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';
import { post } from '../fixtures/webhooks.ts';
import { openRunbook, QUIET, WHY } from './follow.ts';

/* A disk that is full, and what the page says is done about it where it can't be made larger. */

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

const OLD = 400;
/** Less than a new database takes: what Postgres says of its own disk is of another one. */
const ROOM = String(8 * 1_048_576);

/** Deliveries of two months ago, of a connection that was settled then. */
const addOld = async ({ pool }: TestDatabase): Promise<void> => {
  await pool.query(
    `with s as (insert into reconciler.reconciliations (subject, generation, observed_generation, state, dismissed_by, dismissed_why)
                values ('connect_webview:old', 1, 1, 'dismissed', 'Ada', 'a test account') returning subject)
     insert into reconciler.deliveries (event_id, event_type, subject, body, signature, received_at, source)
     select 'old_' || n, 'connect_webview.login_failed', subject, convert_to(repeat('x', 1000), 'UTF8'), '{}',
            now() - interval '60 days', 'backfill'
       from s, generate_series(1, $1) n`,
    [OLD],
  );
};

describe.runIf(CAN_MOUNT)('database-full', () => {
  const filler = path.join(folder, 'filler');
  const tables = path.join(folder, 'tables');
  let house: House;
  beforeAll(async () => {
    await mkdir(tables);
    house = await openHouse('postgres', {
      env: { DATABASE_MAX_BYTES: ROOM },
      prepare: async database => {
        const { pool } = database;
        const { rows } = await pool.query<{ data_directory: string }>('show data_directory');
        const { uid, gid } = await stat(String(rows[0]?.data_directory));
        await chown(tables, uid, gid);
        await pool.query(`create tablespace night_${process.pid} location '${tables}'`);
        for (const what of ['table', 'index']) {
          await pool.query(
            `alter ${what} all in tablespace pg_default set tablespace night_${process.pid}`,
          );
        }
        await addOld(database);
      },
    });
    await house.addUser('ada');
  });
  afterAll(() => house[Symbol.asyncDispose]());

  /** Takes what is left of the disk, to the last byte. */
  const fill = async (): Promise<void> => {
    for (const bytes of [1_048_576, 4_096]) {
      await expect(
        (async () => {
          for (;;) await writeFile(filler, Buffer.alloc(bytes, 1), { flag: 'a' });
        })(),
      ).rejects.toMatchObject({ code: 'ENOSPC' });
    }
  };
  const finish = async () => {
    const webviewId = await house.seam.createWebview({ id: 'ada' });
    return {
      webviewId,
      ...(await house.seam.completeWebview(webviewId, { email: 'a@l.example' })),
    };
  };
  const sizeOfDeliveries = async (): Promise<number> => {
    const { rows } = await house.database.pool.query(
      "select pg_relation_size('reconciler.deliveries')::int as bytes",
    );
    return rows[0].bytes;
  };
  type Event = Parameters<typeof post>[1];
  const send = async (event: Event): Promise<number> => {
    const answer = await post(house.url, event);
    await answer.text();
    return answer.status;
  };

  test('database-full', async () => {
    const alerts = alertsOf(house.database.pool);
    await using page = openRunbook('database-full', {
      env: house.env,
      pool: house.database.pool,
    });
    await alerts.begun('database_full');
    await fill();
    const webviews: string[] = [];
    const refused = await until('a webhook to be turned away', async () => {
      const { webviewId, events } = await finish();
      webviews.push(webviewId);
      const answers = await Promise.all(
        events.map(async event => ({ event, is: await send(event) })),
      );
      return answers.find(({ is }) => is === 503);
    });
    await page.follow('How to see it');
    const before = await sizeOfDeliveries();
    // To the last byte nothing can be removed either: somebody makes some room, as the page says.
    const { size } = await stat(filler);
    await truncate(filler, size - 2 * 1_048_576);
    await page.follow('What to do');
    await until('a 204 again', async () => (await send(refused.event)) === 204);
    for (let n = 0; n < 10; n++) {
      const { webviewId, events } = await finish();
      webviews.push(webviewId);
      await house.deliver(...events);
    }
    // What comes from now on takes the place of what was removed.
    expect(await sizeOfDeliveries()).toBeLessThan(before);
    await house.settled(webviews.at(-1) ?? '', 'linked');
    await page.follow('How to know it is over');
    // The sure way, in the end: there is more room.
    await house.serve.stop('SIGTERM');
    await using _larger = start(['serve'], { ...house.env, DATABASE_MAX_BYTES: `1${ROOM}` });
    await alerts.over('database_full');
    await page.follow(QUIET, WHY);
    expect(page.left()).toEqual([]);
  });
});

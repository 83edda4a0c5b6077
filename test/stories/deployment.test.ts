import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { notExpanding } from '../db/expand-only.ts';
import { BACKENDS, type House, openHouse } from '../fixtures/house.ts';
import { type Running, run, start } from '../fixtures/processes.ts';
import { createNewerVersion, type Version } from '../fixtures/version.ts';
import { until } from '../fixtures/wait.ts';
import { postAll } from '../fixtures/webhooks.ts';

/** Of a version to come, on every table that this one writes. */
const ADDITIVE = [
  'ALTER TABLE "reconciler"."deliveries" ADD COLUMN "origin" text DEFAULT \'webhook\' NOT NULL',
  'ALTER TABLE "reconciler"."reconciliations" ADD COLUMN "priority" integer DEFAULT 0 NOT NULL',
  'ALTER TABLE "reconciler"."runs" ADD COLUMN "worker" text',
  'ALTER TABLE "reconciler"."connect_webviews" ADD COLUMN "device_count" integer',
  'ALTER TABLE "reconciler"."connected_accounts" ADD COLUMN "seen_at" timestamp with time zone DEFAULT now()',
  'ALTER TABLE "reconciler"."links" ADD COLUMN "note" text',
  'ALTER TABLE "reconciler"."holds" ADD COLUMN "note" text',
  'ALTER TABLE "reconciler"."users" ADD COLUMN "note" text',
  'CREATE TABLE "reconciler"."newer" ("id" bigint PRIMARY KEY NOT NULL)',
  'CREATE INDEX "newer_id_idx" ON "reconciler"."newer" USING btree ("id")',
];

/** So often that there is always one under way; more would only keep the machine busy. */
const PAUSE_MS = 400;

/** Users who go on connecting accounts until they are stopped. */
type Crowd = Readonly<{
  /** Waits until so many more have connected. */
  more: (count: number) => Promise<void>;
  /** From now on the webhooks go to these, in turn. */
  moveTo: (urls: readonly string[]) => void;
  /** @returns what they made, and every answer that was not 204 */
  stop: () => Promise<{ webviewIds: string[]; refused: number[] }>;
}> &
  AsyncDisposable;

const startCrowd = (house: House): Crowd => {
  let urls: readonly string[] = [house.url];
  let isOpen = true;
  const webviewIds: string[] = [];
  const refused: number[] = [];
  const connectOne = async (): Promise<void> => {
    const webviewId = await house.seam.createWebview({ id: 'ada' });
    const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
    const answers = await postAll(urls[webviewIds.length % urls.length] ?? house.url, events);
    refused.push(...answers.filter(status => status !== 204));
    webviewIds.push(webviewId);
  };
  const goOn = async (): Promise<void> => {
    while (isOpen) {
      await connectOne();
      await sleep(PAUSE_MS);
    }
  };
  const users = [goOn(), goOn(), goOn()];
  return {
    more: async count => {
      const goal = webviewIds.length + count;
      await until(`${count} more connections`, () => webviewIds.length >= goal);
    },
    moveTo: next => {
      urls = next;
    },
    stop: async () => {
      isOpen = false;
      await Promise.all(users);
      return { webviewIds, refused };
    },
    [Symbol.asyncDispose]: async () => {
      isOpen = false;
      await Promise.allSettled(users);
    },
  };
};

const urlOf = async (serve: Running): Promise<string> =>
  String((await serve.logged('listening')).url);
const faultsOf = (processes: readonly Running[]) =>
  processes.flatMap(({ log }) => log.filter(({ level }) => level === 'error'));

describe.each(BACKENDS)('a newer version comes (queue in %s)', kind => {
  let house: House;
  let newer: Version;
  beforeAll(async () => {
    house = await openHouse(kind, { apart: true });
    await house.addUser('ada');
    newer = await createNewerVersion(ADDITIVE);
  });
  afterAll(async () => {
    await newer[Symbol.asyncDispose]();
    await house[Symbol.asyncDispose]();
  });

  test('old and new take webhooks and link, side by side, before, during and after; and the old alone again', async () => {
    expect(notExpanding(ADDITIVE.join(';\n'))).toEqual([]);
    await using crowd = startCrowd(house);
    await crowd.more(10);
    expect(await run(['migrate'], house.env, newer.main)).toMatchObject({ code: 0 });
    await crowd.more(10);

    await using newServe = start(['serve'], house.env, newer.main);
    await using newWork = start(['work'], house.env, newer.main);
    await newWork.logged('worker ready');
    crowd.moveTo([house.url, await urlOf(newServe)]);
    await crowd.more(10);

    // The way back: the version before it is started again, on the newer schema.
    await using again = start(['serve'], house.env);
    const url = await urlOf(again);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await run(['migrate'], house.env)).toMatchObject({ code: 0 });
    crowd.moveTo([house.url, url]);
    await crowd.more(10);
    expect(await newServe.stop('SIGTERM')).toBe(0);
    expect(await newWork.stop('SIGTERM')).toBe(0);
    await crowd.more(10);

    const { webviewIds, refused } = await crowd.stop();
    expect(refused).toEqual([]);
    for (const id of webviewIds) {
      expect(await house.settled(id, 'linked')).toMatchObject({ user_id: 'ada' });
    }
    expect(faultsOf([house.serve, house.work, newServe, newWork, again])).toEqual([]);
  }, 300_000);
});

describe('a migration that can’t have its tables at once', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse('postgres', { apart: true });
    await house.addUser('ada');
  });
  afterAll(() => house[Symbol.asyncDispose]());

  const hasColumn = async (column: string): Promise<boolean> => {
    const { rowCount } = await house.database.pool.query(
      `select from information_schema.columns where table_schema = 'reconciler' and column_name = $1`,
      [column],
    );
    return rowCount === 1;
  };

  test('lets webhooks pass while a long transaction keeps it waiting, and is done when that ends', async () => {
    await using newer = await createNewerVersion(ADDITIVE);
    await using crowd = startCrowd(house);
    const long = await house.database.pool.connect();
    // Destroyed, should the test fail before its end: or else the pool waits for it.
    using _ended = { [Symbol.dispose]: () => long.release(true) };
    await long.query('begin; select from reconciler.deliveries; select from reconciler.runs');
    await using migrate = start(['migrate'], house.env, newer.main);
    const tries = () => migrate.log.filter(({ tries }) => tries !== undefined).length;
    await until('three tries', () => tries() >= 3);
    await crowd.more(10);
    expect(await hasColumn('priority')).toBe(false);
    await long.query('commit');
    expect(await migrate.ended()).toBe(null);
    expect(await hasColumn('priority')).toBe(true);
    const { webviewIds, refused } = await crowd.stop();
    expect(refused).toEqual([]);
    for (const id of webviewIds) await house.settled(id, 'linked');
  });

  test('is undone, and keeps nobody off its tables, when its process freezes half way', async () => {
    await using newer = await createNewerVersion([
      'ALTER TABLE "reconciler"."deliveries" ADD COLUMN "half" text',
      'SELECT pg_sleep(3)',
      'ALTER TABLE "reconciler"."runs" ADD COLUMN "whole" text',
    ]);
    await using frozen = start(['migrate'], house.env, newer.main);
    await until('the middle of it', async () => {
      const { rowCount } = await house.database.pool.query(
        `select from pg_stat_activity
          where datname = current_database() and application_name like '%migrate' and query like '%pg_sleep%'`,
      );
      return rowCount === 1;
    });
    process.kill(frozen.pid, 'SIGSTOP');
    const webviewId = await house.seam.createWebview({ id: 'ada' });
    const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
    await until('204 for all', async () =>
      (await postAll(house.url, events)).every(status => status === 204),
    );
    await house.settled(webviewId, 'linked');
    expect(await hasColumn('half')).toBe(false);
    expect(await run(['migrate'], house.env, newer.main)).toMatchObject({ code: 0 });
    expect([await hasColumn('half'), await hasColumn('whole')]).toEqual([true, true]);
    process.kill(frozen.pid, 'SIGCONT');
    await frozen.ended();
    expect(frozen.log.at(-1)?.msg).toContain('run "migrate" again');
  });
});

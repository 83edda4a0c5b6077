import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, openHouse } from '../fixtures/house.ts';
import { run, start } from '../fixtures/processes.ts';
import { createNewerVersion } from '../fixtures/version.ts';
import { until } from '../fixtures/wait.ts';
import { postAll } from '../fixtures/webhooks.ts';
import { ADDITIVE, startCrowd } from './crowd.ts';

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

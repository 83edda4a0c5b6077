import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { look, startWatch } from './watch.ts';
import type { SeamEvent, World } from './world.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(() =>
  database.pool.query(
    'truncate reconciler.backfills, reconciler.backfill_gaps, reconciler.deliveries',
  ),
);
afterAll(() => database[Symbol.asyncDispose]());

const MINUTE_AGO = new Date(Date.now() - 60_000).toISOString();
const event: SeamEvent = {
  eventId: 'e',
  eventType: 'connected_account.connected',
  workspace: 'b',
  accountId: 'acc',
  webviewId: null,
  body: JSON.stringify({ created_at: MINUTE_AGO }),
  digest: '',
};
const world = { accounts: new Map(), events: [event] } as unknown as World;
const looked = () => ({ pool: database.pool, world, workspaces: { a: 'wa', b: 'wb' } });

const cover = (table: string, workspace: string) =>
  database.pool.query(
    table === 'backfills'
      ? `insert into reconciler.backfills (workspace, covered_from, covered_until, due_at)
         values ('${workspace}', now() - interval '1 h', now(), now())`
      : `insert into reconciler.backfill_gaps (workspace, gap_from, gap_until, why, next_try_at)
         values ('${workspace}', now() - interval '1 h', now(), 'x', now())`,
  );

describe('an event that is not stored', () => {
  test('is a breach where coverage says that it is accounted for', async () => {
    await cover('backfills', 'wb');
    expect((await look(looked(), 'while it runs')).map(({ what }) => what)).toEqual([
      `e (connected_account.connected) of ${MINUTE_AGO} is not stored`,
    ]);
  });

  test('is none where coverage says nothing of it, or tells of a gap', async () => {
    await cover('backfills', 'wa');
    expect(await look(looked(), 'while it runs')).toEqual([]);
    await cover('backfills', 'wb');
    await cover('backfill_gaps', 'wb');
    expect(await look(looked(), 'while it runs')).toEqual([]);
  });
});

test('what is seen twice while it runs is told once, with the looks that it took', async () => {
  await cover('backfills', 'wb');
  await using watch = startWatch(looked());
  await expect.poll(() => watch.looks(), { timeout: 20_000 }).toBeGreaterThan(1);
  expect(watch.breaches).toHaveLength(1);
});

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readJumps } from '../../src/alerts/jumps.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() => database.pool.query('truncate reconciler.reconciliations cascade'));

/** Checks of so many connections that failed, each so many times, the last so many minutes ago. */
const failed = async (
  name: string,
  count: number,
  minutesAgo: number,
  { reason = 'user_not_found', times = 1 } = {},
) => {
  await database.pool.query(
    `insert into reconciler.reconciliations (subject, generation, observed_generation, state)
     select 'connected_account:' || $1 || n, 1, 1, 'failed' from generate_series(1, $2) n
         on conflict do nothing`,
    [name, count],
  );
  await database.pool.query(
    `insert into reconciler.runs (subject, generation, trigger, outcome, reason, started_at, finished_at)
     select 'connected_account:' || $1 || n, 1, 'delivery', 'failed', $4, at, at
       from generate_series(1, $2) n, generate_series(1, $5),
            lateral (select now() - $3 * interval '1 min' as at) t`,
    [name, count, minutesAgo, reason, times],
  );
};

test('as a rule there is none, and what is usual isn’t even asked for', async () => {
  await failed('few', 10, 5, { times: 13 });
  const asked: string[] = [];
  const counting = {
    query: (text: string, values: unknown[]) => {
      asked.push(text);
      return database.pool.query(text, values);
    },
  } as Parameters<typeof readJumps>[0];
  expect(await readJumps(counting)).toEqual([]);
  expect(asked).toHaveLength(1);
});

test('connections that begin to fail are counted, not their tries, with what is usual of the days before', async () => {
  await failed('new', 30, 5, { times: 4 });
  await failed('before', 168, 3 * 24 * 60);
  expect(await readJumps(database.pool)).toEqual([
    { reason: 'user_not_found', fresh: 30, usualPerHour: 1 },
  ]);
});

test('what had failed for it before, and is tried again, is nothing new', async () => {
  await failed('old', 50, 90);
  await failed('old', 50, 5);
  expect(await readJumps(database.pool)).toEqual([]);
});

test('what was longer ago than a week is not what is usual', async () => {
  await failed('new', 30, 5);
  await failed('long-ago', 168, 8 * 24 * 60);
  expect(await readJumps(database.pool)).toEqual([
    { reason: 'user_not_found', fresh: 30, usualPerHour: 0 },
  ]);
});

test('each reason is for itself, and what Seam as a whole is the cause of is told otherwise', async () => {
  await failed('a', 30, 5);
  await failed('b', 40, 5, { reason: 'internal_error' });
  await failed('c', 50, 5, { reason: 'seam_unavailable' });
  const jumps = await readJumps(database.pool);
  expect(jumps.toSorted((one, other) => one.fresh - other.fresh)).toEqual([
    { reason: 'user_not_found', fresh: 30, usualPerHour: 0 },
    { reason: 'internal_error', fresh: 40, usualPerHour: 0 },
  ]);
});

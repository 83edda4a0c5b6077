import { afterEach, beforeEach, expect, test } from 'vitest';
import { shellActor } from '../../../src/access/actor.ts';
import { drizzle } from '../../../src/db/drizzle.ts';
import { forgetBulkRuns } from '../../../src/support/bulk/forget.ts';
import { planAndStart } from '../../../src/support/bulk/plan.ts';
import { advanceBulkRuns } from '../../../src/support/bulk/runner.ts';
import { parseSelection } from '../../../src/support/bulk/selection.ts';
import { stop } from '../../../src/support/bulk/start.ts';
import { waitsBecause } from '../../../src/support/bulk/waiting.ts';
import { judgeFirst } from '../../../src/support/bulk/watch.ts';
import { addFailed, type BulkDesk, bulkDesk, itemStates, stepOn } from '../../fixtures/bulk.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { blocksOf } from '../../fixtures/statement-cost.ts';

/* A bulk run may have tens of thousands of items: what a step of it costs is what the step does. */

const ADA = shellActor('ada');
const FAILED = parseSelection('state=failed');

let database: TestDatabase;
let desk: BulkDesk;
beforeEach(async () => {
  database = await createTestDatabase();
  desk = bulkDesk(database);
});
afterEach(() => database[Symbol.asyncDispose]());

const begin = async (number: number): Promise<number> => {
  await addFailed(database, number);
  return planAndStart(desk, ADA, FAILED);
};
const sql = async (text: string, values: unknown[] = []) =>
  (await database.pool.query(text, values)).rows;

test('those of another workspace are found behind however many that are held up', async () => {
  const id = await begin(1_200);
  await sql(
    `update reconciler.reconciliations r set workspace_id = case when i.position <= 1100 then 'held' else 'well' end
       from reconciler.bulk_items i where i.subject = r.subject`,
  );
  await sql(
    `insert into reconciler.workspace_holds (workspace_id, reason, detail, probe_at)
     values ('held', 'seam_unauthorized', '', now())`,
  );
  const lookAheads = new Map<number, number>();
  const step = async () => {
    await sql(
      `update reconciler.bulk_runs set leased_until = now() - interval '1 h', started_at = now() - interval '2 h'`,
    );
    await advanceBulkRuns(desk, lookAheads);
  };
  // 500 are looked at in a step.
  for (let n = 0; n < 3; n++) await step();
  expect(desk.requested).toEqual(
    Array.from({ length: 10 }, (_, n) => `connect_webview:w${n + 1101}`),
  );
  // What was held up has its turn when it can go on.
  await sql('delete from reconciler.workspace_holds');
  desk.requested.length = 0;
  await sql(
    `update reconciler.bulk_items set state = 'succeeded' where bulk_run_id = $1 and position > 1100`,
    [id],
  );
  for (let n = 0; n < 12; n++) await step();
  expect(desk.requested).toContain('connect_webview:w1');
});

test('stopped, a large one skips what waits a part at a time, and ends with the last', async () => {
  const id = await begin(6_000);
  await stop(desk, ADA, id);
  expect(await itemStates(database, id)).toEqual({ skipped: 5_000, waiting: 1_000 });
  await stepOn(desk);
  expect(await itemStates(database, id)).toEqual({ skipped: 6_000 });
  expect(await sql('select distinct why from reconciler.bulk_items')).toEqual([
    { why: 'stopped by ada' },
  ]);
  expect(
    await sql('select state, finished_at is not null as is_finished from reconciler.bulk_runs'),
  ).toEqual([{ state: 'stopped', is_finished: true }]);
  expect(desk.requested).toEqual([]);
});

test('an old one goes a page of its items at a time, itself at last', async () => {
  const id = await begin(2_500);
  await sql(`update reconciler.bulk_runs set finished_at = now() - interval '31 d'`);
  const stopping = new AbortController();
  const pool = {
    query: async (...asked: Parameters<typeof database.pool.query>) => {
      stopping.abort();
      return database.pool.query(...asked);
    },
  } as unknown as typeof database.pool;
  await forgetBulkRuns(pool, 30, stopping.signal);
  expect(await itemStates(database, id)).toEqual({ waiting: 1_500 });
  expect(await sql('select id::int from reconciler.bulk_runs')).toEqual([{ id }]);
  expect(await forgetBulkRuns(database.pool, 30, new AbortController().signal)).toBe(1);
  expect(await itemStates(database, id)).toEqual({});
});

test('how the first ones ended, and what it waits for, is told without going through all that ended', async () => {
  const id = await begin(20_000);
  // What Postgres knows of it stays what it was at the beginning, when all of it waited.
  await sql('vacuum (analyze) reconciler.bulk_items');
  await sql(`update reconciler.bulk_items set state = 'skipped' where position <= 19950`);
  await sql(
    `update reconciler.bulk_items set state = 'failed', why = 'User not found' where position > 19950 and position < 20000`,
  );
  await sql('vacuum (index_cleanup on) reconciler.bulk_items');
  let told: unknown;
  expect(
    await blocksOf(database.pool, async pool => {
      told = await judgeFirst(pool as never, id);
    }),
  ).toBeLessThan(60);
  expect(told).toEqual({
    count: 20,
    hopelessBecause: '20 of the first 20 failed again: 20 × User not found',
  });
  expect(
    await blocksOf(database.pool, pool => waitsBecause(drizzle(pool) as never, id)),
  ).toBeLessThan(60);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { previewPrune, prune } from '../../src/reconcile/prune.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

let database: TestDatabase;
const { signal } = new AbortController();

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

/** Failed, with a delivery of a type and a run of each of these ages in days. */
const fail = async (subject: string, type: string, ages: readonly number[]): Promise<void> => {
  await database.pool.query(
    `insert into reconciler.reconciliations (subject, generation, observed_generation, state, reason)
     values ($1, 1, 1, 'failed', 'user_not_found')`,
    [subject],
  );
  await database.pool.query(
    `insert into reconciler.deliveries (event_id, event_type, subject, received_at, body, signature)
     select $1 || ' ' || age, $2, $1, now() - age * interval '1 day', '', '{}' from unnest($3::int[]) age`,
    [subject, type, ages],
  );
  await database.pool.query(
    `insert into reconciler.runs (subject, generation, trigger, started_at, finished_at, outcome)
     select $1, 1, 'delivery', now() - age * interval '1 day', now(), 'failed' from unnest($2::int[]) age`,
    [subject, ages],
  );
};
const left = async (): Promise<string[]> => {
  const { rows } = await database.pool.query(
    `select event_id as what from reconciler.deliveries union all
     select 'run of ' || subject || ' ' || round(extract(epoch from now() - started_at) / 86400)
       from reconciler.runs order by 1`,
  );
  return rows.map(row => String(row.what));
};

test('what stays failed keeps its story for as long as is said, and an announced deletion for good', async () => {
  await fail('connect_webview:w', 'connected_account.created', [100, 200]);
  await fail('connected_account:a', 'connected_account.deleted', [200]);
  const all = await left();
  expect(await prune(database.pool, 90, signal)).toMatchObject({ deliveries: 0, runs: 0 });
  expect(await left()).toEqual(all);
  const told = { deliveries: 1, runs: 2 };
  expect(await previewPrune(database.pool, 90, 150)).toMatchObject(told);
  expect(await prune(database.pool, 90, signal, undefined, 150)).toMatchObject(told);
  expect(await left()).toEqual([
    'connect_webview:w 100',
    'connected_account:a 200',
    'run of connect_webview:w 100',
  ]);
});

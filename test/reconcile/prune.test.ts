import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { previewPrune, prune } from '../../src/reconcile/prune.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

let database: TestDatabase;
const { signal } = new AbortController();

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.pool.query(
    'truncate reconciler.reconciliations, reconciler.deliveries, reconciler.links, reconciler.connected_accounts cascade',
  );
});

const query = (text: string, values: unknown[] = []) => database.pool.query(text, values);

/** A subject with deliveries and runs of two ages. */
const add = async (subject: string, stands: { state: string; type?: string }): Promise<void> => {
  await query(
    `insert into reconciler.reconciliations (subject, generation, observed_generation, state, reason, dismissed_by, dismissed_why)
     values ($1, 2, $2, $3, case when $3 in ('failed', 'retrying') then 'user_not_found' end,
             case when $3 = 'dismissed' then 'Alan' end, case when $3 = 'dismissed' then 'done with' end)`,
    [subject, ['pending', 'retrying'].includes(stands.state) ? 1 : 2, stands.state],
  );
  for (const [age, days] of [
    ['old', 91],
    ['young', 89],
  ]) {
    await query(
      `insert into reconciler.deliveries (event_id, event_type, subject, received_at, body, signature)
       values ($1, $2, $3, now() - $4 * interval '1 day', '', '{}')`,
      [`${age} of ${subject}`, stands.type ?? 'connected_account.created', subject, days],
    );
    await query(
      `insert into reconciler.runs (subject, generation, trigger, started_at, finished_at, outcome)
       values ($1, 1, $2, now() - $3 * interval '1 day', now(), 'linked')`,
      [subject, age, days],
    );
  }
};
const left = async (): Promise<string[]> => {
  const { rows } = await query(
    `select event_id as what from reconciler.deliveries
     union all select trigger || ' run of ' || subject from reconciler.runs order by 1`,
  );
  return rows.map(row => String(row.what));
};
const bothOf = (subject: string) => [
  `old of ${subject}`,
  `old run of ${subject}`,
  ...youngOf(subject),
];
const youngOf = (subject: string) => [`young of ${subject}`, `young run of ${subject}`];

test('what is old and settled goes; what is young, owed, or a person’s to see to stays', async () => {
  for (const state of ['linked', 'no_action', 'dismissed']) await add(state, { state });
  for (const state of ['failed', 'retrying', 'pending']) await add(state, { state });
  await add('owed', { state: 'pending' });
  await query(
    `insert into reconciler.links (connected_account_id, user_id, linked_by_run, linked_at, unlinked_at)
     values ('a', 'ada', 1, now() - interval '1 year', now() - interval '1 year')`,
  );
  const told = { deliveries: 3, runs: 3, kept: 8 };
  const before = await left();
  expect(await previewPrune(database.pool, 90)).toMatchObject(told);
  expect(await left()).toEqual(before);
  expect(await prune(database.pool, 90, signal)).toMatchObject(told);
  expect(await left()).toEqual(
    [
      ...['linked', 'no_action', 'dismissed'].flatMap(youngOf),
      ...['failed', 'retrying', 'pending', 'owed'].flatMap(bothOf),
    ].sort(),
  );
  expect((await query('select from reconciler.links')).rowCount).toBe(1);
  expect((await query('select from reconciler.reconciliations')).rowCount).toBe(7);
});

test('an announced deletion is kept until a run has found the account gone', async () => {
  const subject = 'connected_account:gone';
  await add(subject, { state: 'no_action', type: 'connected_account.deleted' });
  expect(await prune(database.pool, 90, signal)).toMatchObject({ deliveries: 0, runs: 1 });
  await query(
    `insert into reconciler.connected_accounts
            (connected_account_id, user_identifier, custom_metadata, errors, warnings,
             accepted_capabilities, deleted_at, read_by_run)
     values ('gone', '{}', '{}', '[]', '[]', '[]', now(), 1)`,
  );
  expect(await prune(database.pool, 90, signal)).toMatchObject({ deliveries: 1, runs: 0 });
});

test('what Seam asked of a user is kept while the account stands so, and who signed in since as long as it is', async () => {
  const subject = 'connected_account:asked';
  await add(subject, { state: 'linked', type: 'connected_account.reauthorization_requested' });
  await add('connect_webview:after', { state: 'linked' });
  await query(`update reconciler.reconciliations set connected_account_id = 'asked'`);
  const stand = (state: string) =>
    query(
      `insert into reconciler.connected_accounts
              (connected_account_id, user_identifier, custom_metadata, errors, warnings,
               accepted_capabilities, state, read_by_run)
       values ('asked', '{}', '{}', '[]', '[]', '[]', $1, 1)
       on conflict (connected_account_id) do update set state = excluded.state`,
      [state],
    );
  await stand('reauthorization_requested');
  expect(await prune(database.pool, 90, signal)).toMatchObject({ deliveries: 0, runs: 2 });
  await stand('connected');
  await query(`delete from reconciler.deliveries where event_id = $1`, [`young of ${subject}`]);
  expect(await prune(database.pool, 90, signal)).toMatchObject({ deliveries: 1, kept: 1 });
  expect(await prune(database.pool, 90, signal)).toMatchObject({ deliveries: 1, kept: 0 });
});

test('many go in small batches, past as many that have to stay', async () => {
  await query(
    `insert into reconciler.reconciliations (subject, generation, observed_generation, state)
     select 'connect_webview:' || n, 1, 1, case when n % 2 = 0 then 'linked' else 'failed' end
       from generate_series(1, 5000) n`,
  );
  await query(
    `insert into reconciler.deliveries (event_id, event_type, subject, received_at, body, signature)
     select n, 'connected_account.created', 'connect_webview:' || n, now() - interval '100 days', '', '{}'
       from generate_series(1, 5000) n`,
  );
  await query(
    `insert into reconciler.runs (subject, generation, trigger, started_at, finished_at)
     select 'connect_webview:' || n, 1, 'sweep', now() - interval '100 days', now()
       from generate_series(1, 5000) n`,
  );
  const pruned = await prune(database.pool, 90, signal);
  expect(pruned).toMatchObject({ deliveries: 2_500, runs: 2_500, kept: 5_000 });
});

test('one process at a time, and one that is done lets the next one in', async () => {
  await add('linked', { state: 'linked' });
  await using other = await database.pool.connect().then(client => ({
    client,
    [Symbol.asyncDispose]: async () => client.release(),
  }));
  await other.client.query(`select pg_advisory_lock(hashtext('seam-reconciler prune'))`);
  expect(await prune(database.pool, 90, signal)).toBeNull();
  await other.client.query(`select pg_advisory_unlock(hashtext('seam-reconciler prune'))`);
  expect(await prune(database.pool, 90, signal)).toMatchObject({ deliveries: 1 });
  expect(await prune(database.pool, 90, signal)).toMatchObject({ deliveries: 0 });
});

test('what Seam may still send again is never pruned', async () => {
  await expect(prune(database.pool, 1.9, signal)).rejects.toThrow(RangeError);
});

import { expect, test } from 'vitest';
import { previewPrune, prune, pruneSome } from '../../src/reconcile/prune.ts';
import { bothOf, usePruning, youngOf } from '../fixtures/pruning.ts';

const site = usePruning();
const { signal, query, add, left, pruneAsPreviewed, tell } = site;

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
  expect(await previewPrune(site.database.pool, 90)).toMatchObject(told);
  expect(await left()).toEqual(before);
  expect(await prune(site.database.pool, 90, signal)).toMatchObject(told);
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
  expect(await prune(site.database.pool, 90, signal)).toMatchObject({ deliveries: 0, runs: 1 });
  await query(
    `insert into reconciler.connected_accounts
            (connected_account_id, user_identifier, custom_metadata, errors, warnings,
             accepted_capabilities, deleted_at, read_by_run)
     values ('gone', '{}', '{}', '[]', '[]', '[]', now(), 1)`,
  );
  expect(await prune(site.database.pool, 90, signal)).toMatchObject({ deliveries: 1, runs: 0 });
});

test('what Seam asked of a user is kept while the account stands so, and who signed in since as long as it is', async () => {
  const subject = 'connected_account:asked';
  await add(subject, { state: 'linked', type: 'connected_account.reauthorization_requested' });
  await add('connect_webview:after', { state: 'linked' });
  await query(`delete from reconciler.deliveries where event_id like 'young%'`);
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
  expect(await prune(site.database.pool, 90, signal)).toMatchObject({ deliveries: 0, runs: 2 });
  // Said again, by Seam and by the user: the newest will do.
  const again = { days: 80, type: 'connected_account.reauthorization_requested' };
  await tell(subject, again);
  await tell('connect_webview:after', { days: 80, type: 'connected_account.created' });
  expect(await pruneAsPreviewed(70)).toMatchObject({ deliveries: 2, kept: 2 });
  await stand('connected');
  expect(await prune(site.database.pool, 70, signal)).toMatchObject({ deliveries: 1, kept: 1 });
  expect(await prune(site.database.pool, 70, signal)).toMatchObject({ deliveries: 1, kept: 0 });
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
  const pruned = await prune(site.database.pool, 90, signal);
  expect(pruned).toMatchObject({ deliveries: 2_500, runs: 2_500, kept: 5_000 });
});

test('one process at a time, and one that is done lets the next one in', async () => {
  await add('linked', { state: 'linked' });
  await using other = await site.database.pool.connect().then(client => ({
    client,
    [Symbol.asyncDispose]: async () => client.release(),
  }));
  await other.client.query(`select pg_advisory_lock(hashtext('seam-reconciler prune'))`);
  expect(await prune(site.database.pool, 90, signal)).toBeNull();
  await other.client.query(`select pg_advisory_unlock(hashtext('seam-reconciler prune'))`);
  expect(await prune(site.database.pool, 90, signal)).toMatchObject({ deliveries: 1 });
  expect(await prune(site.database.pool, 90, signal)).toMatchObject({ deliveries: 0 });
});

test('what Seam may still send again is never pruned', async () => {
  await expect(prune(site.database.pool, 1.9, signal)).rejects.toThrow(RangeError);
});

test('a delivery that alone says which workspace it is stays', async () => {
  await add('connect_webview:old', { state: 'linked' });
  await tell('connect_webview:old', { days: 100 }, 'a workspace');
  expect(await pruneAsPreviewed()).toMatchObject({ deliveries: 1, kept: 1 });
  await query(`update reconciler.reconciliations set workspace_id = 'a workspace'`);
  expect(await pruneAsPreviewed()).toMatchObject({ deliveries: 1, kept: 0 });
});

test('a turn goes past so much that has to stay, and the next one goes on from there', async () => {
  await query(
    `insert into reconciler.reconciliations (subject, generation, observed_generation, state)
     select 'connect_webview:' || n, 1, 1, case when n > 3000 then 'linked' else 'failed' end
       from generate_series(1, 4000) n`,
  );
  await query(
    `insert into reconciler.deliveries (event_id, event_type, subject, received_at, body, signature)
     select n, 'connected_account.created', 'connect_webview:' || n,
            now() - interval '100 days' + n * interval '1 s', '', '{}'
       from generate_series(1, 4000) n`,
  );
  const turn = () => pruneSome(site.database.pool, 90, signal, 2_000);
  expect(await turn()).toMatchObject({ deliveries: 0, kept: 2_000 });
  // By hand all is gone through, and the turns go on where they were.
  await query(`update reconciler.reconciliations set state = 'failed' where subject like '%4000'`);
  expect(await prune(site.database.pool, 90, signal)).toMatchObject({
    deliveries: 999,
    kept: 3_001,
  });
  await query(`update reconciler.reconciliations set state = 'linked' where subject = any($1)`, [
    ['connect_webview:1', 'connect_webview:4000'],
  ]);
  expect(await turn()).toMatchObject({ deliveries: 1, kept: 1_000 });
  // It came to the end: the next one begins anew.
  expect(await turn()).toMatchObject({ deliveries: 1, kept: 2_999 });
});

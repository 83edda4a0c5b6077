import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Pruned, previewPrune, prune, pruneSome } from '../../src/reconcile/prune.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

let database: TestDatabase;
const { signal } = new AbortController();

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.pool.query(
    'truncate reconciler.reconciliations, reconciler.deliveries, reconciler.links, reconciler.connected_accounts, reconciler.expected_webviews, reconciler.connect_webviews, reconciler.notes, reconciler.retention_cursors, reconciler.uncounted cascade',
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

/** What the preview says goes, and nothing else. */
const pruneAsPreviewed = async (days = 90): Promise<Omit<Pruned, 'before'> | undefined> => {
  const { before: _, ...previewed } = await previewPrune(database.pool, days);
  const { before: __, ...pruned } = (await prune(database.pool, days, signal)) ?? { before: '' };
  expect(pruned).toEqual(previewed);
  return 'kept' in pruned ? pruned : undefined;
};

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
  expect(await prune(database.pool, 90, signal)).toMatchObject({ deliveries: 0, runs: 2 });
  // Said again, by Seam and by the user: the newest will do.
  const again = { days: 80, type: 'connected_account.reauthorization_requested' };
  await tell(subject, again);
  await tell('connect_webview:after', { days: 80, type: 'connected_account.created' });
  expect(await pruneAsPreviewed(70)).toMatchObject({ deliveries: 2, kept: 2 });
  await stand('connected');
  expect(await prune(database.pool, 70, signal)).toMatchObject({ deliveries: 1, kept: 1 });
  expect(await prune(database.pool, 70, signal)).toMatchObject({ deliveries: 1, kept: 0 });
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

const fail = (subject: string, workspaceId: string | null = null) =>
  query(
    `insert into reconciler.reconciliations (subject, generation, observed_generation, state, reason, workspace_id)
     values ($1, 1, 1, 'failed', 'user_not_found', $2)`,
    [subject, workspaceId],
  );
/** Days ago, and what else is told of it. */
type Told = { days: number; type?: string; seamDays?: number; source?: string; body?: string };
const tell = (
  subject: string,
  {
    days,
    type = 'connected_account.connected',
    seamDays = days,
    source = 'webhook',
    body = '',
  }: Told,
  workspaceId: string | null = null,
) =>
  query(
    `insert into reconciler.deliveries
            (event_id, event_type, subject, workspace_id, received_at, occurred_at, source, body, signature)
     values ($1, $2, $3, $8, now() - $4 * interval '1 day', now() - $5 * interval '1 day', $6,
             convert_to($7, 'UTF8'), '{}')`,
    [`${type} ${days}`, type, subject, days, seamDays, source, body, workspaceId],
  );
const tryIt = (subject: string, days: number, trigger = `${days}`) =>
  query(
    `insert into reconciler.runs (subject, generation, trigger, started_at, finished_at, outcome)
     values ($1, 1, $2, now() - $3 * interval '1 day', now(), 'failed')`,
    [subject, trigger, days],
  );

test('of what stays failed for years the newest ten deliveries and runs stay', async () => {
  const subject = 'connected_account:failed';
  await fail(subject);
  for (let weeks = 100; weeks > 0; weeks--) {
    await tell(subject, { days: weeks * 7 });
    await tryIt(subject, weeks * 7);
  }
  expect(await pruneAsPreviewed(30)).toMatchObject({ deliveries: 90, runs: 90, kept: 12 });
  const ten = Array.from({ length: 10 }, (_, week) => (week + 1) * 7);
  expect(await left()).toEqual(
    ten
      .flatMap(days => [`connected_account.connected ${days}`, `${days} run of ${subject}`])
      .sort(),
  );
  expect(await pruneAsPreviewed(30)).toMatchObject({ deliveries: 0, runs: 0 });
  await query(
    `insert into reconciler.uncounted (subject, event_id, source, is_again) values ($1, 'x', 'webhook', true)`,
    [subject],
  );
  await tell(subject, { days: 1 });
  expect(await pruneAsPreviewed(30)).toMatchObject({ deliveries: 0, kept: 12 });
});

test('of what has failed the newest delivery of each type stays, which says what those before it said', async () => {
  const subject = 'connected_account:failed';
  const REQUEST = 'connected_account.reauthorization_requested';
  await fail(subject);
  const kept: Told[] = [
    { days: 100, type: 'connected_account.created' },
    // By Seam's time it is the latest.
    { days: 220, seamDays: 190, type: 'connected_account.connected' },
    { days: 200, seamDays: 210, type: 'connected_account.connected' },
    // Signed, and so that a provisional link may be made from it.
    { days: 180, type: 'connected_account.successful_login' },
    { days: 170, type: 'connected_account.successful_login', source: 'backfill' },
    // Asks for what the account doesn't show.
    { days: 160, type: REQUEST, body: 'else' },
    { days: 150, type: REQUEST, body: '{"error_code":"account_reauthorization_requested"}' },
    { days: 300, type: 'connected_account.deleted' },
  ];
  const gone: Told[] = [
    { days: 320, type: 'connected_account.created' },
    { days: 230, type: 'connected_account.connected' },
    { days: 185, type: 'connected_account.successful_login' },
    { days: 165, type: REQUEST, body: 'else' },
  ];
  for (const told of [...kept, ...gone]) await tell(subject, told);
  for (let days = 1; days <= 10; days++) await tell(subject, { days, type: 'other' });
  expect(await pruneAsPreviewed()).toMatchObject({ deliveries: gone.length, kept: kept.length });
  expect((await left()).filter(what => !what.startsWith('other'))).toEqual(
    kept.map(({ type, days }) => `${type} ${days}`).sort(),
  );
});

test('that healing has tried is remembered for longer than it asks', async () => {
  await fail('a');
  for (const days of [40, 8, 6]) await tryIt('a', days, 'healing');
  for (let n = 0; n < 10; n++) await tryIt('a', 5);
  expect(await pruneAsPreviewed(2)).toMatchObject({ runs: 1, kept: 12 });
  expect((await left()).filter(what => what.startsWith('healing'))).toHaveLength(2);
});

test('a delivery that alone says which workspace it is stays', async () => {
  await add('connect_webview:old', { state: 'linked' });
  await tell('connect_webview:old', { days: 100 }, 'a workspace');
  expect(await pruneAsPreviewed()).toMatchObject({ deliveries: 1, kept: 1 });
  await query(`update reconciler.reconciliations set workspace_id = 'a workspace'`);
  expect(await pruneAsPreviewed()).toMatchObject({ deliveries: 1, kept: 0 });
});

/** A webview of ours that was last tried 91 days ago. */
const expectWebview = async (
  id: string,
  {
    state = 'failed',
    reason = 'webview_pending' as string | null,
    account = null as string | null,
    days = 91,
  } = {},
): Promise<string> => {
  const subject = `connect_webview:${id}`;
  await query(
    `insert into reconciler.expected_webviews (connect_webview_id, user_id, created_at)
     values ($1, 'ada', now() - interval '91 days')`,
    [id],
  );
  await query(
    `insert into reconciler.reconciliations
            (subject, generation, observed_generation, state, reason, connect_webview_id, connected_account_id, updated_at,
             dismissed_by, dismissed_why)
     values ($1, 1, $2, $3, $4, $5, $6, now() - $7 * interval '1 day',
             case when $3 = 'dismissed' then 'Alan' end, case when $3 = 'dismissed' then 'done with' end)`,
    [subject, state === 'pending' ? 0 : 1, state, reason, id, account, days],
  );
  await query(
    `insert into reconciler.connect_webviews (connect_webview_id, status, custom_metadata, read_by_run)
     values ($1, 'pending', '{}', 1)`,
    [id],
  );
  await tryIt(subject, 91);
  return subject;
};
const webviews = async () =>
  (
    await query(
      `select substr(subject, 17) as id from reconciler.reconciliations
       union all select connect_webview_id from reconciler.expected_webviews
       union all select connect_webview_id from reconciler.connect_webviews
       union all select substr(subject, 17) from reconciler.runs`,
    )
  ).rows.map(row => String(row.id));

test('a webview of ours that nobody finished goes with all that is known of it', async () => {
  await expectWebview('closed');
  await expectWebview('forgotten by Seam', { reason: 'webview_not_found' });
  await expectWebview('dismissed', { state: 'dismissed' });
  const told = await expectWebview('login failed', { state: 'no_action', reason: null });
  await tell(told, { days: 100, type: 'connect_webview.login_failed' });

  await expectWebview('finished', { state: 'linked', reason: null, account: 'a' });
  await expectWebview('of an account', { account: 'a' });
  await expectWebview('not answered', { reason: 'seam_unavailable' });
  await expectWebview('owed', { state: 'pending', reason: null });
  await expectWebview('young', { days: 89 });
  await tell(await expectWebview('told of'), { days: 100 });
  await query(
    `insert into reconciler.notes (subject, text, by) values ($1, 'calls on Friday', 'ada')`,
    [await expectWebview('noted')],
  );
  await expectWebview('in hand');
  await query(
    `update reconciler.reconciliations set leased_until = now() + interval '10 s' where subject like '%in hand'`,
  );
  await expectWebview('linked from');
  await query(
    `insert into reconciler.links (connected_account_id, user_id, linked_by_run, provisional_subject)
     values ('a', 'ada', 0, 'connect_webview:linked from')`,
  );
  expect(await pruneAsPreviewed()).toMatchObject({ webviews: 4, deliveries: 1 });
  const left = await webviews();
  const stays = ['finished', 'in hand', 'linked from', 'not answered', 'noted', 'of an account'];
  expect([...new Set(left)].sort()).toEqual([...stays, 'owed', 'told of', 'young'].sort());
  expect(await pruneAsPreviewed()).toMatchObject({ webviews: 0 });
});

test('a webview that somebody has in hand is passed over, and nobody waits', async () => {
  await expectWebview('held');
  const holder = await database.pool.connect();
  try {
    await holder.query('begin');
    await holder.query('select from reconciler.reconciliations for update');
    expect(await prune(database.pool, 90, signal)).toMatchObject({ webviews: 0 });
  } finally {
    await holder.query('rollback');
    holder.release();
  }
  expect(await prune(database.pool, 90, signal)).toMatchObject({ webviews: 1 });
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
  const turn = () => pruneSome(database.pool, 90, signal, 2_000);
  expect(await turn()).toMatchObject({ deliveries: 0, kept: 2_000 });
  // By hand all is gone through, and the turns go on where they were.
  await query(`update reconciler.reconciliations set state = 'failed' where subject like '%4000'`);
  expect(await prune(database.pool, 90, signal)).toMatchObject({ deliveries: 999, kept: 3_001 });
  await query(`update reconciler.reconciliations set state = 'linked' where subject = any($1)`, [
    ['connect_webview:1', 'connect_webview:4000'],
  ]);
  expect(await turn()).toMatchObject({ deliveries: 1, kept: 1_000 });
  // It came to the end: the next one begins anew.
  expect(await turn()).toMatchObject({ deliveries: 1, kept: 2_999 });
});

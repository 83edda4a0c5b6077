import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { countReplay, type ReplayFilter, replay } from '../../../src/support/queue/replay.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { SHELL } from '../../fixtures/shell.ts';
import { blocksOfEach } from '../../fixtures/statement-cost.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.pool.query('truncate reconciler.reconciliations, reconciler.deliveries cascade');
});

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);

const add = async (
  subject: string,
  row: { type?: string; hours?: number; state?: string; reason?: string; owed?: boolean } = {},
): Promise<void> => {
  await database.pool.query(
    `insert into reconciler.reconciliations
            (subject, generation, observed_generation, state, reason, due_at, sweep_at, dismissed_by,
             dismissed_why)
     values ($1, 1, $2, $3, $4, now() - interval '1 min', now(),
             case when $3 = 'dismissed' then 'Alan' end, case when $3 = 'dismissed' then 'done with' end)`,
    [subject, row.owed ? 0 : 1, row.state ?? (row.owed ? 'pending' : 'linked'), row.reason ?? null],
  );
  await database.pool.query(
    `insert into reconciler.deliveries (event_id, event_type, subject, received_at, body, signature)
     values ($1, $2, $1, $3, '', '{}')`,
    [subject, row.type ?? 'connected_account.created', hoursAgo(row.hours ?? 1)],
  );
};
const asked = async () => {
  const { rows } = await database.pool.query<{ subject: string; in_s: number; by: string }>(
    `select subject, extract(epoch from due_at - updated_at)::float8 as in_s, requested_by as by
       from reconciler.reconciliations where generation = 2 and due_at = sweep_at
      order by due_at`,
  );
  return rows;
};

const ALL: ReplayFilter = { since: null, until: null, type: null, reason: null };

describe('what a replay matches', () => {
  beforeEach(async () => {
    await add('connect_webview:new', { hours: 1 });
    await add('connect_webview:old', { hours: 50 });
    await add('connected_account:gone', { type: 'connected_account.deleted', hours: 3 });
    await add('connect_webview:failed', { state: 'failed', reason: 'user_not_found', hours: 9 });
    await add('connect_webview:a%b', { type: 'connect_webview.login_failed', hours: 9 });
    await add('connect_webview:aside', { state: 'dismissed' });
    await add('delivery:unusable', { state: 'failed', reason: 'event_unusable' });
  });

  const CASES: [string, Partial<ReplayFilter>, string[]][] = [
    ['since', { since: hoursAgo(2) }, ['new']],
    ['until', { until: hoursAgo(20) }, ['old']],
    ['since and until', { since: hoursAgo(10), until: hoursAgo(2) }, ['a%b', 'failed', 'gone']],
    ['a type', { type: 'connected_account.deleted' }, ['gone']],
    ['types', { type: 'connect_webview.*' }, ['a%b']],
    ['no more than was said', { type: 'connect_webview_login%' }, []],
    ['a reason', { reason: 'user_not_found' }, ['failed']],
    ['all of them together', { reason: 'user_not_found', since: hoursAgo(2) }, []],
    ['never what there is nothing to look at for', { reason: 'event_unusable' }, []],
    ['never what was set aside', { since: hoursAgo(5) }, ['gone', 'new']],
  ];
  test.each(CASES)('%s', async (_what, some, expected) => {
    const filter = { ...ALL, ...some };
    expect(await countReplay(database.pool, filter)).toBe(expected.length);
    expect(await asked()).toEqual([]);
    expect(await replay(database.pool, SHELL, filter, 5)).toBe(expected.length);
    const names = (await asked()).map(({ subject }) => subject.replace(/^\w+:/, ''));
    expect(names.sort()).toEqual(expected);
  });
});

test('looks come one after the other, at the rate, over pages; and their runs will say replay', async () => {
  await database.pool.query(
    `insert into reconciler.reconciliations (subject, generation, observed_generation, state, reason)
     select 'connect_webview:' || n, 1, 1, 'failed', 'internal_error' from generate_series(1, 2500) n`,
  );
  expect(await replay(database.pool, SHELL, { ...ALL, reason: 'internal_error' }, 20)).toBe(2_500);
  const { rows } = await database.pool.query<{ second: string; looks: number; by: string }>(
    `select floor(extract(epoch from due_at - min(due_at) over ()))::int as second,
            requested_by as by from reconciler.reconciliations where state = 'pending'`,
  );
  expect(new Set(rows.map(row => row.by))).toEqual(new Set(['replay']));
  const perSecond = Map.groupBy(rows, row => row.second);
  expect(perSecond.size).toBeGreaterThanOrEqual(124);
  // Two pages may meet within one second, each of them placed to the millisecond.
  expect(Math.max(...[...perSecond.values()].map(looks => looks.length))).toBeLessThanOrEqual(22);
});

test('a look that is owed already is not put off', async () => {
  for (let n = 0; n < 30; n++) await add(`connect_webview:${n}`, { owed: true, state: 'pending' });
  await replay(database.pool, SHELL, { ...ALL, since: hoursAgo(2) }, 1);
  const { rows } = await database.pool.query(
    'select from reconciler.reconciliations where generation = 2 and due_at <= now()',
  );
  expect(rows).toHaveLength(30);
});

test('a subject that several deliveries tell of is asked for once', async () => {
  await add('connect_webview:often', { hours: 1 });
  await database.pool.query(
    `insert into reconciler.deliveries (event_id, event_type, subject, received_at, body, signature)
     select n::text, 'connected_account.created', 'connect_webview:often', now() - n * interval '1 s', '', '{}'
       from generate_series(1, 1500) n`,
  );
  const filter = { ...ALL, since: hoursAgo(2) };
  expect(await countReplay(database.pool, filter)).toBe(1);
  expect(await replay(database.pool, SHELL, filter, 5)).toBe(1);
});

test('what has failed again since is not asked for once more', async () => {
  await add('connect_webview:again', { state: 'failed', reason: 'internal_error' });
  await database.pool.query(
    "update reconciler.reconciliations set updated_at = now() + interval '1 h'",
  );
  expect(await countReplay(database.pool, { ...ALL, reason: 'internal_error' })).toBe(0);
});

test('no statement goes through all that is stored, or all that failed', async () => {
  const { pool } = database;
  await pool.query(
    `insert into reconciler.reconciliations (subject, generation, observed_generation, state, reason)
     select 'connect_webview:' || n, 1, 1, 'failed', 'internal_error' from generate_series(1, 12000) n`,
  );
  await pool.query(
    `insert into reconciler.deliveries (event_id, event_type, subject, received_at, body, signature)
     select n::text, 'connect_webview.login_failed', 'connect_webview:' || n, now() - n * interval '1 s', '', '{}'
       from generate_series(1, 12000) n`,
  );
  await pool.query('vacuum (analyze) reconciler.reconciliations, reconciler.deliveries');
  const filters: readonly Partial<ReplayFilter>[] = [
    { type: 'connected_account.deleted' },
    { since: hoursAgo(100) },
    { reason: 'internal_error' },
    { reason: 'internal_error', type: 'connected_account.deleted' },
  ];
  for (const some of filters) {
    const each = await blocksOfEach(pool, explaining =>
      countReplay(explaining, { ...ALL, ...some }),
    );
    expect(each.length).toBeGreaterThan(12);
    // Of a page of 1,000 each is found in up to three indexes.
    expect(Math.max(...each)).toBeLessThan(9_000);
  }
});

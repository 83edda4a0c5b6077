import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callBackKnown, parkUnknownWorkspaces } from '../../src/queue/unknown-workspaces.ts';
import { FROM_THE_START, healAfterOutage, healAwaitedUsers } from '../../src/reconcile/healing.ts';
import { isAnythingStuck, readOwed } from '../../src/reconcile/owed.ts';
import { advanceRecovery } from '../../src/reconcile/recovery.ts';
import { SeamError } from '../../src/seam/errors.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { blocksOf } from '../fixtures/statement-cost.ts';

/*
 * What is asked every few seconds, by loops, pages and orchestrators, costs what it tells or does, and not what is
 * there. Twice as much of what waits is no more to read.
 */

const MANY = 12_000;
const MOST = 10_000;
const { signal } = new AbortController();

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

/** So many more, from where the last ones ended. */
const add = async (
  name: string,
  values: Readonly<{
    workspace: string | null;
    state: 'pending' | 'retrying' | 'failed';
    reason?: string;
    dueInSeconds?: number;
    unavailableSince?: string;
    count?: number;
  }>,
): Promise<void> => {
  const { workspace, state, reason, dueInSeconds, unavailableSince, count } = values;
  await database.pool.query(
    `insert into reconciler.reconciliations
            (subject, generation, observed_generation, state, reason, workspace_id, due_at, sweep_at,
             unavailable_since, updated_at)
     select 'connect_webview:' || $1 || n, 1, case when $2 = 'failed' then 1 else 0 end, $2, $3, $4,
            now() + ($5 + n::float8 / 1000) * interval '1 s', now() + $5 * interval '1 s',
            $6::timestamptz, now() - interval '1 h'
       from generate_series(1, $7) n`,
    [
      name,
      state,
      reason ?? null,
      workspace,
      dueInSeconds ?? 0,
      unavailableSince ?? null,
      count ?? MANY,
    ],
  );
};
const empty = () => database.pool.query('truncate reconciler.reconciliations cascade');
const analyze = () => database.pool.query('analyze reconciler.reconciliations');

/** With what Postgres takes for the size of the table from before, and with what it has counted since. */
const atMost = async (read: Parameters<typeof blocksOf>[1], blocks: number): Promise<void> => {
  expect(await blocksOf(database.pool, read)).toBeLessThan(blocks);
  await analyze();
  expect(await blocksOf(database.pool, read)).toBeLessThan(blocks);
};

describe('what is owed', () => {
  const HOUR = 3_600;
  beforeAll(async () => {
    await empty();
    await analyze();
    await add('due', { workspace: 'a', state: 'pending', dueInSeconds: -HOUR });
    await add('later', {
      workspace: 'b',
      state: 'retrying',
      reason: 'seam_unavailable',
      dueInSeconds: HOUR,
    });
    await add('unknown', {
      workspace: 'c',
      state: 'retrying',
      reason: 'workspace_unknown',
      dueInSeconds: -HOUR,
    });
    await add('few', { workspace: 'd', state: 'pending', dueInSeconds: -60, count: 3 });
    await add('none', { workspace: null, state: 'pending', dueInSeconds: -HOUR });
  });

  test('is counted up to a bound, and said to be more', async () => {
    const told = await readOwed(database.pool);
    expect(told.map(({ workspaceId, owed, waiting }) => [workspaceId, owed, waiting])).toEqual([
      ['a', { number: MOST, isCapped: true }, { number: MOST, isCapped: true }],
      ['b', { number: MOST, isCapped: true }, { number: 0, isCapped: false }],
      ['c', { number: MOST, isCapped: true }, { number: 0, isCapped: false }],
      ['d', { number: 3, isCapped: false }, { number: 3, isCapped: false }],
      [null, { number: MOST, isCapped: true }, { number: MOST, isCapped: true }],
    ]);
    const { rows } = await database.pool.query<{ at: Date }>(
      "select min(due_at) as at from reconciler.reconciliations where workspace_id = 'a'",
    );
    expect(told[0]?.oldestDueAt).toEqual(rows[0]?.at);
    expect(told[1]?.oldestDueAt).toBeNull();
    expect(told[2]?.oldestDueAt).toBeNull();
  });

  test('is read no further than that, and what is stuck is found at once', async () => {
    // Of each workspace 10,001 entries of the index, and the rows that they stand for, a block each at the worst.
    await atMost(readOwed, 4 * (MOST + 500));
    await atMost(pool => isAnythingStuck(pool, 120, 'a'), 60);
    await atMost(pool => isAnythingStuck(pool, 120, 'b'), 60);
    await atMost(pool => isAnythingStuck(pool, 120, 'd'), 60);
    await atMost(pool => isAnythingStuck(pool, 120, null), 60);
    const stuck = (workspace: string | null) => isAnythingStuck(database.pool, 120, workspace);
    expect(await stuck('a')).toBe(true);
    expect(await stuck('b')).toBe(false);
    expect(await stuck('d')).toBe(false);
    expect(await stuck(null)).toBe(true);
  });

  test('costs no more to tell when there is twice as much of it', async () => {
    await analyze();
    const before = await blocksOf(database.pool, readOwed);
    await add('more', { workspace: 'a', state: 'pending', dueInSeconds: -HOUR / 2 });
    await add('more later', {
      workspace: 'b',
      state: 'retrying',
      reason: 'seam_unavailable',
      dueInSeconds: 2 * HOUR,
    });
    expect(await blocksOf(database.pool, readOwed)).toBeLessThan(before * 1.2);
    await analyze();
    expect(await blocksOf(database.pool, readOwed)).toBeLessThan(before * 1.2);
  });
});

describe('what was given up for Seam’s sake', () => {
  const SPENT = '1970-01-01T00:00:00Z';
  const probe = async () => undefined;
  const heal = (workspaceId: string | null) => (pool: typeof database.pool) =>
    healAfterOutage({ pool, workspaceId, seam: { probe: () => Promise.reject(AWAY) } }, signal);
  const reason = 'seam_unavailable';
  const AWAY = new SeamError('seam_unavailable', 'away', { isOutage: true });
  beforeAll(async () => {
    await empty();
    await analyze();
    await add('theirs', {
      workspace: 'gone',
      state: 'failed',
      reason,
      unavailableSince: '2026-01-01',
    });
    await add('rests', { workspace: 'ours', state: 'failed', reason, unavailableSince: SPENT });
    await add('other', { workspace: 'ours', state: 'failed', reason: 'metadata_id_missing' });
  });

  test('is not gone through where it is of others, or rests', async () => {
    await atMost(heal('ours'), 60);
    await atMost(heal('unheard of'), 60);
    expect(
      await healAfterOutage({ pool: database.pool, workspaceId: 'ours', seam: { probe } }, signal),
    ).toBe(0);
  });

  test('is put back in pages, whichever was given up first', async () => {
    await database.pool.query(
      `update reconciler.reconciliations set updated_at = now() - interval '1 y'
        where subject in ('connect_webview:rests7', 'connect_webview:rests11000')`,
    );
    await atMost(heal('ours'), 60);
    await add('new', {
      workspace: 'ours',
      state: 'failed',
      reason,
      unavailableSince: '2026-01-01',
      count: 600,
    });
    const turn = () =>
      healAfterOutage({ pool: database.pool, workspaceId: 'ours', seam: { probe } }, signal);
    expect([await turn(), await turn(), await turn()]).toEqual([500, 102, 0]);
    // Where there is one key for all, all are its own.
    expect(
      await healAfterOutage({ pool: database.pool, workspaceId: null, seam: { probe } }, signal),
    ).toBe(500);
    await atMost(heal(null), 1_500);
  });
});

describe('what waits though the hold of its workspace is over', () => {
  test('is found however much of other workspaces had failed for the same reason before', async () => {
    await empty();
    await analyze();
    const failed = { state: 'retrying', reason: 'seam_unavailable', dueInSeconds: 3_600 } as const;
    await add('theirs', { ...failed, workspace: 'theirs' });
    await add('ours', { ...failed, workspace: 'ours', count: 5 });
    await atMost(async pool => {
      await pool.query(
        `insert into reconciler.recoveries (workspace_id, reason) values ('ours', 'seam_unavailable')
             on conflict do nothing`,
      );
      await advanceRecovery(pool, 'ours');
    }, 500);
    const { rows } = await database.pool.query(
      'select distinct workspace_id from reconciler.reconciliations where due_at <= now()',
    );
    expect(rows).toEqual([{ workspace_id: 'ours' }]);
  });
});

describe('what is of a workspace that nobody serves', () => {
  const park = (pool: typeof database.pool) => parkUnknownWorkspaces(pool, ['held', 'ours']);

  test('is set aside past all that waits for others, and is not written again and again', async () => {
    await empty();
    await analyze();
    await add('held', { workspace: 'held', state: 'pending', dueInSeconds: -7_200 });
    await add('strange', { workspace: 'strange', state: 'pending', dueInSeconds: -60, count: 5 });
    await atMost(park, 500);
    const { rows } = await database.pool.query<{ number: number }>(
      `select count(*)::int as number from reconciler.reconciliations
        where workspace_id = 'strange' and reason = 'workspace_unknown' and sweep_at > now() + interval '20 h'`,
    );
    expect(rows).toEqual([{ number: 5 }]);
  });

  test('is not gone through by those who look for what they serve by now', async () => {
    await empty();
    await analyze();
    const reason = 'workspace_unknown';
    await add('ours', { workspace: 'ours', state: 'failed', reason: 'user_not_found' });
    await add('gone', { workspace: 'gone', state: 'retrying', reason, dueInSeconds: 3_600 });
    await add('back', {
      workspace: 'ours',
      state: 'retrying',
      reason,
      dueInSeconds: 3_600,
      count: 5,
    });
    const scans = await readScans();
    await callBackKnown(database.pool, ['ours']);
    expect(await readScans()).toEqual({ seq_scan: scans.seq_scan, read: scans.read + 5 });
    const { rows } = await database.pool.query(
      'select distinct workspace_id from reconciler.reconciliations where sweep_at <= now()',
    );
    expect(rows).toEqual([{ workspace_id: 'ours' }]);
  });
});

/** Of the index of what was set aside, how many entries were gone through; and how often all was. */
const readScans = async (): Promise<{ seq_scan: number; read: number }> => {
  const client = await database.pool.connect();
  try {
    // What each of the other connections has counted is known once it is idle for a moment; or asked to tell.
    await client.query('select pg_stat_force_next_flush()');
    const { rows } = await client.query<{ seq_scan: number; read: number }>(
      `select t.seq_scan::int, i.idx_tup_read::int as read
         from pg_stat_user_tables t join pg_stat_user_indexes i using (relid)
        where i.indexrelname = 'reconciliations_set_aside_idx'`,
    );
    const [row] = rows;
    if (row === undefined) throw new Error('there is no such index');
    return row;
  } finally {
    client.release();
  }
};

describe('who waits for a user to exist', () => {
  test('is gone through so many at a time, also where all of them name the same one', async () => {
    await empty();
    await analyze();
    const nobody = { filter: async () => [] };
    const heal = (pool: typeof database.pool) =>
      healAwaitedUsers({ pool, users: nobody }, FROM_THE_START);
    const name = () =>
      database.pool.query(`update reconciler.reconciliations set claimed_user_id = 'test'`);
    const failed = { state: 'failed', reason: 'user_not_found', workspace: 'ours' } as const;
    await add('first', failed);
    await name();
    await database.pool.query('vacuum (analyze) reconciler.reconciliations');
    const before = await blocksOf(database.pool, heal);
    await add('second', failed);
    await name();
    await database.pool.query('vacuum (analyze) reconciler.reconciliations');
    expect(await blocksOf(database.pool, heal)).toBeLessThan(before * 1.2);
    expect(await heal(database.pool)).toEqual({ healed: 0, next: 'test' });
  });
});

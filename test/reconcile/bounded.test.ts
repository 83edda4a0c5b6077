import { beforeAll, describe, expect, test } from 'vitest';
import { FROM_THE_START, healAfterOutage, healAwaitedUsers } from '../../src/reconcile/healing.ts';
import { isAnythingStuck, readOwed } from '../../src/reconcile/owed.ts';
import { advanceRecovery } from '../../src/reconcile/recovery.ts';
import { SeamError } from '../../src/seam/errors.ts';
import { useManyCases } from '../fixtures/many-cases.ts';
import { blocksOf } from '../fixtures/statement-cost.ts';

/*
 * What is asked every few seconds, by loops, pages and orchestrators, costs what it tells or does, and not what is
 * there. Twice as much of what waits is no more to read.
 */

const MOST = 10_000;
const { signal } = new AbortController();
const many = useManyCases();
const { add, empty, analyze, atMost } = many;

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
    const told = await readOwed(many.database.pool);
    expect(told.map(({ workspaceId, owed, waiting }) => [workspaceId, owed, waiting])).toEqual([
      ['a', { number: MOST, isCapped: true }, { number: MOST, isCapped: true }],
      ['b', { number: MOST, isCapped: true }, { number: 0, isCapped: false }],
      ['c', { number: MOST, isCapped: true }, { number: 0, isCapped: false }],
      ['d', { number: 3, isCapped: false }, { number: 3, isCapped: false }],
      [null, { number: MOST, isCapped: true }, { number: MOST, isCapped: true }],
    ]);
    const { rows } = await many.database.pool.query<{ at: Date }>(
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
    const stuck = (workspace: string | null) => isAnythingStuck(many.database.pool, 120, workspace);
    expect(await stuck('a')).toBe(true);
    expect(await stuck('b')).toBe(false);
    expect(await stuck('d')).toBe(false);
    expect(await stuck(null)).toBe(true);
  });

  test('costs no more to tell when there is twice as much of it', async () => {
    await analyze();
    const before = await blocksOf(many.database.pool, readOwed);
    await add('more', { workspace: 'a', state: 'pending', dueInSeconds: -HOUR / 2 });
    await add('more later', {
      workspace: 'b',
      state: 'retrying',
      reason: 'seam_unavailable',
      dueInSeconds: 2 * HOUR,
    });
    expect(await blocksOf(many.database.pool, readOwed)).toBeLessThan(before * 1.2);
    await analyze();
    expect(await blocksOf(many.database.pool, readOwed)).toBeLessThan(before * 1.2);
  });
});

describe('what was given up for Seam’s sake', () => {
  const SPENT = '1970-01-01T00:00:00Z';
  const probe = async () => undefined;
  const heal = (workspaceId: string | null) => (pool: typeof many.database.pool) =>
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
      await healAfterOutage(
        { pool: many.database.pool, workspaceId: 'ours', seam: { probe } },
        signal,
      ),
    ).toBe(0);
  });

  test('is put back in pages, whichever was given up first', async () => {
    await many.database.pool.query(
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
      healAfterOutage({ pool: many.database.pool, workspaceId: 'ours', seam: { probe } }, signal);
    expect([await turn(), await turn(), await turn()]).toEqual([500, 102, 0]);
    // Where there is one key for all, all are its own.
    expect(
      await healAfterOutage(
        { pool: many.database.pool, workspaceId: null, seam: { probe } },
        signal,
      ),
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
    const { rows } = await many.database.pool.query(
      'select distinct workspace_id from reconciler.reconciliations where due_at <= now()',
    );
    expect(rows).toEqual([{ workspace_id: 'ours' }]);
  });
});

describe('who waits for a user to exist', () => {
  test('is gone through so many at a time, also where all of them name the same one', async () => {
    await empty();
    await analyze();
    const nobody = { filter: async () => [] };
    const heal = (pool: typeof many.database.pool) =>
      healAwaitedUsers({ pool, users: nobody }, FROM_THE_START);
    const name = () =>
      many.database.pool.query(`update reconciler.reconciliations set claimed_user_id = 'test'`);
    const failed = { state: 'failed', reason: 'user_not_found', workspace: 'ours' } as const;
    await add('first', failed);
    await name();
    await many.database.pool.query('vacuum (analyze) reconciler.reconciliations');
    const before = await blocksOf(many.database.pool, heal);
    await add('second', failed);
    await name();
    await many.database.pool.query('vacuum (analyze) reconciler.reconciliations');
    expect(await blocksOf(many.database.pool, heal)).toBeLessThan(before * 1.2);
    expect(await heal(many.database.pool)).toEqual({ healed: 0, next: 'test' });
  });
});

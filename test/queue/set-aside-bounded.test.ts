import { describe, expect, test } from 'vitest';
import { callBackKnown, parkUnknownWorkspaces } from '../../src/queue/unknown-workspaces.ts';
import { useManyCases } from '../fixtures/many-cases.ts';

const many = useManyCases();
const { add, empty, analyze, atMost } = many;

describe('what is of a workspace that nobody serves', () => {
  const park = (pool: typeof many.database.pool) => parkUnknownWorkspaces(pool, ['held', 'ours']);

  test('is set aside past all that waits for others, and is not written again and again', async () => {
    await empty();
    await analyze();
    await add('held', { workspace: 'held', state: 'pending', dueInSeconds: -7_200 });
    await add('strange', { workspace: 'strange', state: 'pending', dueInSeconds: -60, count: 5 });
    await atMost(park, 500);
    const { rows } = await many.database.pool.query<{ number: number }>(
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
    await callBackKnown(many.database.pool, ['ours']);
    // Another connection tells of what it has read a second later, as a rule.
    await expect
      .poll(readScans, { timeout: 20_000 })
      .toEqual({ seq_scan: scans.seq_scan, read: scans.read + 5 });
    const { rows } = await many.database.pool.query(
      'select distinct workspace_id from reconciler.reconciliations where sweep_at <= now()',
    );
    expect(rows).toEqual([{ workspace_id: 'ours' }]);
  });
});

/** Of the index of what was set aside, how many entries were gone through; and how often all was. */
const readScans = async (): Promise<{ seq_scan: number; read: number }> => {
  const client = await many.database.pool.connect();
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

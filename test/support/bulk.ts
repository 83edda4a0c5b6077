import { driveBulkRuns } from '../../src/support/bulk/runner.ts';
import type { LookQueues } from '../../src/support/cases/retry.ts';
import type { TestDatabase } from './database.ts';
import { silentLog } from './settings.ts';

/** What a person's bulk run needs, over a database; and what it puts into the queue. */
export const bulkDesk = ({ pool, db }: TestDatabase, servedIds: LookQueues['servedIds'] = null) => {
  const requested: string[] = [];
  const queues: LookQueues = {
    servedIds,
    request: async subject => {
      requested.push(subject);
      return true;
    },
  };
  return { pool, db, queues, config: { workspaces: [] }, log: silentLog, requested };
};
export type BulkDesk = ReturnType<typeof bulkDesk>;

/** One step of all bulk runs, as if their pace allowed it by now. */
export const stepOn = async (desk: BulkDesk): Promise<void> => {
  await desk.pool.query(
    `update reconciler.bulk_runs set leased_until = now() - interval '1 h', started_at = now() - interval '2 h'
      where started_at is not null`,
  );
  await driveBulkRuns(desk);
};

/** Lets the looks that are owed end, as a run would write it. */
export const endLooks = async (
  { pool }: TestDatabase,
  as: { state: 'linked' | 'failed' | 'retrying'; reason?: string; subject?: string },
): Promise<void> => {
  await pool.query(
    `update reconciler.reconciliations
        set state = $1, reason = $2,
            observed_generation = case when $1 = 'retrying' then observed_generation else generation end,
            settled_at = case when $1 = 'linked' then now() end
      where observed_generation < generation and ($3::text is null or subject = $3)`,
    [as.state, as.reason ?? null, as.subject ?? null],
  );
};

/** Puts in many failed ones at once: `connect_webview:w1` … */
export const addFailed = async (
  { pool }: TestDatabase,
  number: number,
  prefix = 'w',
): Promise<void> => {
  await pool.query(
    `insert into reconciler.reconciliations
            (subject, generation, observed_generation, state, reason, connect_webview_id, updated_at)
     select 'connect_webview:' || $2 || n, 1, 1, 'failed', 'user_not_found', $2 || n,
            now() - interval '1 d' + n * interval '1 ms'
       from generate_series(1, $1) n`,
    [number, prefix],
  );
};

/** How many items of a bulk run stand how. */
export const itemStates = async (
  { pool }: TestDatabase,
  id: number,
): Promise<Record<string, number>> => {
  const { rows } = await pool.query<{ state: string; number: number }>(
    'select state, count(*)::int as number from reconciler.bulk_items where bulk_run_id = $1 group by 1',
    [id],
  );
  return Object.fromEntries(rows.map(({ state, number }) => [state, number]));
};

import type pg from 'pg';

/** How long a preview that nobody started is kept. */
const PREVIEW_KEPT_HOURS = 24;
/** Each may have tens of thousands of items. */
const BATCH_SIZE = 5;

/**
 * Removes previews that nobody started, and what came of bulk runs that ended long ago. What people did
 * stays in the audit log.
 *
 * @param retentionDays how long ended ones are kept; 0: for ever
 * @returns how many were removed
 */
export const forgetBulkRuns = async (
  pool: pg.Pool,
  retentionDays: number,
  signal: AbortSignal,
): Promise<number> => {
  let forgotten = 0;
  while (!signal.aborted) {
    const { rowCount } = await pool.query(
      `delete from reconciler.bulk_runs where id in (
         select id from reconciler.bulk_runs
          where (state = 'planned' and planned_at < now() - $1 * interval '1 h')
             or ($2 > 0 and finished_at < now() - $2 * interval '1 d')
          order by id limit $3 for update skip locked)`,
      [PREVIEW_KEPT_HOURS, retentionDays, BATCH_SIZE],
    );
    forgotten += rowCount ?? 0;
    if ((rowCount ?? 0) < BATCH_SIZE) break;
  }
  return forgotten;
};

import type pg from 'pg';
import { deleteInBatches } from '../../db/remove-old.ts';

/** How long a preview that nobody started is kept. */
const PREVIEW_KEPT_HOURS = 24;
/** Each may have tens of thousands of items. */
const BATCH_SIZE = 1;

/**
 * Removes previews that nobody started, and what came of bulk runs that ended long ago. What people did
 * stays in the audit log.
 *
 * @param retentionDays how long ended ones are kept; 0: for ever
 * @returns how many were removed
 */
export const forgetBulkRuns = (
  pool: pg.Pool,
  retentionDays: number,
  signal: AbortSignal,
): Promise<number> =>
  deleteInBatches(
    pool,
    signal,
    `delete from reconciler.bulk_runs where id in (
       select id from reconciler.bulk_runs
        where (state = 'planned' and planned_at < now() - $2 * interval '1 h')
           or ($3 > 0 and finished_at < now() - $3 * interval '1 d')
        order by id limit $1 for update skip locked)`,
    [PREVIEW_KEPT_HOURS, retentionDays],
    BATCH_SIZE,
  );

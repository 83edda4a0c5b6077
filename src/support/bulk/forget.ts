import type pg from 'pg';
import { deleteInBatches } from '../../db/remove-old.ts';

/** How long a preview that nobody started is kept. */
const PREVIEW_KEPT_HOURS = 24;

const IS_OLD = `
  (b.state = 'planned' and b.planned_at < now() - $2 * interval '1 h'
   or $3 > 0 and b.finished_at < now() - $3 * interval '1 d')`;

/**
 * Removes previews that nobody started, and what came of bulk runs that ended long ago. What people did
 * stays in the audit log. Each may have tens of thousands of items: they go first, a page at a time.
 *
 * @param retentionDays how long ended ones are kept; 0: for ever
 * @returns how many were removed
 */
export const forgetBulkRuns = async (
  pool: pg.Pool,
  retentionDays: number,
  signal: AbortSignal,
): Promise<number> => {
  const old = [PREVIEW_KEPT_HOURS, retentionDays];
  await deleteInBatches(
    pool,
    signal,
    // Of each in turn, and by where they lie: those of the others aren't gone through.
    `delete from reconciler.bulk_items where ctid = any (array(
       select i.ctid
         from reconciler.bulk_runs b cross join lateral (
           select ctid from reconciler.bulk_items
            where bulk_run_id = b.id order by position limit $1 for update skip locked) i
        where ${IS_OLD} limit $1))`,
    old,
  );
  return deleteInBatches(
    pool,
    signal,
    `delete from reconciler.bulk_runs where id in (
       select id from reconciler.bulk_runs b
        where ${IS_OLD} and (select i.position from reconciler.bulk_items i where i.bulk_run_id = b.id
                              order by i.position limit 1) is null
        order by id limit $1 for update skip locked)`,
    old,
  );
};

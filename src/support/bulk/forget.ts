import type pg from 'pg';
import { deleteWithItems } from '../../db/remove-old.ts';
import { ASKED_KEPT_DAYS } from './limits.ts';

/** How long a preview that nobody started is kept. */
const PREVIEW_KEPT_HOURS = 24;

/**
 * Removes previews that nobody started (later, where somebody was asked to), and what came of bulk runs that ended long ago. What people did
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
  const { owners } = await deleteWithItems(pool, signal, {
    table: 'bulk_runs',
    isOld: `(o.state = 'planned' and o.planned_at < now() - $2 * interval '1 h'
               and (o.asked_at is null or o.asked_at < now() - $4 * interval '1 d')
             or $3 > 0 and o.finished_at < now() - $3 * interval '1 d')`,
    items: { table: 'bulk_items', owner: 'bulk_run_id', order: 'position' },
    values: [PREVIEW_KEPT_HOURS, retentionDays, ASKED_KEPT_DAYS],
  });
  return owners;
};

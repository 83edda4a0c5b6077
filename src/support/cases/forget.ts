import type pg from 'pg';
import { deleteInBatches } from '../../db/remove-old.ts';

/**
 * Removes notes that were written longer ago than so many days. That somebody wrote one stays in the audit log for as
 * long as that is kept.
 *
 * @returns how many went
 */
export const forgetNotes = (pool: pg.Pool, days: number, signal: AbortSignal): Promise<number> =>
  deleteInBatches(
    pool,
    signal,
    // By their ids, which rise with time: so the old ones are met first.
    `delete from reconciler.notes where id in (
       select id from (select id, at from reconciler.notes order by id limit $1) oldest
        where at < now() - $2 * interval '1 day')`,
    [days],
  );

import type pg from 'pg';
import { RELEASED } from '../books/changes.ts';

/** So long after its lease a run is over: whoever is still at it would have asked for more time. */
const OVER_AFTER_SECONDS = 30;
const BATCH_SIZE = 500;

/**
 * Ends, as interrupted, runs that were left by whoever died, of what a person had settled meanwhile (dismissed it and
 * opened it again, took a link by hand back): as nothing is owed, no other run begins, which would end them. An index
 * holds just these.
 *
 * @returns how many were ended
 */
export const endLeftRuns = async (pool: pg.Pool): Promise<number> => {
  const { rows } = await pool.query<{ ended: number }>(
    `with left_behind as (
       select subject, newest_run_id from reconciler.reconciliations
        where leased_until < now() - $1 * interval '1 s' and observed_generation >= generation
        order by leased_until limit $2 for update skip locked
     ), released as (
       update reconciler.reconciliations r set ${RELEASED} from left_behind l where r.subject = l.subject
     ), ended as (
       update reconciler.runs set finished_at = now(), outcome = 'interrupted'
         from left_behind l where runs.id = l.newest_run_id and runs.finished_at is null
       returning runs.id
     )
     select count(*)::int as ended from ended`,
    [OVER_AFTER_SECONDS, BATCH_SIZE],
  );
  return rows[0]?.ended ?? 0;
};

import type pg from 'pg';
import { deleteInBatches } from '../../db/remove-old.ts';
import { withNames } from './names.ts';

/** For so long people may ask who had it. */
const ASSIGNED_DAYS = 90;
const SNOOZED_DAYS = 30;
/** As long as drafts are kept (support/drafts). */
const DRAFT_DAYS = 30;

/** Nobody has it, and nobody can say so of it any more: it was given up, settled, or it is gone. */
const FORGOTTEN_ASSIGNMENTS = `
  delete from reconciler.assignments where subject in (
    select a.subject from reconciler.assignments a ${withNames('a')}
     where a.assigned_at < now() - $2 * interval '1 day'
       and not exists (
         select from reconciler.reconciliations r
          where r.subject = any(a_case.names)
            and (r.state not in ('linked', 'no_action') or r.updated_at >= now() - $2 * interval '1 day'))
     limit $1)`;

/** Its time is long over, there was news long ago, or its case is gone. */
const FORGOTTEN_SNOOZES = `
  delete from reconciler.snoozes where subject in (
    select s.subject from reconciler.snoozes s ${withNames('s')}
     where s.at < now() - $2 * interval '1 day'
       and (s.until < now() - $2 * interval '1 day'
            or s.until_news and s.heard < (
                 select sum(r.generation) from reconciler.reconciliations r where r.subject = any(s_case.names))
            or not exists (select from reconciler.reconciliations r where r.subject = any(s_case.names)))
     limit $1)`;

const FORGOTTEN_DRAFTS = `
  delete from reconciler.drafts where (operator_id, form) in (
    select operator_id, form from reconciler.drafts
     where updated_at < now() - $2 * interval '1 day' limit $1)`;

/**
 * Removes what people kept of cases that are settled or gone, snoozes that are over, and what nobody went on writing.
 *
 * @returns how many rows went
 */
export const forgetShifts = async (pool: pg.Pool, signal: AbortSignal): Promise<number> => {
  const assignments = await deleteInBatches(pool, signal, FORGOTTEN_ASSIGNMENTS, [ASSIGNED_DAYS]);
  const snoozes = await deleteInBatches(pool, signal, FORGOTTEN_SNOOZES, [SNOOZED_DAYS]);
  return (
    assignments + snoozes + (await deleteInBatches(pool, signal, FORGOTTEN_DRAFTS, [DRAFT_DAYS]))
  );
};

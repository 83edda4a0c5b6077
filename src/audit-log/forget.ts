import type pg from 'pg';
import { deleteInBatches, type Kind, removeAlone, removeSome } from '../db/remove-old.ts';

const LOCK_KEY = 'seam-reconciler audit log';
/** As prune: so many rows that have to stay a turn goes past. */
const MOST_PASSED_OVER = 50_000;

/**
 * What still matters: who made a link by hand that stands, or that an undoing would put back; who unlinked an account,
 * while that counts; and in whose name a bulk run acts that has not ended.
 */
const MAY_GO = `
  not exists (select 1 from reconciler.links l
               where p.action = 'link' and l.linked_by_audit = p.id
                 and l.connected_account_id = p.after->>'connected_account_id' -- By which they are found.
                 and (l.unlinked_at is null or l.unlinked_because in ('linked_by_hand', 'unlinked_by_hand')))
  and not exists (select 1 from reconciler.links l
                   where p.action = 'unlink' and l.unlinked_by_audit = p.id
                     and l.connected_account_id = p.after->>'connected_account_id'
                     and l.unlinked_claim is not null)
  and not exists (select 1 from reconciler.bulk_runs b
                   where p.action = 'start_bulk_run' and 'bulk_run:' || b.id = p.target
                     and b.finished_at is null)`;

const CHANGES: Kind = {
  name: 'audit_log',
  page: `
    select id, at, action, target, after from reconciler.audit_log
     where at < $1 and (at, id) > ($2::timestamptz, $3::bigint)
     order by at, id limit $4`,
  start: ['-infinity', '0'],
  chosen: `select p.id from page p where ${MAY_GO}`,
  // By the function: the role that this runs as may have no right to change the log (grants.ts).
  remove: 'select reconciler.forget_changes(array(select id from chosen), $1) as id',
  alongside: '',
  next: `select at::text as first, id::text as second from page order by at desc, id desc limit 1`,
};

/**
 * Removes what people did longer ago than so many days, in small batches, one process at a time.
 *
 * @returns how many went; null when another process is at it
 */
export const forgetChanges = async (
  pool: pg.Pool,
  days: number,
  signal: AbortSignal,
): Promise<number | null> => {
  const done = await removeAlone(pool, LOCK_KEY, days, signal, (before, stop) =>
    removeSome(pool, CHANGES, before, stop, MOST_PASSED_OVER),
  );
  return done?.removed ?? null;
};

/** How long what the API answered is told again to a request with the same Idempotency-Key. */
export const ANSWERS_KEPT_HOURS = 24;

/** Removes the answers that no request is told again. @returns how many went */
export const forgetAnswers = (pool: pg.Pool, signal: AbortSignal): Promise<number> =>
  deleteInBatches(
    pool,
    signal,
    `delete from reconciler.api_answers where (actor, key) in (
       select actor, key from reconciler.api_answers
        where at < now() - $2 * interval '1 hour' order by at limit $1 for update skip locked)`,
    [ANSWERS_KEPT_HOURS],
  );

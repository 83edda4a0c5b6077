import { isBelieved } from '../books/owner.ts';
import { DELETION_COUNTS_SECONDS, DELETION_LAG_SECONDS } from '../db/timing.ts';
import { BEING_DELETED_CODE } from './account-state.ts';

/**
 * In SQL: whether Seam has shown the account as one that lives, after the lag that follows `at`. The row of
 * an account (as `a`) says what Seam showed last, and when.
 */
const SHOWN_SINCE = (at: string): string => `
  (a.read_at > ${at} + ${DELETION_LAG_SECONDS} * interval '1 s'
   and a.deleted_at is null and a.read_by_run > 0
   and not exists (
     select 1 from jsonb_array_elements(a.errors || a.warnings) trouble
      where '${BEING_DELETED_CODE}' in (trouble->>'error_code', trouble->>'warning_code')))`;

/**
 * In SQL: whether a word of that time still counts. It is spent once it is old and Seam has shown the account
 * after it: that deletion didn't take place, or was that of an older life of the account. Where there is no row
 * of the account, nobody has seen it since.
 */
const COUNTS = (at: string): string => `
  not coalesce(${at} <= now() - ${DELETION_COUNTS_SECONDS} * interval '1 s' and ${SHOWN_SINCE(at)}, false)`;

/**
 * In SQL: when the deletion of an account was last announced, by Seam (its answer or its event) or by a person
 * who had Seam delete it; null where nobody did, or what was announced is spent. `a` is the account's row, which
 * may be missing.
 *
 * An event is judged by when it occurred: one that comes late may be of an older life.
 *
 * @param subject the account's subject, in SQL
 * @param workspace whose it is, in SQL: nobody else's word counts; null there: the only one's
 */
export const deletionAnnouncedAt = (subject: string, workspace: string): string =>
  `greatest(a.deleted_at, ${deletionToldAt(subject, workspace)})`;

/** In SQL: the same, but only what was said in so many words: not that the account was found to be gone. */
export const deletionToldAt = (subject: string, workspace: string): string => `
  greatest(
    case when ${COUNTS('a.deletion_requested_at')} then a.deletion_requested_at end,
    (select max(told.received_at) from reconciler.deliveries told
      where told.subject = ${subject} and told.event_type = 'connected_account.deleted'
        and ${isBelieved('told', workspace)}
        and ${COUNTS('least(told.occurred_at, told.received_at)')}))`;

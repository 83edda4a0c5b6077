import { SupportError } from '../../access/errors.ts';
import { ownerOf } from '../../books/owner.ts';
import type { Client, Db } from '../../db/client.ts';
import { and, drizzle, eq, isNull, sql } from '../../db/drizzle.ts';
import { links, reconciliations } from '../../db/schema.ts';
import type { FailureReason, ReconciliationState } from '../../model/outcome.ts';
import { SUBJECT_KINDS, type Subject } from '../../model/subject.ts';
import type { Queues } from '../../queue/queues.ts';
import { requestLook } from '../../reconcile/request.ts';
import { isStorable } from '../../seam/storable.ts';
import { caseNamed } from '../cases/members.ts';
import { reasonExplained } from '../words/reason-words.ts';
import { noMatch } from '../words/words.ts';

/** A link as it is stored, ended or not. */
export type StoredLink = typeof links.$inferSelect;

/** Who has dismissed a case, and why. */
export type Dismissal = Readonly<{ by: string; why: string }>;

/** A case whose account is to be linked otherwise, as it stands under the locks. */
export type LockedCase = Readonly<{
  subject: Subject;
  accountId: string;
  state: ReconciliationState;
  reason: FailureReason | null;
  generation: number;
  /** Null unless it is dismissed. */
  dismissal: Dismissal | null;
  /** The account's link now. */
  link: StoredLink | null;
}>;

/**
 * Locks a case and its account's id, in one statement, as a run does before it writes: a run that is under
 * way waits, and then decides on what is written here. The account's other cases, too, in the order of their
 * keys, as everywhere: webhooks and retries of several at once wait, and no deadlock holds them up.
 *
 * @param accountId whose link is to change
 * @throws SupportError `not_found`
 */
export const lockCaseOfAccount = async (
  client: Client,
  subject: Subject,
  accountId: string,
): Promise<LockedCase> => {
  const { rows } = await client.query<
    Pick<LockedCase, 'subject' | 'state' | 'reason'> & {
      generation: string;
      dismissed_by: string | null;
      dismissed_why: string | null;
    }
  >({
    name: 'lock-case',
    text: `
      select subject, state, reason, generation, dismissed_by, dismissed_why, pg_advisory_xact_lock(hashtextextended($2, 0))
        from reconciler.reconciliations where subject = $1 or connected_account_id = $2
       order by subject for update`,
    values: [subject, accountId],
  });
  const own = rows.find(row => row.subject === subject);
  if (own === undefined) throw noSuchCase(subject);
  // In a statement of its own: it sees what was written while the lock was waited for.
  const [link = null] = await drizzle(client)
    .select()
    .from(links)
    .where(and(eq(links.connectedAccountId, accountId), isNull(links.unlinkedAt)));
  const { state, reason, dismissed_by: by, dismissed_why: why } = own;
  const dismissal = by === null || why === null ? null : { by, why };
  const generation = Number(own.generation);
  return { subject, accountId, state, reason, generation, dismissal, link };
};

const noSuchCase = (subject: string): SupportError =>
  new SupportError('not_found', noMatch(subject));

/** @throws SupportError `not_found` for a text that is no subject */
export const toSubject = (text: string): Subject => {
  if (SUBJECT_KINDS.some(kind => text.startsWith(`${kind}:`))) return text as Subject;
  throw noSuchCase(text);
};

/**
 * The subject of a case that a link is made or ended from, by any name of the case: the very one that is named, else of
 * those that lead to its account the one that says most.
 *
 * @throws SupportError `not_found`
 */
export const subjectToLink = async (on: Pick<Client, 'query'>, text: string): Promise<Subject> => {
  if (!isStorable(text)) throw noSuchCase(text);
  const { lead, subjects, accountId } = await caseNamed(on, text);
  if (accountId === null) return lead;
  const { rows } = await on.query<{ subject: Subject }>(
    `select subject from reconciler.reconciliations
      where subject = any($1) and connected_account_id = $2
      order by subject = $3 desc, array_position($1, subject) limit 1`,
    [subjects, accountId, text],
  );
  return rows[0]?.subject ?? lead;
};

/** The workspace that Seam has shown a case's account to. */
const OWNER_OF_ACCOUNT = sql<string | null>`${sql.raw(
  ownerOf("('connected_account:' || reconciliations.connected_account_id)"),
)}`;

/**
 * The account that a case is about.
 *
 * @throws SupportError `not_found`; `refused` where no account is known yet, with what to do instead, and where it is
 *   another workspace's, and named here by an event only
 */
export const accountToLink = async (db: Pick<Db, 'select'>, subject: Subject): Promise<string> => {
  const [own] = await db
    .select({
      accountId: reconciliations.connectedAccountId,
      reason: reconciliations.reason,
      workspaceId: reconciliations.workspaceId,
      owner: OWNER_OF_ACCOUNT,
    })
    .from(reconciliations)
    .where(eq(reconciliations.subject, subject));
  if (own === undefined) throw noSuchCase(subject);
  if (own.owner !== null && own.workspaceId !== null && own.owner !== own.workspaceId) {
    const why = `The account that this names belongs to the Seam workspace ${own.owner}, not to ${own.workspaceId}.`;
    throw new SupportError('refused', `${why} Link it from its own case.`);
  }
  if (subject.startsWith('connected_account:')) return subject.slice('connected_account:'.length);
  if (own.accountId !== null) return own.accountId;
  throw new SupportError('refused', `There is no account to link yet. ${whatToDo(own.reason)}`);
};

const whatToDo = (reason: FailureReason | null): string => {
  if (reason === null) return 'Wait for the next check, or retry.';
  const { sentence, remedy } = reasonExplained(reason);
  return `${sentence} ${remedy}`;
};

/** A look that was asked for: to be put into its queue after the commit. */
export type ToQueue = Readonly<{ subject: Subject; workspaceId: string | null }>;

/**
 * Asks for a look that belongs to a change, which has its audit row.
 *
 * @returns null where it can't be looked at (its workspace isn't configured here)
 */
export const askForLook = async (
  client: Client,
  { servedIds }: Pick<Queues, 'servedIds'>,
  subject: Subject,
): Promise<ToQueue | null> => {
  const asked = await requestLook(client, servedIds, subject);
  return asked.kind === 'asked' ? { subject, workspaceId: asked.workspaceId } : null;
};

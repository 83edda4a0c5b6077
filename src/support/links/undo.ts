import { z } from 'zod';
import { type Actor, insistOn } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { recordChange } from '../../audit-log/record.ts';
import { type Client, inTransactionWithRetries } from '../../db/client.ts';
import { and, desc, drizzle, eq } from '../../db/drizzle.ts';
import { links } from '../../db/schema.ts';
import { auditLog } from '../../db/schema-desk.ts';
import { FAILURE_REASONS, RECONCILIATION_STATES } from '../../model/outcome.ts';
import type { Subject } from '../../model/subject.ts';
import type { Desk } from '../desk.ts';
import { type CaseBefore, endLink, linkShown } from './link.ts';
import { lockCaseOfAccount, type StoredLink, type ToQueue, toSubject } from './lock.ts';
import { restoreCase, restoreLink } from './restore.ts';

/** What undoing a link by hand put back. */
export type UndoResult = Readonly<{
  subject: Subject;
  connected_account_id: string;
  /** Whose the account is again; null: nobody's. */
  user_id: string | null;
  /** Whose it was by hand. */
  former_user_id: string;
  audit_id: number;
  /** Whether it is looked at again: where it was waiting for a look before, or stands otherwise by now. */
  look_asked: boolean;
}>;

const caseSchema = z.object({
  subject: z.string(),
  state: z.enum(RECONCILIATION_STATES),
  reason: z.enum(FAILURE_REASONS).nullable(),
});
/** What `linkByHand` wrote into the audit log. */
const linkedSchema = z.object({
  before: caseSchema.omit({ subject: true }).extend({
    others: z.array(caseSchema),
    /** Not in what the version before this one wrote. */
    undo: z
      .object({
        generation: z.number(),
        dismissal: z.object({ by: z.string(), why: z.string() }).nullable(),
      })
      .optional(),
  }),
  after: z.object({ connected_account_id: z.string(), user_id: z.string() }),
});

/** A link by hand, as the audit log has it. */
type Linked = Readonly<{
  subject: Subject;
  accountId: string;
  userId: string;
  before: CaseBefore[];
}>;

/**
 * The case that a link by hand was made for.
 *
 * @param auditId of the audit log
 * @throws SupportError `not_found` where that is no link by hand
 */
export const subjectOfLink = async (
  { db }: Pick<Desk, 'db'>,
  auditId: number,
): Promise<Subject> => {
  const [row] = await db
    .select({ target: auditLog.target })
    .from(auditLog)
    .where(and(eq(auditLog.id, auditId), eq(auditLog.action, 'link')));
  if (row === undefined) throw noSuchLink(auditId);
  return toSubject(row.target);
};

const noSuchLink = (auditId: number): SupportError =>
  new SupportError('not_found', `There is no link made by hand with the number ${auditId}.`);

/**
 * Takes a link by hand back: what stood before it stands again, the former link (or none) and the case's
 * state and reason.
 *
 * @param auditId of the audit log: what `linkByHand` returned
 * @throws SupportError `not_found`; `conflict` where something has changed that link since, and what; DoneBeforeError
 */
export const undoLink = async (
  desk: Desk,
  actor: Actor,
  subjectText: string,
  auditId: number,
): Promise<UndoResult> => {
  insistOn(actor, 'link');
  const subject = toSubject(subjectText);
  const done = await inTransactionWithRetries(desk.pool, client =>
    undoWithin(desk, client, actor, subject, auditId),
  );
  for (const { subject: asked, workspaceId } of done.asked) {
    await desk.queues.request(asked, workspaceId);
  }
  return { ...done.result, look_asked: done.asked.some(each => each.subject === subject) };
};

const undoWithin = async (
  desk: Desk,
  client: Client,
  actor: Actor,
  subject: Subject,
  auditId: number,
): Promise<{ result: Omit<UndoResult, 'look_asked'>; asked: ToQueue[] }> => {
  const linked = await readLinked(client, subject, auditId);
  const { accountId, userId } = linked;
  const { link: current, state, reason } = await lockCaseOfAccount(client, subject, accountId);
  const former = await readFormer(client, accountId, auditId);
  const undoing = await recordChange(client, actor, {
    action: 'undo_link',
    target: subject,
    before: { ...linkShown(current), state, reason },
    after: {
      connected_account_id: accountId,
      ...linkShown(former),
      state: linked.before[0]?.state,
      reason: linked.before[0]?.reason,
      undone: auditId,
    },
  });
  const byHand = await readByHand(client, accountId, auditId);
  insistOnUnchanged(byHand, current);
  await endLink(client, byHand, 'undone', undoing);
  if (former !== null) await restoreLink(client, former);
  const asked: ToQueue[] = [];
  for (const each of linked.before) asked.push(...(await restoreCase(desk, client, each)));
  const result = {
    subject,
    connected_account_id: accountId,
    user_id: former?.userId ?? null,
    former_user_id: userId,
    audit_id: undoing,
  };
  return { result, asked };
};

const readLinked = async (client: Client, subject: Subject, auditId: number): Promise<Linked> => {
  const [row] = await drizzle(client)
    .select({ before: auditLog.before, after: auditLog.after })
    .from(auditLog)
    .where(
      and(eq(auditLog.id, auditId), eq(auditLog.action, 'link'), eq(auditLog.target, subject)),
    );
  if (row === undefined) throw noSuchLink(auditId);
  const { before, after } = linkedSchema.parse(row);
  const { state, reason, others, undo } = before;
  return {
    subject,
    accountId: after.connected_account_id,
    userId: after.user_id,
    before: [{ subject, state, reason, ...undo }, ...others],
  };
};

/** The link that the one by hand ended. */
const readFormer = async (
  client: Client,
  accountId: string,
  auditId: number,
): Promise<StoredLink | null> => {
  const [former = null] = await drizzle(client)
    .select()
    .from(links)
    .where(
      and(
        eq(links.connectedAccountId, accountId),
        eq(links.unlinkedByChange, auditId),
        eq(links.unlinkedBecause, 'linked_by_hand'),
      ),
    );
  return former;
};

/** The last one of that number: it may have been ended, and put back since. */
const readByHand = async (
  client: Client,
  accountId: string,
  auditId: number,
): Promise<StoredLink> => {
  const [byHand] = await drizzle(client)
    .select()
    .from(links)
    .where(and(eq(links.connectedAccountId, accountId), eq(links.linkedByChange, auditId)))
    .orderBy(desc(links.id))
    .limit(1);
  if (byHand === undefined) throw noSuchLink(auditId);
  return byHand;
};

/** @throws SupportError `conflict` that says what has happened to the link */
const insistOnUnchanged = (byHand: StoredLink, current: StoredLink | null): void => {
  const why = whyChanged(byHand, current?.userId ?? null);
  if (why === null) return;
  throw new SupportError('conflict', `${why} So there is nothing to undo, and nothing was done.`);
};

const whyChanged = (
  { userId, unlinkedBecause, unlinkedAt, confirmedAt }: StoredLink,
  currentUserId: string | null,
): string | null => {
  if (unlinkedAt === null) {
    return confirmedAt === null ? null : `The account's metadata in Seam now names ${userId}, too.`;
  }
  const nowLinked = `it is now ${currentUserId === null ? 'not linked' : `linked to ${currentUserId}`}`;
  switch (unlinkedBecause) {
    case 'undone':
      return `That was already undone: ${nowLinked}.`;
    case 'linked_by_hand':
      return `It was linked by hand again: ${nowLinked}.`;
    case 'account_deleted':
      return 'The account was deleted in Seam, which ended the link.';
    case 'account_gone':
      return 'Seam no longer lists the account, which ended the link.';
    case 'relinked':
    case 'seam_differs':
      return `The account's metadata in Seam now names another user: ${nowLinked}.`;
    case null:
      return `The link has ended: ${nowLinked}.`;
    default:
      return unlinkedBecause satisfies never;
  }
};

import { type Actor, insistOn } from '../../access/actor.ts';
import { recordChange } from '../../audit-log/record.ts';
import { type Client, inTransactionWithRetries } from '../../db/client.ts';
import { and, drizzle, eq, inArray } from '../../db/drizzle.ts';
import { links } from '../../db/schema.ts';
import { auditLog } from '../../db/schema-desk.ts';
import type { Subject } from '../../model/subject.ts';
import { caseNamed } from '../cases/members.ts';
import type { Desk } from '../desk.ts';
import { insistOnStillEnded, insistOnUnchanged } from './changed.ts';
import { DONE, noSuchLink, readByHand, readDone, readFormer, UNDOING } from './done.ts';
import { endLink, linkShown } from './link.ts';
import { lockCaseOfAccount, type StoredLink, type ToQueue, toSubject } from './lock.ts';
import { readAccount } from './order.ts';
import { restoreCase, restoreLink } from './restore.ts';

/** What undoing a link, or an unlinking, by hand put back. */
export type UndoResult = Readonly<{
  subject: Subject;
  connected_account_id: string;
  /** Whose the account is again; null: nobody's. */
  user_id: string | null;
  /** Whose it was by hand; null: nobody's, by an unlinking. */
  former_user_id: string | null;
  audit_id: number;
  /** Whether it is looked at again: where it was waiting for a look before, or stands otherwise by now. */
  look_asked: boolean;
}>;

/**
 * The case that a link by hand was made or ended for.
 *
 * @param auditId of the audit log
 * @throws SupportError `not_found` where that is neither
 */
export const subjectOfLink = async (
  { db }: Pick<Desk, 'db'>,
  auditId: number,
): Promise<Subject> => {
  const [row] = await db
    .select({ target: auditLog.target })
    .from(auditLog)
    .where(and(eq(auditLog.id, auditId), inArray(auditLog.action, [...DONE])));
  if (row === undefined) throw noSuchLink(auditId);
  return toSubject(row.target);
};

/**
 * Takes a link or an unlinking by hand back: what stood before it stands again, the former link (or none) and the
 * case's state and reason.
 *
 * @param auditId of the audit log: what `linkByHand` or `unlinkByHand` returned
 * @throws SupportError `not_found`; `conflict` where something has changed that link since, and what; DoneBeforeError
 */
export const undoLink = async (
  desk: Desk,
  actor: Actor,
  subjectText: string,
  auditId: number,
): Promise<UndoResult> => {
  insistOn(actor, 'link');
  // Noted under the subject that it was made from: any name of that subject's case will do.
  const subject = await subjectOfLink(desk, auditId);
  if (subject !== subjectText) {
    const { key, subjects } = await caseNamed(desk.pool, toSubject(subjectText));
    if (subject !== key && !subjects.includes(subject)) throw noSuchLink(auditId);
  }
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
  const done = await readDone(client, subject, auditId);
  const { accountId, userId, before } = done;
  const { action, left } = UNDOING[done.action];
  const { link: current, state, reason } = await lockCaseOfAccount(client, subject, accountId);
  const former = await readFormer(client, done);
  const undoing = await recordChange(client, actor, {
    action,
    target: subject,
    before: { ...linkShown(current), state, reason },
    after: {
      connected_account_id: accountId,
      ...linkShown(former),
      state: before[0]?.state,
      reason: before[0]?.reason,
      undone: auditId,
    },
  });
  if (done.action === 'link') {
    const byHand = await readByHand(client, accountId, auditId);
    insistOnUnchanged(byHand, current);
    await endLink(client, byHand, 'undone', undoing);
  } else {
    if (former === null) throw noSuchLink(auditId);
    const known = await readAccount(desk, drizzle(client), accountId);
    await insistOnStillEnded(client, { ended: former, current, known, subject, auditId: undoing });
    await forgetEnd(client, former);
  }
  if (former !== null) await restoreLink(client, former);
  const asked: ToQueue[] = [];
  for (const each of before) asked.push(...(await restoreCase(desk, client, each, left)));
  const result = {
    subject,
    connected_account_id: accountId,
    user_id: former?.userId ?? null,
    former_user_id: userId,
    audit_id: undoing,
  };
  return { result, asked };
};

/** That it was ended by hand is told by the history, and counts no more. */
const forgetEnd = async (client: Client, { id }: StoredLink): Promise<void> => {
  await drizzle(client).update(links).set({ unlinkedClaim: null }).where(eq(links.id, id));
};

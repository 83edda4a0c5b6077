import type pg from 'pg';
import { SupportError } from '../../access/errors.ts';
import type { Client } from '../../db/client.ts';
import { and, drizzle, eq, lt, sql } from '../../db/drizzle.ts';
import { auditLog } from '../../db/schema-desk.ts';
import type { Subject } from '../../model/subject.ts';
import { endedLink } from '../../reconcile/ended.ts';
import { UNKNOWN_CLAIM } from '../../reconcile/facts.ts';
import { saysTheSame } from '../../reconcile/identity.ts';
import type { StoredLink } from './lock.ts';
import type { KnownAccount } from './order.ts';

/* What has happened to a link since a person made or ended it: then that can't be taken back any more. */

const insistOnNone = (why: string | null): void => {
  if (why === null) return;
  throw new SupportError('conflict', `${why} So there is nothing to undo, and nothing was done.`);
};

const nowLinked = (current: StoredLink | null): string =>
  `it is now ${current === null ? 'not linked' : `linked to ${current.userId}`}`;

/** @throws SupportError `conflict` that says what has happened to a link by hand */
export const insistOnUnchanged = (byHand: StoredLink, current: StoredLink | null): void =>
  insistOnNone(whyChanged(byHand, current));

/** What has happened to a link by hand since, in a sentence; null: it stands as it was made. Pure. */
export const whyChanged = (
  { userId, unlinkedBecause, unlinkedAt, confirmedAt }: StoredLink,
  current: StoredLink | null,
): string | null => {
  if (unlinkedAt === null) {
    return confirmedAt === null ? null : `The account's metadata in Seam now names ${userId}, too.`;
  }
  switch (unlinkedBecause) {
    case 'undone':
      return `That was already undone: ${nowLinked(current)}.`;
    case 'linked_by_hand':
      return `It was linked by hand again: ${nowLinked(current)}.`;
    case 'unlinked_by_hand':
      return `It was unlinked by hand since: ${nowLinked(current)}.`;
    case 'account_deleted':
      return 'The account was deleted in Seam, which ended the link.';
    case 'account_gone':
      return 'Seam no longer lists the account, which ended the link.';
    case 'relinked':
    case 'seam_differs':
      return `The account's metadata in Seam now names another user: ${nowLinked(current)}.`;
    case null:
      return `The link has ended: ${nowLinked(current)}.`;
    default:
      return unlinkedBecause satisfies never;
  }
};

/** An unlinking that is to be undone. */
type Undoing = Readonly<{
  /** The link that it ended. */
  ended: StoredLink;
  current: StoredLink | null;
  /** The account as it was last shown. */
  known: KnownAccount | null;
  subject: Subject;
  /** Of the audit log: of what undoes it; null where that is only asked. */
  auditId: number | null;
}>;

/** @throws SupportError `conflict` that says what has happened since */
export const insistOnStillEnded = async (client: Client, undoing: Undoing): Promise<void> =>
  insistOnNone(await whyNotStillEnded(client, undoing));

/** What has happened since an account was unlinked by hand, in a sentence; null: that counts as it did. */
export const whyNotStillEnded = async (on: Reader, undoing: Undoing): Promise<string | null> => {
  const { ended, current, known } = undoing;
  if (await isUndoneBefore(on, undoing)) {
    return `That was already undone: ${nowLinked(current)}.`;
  }
  if (current !== null) return `It was linked again since: ${nowLinked(current)}.`;
  if (!(await stillCounts(on, ended))) {
    return 'Since then someone has linked the account, connected it again or changed its metadata.';
  }
  const isAsItWas =
    ended.unlinkedClaim === UNKNOWN_CLAIM ||
    known === null ||
    (ended.unlinkedClaim !== null && saysTheSame(ended.unlinkedClaim, known.claim));
  return isAsItWas ? null : "The account's metadata in Seam has changed since.";
};

/** Within a transaction, or outside of any. */
type Reader = Client | pg.Pool;

const isUndoneBefore = async (
  on: Reader,
  { ended, subject, auditId }: Undoing,
): Promise<boolean> => {
  const rows = await drizzle(on)
    .select({ id: auditLog.id })
    .from(auditLog)
    .where(
      and(
        eq(auditLog.target, subject),
        eq(auditLog.action, 'undo_unlink'),
        auditId === null ? undefined : lt(auditLog.id, auditId),
        sql`${auditLog.after}->>'undone' = ${String(ended.unlinkedByChange)}`,
      ),
    )
    .limit(1);
  return rows.length > 0;
};

const stillCounts = async (
  on: Reader,
  { id, connectedAccountId }: StoredLink,
): Promise<boolean> => {
  const { rows } = await on.query<{ id: string }>(endedLink('$1'), [connectedAccountId]);
  return Number(rows[0]?.id) === id;
};

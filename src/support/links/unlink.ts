import { type Actor, insistOn } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { recordChange } from '../../audit-log/record.ts';
import { type Client, inTransactionWithRetries } from '../../db/client.ts';
import { and, asc, drizzle, eq, inArray, or } from '../../db/drizzle.ts';
import { reconciliations } from '../../db/schema.ts';
import { notes } from '../../db/schema-desk.ts';
import { ABOUT_THE_ACCOUNT } from '../../model/outcome.ts';
import type { Subject } from '../../model/subject.ts';
import { UNKNOWN_CLAIM } from '../../reconcile/facts.ts';
import { claimText } from '../../reconcile/identity.ts';
import type { Desk } from '../desk.ts';
import { type CaseBefore, closeCases, endLink, linkShown } from './link.ts';
import {
  accountToLink,
  askForLook,
  type LockedCase,
  lockCaseOfAccount,
  type StoredLink,
  subjectToLink,
} from './lock.ts';
import { checkNote, readKnownAccount } from './order.ts';

/** Why, and from whom: what a person gives. */
export type UnlinkOrder = Readonly<{
  why: string;
  /** The user to whom the person saw it linked: where it is another's by now, nothing is done. Absent: whoever it is. */
  seenUserId?: string | undefined;
}>;

/** What unlinking by hand changed, or would change. */
export type UnlinkResult = Readonly<{
  subject: Subject;
  connected_account_id: string;
  /** Whose the account was. */
  former_user_id: string;
  /** Of the audit log: what `undoLink` takes. Null where nothing was done (a dry run). */
  audit_id: number | null;
  /** Whether it is looked at again; false where its workspace isn't configured here. */
  look_asked: boolean;
}>;

/**
 * Ends the link of a case's account by hand, and asks for another look. Nobody is linked to it for as long as the
 * account's metadata say what they say now, and no newer webview leads to it (reconcile/ended.ts).
 *
 * @param dryRun checks all, and changes nothing
 * @throws SupportError `invalid` (`why`), `not_found`, `refused` where there is no account, `conflict` where nobody is
 * linked to it, or somebody else than the person saw; DoneBeforeError
 */
export const unlinkByHand = async (
  desk: Desk,
  actor: Actor,
  subjectText: string,
  order: UnlinkOrder,
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<UnlinkResult> => {
  insistOn(actor, 'link');
  const subject = await subjectToLink(desk.pool, subjectText);
  const why = checkNote(order.why);
  const { result, workspaceId } = await inTransactionWithRetries(desk.pool, async client => {
    const locked = await lockCaseOfAccount(
      client,
      subject,
      await accountToLink(drizzle(client), subject),
    );
    if (!dryRun) return write(desk, client, actor, locked, { ...order, why });
    const { userId } = insistOnWhatWasSeen(locked, order);
    return { result: resultOf(locked, userId), workspaceId: null };
  });
  if (result.look_asked) await desk.queues.request(subject, workspaceId);
  return result;
};

const resultOf = ({ subject, accountId }: LockedCase, formerUserId: string): UnlinkResult => ({
  subject,
  connected_account_id: accountId,
  former_user_id: formerUserId,
  audit_id: null,
  look_asked: false,
});

export const NOT_LINKED = "It isn't linked to anyone, so there is nothing to unlink.";

/** @returns the link that is to end */
const insistOnWhatWasSeen = (
  { link }: LockedCase,
  { seenUserId }: Pick<UnlinkOrder, 'seenUserId'>,
): StoredLink => {
  if (link === null) {
    throw new SupportError('conflict', NOT_LINKED);
  }
  if (seenUserId === undefined || seenUserId === link.userId) return link;
  throw new SupportError(
    'conflict',
    `It is now linked to ${link.userId}, so nothing was done. Review the connection again.`,
  );
};

const write = async (
  desk: Desk,
  client: Client,
  actor: Actor,
  locked: LockedCase,
  order: UnlinkOrder,
): Promise<{ result: UnlinkResult; workspaceId: string | null }> => {
  const { subject, accountId, state, reason, generation, dismissal } = locked;
  const { why } = order;
  const settled = await readSettledWithIt(client, locked);
  const others = settled.filter(each => each.subject !== subject);
  const auditId = await recordChange(client, actor, {
    action: 'unlink',
    target: subject,
    before: { ...linkShown(locked.link), state, reason, others, undo: { generation, dismissal } },
    after: { connected_account_id: accountId, user_id: null, linked_by: null, state: 'no_action' },
    why,
  });
  // After that: a second click is told that the first has done it, and not that nobody is linked.
  const link = insistOnWhatWasSeen(locked, order);
  const tx = drizzle(client);
  const known = await readKnownAccount(desk, tx, accountId);
  const claim = known === null ? UNKNOWN_CLAIM : claimText(known.claim);
  await endLink(client, link, 'unlinked_by_hand', auditId, claim);
  await tx.insert(notes).values({ subject, text: why, by: actor.name });
  const asked = await askForLook(client, desk.queues, subject);
  // What nobody here can look at is settled by this alone.
  const toClose = asked === null ? settled : others;
  await closeCases(
    client,
    toClose.map(each => each.subject),
    'no_action',
  );
  return {
    result: { ...resultOf(locked, link.userId), audit_id: auditId, look_asked: asked !== null },
    workspaceId: asked?.workspaceId ?? null,
  };
};

const MOST_SETTLED = 100;

/**
 * The account's cases that say that it is linked, or that the look which follows would settle with its own
 * (reconcile/record.ts): so that undoing puts those back, too. Their rows are locked already.
 */
const readSettledWithIt = (client: Client, { accountId }: LockedCase): Promise<CaseBefore[]> =>
  drizzle(client)
    .select({
      subject: reconciliations.subject,
      state: reconciliations.state,
      reason: reconciliations.reason,
    })
    .from(reconciliations)
    .where(
      and(
        eq(reconciliations.connectedAccountId, accountId),
        or(
          eq(reconciliations.state, 'linked'),
          and(
            inArray(reconciliations.state, ['failed', 'retrying']),
            inArray(reconciliations.reason, [...ABOUT_THE_ACCOUNT]),
          ),
        ),
      ),
    )
    .orderBy(asc(reconciliations.subject))
    .limit(MOST_SETTLED);

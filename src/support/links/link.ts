import { type Actor, insistOn } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { recordChange } from '../../audit-log/record.ts';
import { closed } from '../../books/changes.ts';
import { OWED_STATES } from '../../books/state-machine.ts';
import { type Client, inTransactionWithRetries } from '../../db/client.ts';
import { drizzle, eq, sql } from '../../db/drizzle.ts';
import { links } from '../../db/schema.ts';
import { notes } from '../../db/schema-desk.ts';
import type { Subject } from '../../model/subject.ts';
import { claimText } from '../../reconcile/identity.ts';
import type { Desk } from '../desk.ts';
import {
  accountToLink,
  askForLook,
  type LockedCase,
  lockCaseOfAccount,
  type StoredLink,
  subjectToLink,
} from './lock.ts';
import { checkOrder, type LinkOrder, readAccount } from './order.ts';
import { lockOthers } from './others.ts';

/** What linking by hand changed, or would change. */
export type LinkResult = Readonly<{
  subject: Subject;
  connected_account_id: string;
  user_id: string;
  /** Whose the account was before; null: nobody's. */
  former_user_id: string | null;
  /** Of the audit log: what `undoLink` takes. Null where nothing was done (a dry run). */
  audit_id: number | null;
  /** Whether it is looked at again; false where its workspace isn't configured here. */
  look_asked: boolean;
}>;

export type { CaseBefore } from './others.ts';

/**
 * Makes connected account → user by hand, for a case, and asks for another look. The link stands for as long as the
 * account's metadata say what they say now, and gives way when they name another user.
 *
 * @param dryRun checks all, and changes nothing
 * @throws SupportError `invalid` (`user_id`, `why`), `not_found`, `refused` where there is no account to link,
 * `conflict` where it stands otherwise than the person saw it; DoneBeforeError
 */
export const linkByHand = async (
  desk: Desk,
  actor: Actor,
  subjectText: string,
  order: LinkOrder,
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<LinkResult> => {
  insistOn(actor, 'link');
  const subject = await subjectToLink(desk.pool, subjectText);
  const { userId, why } = await checkOrder(desk, order);
  const given = { ...order, userId, why };
  const { result, workspaceId } = await inTransactionWithRetries(desk.pool, client =>
    linkWithin(desk, client, actor, subject, given, { dryRun }),
  );
  if (result.look_asked) await desk.queues.request(subject, workspaceId);
  return result;
};

type Linker = Readonly<{
  config: Pick<Desk['config'], 'identity'>;
  queues: Pick<Desk['queues'], 'servedIds'>;
}>;

/** A link that was made, and the queue that the look belongs into which it asked for, once it is committed. */
type Linked = Readonly<{ result: LinkResult; workspaceId: string | null }>;

/**
 * The same within a transaction, one of many that a bulk run links.
 *
 * @param order as `checkOrder` has it
 * @throws as `linkByHand` does
 */
export const linkWithin = async (
  desk: Linker,
  client: Client,
  actor: Actor,
  subject: Subject,
  order: LinkOrder,
  { dryRun = false, bulkRunId }: { dryRun?: boolean; bulkRunId?: number } = {},
): Promise<Linked> => {
  insistOn(actor, 'link');
  const { userId, why } = order;
  const locked = await lockCaseOfAccount(
    client,
    subject,
    await accountToLink(drizzle(client), subject),
  );
  const account = await readAccount(desk, drizzle(client), locked.accountId);
  const overrides = account === null ? null : claimText(account.claim);
  if (!dryRun)
    return write(desk, client, actor, locked, { userId, why, overrides, bulkRunId }, order);
  insistOnWhatWasSeen(locked, userId, order);
  return { result: resultOf(locked, userId), workspaceId: null };
};

const resultOf = ({ subject, accountId, link }: LockedCase, userId: string): LinkResult => ({
  subject,
  connected_account_id: accountId,
  user_id: userId,
  former_user_id: link?.userId ?? null,
  audit_id: null,
  look_asked: false,
});

const insistOnWhatWasSeen = (
  { link, state }: LockedCase,
  userId: string,
  { seenUserId }: LinkOrder,
): void => {
  const current = link?.userId ?? null;
  if (current === userId && state === 'linked') {
    throw new SupportError('conflict', `It is already linked to ${userId}. Nothing was done.`);
  }
  if (seenUserId === undefined || seenUserId === current) return;
  throw new SupportError(
    'conflict',
    `It is ${current === null ? 'no longer linked' : `now linked to ${current}`}, so nothing was done. Review the connection again.`,
  );
};

type Plan = Readonly<{
  userId: string;
  why: string;
  overrides: string | null;
  bulkRunId: number | undefined;
}>;

const write = async (
  { queues }: Pick<Linker, 'queues'>,
  client: Client,
  actor: Actor,
  locked: LockedCase,
  { userId, why, overrides, bulkRunId }: Plan,
  order: LinkOrder,
): Promise<Linked> => {
  const { subject, accountId, state, reason, generation, dismissal, link } = locked;
  const others = await lockOthers(client, locked);
  const auditId = await recordChange(client, actor, {
    action: 'link',
    target: subject,
    before: { ...linkShown(link), state, reason, others, undo: { generation, dismissal } },
    after: {
      connected_account_id: accountId,
      user_id: userId,
      linked_by: 'person',
      state: 'linked',
    },
    why,
    ...(bulkRunId === undefined ? {} : { bulkRunId }),
  });
  // After that: a second click is told that the first has done it, and not that it stands otherwise.
  insistOnWhatWasSeen(locked, userId, order);
  const tx = drizzle(client);
  if (link !== null) await endLink(client, link, 'linked_by_hand', auditId);
  await tx.insert(links).values({
    connectedAccountId: accountId,
    userId,
    linkedByRun: 0,
    linkedByChange: auditId,
    overridesClaim: overrides,
  });
  await tx.insert(notes).values({ subject, text: why, by: actor.name });
  // Owed a look, it is settled by that; what nobody here can look at, or what is an other's matter, here.
  const asked = await askForLook(client, queues, subject);
  await closeCases(
    client,
    others.map(other => other.subject),
    'linked',
  );
  if (asked === null && !OWED_STATES.includes(state)) await closeCases(client, [subject], 'linked');
  return {
    result: { ...resultOf(locked, userId), audit_id: auditId, look_asked: asked !== null },
    workspaceId: asked?.workspaceId ?? null,
  };
};

/** What a person says of the account's cases that are owed nothing, or only waited for somebody to say so. */
export const closeCases = async (
  client: Client,
  subjects: readonly string[],
  state: 'linked' | 'no_action',
): Promise<void> => {
  await client.query(
    `update reconciler.reconciliations r set ${closed('$2')} where subject = any($1)`,
    [subjects, state],
  );
};

/** A link as the audit log tells it. */
export const linkShown = (
  link: Pick<StoredLink, 'userId' | 'linkedByChange'> | null,
): { user_id: string | null; linked_by: 'person' | 'run' | null } => ({
  user_id: link?.userId ?? null,
  linked_by: link === null ? null : link.linkedByChange === null ? 'run' : 'person',
});

/**
 * @param auditId of who ended it
 * @param claim of an account that was unlinked: what the metadata say now
 */
export const endLink = async (
  client: Client,
  { id }: StoredLink,
  because: 'linked_by_hand' | 'unlinked_by_hand' | 'undone',
  auditId: number,
  claim: string | null = null,
): Promise<void> => {
  await drizzle(client)
    .update(links)
    .set({
      unlinkedAt: sql`clock_timestamp()`,
      unlinkedBecause: because,
      unlinkedByChange: auditId,
      unlinkedClaim: claim,
    })
    .where(eq(links.id, id));
};

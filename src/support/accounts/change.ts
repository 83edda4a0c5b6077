import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { insistOnNewRequest } from '../../audit-log/idempotency.ts';
import { type Change, recordAlone } from '../../audit-log/record.ts';
import type { Client, Db } from '../../db/client.ts';
import { and, eq, inArray, isNull, lt, or } from '../../db/drizzle.ts';
import { links, reconciliations } from '../../db/schema.ts';
import type { Subject } from '../../model/subject.ts';
import type { Logger } from '../../ops/log.ts';
import { type Requested, requestAccountLooks } from '../../reconcile/request.ts';
import type { Seam } from '../../seam/client.ts';
import { SeamError } from '../../seam/errors.ts';
import type { ConnectedAccount } from '../../seam/resources.ts';
import type { AccountLease } from './lease.ts';

/** What changing an account at Seam needs. */
export type AccountChanger = Readonly<{
  db: Db;
  seam: Seam;
  /** Puts a subject into the account's queue, for now. @returns false when the queue is out of reach */
  request: (subject: Subject) => Promise<boolean>;
  /** Of the account. */
  workspaceId: string | null;
  /** How long to wait for the looks that follow, in ms. */
  lookLimitMs: number;
  signal: AbortSignal;
  log: Logger;
}>;

/** Why nothing was done. */
export type Refusal = Readonly<{
  kind: 'refused';
  why:
    | 'bad_input'
    | 'not_found'
    | 'not_one'
    | 'no_such_user'
    | 'not_theirs'
    | 'ended_by_hand'
    | 'named_otherwise';
  /** All of them, a sentence each. */
  faults: readonly string[];
}>;

const ASKED = {
  update_account: 'ask_update_account',
  delete_account: 'ask_delete_account',
} as const;

/** What is done to an account at Seam, as the audit log tells it. */
export type AccountChange = Change & Readonly<{ action: keyof typeof ASKED }>;

/**
 * Writes down that somebody asks Seam for something, before Seam is asked: should the process die, it is
 * known who did. What Seam says to it becomes a row of its own, in the transaction that notes it here; where
 * there is none, Seam has refused, or nobody knows whether it was done.
 *
 * @throws DoneBeforeError when this very request was done before: Seam is not asked again
 */
export const recordAsked = async (db: Db, actor: Actor, change: AccountChange): Promise<void> => {
  const pool = db.$client;
  await insistOnNewRequest(pool, actor, change.action, change.target);
  // Without the request's key: where Seam doesn't answer, the same request may come again.
  const asking = { ...actor, idempotencyKey: null };
  await recordAlone(pool, asking, { ...change, action: ASKED[change.action] });
};

/** How an account stands once something was done at Seam. */
export type Aftermath = Readonly<{
  connected_account_id: string;
  /** The user whom it is linked to now. */
  user_id: string | null;
  /** Looks that were asked for and had not ended when the time was up. */
  looks_owed: readonly Subject[];
  /** Of the looks that ended without a link: what is still wrong. */
  failures: readonly { subject: string; reason: string }[];
}>;

/** How long Seam is asked what stands, once it has answered a change. */
const READ_AGAIN_LIMIT_MS = 8_000;

/**
 * What Seam shows of an account after it said that it was changed: its answer alone is no proof.
 *
 * @returns null when Seam knows no such account; `not_told` when it doesn't answer
 */
export const readAgain = async (
  { seam, signal }: Pick<AccountChanger, 'seam' | 'signal'>,
  accountId: string,
): Promise<ConnectedAccount | null | 'not_told'> => {
  const limit = AbortSignal.timeout(READ_AGAIN_LIMIT_MS);
  try {
    const asked = await seam.getConnectedAccount(accountId, AbortSignal.any([signal, limit]));
    return asked.value;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SeamError || limit.aborted) return 'not_told';
    throw error;
  }
};

/** @throws SupportError `conflict` where the account may have become somebody else's: then Seam isn't told anything */
export const insistOnLease = async (lease: AccountLease): Promise<void> => {
  if (await lease.renew()) return;
  const why =
    'This took too long, and someone else may have changed the account. Nothing was done. Try again.';
  throw new SupportError('conflict', why);
};

export const unknownToSeam = (accountId: string): Refusal => ({
  kind: 'refused',
  why: 'not_found',
  faults: [`Seam has no connected account "${accountId}".`],
});

/**
 * Asks for a look at an account that is changed at Seam, and at each webview that led to it, within the
 * transaction that notes the change: first of all in it, as a run locks in that order, too.
 */
export const requestLooksAround = (
  client: Client,
  { workspaceId }: Pick<AccountChanger, 'workspaceId'>,
  accountId: string,
): Promise<Requested[]> =>
  requestAccountLooks(client, [{ accountId, workspaceId }], 'person', { withWebviews: true });

/** Puts the looks that were asked for into the queue, and waits for them. */
export const awaitLooks = async (
  { db, request, lookLimitMs }: AccountChanger,
  accountId: string,
  asked: readonly Requested[],
): Promise<Aftermath> => {
  for (const { subject } of asked) await request(subject);
  const looksOwed = await untilLookedAt(db, asked, lookLimitMs);
  return {
    connected_account_id: accountId,
    user_id: await linkedUser(db, accountId),
    looks_owed: looksOwed,
    failures: await failuresOf(db, asked),
  };
};

const POLL_MS = 100;

/** @returns those that are still owed when the time is up; none: all is done */
const untilLookedAt = async (
  db: Db,
  asked: readonly Requested[],
  limitMs: number,
): Promise<Subject[]> => {
  const deadline = performance.now() + limitMs;
  const isOwed = or(
    ...asked.map(({ subject, generation }) =>
      and(eq(reconciliations.subject, subject), lt(reconciliations.observedGeneration, generation)),
    ),
  );
  for (;;) {
    const owed = await db
      .select({ subject: reconciliations.subject })
      .from(reconciliations)
      .where(isOwed);
    if (owed.length === 0 || performance.now() >= deadline) {
      return owed.map(row => row.subject as Subject);
    }
    await sleep(POLL_MS);
  }
};

const linkedUser = async (db: Db, accountId: string): Promise<string | null> => {
  const [link] = await db
    .select({ userId: links.userId })
    .from(links)
    .where(and(eq(links.connectedAccountId, accountId), isNull(links.unlinkedAt)));
  return link?.userId ?? null;
};

const failuresOf = async (db: Db, asked: readonly Requested[]): Promise<Aftermath['failures']> => {
  const subjects = asked.map(({ subject }) => subject);
  const rows = await db
    .select({ subject: reconciliations.subject, reason: reconciliations.reason })
    .from(reconciliations)
    .where(inArray(reconciliations.subject, subjects));
  return rows.flatMap(({ subject, reason }) => (reason === null ? [] : [{ subject, reason }]));
};

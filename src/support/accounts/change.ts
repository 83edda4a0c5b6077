import type { Actor } from '../../access/actor.ts';
import { type Change, insistOnFirst, recordAlone } from '../../audit-log/record.ts';
import type { Db } from '../../db/client.ts';
import { and, eq, inArray, isNull } from '../../db/drizzle.ts';
import { links, reconciliations } from '../../db/schema.ts';
import type { Subject } from '../../model/subject.ts';
import type { Seam } from '../../seam/client.ts';
import { type AskedLook, askForLooksAt, type RequestLook, untilLookedAt } from '../look.ts';

/** What changing an account at Seam needs. */
export type AccountChanger = Readonly<{
  db: Db;
  seam: Seam;
  request: RequestLook;
  /** Of the account. */
  workspaceId: string | null;
  /** How long to wait for the looks that follow, in ms. */
  lookLimitMs: number;
  signal: AbortSignal;
}>;

/** Why nothing was done. */
export type Refusal = Readonly<{
  kind: 'refused';
  why: 'bad_input' | 'not_found' | 'not_one' | 'no_such_user';
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
  await insistOnFirst(pool, actor, change.action, change.target);
  // Without the request's key: where Seam doesn't answer, the same request may come again.
  const asking = { ...actor, onceKey: null };
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

export const notFound = (accountId: string): Refusal => ({
  kind: 'refused',
  why: 'not_found',
  faults: [`Seam knows no connected account "${accountId}".`],
});

/** Asks for a look at an account that was changed at Seam, and waits for it. */
export const lookAround = async (
  changer: AccountChanger,
  accountId: string,
): Promise<Aftermath> => {
  const { db, request, workspaceId, lookLimitMs } = changer;
  const asked = await askForLooksAt(db, request, accountId, workspaceId);
  const looksOwed = await untilLookedAt(db, asked, lookLimitMs);
  return {
    connected_account_id: accountId,
    user_id: await linkedUser(db, accountId),
    looks_owed: looksOwed,
    failures: await failuresOf(db, asked),
  };
};

const linkedUser = async (db: Db, accountId: string): Promise<string | null> => {
  const [link] = await db
    .select({ userId: links.userId })
    .from(links)
    .where(and(eq(links.connectedAccountId, accountId), isNull(links.unlinkedAt)));
  return link?.userId ?? null;
};

const failuresOf = async (db: Db, asked: readonly AskedLook[]): Promise<Aftermath['failures']> => {
  const subjects = asked.map(({ subject }) => subject);
  const rows = await db
    .select({ subject: reconciliations.subject, reason: reconciliations.reason })
    .from(reconciliations)
    .where(inArray(reconciliations.subject, subjects));
  return rows.flatMap(({ subject, reason }) => (reason === null ? [] : [{ subject, reason }]));
};

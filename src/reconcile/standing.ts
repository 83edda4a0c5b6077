import { isDeepStrictEqual } from 'node:util';
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import { connectedAccounts, connectWebviews, links, reconciliations } from '../db/schema.ts';
import type { ConnectedAccount } from '../seam/resources.ts';
import type { Run } from './begin.ts';
import type { Facts, Standing } from './facts.ts';
import type { FailureReason } from './outcome.ts';

/** The reconciliation's own row, locked until the transaction ends. */
export type Own = Readonly<{
  generation: number;
  attempts: number;
  reason: FailureReason | null;
  /** Whether the run that asks is still the newest: one that began later has taken over otherwise. */
  isNewest: boolean;
  /** How long Seam has been failing us on this subject; 0 when it hasn't. */
  unavailableForMs: number;
}>;

/** Locks the one row of the subject. @throws Error when there is none: nothing ever deletes one that is run */
export const lockReconciliation = async (tx: Tx, run: Run): Promise<Own> => {
  const [row] = await tx
    .select({
      generation: reconciliations.generation,
      attempts: reconciliations.attempts,
      reason: reconciliations.reason,
      newestRunId: reconciliations.newestRunId,
      unavailableForMs: sql<number>`coalesce(extract(epoch from now() - ${reconciliations.unavailableSince}) * 1000, 0)::float8`,
    })
    .from(reconciliations)
    .where(eq(reconciliations.subject, run.subject))
    .for('update');
  if (row === undefined) throw new Error(`there is no reconciliation of ${run.subject}`);
  const { newestRunId, ...own } = row;
  return { ...own, isNewest: newestRunId === run.id };
};

/**
 * Reads how things stand with the account. Takes a lock on the account's id first: runs of different
 * subjects (its webviews, itself) can meet there, also before it has a row to lock.
 */
export const readStanding = async (tx: Tx, run: Run, facts: Facts): Promise<Standing> => {
  const accountId = facts.connectedAccountId;
  if (accountId === null) {
    return { linkedUserId: null, accountChanged: false, superseded: false };
  }
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${accountId}, 0))`);
  const [link] = await tx
    .select({ userId: links.userId })
    .from(links)
    .where(and(eq(links.connectedAccountId, accountId), isNull(links.unlinkedAt)));
  const [stored] = await tx
    .select()
    .from(connectedAccounts)
    .where(eq(connectedAccounts.connectedAccountId, accountId));
  return {
    linkedUserId: link?.userId ?? null,
    accountChanged: stored !== undefined && differs(facts.account, stored),
    superseded: stored !== undefined && stored.readByRun > run.id,
  };
};

const differs = (
  seen: Facts['account'],
  stored: ConnectedAccount & { deletedAt: Date | null },
): boolean => {
  if (seen === null || seen === 'not_asked') return false;
  const before = Object.fromEntries(
    Object.keys(seen).map(key => [key, stored[key as keyof ConnectedAccount]]),
  );
  return stored.deletedAt !== null || !isDeepStrictEqual(before, { ...seen });
};

const UNKNOWN_ACCOUNT = {
  userIdentifier: {},
  customMetadata: {},
  errors: [],
  warnings: [],
  acceptedCapabilities: [],
  deletedAt: sql`now()`,
};

/** Keeps what Seam showed, unless a run that read later has. */
export const storeFacts = async (tx: Tx, run: Run, facts: Facts): Promise<void> => {
  const reading = { readByRun: run.id, readAt: sql`now()` };
  const { webview, account } = facts;
  if (webview !== null && webview !== 'not_asked') {
    await tx
      .insert(connectWebviews)
      .values({ ...webview, ...reading })
      .onConflictDoUpdate({
        target: connectWebviews.connectWebviewId,
        set: { ...webview, ...reading },
        setWhere: sql`${connectWebviews.readByRun} < ${run.id}`,
      });
  }
  if (account === null && facts.deletionAnnounced && facts.connectedAccountId !== null) {
    // Also of an account that we never knew: a slower run must see that a later one found it gone.
    await tx
      .insert(connectedAccounts)
      .values({ ...UNKNOWN_ACCOUNT, ...reading, connectedAccountId: facts.connectedAccountId })
      .onConflictDoUpdate({
        target: connectedAccounts.connectedAccountId,
        set: { ...reading, deletedAt: sql`coalesce(${connectedAccounts.deletedAt}, now())` },
        setWhere: sql`${connectedAccounts.readByRun} < ${run.id}`,
      });
  }
  if (account !== null && account !== 'not_asked') {
    await tx
      .insert(connectedAccounts)
      .values({ ...account, ...reading })
      .onConflictDoUpdate({
        target: connectedAccounts.connectedAccountId,
        set: { ...account, ...reading, deletedAt: null },
        setWhere: sql`${connectedAccounts.readByRun} < ${run.id}`,
      });
  }
};

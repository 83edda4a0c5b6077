import { and, eq, isNull, sql } from 'drizzle-orm';
import { type Db, inTransaction, type Tx } from '../db/client.ts';
import { isFaultOfARow, isWorthAnotherTry, sqlState } from '../db/errors.ts';
import { links, reconciliations, runs } from '../db/schema.ts';
import { SWEEP_GRACE_SECONDS } from '../db/timing.ts';
import type { OnStep } from '../ops/steps.ts';
import type { Run } from './begin.ts';
import type { LinkChange, Verdict } from './decide.ts';
import type { Facts, Standing } from './facts.ts';
import type { FailureReason, RunOutcome, SettledOutcome } from './outcome.ts';
import { countsAsTry, type NextStep, nextStep } from './retry.ts';
import { lockReconciliation, type Own, readStanding, storeFacts } from './standing.ts';

/** Why a run has no facts to decide on. */
type GatherFailure = Readonly<{
  reason: FailureReason;
  detail: string;
  requestId: string | null;
  retryAfterMs: number | null;
  /** Seam as a whole is the trouble, as far as one failure can tell. */
  isOutage: boolean;
}>;

export type Gathered =
  | Readonly<{ kind: 'facts'; facts: Facts }>
  | Readonly<{ kind: 'failure'; failure: GatherFailure }>;

/** How a run ended, as it stands in the database. */
export type Applied = Readonly<{
  outcome: RunOutcome;
  reason: FailureReason | null;
  detail: string | null;
  requestId: string | null;
  /** What Seam asked us to wait, where it did. */
  retryAfterMs: number | null;
  isOutage: boolean;
  /** When to look again, in ms from now; null when nothing is owed by this run. */
  nextLookInMs: number | null;
}>;

type Applier = Readonly<{ db: Db; random: () => number; onStep: OnStep }>;

const MAX_TRIES = 4;

/**
 * Writes what a run came to, all in one transaction: account, webview, link and its history,
 * reconciliation, run. What is decided depends on how things stand with us, so that is read under the
 * lock in the same transaction. Deadlocks and the like are tried again here.
 */
export const apply = async (
  { db, random, onStep }: Applier,
  run: Run,
  gathered: Gathered,
  decide: (facts: Facts, standing: Standing) => Verdict,
): Promise<Applied> => {
  let current = gathered;
  for (let tries = 1; ; tries++) {
    try {
      return await inTransaction(db, async tx => {
        const applied = await applyOnce(tx, run, current, decide, random());
        onStep('applying');
        return applied;
      });
    } catch (error) {
      if (isFaultOfARow(error) && current.kind === 'facts') {
        // Something that Seam showed can't be stored: that is a result, too, not to be tried for ever.
        current = { kind: 'failure', failure: unstorable(error, current.facts.requestId) };
      } else if (tries >= MAX_TRIES || !isWorthAnotherTry(error)) {
        throw error;
      }
    }
  }
};

const unstorable = (error: unknown, requestId: string | null): GatherFailure => ({
  reason: 'internal_error',
  detail: `what Seam showed can't be stored (SQLSTATE ${sqlState(error)})`,
  requestId,
  retryAfterMs: null,
  isOutage: false,
});

const applyOnce = async (
  tx: Tx,
  run: Run,
  gathered: Gathered,
  decide: (facts: Facts, standing: Standing) => Verdict,
  random: number,
): Promise<Applied> => {
  const own = await lockReconciliation(tx, run);
  // A run that began later has taken over and closed our books: it read later, and sees to the rest.
  if (!own.isNewest) return ending('superseded', null, null);
  const applied =
    gathered.kind === 'failure'
      ? await applyFailure(tx, run, own, gathered.failure, random)
      : await applyFacts(tx, run, own, gathered.facts, decide, random);
  await tx
    .update(runs)
    .set({
      finishedAt: sql`clock_timestamp()`,
      outcome: applied.outcome,
      reason: applied.reason,
      detail: applied.detail,
      seamRequestId: applied.requestId,
    })
    .where(eq(runs.id, run.id));
  return applied;
};

const applyFacts = async (
  tx: Tx,
  run: Run,
  own: Own,
  facts: Facts,
  decide: (facts: Facts, standing: Standing) => Verdict,
  random: number,
): Promise<Applied> => {
  const standing = await readStanding(tx, run, facts);
  const verdict = decide(facts, standing);
  const { requestId } = facts;
  if (verdict.kind === 'superseded') {
    // Another subject's run of the same account read later and has written: ours is still owed.
    await tx
      .update(reconciliations)
      .set({ leasedUntil: null })
      .where(eq(reconciliations.subject, run.subject));
    return ending('superseded', requestId, 0);
  }
  await storeFacts(tx, run, facts);
  if (verdict.kind === 'failed') {
    const failure = { ...verdict, requestId, retryAfterMs: null, isOutage: false };
    return applyFailure(tx, run, own, failure, random, facts);
  }
  const accountId = facts.connectedAccountId;
  if (accountId !== null) await changeLink(tx, run, accountId, verdict.link);
  const newsCame = own.generation > run.generation;
  await tx
    .update(reconciliations)
    .set({
      ...seenIds(facts),
      state: newsCame ? 'pending' : verdict.state,
      reason: null,
      attempts: 0,
      unavailableSince: null,
      observedGeneration: run.generation,
      leasedUntil: null,
      updatedAt: sql`now()`,
    })
    .where(eq(reconciliations.subject, run.subject));
  return ending(verdict.outcome, requestId, newsCame ? 0 : null);
};

const ending = (
  outcome: SettledOutcome,
  requestId: string | null,
  nextLookInMs: number | null,
): Applied => ({
  outcome,
  reason: null,
  detail: null,
  requestId,
  retryAfterMs: null,
  isOutage: false,
  nextLookInMs,
});

const applyFailure = async (
  tx: Tx,
  run: Run,
  own: Own,
  failure: GatherFailure,
  random: number,
  facts?: Facts,
): Promise<Applied> => {
  const { reason } = failure;
  const newsCame = own.generation > run.generation;
  const counted = countsAsTry(reason);
  const tries = counted && !newsCame ? triesBefore(own, reason) + 1 : own.attempts;
  const { unavailableForMs } = own;
  const next: NextStep = newsCame
    ? { kind: 'look_again', delayMs: 0 }
    : nextStep({ reason, tries, unavailableForMs, retryAfterMs: failure.retryAfterMs }, random);
  await tx
    .update(reconciliations)
    .set({
      ...(facts === undefined ? {} : seenIds(facts)),
      attempts: tries,
      leasedUntil: null,
      unavailableSince: counted ? null : sql`coalesce(${reconciliations.unavailableSince}, now())`,
      updatedAt: sql`now()`,
      ...(newsCame ? {} : standingAfter(next, reason, run)),
    })
    .where(eq(reconciliations.subject, run.subject));
  const nextLookInMs = next.kind === 'look_again' ? next.delayMs : null;
  return { ...failure, outcome: 'failed', nextLookInMs };
};

/** Each reason has its own tries; what is Seam's fault comes in between without a trace. */
const triesBefore = (own: Own, reason: FailureReason): number => {
  const sameTrouble = own.reason === null || own.reason === reason || !countsAsTry(own.reason);
  return sameTrouble ? own.attempts : 0;
};

const standingAfter = (next: NextStep, reason: FailureReason, run: Run) => {
  switch (next.kind) {
    case 'give_up':
      return { state: 'failed', reason, observedGeneration: run.generation } as const;
    case 'look_again': {
      const dueAt = sql`now() + ${next.delayMs} * interval '1 ms'`;
      const sweepAt = sql`${dueAt} + ${SWEEP_GRACE_SECONDS} * interval '1 s'`;
      return { state: 'retrying', reason, dueAt, sweepAt } as const;
    }
    default:
      return next satisfies never;
  }
};

const seenIds = (facts: Facts) => ({
  ...(facts.connectedAccountId === null ? {} : { connectedAccountId: facts.connectedAccountId }),
  claimedUserId: facts.claim.kind === 'named' ? facts.claim.id : null,
});

const changeLink = async (tx: Tx, run: Run, accountId: string, change: LinkChange) => {
  if (change.kind === 'none') return;
  await tx
    .update(links)
    .set({
      unlinkedAt: sql`now()`,
      unlinkedByRun: run.id,
      unlinkedBecause: change.kind === 'end' ? 'account_deleted' : 'relinked',
    })
    .where(and(eq(links.connectedAccountId, accountId), isNull(links.unlinkedAt)));
  if (change.kind === 'link_to') {
    await tx
      .insert(links)
      .values({ connectedAccountId: accountId, userId: change.userId, linkedByRun: run.id });
    return;
  }
  // The webviews that once led to this account are linked to nobody any more.
  await tx
    .update(reconciliations)
    .set({ state: 'no_action', updatedAt: sql`now()` })
    .where(
      and(eq(reconciliations.connectedAccountId, accountId), eq(reconciliations.state, 'linked')),
    );
};

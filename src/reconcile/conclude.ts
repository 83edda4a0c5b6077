import { QUIET_SECONDS } from '../db/timing.ts';
import type {
  FailureReason,
  ReconciliationState,
  RunOutcome,
  SettledOutcome,
} from '../model/outcome.ts';
import type { Run } from './begin.ts';
import type { Facts } from './facts.ts';
import type { Own } from './own.ts';
import { countsAsTry, nextStep } from './retry.ts';
import type { LinkChange, Verdict } from './verdict.ts';

/** Why a run has no facts to decide on. */
export type GatherFailure = Readonly<{
  reason: FailureReason;
  detail: string;
  requestId: string | null;
  retryAfterMs: number | null;
  /** Seam as a whole is the trouble, as far as one failure can tell. */
  isOutage: boolean;
}>;

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

/** All that a run has to write. */
export type Conclusion = Readonly<{
  applied: Applied;
  own: Readonly<{
    state: ReconciliationState;
    reason: FailureReason | null;
    attempts: number;
    /** Whether Seam is failing us on this subject. */
    isUnavailable: boolean;
    isSettled: boolean;
    /** The generation that is dealt with; null: none. */
    observedGeneration: number | null;
    /** When the next look is due, in ms from now; null: nothing changes about that. */
    dueInMs: number | null;
  }>;
  link: LinkChange;
  /** What the account's other cases are settled as, too; null: nothing is settled. */
  others: Extract<ReconciliationState, 'linked' | 'no_action'> | null;
  /** Whether Seam's word is final: then what else an event of this subject was taken to say ends. */
  isFinal: boolean;
  /** What Seam showed, to be kept; null when it showed nothing. */
  facts: Facts | null;
}>;

/** Of a run that has settled its subject. Pure, as all here. */
export const concludeSettled = (
  run: Run,
  own: Own,
  facts: Facts,
  verdict: Extract<Verdict, { kind: 'settled' }>,
): Conclusion => {
  const newsCame = own.generation > run.generation;
  const dueInMs = newsCame ? QUIET_SECONDS * 1_000 : null;
  return {
    applied: settledAs(verdict.outcome, facts.requestId, dueInMs),
    own: {
      state: newsCame ? 'pending' : verdict.state,
      reason: null,
      attempts: 0,
      isUnavailable: false,
      isSettled: true,
      observedGeneration: run.generation,
      dueInMs,
    },
    link: verdict.link,
    others: verdict.state,
    isFinal: true,
    facts,
  };
};

/** What Seam showed to a run that failed all the same. */
export type Answered = Readonly<{
  facts: Facts;
  link: LinkChange;
  /** Whether the account's link is provisional. */
  isProvisional: boolean;
}>;

const NO_CHANGE: LinkChange = { kind: 'none' };
const UNCONFIRMED: LinkChange = { kind: 'end', because: 'seam_differs' };

/**
 * Of a run that has failed: tried again later, or a person's turn. News is looked at at once. What somebody
 * has settled meanwhile (dismissed it, dismissed and opened it again, linked it by hand) isn't tried again.
 */
export const concludeFailed = (
  run: Run,
  own: Own,
  failure: GatherFailure,
  answered: Answered | null,
  random: number,
): Conclusion => {
  const { reason } = failure;
  const facts = answered?.facts ?? null;
  const counted = countsAsTry(reason);
  const ended = { ...failure, outcome: 'failed' } as const;
  const unsettled = { isUnavailable: !counted, isSettled: false };
  const rest = { link: answered?.link ?? NO_CHANGE, others: null, isFinal: false, facts };
  if (own.generation > run.generation) {
    const pending = { state: 'pending', reason: null, attempts: own.attempts } as const;
    return {
      ...rest,
      applied: { ...ended, nextLookInMs: 0 },
      own: { ...pending, ...unsettled, observedGeneration: null, dueInMs: null },
    };
  }
  const attempts = counted ? triesBefore(own, reason) + 1 : own.attempts;
  const unavailableForMs = patienceUsedMs(own, reason);
  const { retryAfterMs } = failure;
  const next = nextStep({ reason, tries: attempts, unavailableForMs, retryAfterMs }, random);
  // Or else it would say 'retrying', and nothing be owed.
  const isOver = own.observedGeneration >= run.generation;
  const delayMs = next.kind === 'look_again' && !isOver ? next.delayMs : null;
  // As long as it is tried again, Seam may only be slow to show what its event told of.
  const isFinal = answered !== null && delayMs === null;
  const link = isFinal && answered.isProvisional ? UNCONFIRMED : rest.link;
  return {
    facts,
    isFinal,
    link,
    others: null,
    applied: { ...ended, nextLookInMs: delayMs },
    own: {
      state: stateAfterFailure(own, delayMs),
      reason,
      attempts,
      ...unsettled,
      observedGeneration: delayMs === null ? run.generation : null,
      dueInMs: delayMs,
    },
  };
};

/** Of a run that has failed, where something else is known in case nobody looks again: what that comes to, then. */
export const concludeWaiting = (
  failed: Conclusion,
  atLast: () => Conclusion | undefined,
): Conclusion => {
  const isGivenUp = failed.own.state === 'failed';
  return (isGivenUp ? atLast() : undefined) ?? failed;
};

/**
 * Of a run of what several workspaces speak of, that Seam has not shown it: the next one's key is tried at once, and
 * no try is counted until all have been.
 */
export const handedOn = (own: Own, failed: Conclusion): Conclusion => ({
  ...failed,
  // It isn't this queue that looks next.
  applied: { ...failed.applied, nextLookInMs: null },
  own: {
    ...failed.own,
    state: 'retrying',
    reason: failed.applied.reason,
    attempts: own.attempts,
    observedGeneration: null,
    dueInMs: 0,
  },
  link: NO_CHANGE,
  isFinal: false,
});

const stateAfterFailure = (own: Own, delayMs: number | null): ReconciliationState => {
  if (own.state === 'dismissed') return 'dismissed';
  return delayMs === null ? 'failed' : 'retrying';
};

/** Each reason has its own tries; what is Seam's fault comes in between without a trace. */
const triesBefore = (own: Own, reason: FailureReason): number => {
  const sameTrouble = own.reason === null || own.reason === reason || !countsAsTry(own.reason);
  return sameTrouble ? own.attempts : 0;
};

/** A right that is lacking has a short patience of its own: what was before it used up another's (books/changes.ts). */
const patienceUsedMs = (own: Own, reason: FailureReason): number =>
  own.reason !== null && (own.reason === 'seam_forbidden') !== (reason === 'seam_forbidden')
    ? 0
    : own.unavailableForMs;

export const settledAs = (
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

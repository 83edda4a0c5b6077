import type { FailureReason } from '../model/outcome.ts';

/** What follows a failed run: another look after a while, or a person's turn. */
export type NextStep = { kind: 'look_again'; delayMs: number } | { kind: 'give_up' };

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * How often each reason is tried again. `counted`: doubling waits from `first` to at most `cap`, for
 * `tries` tries in all. `patient`: the fault is Seam's or our key's, so it uses up no tries; waits grow
 * with the length of the outage, until `span` is over. `never`: only news or a person can change it.
 */
type Policy =
  | { kind: 'counted'; firstMs: number; capMs: number; tries: number }
  | { kind: 'patient'; firstMs: number; capMs: number; spanMs: number }
  | { kind: 'never' };

export const POLICIES = {
  // "A few times": Seam may be slow to show what it has just announced. 4 tries in about 20 s.
  webview_not_found: { kind: 'counted', firstMs: 3 * SECOND, capMs: 30 * SECOND, tries: 4 },
  account_not_found: { kind: 'counted', firstMs: 3 * SECOND, capMs: 30 * SECOND, tries: 4 },
  // Outlasts the time in which the announcement counts; longer only while Seam says "being deleted": about an hour.
  deletion_pending: { kind: 'counted', firstMs: 3 * SECOND, capMs: 5 * MINUTE, tries: 18 },
  // A user may take a while, and Seam may lag: about an hour.
  webview_pending: { kind: 'counted', firstMs: 2 * SECOND, capMs: 10 * MINUTE, tries: 14 },
  account_not_ready: { kind: 'counted', firstMs: 2 * SECOND, capMs: 10 * MINUTE, tries: 14 },
  // The app may write its user row late (sign-up in the same minute): about an hour.
  user_not_found: { kind: 'counted', firstMs: 5 * SECOND, capMs: 10 * MINUTE, tries: 13 },
  // An engineer has to mend it; then it is put back (healing.ts), however long that took.
  users_table_unusable: { kind: 'counted', firstMs: 5 * SECOND, capMs: 10 * MINUTE, tries: 13 },
  metadata_id_missing: { kind: 'never' },
  metadata_id_invalid: { kind: 'never' },
  conflict: { kind: 'never' },
  event_unusable: { kind: 'never' },
  seam_unauthorized: { kind: 'patient', firstMs: 10 * SECOND, capMs: 5 * MINUTE, spanMs: 30 * DAY },
  workspace_suspended: {
    kind: 'patient',
    firstMs: 10 * SECOND,
    capMs: 5 * MINUTE,
    spanMs: 30 * DAY,
  },
  // Where the key lacks it for all, the queue is held. Of one object alone it is a person's turn: about an hour.
  seam_forbidden: { kind: 'patient', firstMs: 10 * SECOND, capMs: 5 * MINUTE, spanMs: HOUR },
  seam_rate_limited: { kind: 'patient', firstMs: 2 * SECOND, capMs: 5 * MINUTE, spanMs: 30 * DAY },
  seam_unavailable: { kind: 'patient', firstMs: 2 * SECOND, capMs: 15 * MINUTE, spanMs: 5 * DAY },
  seam_timeout: { kind: 'patient', firstMs: 2 * SECOND, capMs: 15 * MINUTE, spanMs: 5 * DAY },
  // Of one object it may pass with that; else it takes an engineer: about an hour.
  seam_unreadable: { kind: 'counted', firstMs: 10 * SECOND, capMs: 10 * MINUTE, tries: 12 },
  // Not for days; but an API that is being replaced may say so for a moment. 4 tries in about 20 s.
  seam_refused: { kind: 'counted', firstMs: 3 * SECOND, capMs: 30 * SECOND, tries: 4 },
  // No run ends so: the sweep marks it. It uses up no tries either.
  workspace_unknown: { kind: 'patient', firstMs: 2 * SECOND, capMs: 5 * MINUTE, spanMs: 30 * DAY },
  internal_error: { kind: 'counted', firstMs: 5 * SECOND, capMs: HOUR, tries: 14 },
} as const satisfies Record<FailureReason, Policy>;

/** Whether a failure for this reason is the subject's own, and so counts as one of its tries. */
export const countsAsTry = (reason: FailureReason): boolean => policyOf(reason).kind !== 'patient';

/** A row may hold a reason that only a newer version knows: that is taken for a fault of ours. */
const policyOf = (reason: FailureReason): Policy =>
  POLICIES[Object.hasOwn(POLICIES, reason) ? reason : 'internal_error'];

/**
 * Says what follows a failed run.
 *
 * @param failure.tries failed tries since the last news, this one included
 * @param failure.unavailableForMs how long Seam has been failing us on this subject
 * @param failure.retryAfterMs what Seam asked for, where it did (a day at most)
 * @param random from 0 to 1: spreads those that failed together
 */
export const nextStep = (
  failure: {
    reason: FailureReason;
    tries: number;
    unavailableForMs: number;
    retryAfterMs: number | null;
  },
  random: number,
): NextStep => {
  const policy = policyOf(failure.reason);
  switch (policy.kind) {
    case 'never':
      return { kind: 'give_up' };
    case 'counted': {
      if (failure.tries >= policy.tries) return { kind: 'give_up' };
      const waitMs = Math.min(policy.capMs, policy.firstMs * 2 ** (failure.tries - 1));
      return { kind: 'look_again', delayMs: spread(waitMs, random) };
    }
    case 'patient': {
      if (failure.unavailableForMs >= policy.spanMs) return { kind: 'give_up' };
      // Waiting as long as the outage has lasted doubles the time between tries.
      const ownMs = Math.min(policy.capMs, Math.max(policy.firstMs, failure.unavailableForMs));
      const askedMs = failure.retryAfterMs ?? 0;
      return {
        kind: 'look_again',
        delayMs: askedMs + spread(askedMs > 0 ? SECOND : ownMs, random),
      };
    }
    default:
      return policy satisfies never;
  }
};

/** From 75 % to 125 % of the wait. */
const spread = (waitMs: number, random: number): number => Math.round(waitMs * (0.75 + random / 2));

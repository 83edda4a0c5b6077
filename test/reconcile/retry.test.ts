import { describe, expect, test } from 'vitest';
import { FAILURE_REASONS, type FailureReason } from '../../src/model/outcome.ts';
import { countsAsTry, type NextStep, nextStep, POLICIES } from '../../src/reconcile/retry.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const NEVER: FailureReason[] = [
  'conflict',
  'metadata_id_missing',
  'metadata_id_invalid',
  'event_unusable',
];
const PATIENT: FailureReason[] = [
  'seam_unauthorized',
  'seam_forbidden',
  'workspace_suspended',
  'seam_rate_limited',
  'seam_unavailable',
  'seam_timeout',
  'workspace_unknown',
];
const COUNTED = FAILURE_REASONS.filter(reason => ![...NEVER, ...PATIENT].includes(reason));

const ONCE = { tries: 1, unavailableForMs: 0, retryAfterMs: null };
const MIDDLE = 0.5;

const delayOf = (step: NextStep): number => {
  if (step.kind === 'give_up') throw new Error('gave up');
  return step.delayMs;
};

/** Plays a subject that fails for the same reason until it is given up. */
const waitsUntilGivenUp = (reason: FailureReason, random = MIDDLE): number[] => {
  const waits: number[] = [];
  let elapsedMs = 0;
  for (let tries = 1; tries < 20_000; tries += 1) {
    const step = nextStep({ ...ONCE, reason, tries, unavailableForMs: elapsedMs }, random);
    if (step.kind === 'give_up') return waits;
    waits.push(step.delayMs);
    elapsedMs += step.delayMs;
  }
  throw new Error(`${reason} is never given up`);
};
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

describe('a fault that only news or a person can change', () => {
  test.each(NEVER)('%s is given up at once, so that support sees it now', reason => {
    expect(nextStep({ ...ONCE, reason }, MIDDLE)).toEqual({ kind: 'give_up' });
  });
});

test('a reason that only a newer version knows counts as a fault of ours', () => {
  const unknown = 'of_next_year' as FailureReason;
  expect(countsAsTry(unknown)).toBe(true);
  expect(nextStep({ ...ONCE, reason: unknown }, MIDDLE)).toEqual(
    nextStep({ ...ONCE, reason: 'internal_error' }, MIDDLE),
  );
});

describe("a fault of the subject's own", () => {
  test.each([
    ['webview_not_found', 10 * SECOND, MINUTE],
    ['account_not_found', 10 * SECOND, MINUTE],
    ['deletion_pending', 45 * MINUTE, 75 * MINUTE],
    ['webview_pending', 45 * MINUTE, 75 * MINUTE],
    ['account_not_ready', 45 * MINUTE, 75 * MINUTE],
    ['user_not_found', 45 * MINUTE, 75 * MINUTE],
    ['users_table_unusable', 45 * MINUTE, 75 * MINUTE],
    ['internal_error', HOUR, DAY],
    ['seam_unreadable', 45 * MINUTE, 75 * MINUTE],
    ['seam_refused', 10 * SECOND, MINUTE],
  ] as const)('%s is looked at for neither too short nor too long', (reason, leastMs, mostMs) => {
    const waits = waitsUntilGivenUp(reason);
    expect(waits).toHaveLength(POLICIES[reason].tries - 1);
    expect(sum(waits)).toBeGreaterThanOrEqual(leastMs);
    expect(sum(waits)).toBeLessThanOrEqual(mostMs);
  });

  test('none was left out of the table above', () => {
    expect(COUNTED.toSorted()).toEqual([
      'account_not_found',
      'account_not_ready',
      'deletion_pending',
      'internal_error',
      'seam_refused',
      'seam_unreadable',
      'user_not_found',
      'users_table_unusable',
      'webview_not_found',
      'webview_pending',
    ]);
  });

  test.each(COUNTED)('%s waits twice as long each time, up to a cap', reason => {
    const waits = waitsUntilGivenUp(reason);
    const capMs = Math.max(...waits);
    expect(waits).toEqual(
      waits.map((_, index) =>
        Math.min(capMs, delayOf(nextStep({ ...ONCE, reason }, MIDDLE)) * 2 ** index),
      ),
    );
    expect(capMs).toBeLessThanOrEqual(HOUR);
  });

  test.each(COUNTED)('%s stays given up, however often it is asked', reason => {
    expect(nextStep({ ...ONCE, reason, tries: 1_000_000 }, MIDDLE)).toEqual({ kind: 'give_up' });
  });
});

describe("a fault of Seam's or of our key", () => {
  test.each(PATIENT)('%s uses up no tries', reason => {
    const few = nextStep({ ...ONCE, reason, tries: 1 }, MIDDLE);
    expect(nextStep({ ...ONCE, reason, tries: 1_000_000 }, MIDDLE)).toEqual(few);
    expect(few.kind).toBe('look_again');
  });

  test.each(PATIENT)('%s: the wait grows with the outage, up to minutes', reason => {
    const waits = waitsUntilGivenUp(reason);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits[0]).toBeLessThanOrEqual(30 * SECOND);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(waits.at(-1)).toBeLessThanOrEqual(15 * MINUTE);
    // Not a look every few seconds for days.
    expect(waits.filter(ms => ms < MINUTE).length).toBeLessThan(10);
  });

  test.each([
    ['seam_unavailable', 3 * DAY, 7 * DAY],
    ['seam_timeout', 3 * DAY, 7 * DAY],
    ['workspace_suspended', 28 * DAY, 32 * DAY],
    ['seam_forbidden', 45 * MINUTE, 75 * MINUTE],
    ['seam_rate_limited', 28 * DAY, 32 * DAY],
    ['seam_unauthorized', 28 * DAY, 32 * DAY],
  ] as const)('%s is tried for as long as it may pass by itself', (reason, leastMs, mostMs) => {
    const spanMs = sum(waitsUntilGivenUp(reason));
    expect(spanMs).toBeGreaterThanOrEqual(leastMs);
    expect(spanMs).toBeLessThanOrEqual(mostMs);
  });

  test.each(
    PATIENT.flatMap(reason =>
      [1, 500, 7 * SECOND, 10 * MINUTE, HOUR].map(askedMs => [reason, askedMs] as const),
    ),
  )('%s is never tried earlier than Seam asked: %d ms', (reason, retryAfterMs) => {
    for (const random of [0, MIDDLE, 1]) {
      const delayMs = delayOf(nextStep({ ...ONCE, reason, retryAfterMs }, random));
      expect(delayMs).toBeGreaterThan(retryAfterMs);
      expect(delayMs).toBeLessThanOrEqual(retryAfterMs + 2 * SECOND);
    }
  });

  test('a Retry-After of 0 still leaves Seam a breath', () => {
    const step = nextStep({ ...ONCE, reason: 'seam_rate_limited', retryAfterMs: 0 }, 0);
    expect(delayOf(step)).toBeGreaterThanOrEqual(SECOND);
  });
});

test.each([...COUNTED, ...PATIENT])(
  '%s: those that failed together are spread over half the wait',
  reason => {
    const [least, middle, most] = [0, MIDDLE, 1].map(random =>
      delayOf(nextStep({ ...ONCE, reason }, random)),
    ) as [number, number, number];
    expect(least).toBe(middle * 0.75);
    expect(most).toBe(middle * 1.25);
  },
);

test('throttling, a wrong key and an outage use up nobody’s tries; all else does', () => {
  expect(FAILURE_REASONS.filter(reason => !countsAsTry(reason))).toEqual(PATIENT);
});

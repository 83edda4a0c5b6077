import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FAILURE_REASONS } from '../../src/model/outcome.ts';
import { nextStep, POLICIES } from '../../src/reconcile/retry.ts';
import { parseRetryAfter } from '../../src/seam/errors.ts';
import { anyText } from '../fixtures/arbitraries.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const NOW = new Date('2026-11-22T10:00:00.000Z');

const retryAfter = fc.oneof(
  anyText,
  fc.nat().map(String),
  fc.bigInt({ min: 0n }).map(String),
  fc.constantFrom('9'.repeat(400), '1e9', 'Infinity', '-1'),
  fc.date({ noInvalidDate: true }).map(date => date.toUTCString()),
  fc.date({ noInvalidDate: true }).map(date => date.toISOString()),
);

test('whatever Seam says, it holds us up for a day at most', () => {
  fc.assert(
    fc.property(retryAfter, text => {
      const ms = parseRetryAfter(text, NOW) ?? 0;
      expect(ms).toBeGreaterThanOrEqual(0);
      expect(ms).toBeLessThanOrEqual(DAY_MS);
    }),
    { numRuns: 2_000 },
  );
});

const failure = fc.record({
  reason: fc.constantFrom(...FAILURE_REASONS),
  tries: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1 })),
  // Below 0 where the clock of the database was put back.
  unavailableForMs: fc.oneof(
    fc.integer({ min: -DAY_MS, max: 40 * DAY_MS }),
    fc.double({ min: 0, max: Number.MAX_VALUE, noNaN: true }),
  ),
  retryAfterMs: fc.option(retryAfter).map(text => parseRetryAfter(text, NOW)),
});
const random = fc.double({ min: 0, max: 1, noNaN: true });

test('however something fails, the next look is when Seam asked, or within its reason’s cap', () => {
  fc.assert(
    fc.property(failure, random, (failed, luck) => {
      const step = nextStep(failed, luck);
      if (step.kind === 'give_up') return;
      expect(step.delayMs).toSatisfy(Number.isSafeInteger);
      expect(step.delayMs).toBeGreaterThanOrEqual(1_000);
      const policy = POLICIES[failed.reason];
      const capMs = policy.kind === 'never' ? 0 : 1.25 * policy.capMs;
      const askedMs = policy.kind === 'patient' ? (failed.retryAfterMs ?? 0) : 0;
      expect(step.delayMs).toBeGreaterThanOrEqual(askedMs);
      expect(step.delayMs).toBeLessThanOrEqual(Math.max(capMs, askedMs + 2_000));
    }),
    { numRuns: 2_000 },
  );
});

test('what was given up stays so, after more tries and a longer outage', () => {
  fc.assert(
    fc.property(failure, random, fc.nat(), fc.nat(), (failed, luck, tries, ms) => {
      if (nextStep(failed, luck).kind === 'look_again') return;
      const later = {
        ...failed,
        tries: failed.tries + tries,
        unavailableForMs: failed.unavailableForMs + ms,
      };
      expect(nextStep(later, luck)).toEqual({ kind: 'give_up' });
    }),
    { numRuns: 2_000 },
  );
});

test('no more tries are made than the policy says', () => {
  fc.assert(
    fc.property(failure, random, (failed, luck) => {
      const policy = POLICIES[failed.reason];
      const isOver =
        policy.kind === 'never' ||
        (policy.kind === 'counted' && failed.tries >= policy.tries) ||
        (policy.kind === 'patient' && failed.unavailableForMs >= policy.spanMs);
      expect(nextStep(failed, luck).kind).toBe(isOver ? 'give_up' : 'look_again');
    }),
    { numRuns: 2_000 },
  );
});

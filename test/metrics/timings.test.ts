import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addBuckets,
  BUCKET_BOUNDS_MS,
  bucketOf,
  noBuckets,
  percentile,
} from '../../src/metrics/timings.ts';

const bucketsOf = (all: readonly number[]): number[] => {
  const buckets = noBuckets();
  for (const ms of all) buckets[bucketOf(ms)] = (buckets[bucketOf(ms)] ?? 0) + 1;
  return buckets;
};
/** The plain definition: so many of all are not above it. */
const truePercentile = (all: readonly number[], share: number): number =>
  all.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(share * all.length)) - 1] ?? 0;

const durations = fc.array(fc.double({ min: 0, max: 60_000, noNaN: true }), { minLength: 1 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('percentiles that an engineer reads off the queue page', () => {
  test('are in the same bucket as the true ones', () => {
    fc.assert(
      fc.property(durations, share, (all, at) => {
        const told = percentile(bucketsOf(all), at) ?? Number.NaN;
        const bucket = bucketOf(truePercentile(all, at));
        expect(told).toBeGreaterThanOrEqual(BUCKET_BOUNDS_MS[bucket - 1] ?? 0);
        expect(told).toBeLessThanOrEqual(BUCKET_BOUNDS_MS[bucket] ?? 15_000);
      }),
    );
  });

  test('never fall as the share rises', () => {
    fc.assert(
      fc.property(durations, share, share, (all, one, other) => {
        const buckets = bucketsOf(all);
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        expect(percentile(buckets, low)).toBeLessThanOrEqual(percentile(buckets, high) ?? 0);
      }),
    );
  });

  test('of several processes are those of all their answers together', () => {
    fc.assert(
      fc.property(durations, durations, (one, other) => {
        expect(addBuckets([bucketsOf(one), bucketsOf(other)])).toEqual(
          bucketsOf([...one, ...other]),
        );
      }),
    );
  });

  test('where nothing was answered there are none', () => {
    expect(percentile(noBuckets(), 0.95)).toBeNull();
  });

  test('what an older or newer version counted in other buckets is still counted', () => {
    const more = [...noBuckets(), 3];
    expect(addBuckets([[1, 2], more]).reduce((sum, count) => sum + count, 0)).toBe(6);
  });
});

/* How long things took, counted in buckets: cheap to keep, to add up, and to read percentiles from. Pure. */

/** The upper bounds of the buckets, in ms; what took longer than the last is in one more. */
export const BUCKET_BOUNDS_MS = [
  1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000,
  5_000, 7_500, 10_000, 15_000,
] as const;

/** How many fell into each bucket. */
export type Buckets = readonly number[];

export const noBuckets = (): number[] =>
  Array.from({ length: BUCKET_BOUNDS_MS.length + 1 }, () => 0);

/** Into which bucket a duration falls: an upper bound belongs to its bucket. */
export const bucketOf = (ms: number): number => {
  const found = BUCKET_BOUNDS_MS.findIndex(bound => ms <= bound);
  return found === -1 ? BUCKET_BOUNDS_MS.length : found;
};

const countIn = (buckets: Buckets): number => buckets.reduce((sum, count) => sum + count, 0);

/** The sum of several, bucket by bucket. What another version kept in more buckets ends in the last. */
export const addBuckets = (all: readonly Buckets[]): number[] => {
  const sum = noBuckets();
  for (const buckets of all) {
    for (const [index, count] of buckets.entries()) {
      const at = Math.min(index, sum.length - 1);
      sum[at] = (sum[at] ?? 0) + count;
    }
  }
  return sum;
};

/**
 * Below which duration (in ms) a share of all lies, as exactly as the buckets tell: it is in the same bucket
 * as the true one. Null where there are none.
 *
 * @param share between 0 and 1: 0.95 for the 95th percentile
 */
export const percentile = (buckets: Buckets, share: number): number | null => {
  const count = countIn(buckets);
  if (count === 0) return null;
  const rank = Math.max(1, Math.ceil(share * count));
  let before = 0;
  for (const [index, own] of buckets.entries()) {
    if (own > 0 && before + own >= rank) {
      const lower = index === 0 ? 0 : (BUCKET_BOUNDS_MS[index - 1] ?? 0);
      // Of the last one only the lower bound is known.
      const upper = BUCKET_BOUNDS_MS[index] ?? lower;
      return lower + ((upper - lower) * (rank - before)) / own;
    }
    before += own;
  }
  return null;
};

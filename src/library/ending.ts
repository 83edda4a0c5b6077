import { pause } from '../ops/loop.ts';

/** As long as `serve` gives itself: orchestrators kill after 30 s, as a rule. */
const WITHIN_MS = 25_000;
/** So long requests and calls that are under way may take, */
const CUT_OFF_MS = 10_000;
/** and no more than this share of the whole. */
const CUT_OFF_SHARE = 0.4;
/** What a timer can wait at most: 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** What is under way is cut off after `cutOffMs`, and nothing is waited for beyond `withinMs`. */
export type Limits = Readonly<{ withinMs: number; cutOffMs: number }>;

/** Pure. @returns null for what is no time */
export const limitsOf = (withinMs: unknown = WITHIN_MS): Limits | null => {
  if (typeof withinMs !== 'number' || !(withinMs >= 0)) return null;
  const within = Math.min(withinMs, LONGEST_MS);
  return { withinMs: within, cutOffMs: Math.min(CUT_OFF_MS, within * CUT_OFF_SHARE) };
};

/**
 * Waits for what ends, and no longer than that.
 *
 * @returns the names of what is left
 * @throws what the first of them that failed in that time threw
 */
export const endedWithin = async (
  parts: Readonly<Record<string, Promise<unknown>>>,
  withinMs: number,
): Promise<string[]> => {
  const left = new Set(Object.keys(parts));
  const all = Object.entries(parts).map(async ([name, part]) => {
    await part;
    left.delete(name);
  });
  const limit = new AbortController();
  try {
    await Promise.race([Promise.all(all), pause(withinMs, limit.signal)]);
  } finally {
    limit.abort();
  }
  return [...left];
};

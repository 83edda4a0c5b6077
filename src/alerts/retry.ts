const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long after each failed try the next one comes: twelve tries within a day. */
const DELAYS_MS = [
  20 * SECOND,
  MINUTE,
  3 * MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  8 * HOUR,
] as const;

/** Of each wait up to so much more or less. */
const JITTER = 0.2;

/**
 * When a message that didn't get there is tried again. Pure.
 *
 * @param attempts tries so far, this one included
 * @param random between 0 and 1
 * @returns in ms; null: never
 */
export const nextTryInMs = (attempts: number, random: number): number | null => {
  const delay = DELAYS_MS[attempts - 1];
  return delay === undefined ? null : Math.round(delay * (1 - JITTER + 2 * JITTER * random));
};

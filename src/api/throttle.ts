import { HttpError } from '../http/errors.ts';

/** So many requests a second, and so many at once after a quiet time: of one token, in one process. */
const PER_SECOND = 50;
const AT_ONCE = 200;

/**
 * Keeps one token from taking the desk's connections from everybody else. Each process counts for itself,
 * in memory: what is to be kept from being overloaded is the process.
 *
 * @param now in ms, only ever later
 */
export const createThrottle = (now: () => number = () => performance.now()) => {
  const left = new Map<number, { requests: number; at: number }>();
  /** @throws HttpError 429 that says when to come again */
  return (tokenId: number): void => {
    const before = left.get(tokenId) ?? { requests: AT_ONCE, at: now() };
    const at = now();
    const earned = ((at - before.at) / 1_000) * PER_SECOND;
    const requests = Math.min(AT_ONCE, before.requests + earned);
    if (requests < 1) {
      const message = `A token can make ${PER_SECOND} requests per second. Try again in a moment.`;
      throw new HttpError(429, 'too_many_requests', message, { 'retry-after': '1' });
    }
    left.set(tokenId, { requests: requests - 1, at });
  };
};

import { HttpError } from '../http/errors.ts';

/** So many requests a second, and so many at once after a quiet time: of one token, in one process. */
const PER_SECOND = 50;
const AT_ONCE = 200;

/** How much a token may ask, and how much of that is left: draft-ietf-httpapi-ratelimit-headers, as structured fields. */
type RateLimit = Readonly<{ 'ratelimit-policy': string; ratelimit: string }>;

/** @param left how many requests may still come at once */
const rateLimit = (left: number): RateLimit => ({
  'ratelimit-policy': `"token";q=${AT_ONCE};w=${AT_ONCE / PER_SECOND}`,
  ratelimit: `"token";r=${Math.floor(left)};t=${Math.ceil((AT_ONCE - left) / PER_SECOND)}`,
});

/**
 * Keeps one token from taking the desk's connections from everybody else. Each process counts for itself,
 * in memory: what is to be kept from being overloaded is the process.
 *
 * @param now in ms, only ever later
 */
export const createThrottle = (now: () => number = () => performance.now()) => {
  const kept = new Map<number, { requests: number; at: number }>();
  /** @returns headers that say what is left @throws HttpError 429 that says when to come again, with the same headers */
  return (tokenId: number): RateLimit => {
    const before = kept.get(tokenId) ?? { requests: AT_ONCE, at: now() };
    const at = now();
    const earned = ((at - before.at) / 1_000) * PER_SECOND;
    const requests = Math.min(AT_ONCE, before.requests + earned);
    if (requests < 1) {
      const message = `A token can make ${PER_SECOND} requests per second. Try again in a moment.`;
      const headers = { ...rateLimit(requests), 'retry-after': '1' };
      throw new HttpError(429, 'too_many_requests', message, headers);
    }
    kept.set(tokenId, { requests: requests - 1, at });
    return rateLimit(requests - 1);
  };
};

import { createHash } from 'node:crypto';
import { type Budget, createBudget, createRecent } from '../access/budget.ts';
import { networkOf } from '../access/network.ts';
import { HttpError } from './errors.ts';

/** So many unknown ones a network may show at once, and a second: each costs a query. */
const AT_ONCE = 50;
const PER_SECOND = 5;
/** Remembered of each kind, as hashes. */
const MOST = 10_000;
/** What was unknown so lately is unknown still: secrets are made up here, and by nobody else. */
const UNKNOWN_MS = 60_000;

/** Keeps what strangers show (as a token, a cookie, a link's key) from costing the database a query each. */
export type SecretGuard = Readonly<{
  /**
   * Looks it up, unless it is known to be unknown.
   *
   * @throws HttpError 429 when its network has shown too many that were unknown; those that were found
   *   here before are looked up all the same
   */
  find: <T>(secret: string, address: string, look: () => Promise<T | null>) => Promise<T | null>;
  /** One that was made just now. */
  welcome: (secret: string) => void;
}>;

export const createSecretGuard = (
  budget: Budget = createBudget({ atOnce: AT_ONCE, perSecond: PER_SECOND }),
  now: () => number = () => performance.now(),
): SecretGuard => {
  const found = createRecent<true>(MOST);
  const unknown = createRecent<number>(MOST);
  const keyOf = (secret: string): string => createHash('sha256').update(secret).digest('base64');
  return {
    find: async (secret, address, look) => {
      const key = keyOf(secret);
      if ((unknown.get(key) ?? Number.NEGATIVE_INFINITY) > now() - UNKNOWN_MS) return null;
      const network = networkOf(address);
      const isFamiliar = found.get(key) !== undefined;
      const seconds = isFamiliar ? 0 : budget.take(network);
      if (seconds > 0) {
        const message =
          'Too many unknown sessions or tokens came from your address. Try again in a moment.';
        throw new HttpError(429, 'too_many_requests', message, { 'retry-after': String(seconds) });
      }
      const result = await look().catch((error: unknown) => {
        // Nobody knows whether it is unknown: that is not this network's doing.
        if (!isFamiliar) budget.giveBack(network);
        throw error;
      });
      if (result === null) {
        found.delete(key);
        unknown.set(key, now());
      } else {
        found.set(key, true);
        if (!isFamiliar) budget.giveBack(network);
      }
      return result;
    },
    welcome: secret => found.set(keyOf(secret), true),
  };
};

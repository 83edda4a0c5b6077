import type pg from 'pg';
import {
  type Kind,
  previewAll,
  type Removed,
  readBefore,
  removeAll,
  removeAlone,
  removeSome,
} from '../db/remove-old.ts';
import { MESSAGES } from '../outbox/prune.ts';
import { ACCOUNTS, deliveriesOf, runsOf, WEBVIEWS, webviewsToCome } from './prunable.ts';

/**
 * Svix sends an event again for 27.6 hours, and only a delivery that is still stored tells that it was
 * seen before.
 */
export const YOUNGEST_PRUNED_DAYS = 2;

/** What a prune removed (or, in a dry run, would remove). */
export type Pruned = Readonly<{
  /** Everything received or begun before this went, as far as it is settled. */
  before: string;
  deliveries: number;
  runs: number;
  /** Webviews that we created and nobody finished; the last runs go with them. */
  webviews: number;
  /** Accounts, deleted before then, whose personal data went, with those of the webviews that led to them. */
  accounts: number;
  /** Messages to the app, none of them owed any more. */
  messages: number;
  /** Deliveries and runs that are as old, and stay: their subject is owed, or they are still needed. */
  kept: number;
}>;

const LOCK_KEY = 'seam-reconciler prune';

/** So many rows that have to stay a turn goes past, of each kind: then it is the next one's. */
const MOST_PASSED_OVER = 50_000;

type Remove = (kind: Kind, before: Date) => Promise<Removed>;

const goThrough = async (
  before: Date,
  { webviews, failedDays }: { webviews: Kind; failedDays: number },
  remove: Remove,
): Promise<Pruned> => {
  const deliveries = await remove(deliveriesOf(failedDays), before);
  const runs = await remove(runsOf(failedDays), before);
  const abandoned = await remove(webviews, before);
  const accounts = await remove(ACCOUNTS, before);
  const messages = await remove(MESSAGES, before);
  return {
    before: before.toISOString(),
    deliveries: deliveries.removed,
    runs: runs.removed,
    webviews: abandoned.removed,
    accounts: accounts.removed,
    messages: messages.removed,
    kept: deliveries.kept + runs.kept,
  };
};

const pruneWith = (
  pool: pg.Pool,
  days: number,
  failedDays: number,
  signal: AbortSignal,
  onBegin: () => Promise<unknown>,
  removing: (signal: AbortSignal) => Remove,
): Promise<Pruned | null> => {
  if (days < YOUNGEST_PRUNED_DAYS) throw new RangeError(`prune: ${days} days are too few`);
  return removeAlone(pool, LOCK_KEY, days, signal, async (before, stop) => {
    await onBegin();
    return goThrough(before, { webviews: WEBVIEWS, failedDays }, removing(stop));
  });
};

/**
 * Removes deliveries and runs older than so many days, and what nobody needs of webviews and deleted accounts
 * as old, and messages that are owed to nobody, in small batches with pauses in between, one process at a time. What is owed stays, and of what
 * has failed the newest; and so do links with their history, reconciliations, webviews and accounts.
 *
 * @param signal stops it after the batch that is under way
 * @param onBegin once it is sure that it is this process's turn, before anything goes
 * @param failedDays for how long the newest of what stays failed are kept; 0: for good
 * @returns what went; null when another process is at it
 * @throws RangeError for fewer than two days; whatever Postgres throws
 */
export const prune = async (
  pool: pg.Pool,
  days: number,
  signal: AbortSignal,
  onBegin: () => Promise<unknown> = async () => undefined,
  failedDays = 0,
): Promise<Pruned | null> =>
  pruneWith(
    pool,
    days,
    failedDays,
    signal,
    onBegin,
    stop => (kind, before) => removeAll(pool, kind, before, stop),
  );

/**
 * The same, a part at a time: it goes on where the last turn was, and goes past so many rows at most that
 * have to stay. So what a turn costs depends on what goes, and not on what is kept.
 */
export const pruneSome = async (
  pool: pg.Pool,
  days: number,
  signal: AbortSignal,
  mostPassedOver = MOST_PASSED_OVER,
  failedDays = 0,
): Promise<Pruned | null> =>
  pruneWith(
    pool,
    days,
    failedDays,
    signal,
    async () => undefined,
    stop => (kind, before) => removeSome(pool, kind, before, stop, mostPassedOver),
  );

/** What `prune` would remove now. */
export const previewPrune = async (
  pool: pg.Pool,
  days: number,
  failedDays = 0,
): Promise<Pruned> => {
  const before = await readBefore(pool, days);
  const webviews = webviewsToCome(failedDays);
  return goThrough(before, { webviews, failedDays }, kind => previewAll(pool, kind, before));
};

import type pg from 'pg';
import type { Client } from '../db/client.ts';
import { type Kind, type Removed, removeAll, removeSome, whileAlone } from '../db/remove-old.ts';
import {
  ACCOUNTS,
  DELIVERIES,
  DELIVERY_MAY_GO,
  isAbandoned,
  noDeliveriesBut,
  RUN_MAY_GO,
  RUNS,
  STILL_PERSONAL,
  WEBVIEWS,
} from './prunable.ts';

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
  /** Accounts, deleted before then, whose personal data went. */
  accounts: number;
  /** Deliveries and runs that are as old, and stay: their subject is owed, or they are still needed. */
  kept: number;
}>;

const LOCK_KEY = 'seam-reconciler prune';

/** So many rows that have to stay a turn goes past, of each kind: then it is the next one's. */
const MOST_PASSED_OVER = 50_000;

type Remove = (client: Client, kind: Kind, before: Date, signal: AbortSignal) => Promise<Removed>;

const pruneWith = (
  pool: pg.Pool,
  days: number,
  signal: AbortSignal,
  onBegin: (client: Client) => Promise<unknown>,
  remove: Remove,
): Promise<Pruned | null> => {
  if (days < YOUNGEST_PRUNED_DAYS) throw new RangeError(`prune: ${days} days are too few`);
  return whileAlone(pool, LOCK_KEY, days, async (client, before) => {
    await onBegin(client);
    const deliveries = await remove(client, DELIVERIES, before, signal);
    const runs = await remove(client, RUNS, before, signal);
    const webviews = await remove(client, WEBVIEWS, before, signal);
    const accounts = await remove(client, ACCOUNTS, before, signal);
    return {
      before: before.toISOString(),
      deliveries: deliveries.removed,
      runs: runs.removed,
      webviews: webviews.removed,
      accounts: accounts.removed,
      kept: deliveries.kept + runs.kept,
    };
  });
};

/**
 * Removes deliveries and runs older than so many days, and what nobody needs of webviews and deleted accounts
 * as old, in small batches with pauses in between, one process at a time. What is owed stays, and of what
 * has failed the newest; and so do links with their history, reconciliations, webviews and accounts.
 *
 * @param signal stops it after the batch that is under way
 * @param onBegin once it is sure that it is this process's turn, before anything goes
 * @returns what went; null when another process is at it
 * @throws RangeError for fewer than two days; whatever Postgres throws
 */
export const prune = async (
  pool: pg.Pool,
  days: number,
  signal: AbortSignal,
  onBegin: (client: Client) => Promise<unknown> = async () => undefined,
): Promise<Pruned | null> => pruneWith(pool, days, signal, onBegin, removeAll);

/**
 * The same, a part at a time: it goes on where the last turn was, and goes past so many rows at most that
 * have to stay. So what a turn costs depends on what goes, and not on what is kept.
 */
export const pruneSome = async (
  pool: pg.Pool,
  days: number,
  signal: AbortSignal,
  mostPassedOver = MOST_PASSED_OVER,
): Promise<Pruned | null> =>
  pruneWith(
    pool,
    days,
    signal,
    async () => undefined,
    (client, kind, before) => removeSome(client, kind, before, signal, mostPassedOver),
  );

/** What `prune` would remove now. */
export const previewPrune = async (pool: pg.Pool, days: number): Promise<Pruned> => {
  const { rows } = await pool.query<Record<Exclude<keyof Pruned, 'before' | 'kept'>, number> & Old>(
    `with limits as (select now() - $1 * interval '1 day' as before)
     select before,
            (select count(*)::int from reconciler.deliveries p
               join reconciler.reconciliations r using (subject)
              where p.received_at < before and ${DELIVERY_MAY_GO}) as deliveries,
            (select count(*)::int from reconciler.runs n
               join reconciler.reconciliations r using (subject)
              where n.started_at < before and ${RUN_MAY_GO}) as runs,
            (select count(*)::int from reconciler.expected_webviews e
               join reconciler.reconciliations r on r.subject = 'connect_webview:' || e.connect_webview_id
              where e.created_at < before and ${isAbandoned('before', noDeliveriesBut('before'))}) as webviews,
            (select count(*)::int from reconciler.connected_accounts
              where deleted_at is not null and deleted_at < before and ${STILL_PERSONAL}) as accounts,
            (select count(*)::int from reconciler.deliveries where received_at < before)
              + (select count(*)::int from reconciler.runs
                  where started_at < before) as old
       from limits`,
    [days],
  );
  const { before, old, ...counts } = rows[0] ?? NOTHING;
  const kept = old - counts.deliveries - counts.runs;
  return { before: before.toISOString(), ...counts, kept };
};

type Old = { before: Date; old: number };

const NOTHING = { before: new Date(0), deliveries: 0, runs: 0, webviews: 0, accounts: 0, old: 0 };

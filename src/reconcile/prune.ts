import type pg from 'pg';
import type { Client } from '../db/client.ts';
import { pause } from '../ops/loop.ts';

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
  /** Deliveries and runs that are as old, and stay: their subject is not settled. */
  kept: number;
}>;

const BATCH_SIZE = 1_000;
const PAUSE_MS = 100;
const LOCK_KEY = 'seam-reconciler prune';

const REAUTHORIZATION = 'connected_account.reauthorization_requested';

/** What is left alone: owed another look, or a person's to see to. */
const IS_SETTLED = `
  r.observed_generation >= r.generation and r.state in ('linked', 'no_action', 'dismissed')
  and not exists (select 1 from reconciler.uncounted u where u.subject = r.subject)`;

/** Cut out of the subject, rather than put together for each account: so an index finds it. */
const ACCOUNT_ID = `substr(r.subject, length('connected_account:') + 1)`;

/**
 * What runs still read of deliveries (see standing.ts) stays as long as they do. That an account's deletion
 * was announced: until a run has found the account gone, as from then on the account's own row says so. That
 * Seam asked for a new authorization: while the account stands so; and that somebody has signed in since: as
 * long as a request is there.
 */
const DELIVERY_MAY_GO = `
  ${IS_SETTLED} and case
    when p.event_type = 'connected_account.deleted' then exists (
      select 1 from reconciler.connected_accounts a
       where a.connected_account_id = ${ACCOUNT_ID} and a.deleted_at is not null)
    when p.event_type = '${REAUTHORIZATION}' then not exists (
      select 1 from reconciler.connected_accounts a
       where a.connected_account_id = ${ACCOUNT_ID}
         and a.state = 'reauthorization_requested')
    else r.connected_account_id is null or not exists (
      select 1 from reconciler.deliveries q
       where q.subject = 'connected_account:' || r.connected_account_id
         and q.event_type = '${REAUTHORIZATION}')
  end`;

/**
 * One page of what is old enough: in order, so that what has to stay is passed once, not at every batch.
 *
 * With what is removed goes a note of the newest time at which any of it had occurred: of an older event in
 * Seam's list, a backfill can't tell whether it was here (backfill/lacking.ts). An event that says that it
 * occurs in some far future counts for a day after it came: else nothing could be told of any.
 */
const DELIVERIES = {
  page: `
    select event_id, event_type, subject, received_at from reconciler.deliveries
     where received_at < $1 and (received_at, event_id) > ($2::timestamptz, $3)
     order by received_at, event_id limit $4`,
  start: ['-infinity', ''],
  remove: `
    delete from reconciler.deliveries d using page p join reconciler.reconciliations r using (subject)
     where d.event_id = p.event_id and ${DELIVERY_MAY_GO} returning d.event_id, d.occurred_at, d.received_at`,
  alongside: `
    , conflicting as (
      delete from reconciler.conflicting_deliveries c using removed where c.event_id = removed.event_id
    ), noted as (
      insert into reconciler.pruned (what, until)
      select 'deliveries', max(least(coalesce(occurred_at, received_at), received_at + interval '1 day'))
        from removed having count(*) > 0
          on conflict (what) do update set until = greatest(pruned.until, excluded.until))`,
  next: `
    select received_at::text as first, event_id as second from page
     order by received_at desc, event_id desc limit 1`,
} as const;

/** By their ids, which are in the order in which they began. */
const RUNS = {
  page: `
    select * from (
      select id, subject, started_at, finished_at from reconciler.runs
       where id > $2::bigint and $3::text is not null order by id limit $4) as next_ones
     where started_at < $1`,
  start: ['0', ''],
  remove: `
    delete from reconciler.runs n using page p join reconciler.reconciliations r using (subject)
     where n.id = p.id and p.finished_at is not null and ${IS_SETTLED} returning n.id`,
  alongside: '',
  next: `select max(id)::text as first, '' as second from page`,
} as const;

type Kind = typeof DELIVERIES | typeof RUNS;
type Page = { seen: number; removed: number; first: string | null; second: string | null };

/**
 * Removes deliveries and runs older than so many days, in small batches with pauses in between, one
 * process at a time. Whatever belongs to something unsettled stays, and so do links with their history,
 * reconciliations, webviews and accounts.
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
): Promise<Pruned | null> => {
  if (days < YOUNGEST_PRUNED_DAYS) throw new RangeError(`prune: ${days} days are too few`);
  const client = await pool.connect();
  let isLocked = false;
  try {
    const { rows } = await client.query<{ locked: boolean; before: Date }>(
      `select pg_try_advisory_lock(hashtext($1)) as locked, now() - $2 * interval '1 day' as before`,
      [LOCK_KEY, days],
    );
    const [answer] = rows;
    if (answer?.locked !== true) return null;
    isLocked = true;
    const { before } = answer;
    await onBegin(client);
    const deliveries = await removeAll(client, DELIVERIES, before, signal);
    const runs = await removeAll(client, RUNS, before, signal);
    return {
      before: before.toISOString(),
      deliveries: deliveries.removed,
      runs: runs.removed,
      kept: deliveries.kept + runs.kept,
    };
  } finally {
    // A connection that broke has given its lock back; one that can't is closed, which does.
    const fault = isLocked ? await unlock(client) : undefined;
    client.release(fault);
  }
};

const unlock = (client: Client): Promise<Error | undefined> =>
  client.query('select pg_advisory_unlock(hashtext($1))', [LOCK_KEY]).then(
    () => undefined,
    (fault: Error) => fault,
  );

const removeAll = async (
  client: Client,
  kind: Kind,
  before: Date,
  signal: AbortSignal,
): Promise<{ removed: number; kept: number }> => {
  let cursor: readonly [string, string] = kind.start;
  let removed = 0;
  let kept = 0;
  while (!signal.aborted) {
    const { rows } = await client.query<Page>(
      `with page as (${kind.page}), removed as (${kind.remove})${kind.alongside}, last as (${kind.next})
       select (select count(*)::int from page) as seen, (select count(*)::int from removed) as removed,
              (select first from last), (select second from last)`,
      [before, ...cursor, BATCH_SIZE],
    );
    const page = rows[0];
    if (page === undefined || page.first === null) break;
    removed += page.removed;
    kept += page.seen - page.removed;
    cursor = [page.first, page.second ?? ''];
    if (page.seen < BATCH_SIZE) break;
    await pause(PAUSE_MS, signal);
  }
  return { removed, kept };
};

/** What `prune` would remove now. */
export const previewPrune = async (pool: pg.Pool, days: number): Promise<Pruned> => {
  const { rows } = await pool.query<{
    before: Date;
    deliveries: number;
    runs: number;
    old: number;
  }>(
    `with limits as (select now() - $1 * interval '1 day' as before)
     select before,
            (select count(*)::int from reconciler.deliveries p
               join reconciler.reconciliations r using (subject)
              where p.received_at < before and ${DELIVERY_MAY_GO}) as deliveries,
            (select count(*)::int from reconciler.runs n
               join reconciler.reconciliations r using (subject)
              where n.started_at < before and n.finished_at is not null and ${IS_SETTLED}) as runs,
            (select count(*)::int from reconciler.deliveries where received_at < before)
              + (select count(*)::int from reconciler.runs
                  where started_at < before) as old
       from limits`,
    [days],
  );
  const { before, deliveries, runs, old } = rows[0] ?? NOTHING;
  return { before: before.toISOString(), deliveries, runs, kept: old - deliveries - runs };
};

const NOTHING = { before: new Date(0), deliveries: 0, runs: 0, old: 0 };

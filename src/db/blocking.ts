import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

/** A session of this database that keeps others from going on, as far as our role may see it. */
export type Blocker = Readonly<{
  pid: number;
  user: string | null;
  application: string | null;
  /** As Postgres has it: `active`, `idle in transaction`. */
  state: string | null;
  /** Since when its transaction has been open. */
  since: Date | null;
  /** Tables of which it holds rows, or that it has to itself. */
  tables: readonly string[];
  /** How many sessions wait for it right now. */
  waiting: number;
}>;

type Row = Blocker & Readonly<{ transaction: string }>;

/** No transaction of ours holds a row for so long. */
const HELD_SECONDS = 3;
/** How long one must go on whose beginning Postgres keeps from our role. */
const HIDDEN_MS = 1_000;

/**
 * Whoever holds rows of our tables, or has a table of anybody's to itself. Not who only reads, nor vacuum and indexes
 * that are built beside everything: they keep nobody waiting.
 */
const READ = `
  with held as (
    select l.pid, min(l.virtualtransaction) as transaction,
           array_agg(distinct c.relname::text order by c.relname::text) as tables
      from pg_locks l
      join pg_class c on c.oid = l.relation and c.relkind in ('r', 'p', 'm', 'f')
      join pg_namespace n on n.oid = c.relnamespace
     where l.locktype = 'relation' and l.granted and l.pid <> pg_backend_pid()
       -- Who waits is in nobody's way but for whoever is in its own.
       and not exists (select from pg_locks w where w.pid = l.pid and not w.granted)
       and l.database = (select oid from pg_database where datname = current_database())
       and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
       and (l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
         or n.nspname = 'reconciler' and l.mode in ('RowShareLock', 'RowExclusiveLock'))
     group by l.pid
  ), waits as (
    select by, count(*)::int as waiting
      from (select distinct pid from pg_locks where not granted) w
     cross join lateral unnest(pg_blocking_pids(w.pid)) as by
     group by by
  )
  select held.pid, held.transaction, held.tables, a.usename as "user",
         nullif(a.application_name, '') as application, a.state, a.xact_start as since,
         coalesce(waits.waiting, 0) as waiting
    from held
    left join pg_stat_activity a on a.pid = held.pid
    left join waits on waits.by = held.pid
   where a.xact_start is null or a.xact_start < now() - $1 * interval '1 s'
   order by a.xact_start, held.pid limit 20`;

const read = async (pool: Pick<pg.Pool, 'query'>): Promise<Row[]> =>
  (await pool.query<Row>(READ, [HELD_SECONDS])).rows;

/**
 * Sessions that hold what others need for longer than any of ours does, the longest first.
 *
 * @throws whatever Postgres throws
 */
export const readBlockers = async (pool: Pick<pg.Pool, 'query'>): Promise<Blocker[]> => {
  const rows = await read(pool);
  if (rows.every(({ since }) => since !== null)) return rows;
  await sleep(HIDDEN_MS);
  const later = new Set((await read(pool)).map(({ pid, transaction }) => `${pid} ${transaction}`));
  return rows.filter(({ pid, transaction }) => later.has(`${pid} ${transaction}`));
};

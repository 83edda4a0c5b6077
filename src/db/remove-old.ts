import type pg from 'pg';
import { pause } from '../ops/loop.ts';
import { whileAlone } from './alone.ts';

/*
 * How what is old goes: a page at a time, each in a statement and a transaction of its own, with pauses, by
 * one process at a time.
 */

/** SQL for one kind of rows that go when they are old. */
export type Kind = Readonly<{
  /** Under which its cursor is kept. */
  name: string;
  /**
   * The next rows that are older than $1, after the cursor ($2, $3) and in its order, $4 at most: so what
   * has to stay is passed once, and not at every page.
   */
  page: string;
  /** Those of `page` that may go. */
  chosen: string;
  /** Removes what is `chosen`, and returns a row for each that went. */
  remove: string;
  /** Further parts of the same statement (", x as (…)") for what goes with `removed`. */
  alongside: string;
  /** The last row of `page`, as the cursor has it: `first` and `second`. */
  next: string;
  start: Cursor;
}>;

type Cursor = readonly [string, string];
type Page = { seen: number; removed: number; first: string | null; second: string | null };

/** What came of going through rows of a kind: those that went, and those that are as old and stay. */
export type Removed = Readonly<{ removed: number; kept: number }>;

const BATCH_SIZE = 1_000;
const PAUSE_MS = 100;

/**
 * Goes through all that is old from the beginning to the end.
 *
 * @param signal stops it after the page that is under way
 */
export const removeAll = async (
  pool: pg.Pool,
  kind: Kind,
  before: Date,
  signal: AbortSignal,
): Promise<Removed> => {
  const { removed, kept } = await removeFrom(pool, kind, before, signal);
  return { removed, kept };
};

/** Says what `removeAll` would remove now. */
export const previewAll = async (pool: pg.Pool, kind: Kind, before: Date): Promise<Removed> => {
  const looked = { ...kind, remove: 'select from chosen', alongside: '' };
  const { removed, kept } = await removeFrom(pool, looked, before, new AbortController().signal, {
    from: kind.start,
    most: Infinity,
    pauseMs: 0,
  });
  return { removed, kept };
};

/**
 * Goes on where the last turn was, whichever process's that was, and notes how far it came. A turn that has
 * passed over so many rows in vain is over, however much there is that has to stay: the next one goes on
 * from there, and begins anew where one came to the end.
 */
export const removeSome = async (
  pool: pg.Pool,
  kind: Kind,
  before: Date,
  signal: AbortSignal,
  most: number,
): Promise<Removed> => {
  const { rows } = await pool.query<{ first: string; second: string }>(
    'select first, second from reconciler.retention_cursors where name = $1',
    [kind.name],
  );
  const [left] = rows;
  const from: Cursor = left === undefined ? kind.start : [left.first, left.second];
  const { removed, kept, cursor } = await removeFrom(pool, kind, before, signal, { from, most });
  await pool.query(
    cursor === null
      ? 'delete from reconciler.retention_cursors where name = $1'
      : `insert into reconciler.retention_cursors (name, first, second) values ($1, $2, $3)
             on conflict (name) do update
            set first = excluded.first, second = excluded.second, moved_at = now()`,
    [kind.name, ...(cursor ?? [])],
  );
  return { removed, kept };
};

/** @returns also where to go on; null: it came to the end */
const removeFrom = async (
  pool: pg.Pool,
  kind: Kind,
  before: Date,
  signal: AbortSignal,
  { from, most, pauseMs = PAUSE_MS }: { from: Cursor; most: number; pauseMs?: number } = {
    from: kind.start,
    most: Infinity,
  },
): Promise<Removed & { cursor: Cursor | null }> => {
  let cursor = from;
  let removed = 0;
  let kept = 0;
  while (!signal.aborted && kept < most) {
    const { rows } = await pool.query<Page>(
      `with page as (${kind.page}), chosen as (${kind.chosen}),
            removed as (${kind.remove})${kind.alongside}, last as (${kind.next})
       select (select count(*)::int from page) as seen, (select count(*)::int from removed) as removed,
              (select first from last), (select second from last)`,
      [before, ...cursor, BATCH_SIZE],
    );
    const page = rows[0];
    if (page === undefined || page.first === null) return { removed, kept, cursor: null };
    removed += page.removed;
    kept += page.seen - page.removed;
    if (page.seen < BATCH_SIZE) return { removed, kept, cursor: null };
    cursor = [page.first, page.second ?? ''];
    if (pauseMs > 0) await pause(pauseMs, signal);
  }
  return { removed, kept, cursor };
};

/** In each pool one at a time: each keeps a connection for as long as it lasts. */
const TURNS = new WeakMap<pg.Pool, Promise<unknown>>();

/**
 * Does what one process at a time does (`whileAlone`), with what is old; in a process one after another.
 *
 * @param days how old what goes must be
 * @returns null when another process is at it, or its turn comes after it is asked to stop
 */
export const removeAlone = <T>(
  pool: pg.Pool,
  key: string,
  days: number,
  signal: AbortSignal,
  work: (before: Date, signal: AbortSignal) => Promise<T>,
): Promise<T | null> => {
  const remove = async (): Promise<T | null> => {
    if (signal.aborted) return null;
    return whileAlone(pool, key, signal, async stop => work(await readBefore(pool, days), stop));
  };
  const turn = (TURNS.get(pool) ?? Promise.resolve()).then(remove);
  // The next one's turn comes also where this one fails, which its caller is told.
  TURNS.set(pool, Promise.allSettled([turn]));
  return turn;
};

/** The time before which what is so many days old was, by the database's clock. */
export const readBefore = async (pool: pg.Pool, days: number): Promise<Date> => {
  const { rows } = await pool.query<{ before: Date }>(
    `select now() - $1 * interval '1 day' as before`,
    [days],
  );
  return rows[0]?.before ?? new Date(0);
};

/**
 * Deletes in small batches with pauses, until a batch finds less than it may take.
 *
 * @param text deletes $1 rows at most, further values from $2
 * @returns how many went
 */
export const deleteInBatches = async (
  pool: pg.Pool,
  signal: AbortSignal,
  text: string,
  values: readonly unknown[] = [],
  size = BATCH_SIZE,
): Promise<number> => {
  let deleted = 0;
  while (!signal.aborted) {
    const { rowCount } = await pool.query(text, [size, ...values]);
    deleted += rowCount ?? 0;
    if ((rowCount ?? 0) < size) break;
    await pause(PAUSE_MS, signal);
  }
  return deleted;
};

/** SQL for what goes together with its many items: a bulk run, a comparison. */
export type Owners = Readonly<{
  table: string;
  /** When one is old, of the table as `o`; further values from $2. */
  isOld: string;
  items: Readonly<{ table: string; owner: string; order: string }>;
  values: readonly unknown[];
}>;

/**
 * Deletes what is old and its items. Each may have tens of thousands: they go first, of each in turn and by where they
 * lie, so that those of the others aren't gone through.
 *
 * @returns how many of both went
 */
export const deleteWithItems = async (
  pool: pg.Pool,
  signal: AbortSignal,
  { table, isOld, items, values }: Owners,
): Promise<Readonly<{ owners: number; items: number }>> => {
  const itemsGone = await deleteInBatches(
    pool,
    signal,
    `delete from reconciler.${items.table} where ctid = any (array(
       select i.ctid
         from reconciler.${table} o cross join lateral (
           select ctid from reconciler.${items.table}
            where ${items.owner} = o.id order by ${items.order} limit $1 for update skip locked) i
        where ${isOld} limit $1))`,
    values,
  );
  const ownersGone = await deleteInBatches(
    pool,
    signal,
    `delete from reconciler.${table} where id in (
       select id from reconciler.${table} o
        where ${isOld} and (select i.${items.order} from reconciler.${items.table} i where i.${items.owner} = o.id
                             order by i.${items.order} limit 1) is null
        order by id limit $1 for update skip locked)`,
    values,
  );
  return { owners: ownersGone, items: itemsGone };
};

import type pg from 'pg';
import { type Actor, insistOn } from '../../access/actor.ts';
import type { Client } from '../../db/client.ts';
import { and, drizzle, inArray, type SQL, sql } from '../../db/drizzle.ts';
import { reconciliations as r } from '../../db/schema.ts';
import { type CappedCount, MOST_COUNTED, toCappedCount } from '../../model/capped-count.ts';
import { isLead } from '../cases/leads.ts';
import type { Desk } from '../desk.ts';
import { type ConnectionFilter, statesOf } from './connection-filter.ts';
import { type ConnectionRow, readRows } from './connection-row.ts';
import { CURSOR_TIME, type Cursor, formatCursor, parseCursor } from './cursor.ts';
import { type Few, partsOf, readFew } from './few.ts';
import { conditionOf } from './filter-condition.ts';
import { filterFor } from './for-actor.ts';
import { insistInTime, readWithStatementTimeout } from './statement-timeout.ts';

export type ConnectionPage = Readonly<{
  connections: readonly ConnectionRow[];
  /** Of the page after this one; null: this is the last. */
  nextCursor: string | null;
  /** Of the first row: what has changed since lies before it. Null where there is none. */
  firstCursor: string | null;
  /** Of all that match; null where counting would have taken too long. */
  count: CappedCount | null;
}>;

const PAGE_MS = 3_000;
const COUNT_MS = 500;

/** `than` what the rows wanted are earlier or later. */
export type Bound = Readonly<{ direction: 'earlier' | 'later'; than: Cursor }>;

const boundOf = ({ direction, than: { at, subject } }: Bound): SQL => {
  const row = sql`(${r.updatedAt}, ${r.subject})`;
  const place = sql`(${at}::timestamptz, ${subject})`;
  return direction === 'earlier' ? sql`${row} < ${place}` : sql`${row} > ${place}`;
};

/**
 * Where the latest cases that match stand in the list, each by its lead: the latest of each state, by the index of states, and of
 * these the latest. Sorting all that there are would take longer with every year.
 *
 * @param filter for who asks (for-actor.ts)
 * @param bound which part of the list; null: from its beginning
 * @param few of what of the filter there are few, where that is known already
 */
export const readPlaces = async (
  client: Client | pg.Pool,
  filter: ConnectionFilter,
  limit: number,
  bound: Bound | null,
  few?: Few,
): Promise<Cursor[]> => {
  const inBound = bound === null ? undefined : boundOf(bound);
  const known = few ?? (await readFew(client, filter));
  const condition = conditionOf(filter, known);
  const ofPart = partsOf(filter, known).map(
    isOfPart => sql`(
      select ${r.subject} as subject, ${r.updatedAt} as updated_at from ${r}
       where ${and(isOfPart, condition, inBound, isLead)}
       order by ${r.updatedAt} desc, ${r.subject} desc limit ${limit})`,
  );
  const { rows } = await drizzle(client).execute<{ at: string; subject: string }>(sql`
    select to_char(updated_at at time zone 'UTC', ${CURSOR_TIME}) as at, subject
      from (${sql.join(ofPart, sql` union all `)}) as latest
     order by updated_at desc, subject desc limit ${limit}`);
  return rows;
};

/**
 * How many cases match.
 *
 * @param filter for who asks
 * @param few of what of the filter there are few, where that is known already
 * @returns null where counting would take too long
 */
export const countConnections = async (
  { pool }: Pick<Desk, 'pool'>,
  filter: ConnectionFilter,
  few?: Few,
): Promise<CappedCount | null> => {
  const number = await readWithStatementTimeout(pool, COUNT_MS, async client => {
    // All states are named where any will do: there is no index by time alone.
    const condition = and(
      inArray(r.state, [...statesOf(filter)]),
      conditionOf(filter, few ?? (await readFew(client, filter))),
      isLead,
    );
    const { rows } = await drizzle(client).execute<{ number: number }>(sql`
      select count(*)::int as number
        from (select from ${r} where ${condition} limit ${MOST_COUNTED + 1}) as counted`);
    return rows[0]?.number ?? 0;
  });
  if (number === null) return null;
  return toCappedCount(number);
};

/**
 * A page of the connections that match, a row each, those that changed last first.
 *
 * @param options.cursor of a page before; null: the first page
 * @throws SupportError `not_allowed`; `invalid` for a bad cursor, or `me` of nobody; `refused` when it would take too long
 */
export const listConnections = async (
  desk: Pick<Desk, 'db' | 'pool' | 'profiles' | 'log'>,
  actor: Actor,
  given: ConnectionFilter,
  { limit, cursor }: { limit: number; cursor: string | null },
): Promise<ConnectionPage> => {
  insistOn(actor, 'view');
  const filter = filterFor(actor, given);
  const bound: Bound | null =
    cursor === null ? null : { direction: 'earlier', than: parseCursor(cursor) };
  const few = insistInTime(
    await readWithStatementTimeout(desk.pool, PAGE_MS, client => readFew(client, filter)),
  );
  const [places, count] = await Promise.all([
    // One more than is shown tells whether there are more.
    readWithStatementTimeout(desk.pool, PAGE_MS, client =>
      readPlaces(client, filter, limit + 1, bound, few),
    ),
    countConnections(desk, filter, few),
  ]);
  const shown = insistInTime(places).slice(0, limit);
  const [first, last] = [shown.at(0), shown.at(-1)];
  const isMore = insistInTime(places).length > limit;
  return {
    connections: await readRows(
      desk,
      actor,
      shown.map(place => place.subject),
    ),
    nextCursor: isMore && last !== undefined ? formatCursor(last) : null,
    firstCursor: first === undefined ? null : formatCursor(first),
    count,
  };
};

const MOST_NEWER = 100;

/**
 * How many that match have changed since a page was read, besides those that are on it.
 *
 * @param firstCursor of the page's first row; null: the page was empty
 * @returns 0 also when it would take too long to tell
 */
export const countNewer = async (
  { pool }: Pick<Desk, 'pool'>,
  filter: ConnectionFilter,
  firstCursor: string | null,
  shown: readonly string[],
): Promise<CappedCount> => {
  const bound: Bound | null =
    firstCursor === null ? null : { direction: 'later', than: parseCursor(firstCursor) };
  const limit = MOST_NEWER + shown.length + 1;
  const places = await readWithStatementTimeout(pool, COUNT_MS, client =>
    readPlaces(client, filter, limit, bound),
  );
  const newer = (places ?? []).filter(place => !shown.includes(place.subject)).length;
  return toCappedCount(newer, MOST_NEWER);
};

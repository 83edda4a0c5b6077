import type pg from 'pg';
import { type Actor, insistOn } from '../../access/actor.ts';
import type { Client } from '../../db/client.ts';
import { and, drizzle, type SQL, sql } from '../../db/drizzle.ts';
import { reconciliations as r } from '../../db/schema.ts';
import { isLead } from '../cases/leads.ts';
import { type CaseMembers, casesOf } from '../cases/members.ts';
import type { ConnectionFilter } from '../finding/connection-filter.ts';
import { CURSOR_TIME } from '../finding/cursor.ts';
import { partsOf, readFew } from '../finding/few.ts';
import { conditionOf } from '../finding/filter-condition.ts';
import { filterFor } from '../finding/for-actor.ts';
import { readWithStatementTimeout } from '../finding/statement-timeout.ts';

/** Where a row stood in a list: when it had changed, to the millisecond as rows tell it, and its subject. */
export type Place = Readonly<{ at: string; subject: string }>;

/** A case beside another, with its place in the list. */
export type Neighbour = Readonly<{ key: string; place: Place }>;

export type Neighbours = Readonly<{ previous: Neighbour | null; next: Neighbour | null }>;

const READ_MS = 500;

type Direction = 'previous' | 'next';

/** The same row, where it has not changed since: to the microsecond, which many may share a millisecond of. */
const exactly = async (client: Client, { at, subject }: Place): Promise<string | null> => {
  const { rows } = await client.query<{ at: string }>(
    `select to_char(updated_at at time zone 'UTC', $3) as at from reconciler.reconciliations
      where subject = $1 and date_trunc('milliseconds', updated_at) = $2::timestamptz`,
    [subject, at, CURSOR_TIME],
  );
  return rows[0]?.at ?? null;
};

/** What lies on one side of a place. The first of the two conditions is what the index is gone through by. */
const beyond = ({ at, subject }: Place, exact: string | null, direction: Direction): SQL => {
  const isNext = direction === 'next';
  const place = sql`(${exact ?? at}::timestamptz, ${subject}::text)`;
  if (exact !== null) {
    const row = sql`(${r.updatedAt}, ${r.subject})`;
    return isNext ? sql`${row} < ${place}` : sql`${row} > ${place}`;
  }
  const row = sql`(date_trunc('milliseconds', ${r.updatedAt}), ${r.subject})`;
  return isNext
    ? sql`${r.updatedAt} < ${at}::timestamptz + interval '1 ms' and ${row} < ${place}`
    : sql`${r.updatedAt} >= ${at}::timestamptz and ${row} > ${place}`;
};

/** The closest that is in the list, on one side; of each state the closest, by the index of states, and of these one. */
const closest = async (
  client: Client,
  filter: ConnectionFilter,
  { place, exact, own }: { place: Place; exact: string | null; own: readonly string[] },
  direction: Direction,
): Promise<Place | null> => {
  const order =
    direction === 'next'
      ? sql`order by updated_at desc, subject desc limit 1`
      : sql`order by updated_at, subject limit 1`;
  const others = sql`${r.subject} <> all(${sql.param([...own])}::text[])`;
  const few = await readFew(client, filter);
  const condition = conditionOf(filter, few);
  const ofPart = partsOf(filter, few).map(
    isOfPart => sql`(
      select ${r.subject} as subject, ${r.updatedAt} as updated_at from ${r}
       where ${and(isOfPart, condition, beyond(place, exact, direction), others, isLead)} ${order})`,
  );
  const { rows } = await drizzle(client).execute<Place>(sql`
    select subject, to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
      from (${sql.join(ofPart, sql` union all `)}) as found ${order}`);
  return rows[0] ?? null;
};

const nowhere: Neighbours = { previous: null, next: null };

/** Where the case stands now, for whoever doesn't say where they found it. */
const placeOf = async (client: Client, { lead }: CaseMembers): Promise<Place> => {
  const { rows } = await client.query<{ at: Date }>(
    'select updated_at as at from reconciler.reconciliations where subject = $1',
    [lead],
  );
  return { at: (rows[0]?.at ?? new Date()).toISOString(), subject: lead };
};

/**
 * The cases before and after one, in the list that somebody came from: as that list is now.
 *
 * @param given.place where the case stood in it; null: where it stands now
 * @returns neither, where it would take too long to tell
 */
export const neighboursOf = async (
  { pool }: Readonly<{ pool: pg.Pool }>,
  actor: Actor,
  found: CaseMembers,
  given: Readonly<{ filter: ConnectionFilter; place: Place | null }>,
): Promise<Neighbours> => {
  insistOn(actor, 'view');
  const filter = filterFor(actor, given.filter);
  const places = await readWithStatementTimeout(pool, READ_MS, async client => {
    const place = given.place ?? (await placeOf(client, found));
    const of = { place, exact: await exactly(client, place), own: found.subjects };
    return {
      previous: await closest(client, filter, of, 'previous'),
      next: await closest(client, filter, of, 'next'),
    };
  });
  if (places === null) return nowhere;
  const subjects = [places.previous, places.next].flatMap(place => place?.subject ?? []);
  const cases = await casesOf(pool, subjects);
  const neighbour = (place: Place | null): Neighbour | null => {
    const key = cases.get(place?.subject ?? '')?.key;
    return place === null || key === undefined ? null : { key, place };
  };
  return { previous: neighbour(places.previous), next: neighbour(places.next) };
};

import type pg from 'pg';
import type { Client } from '../../db/client.ts';
import { drizzle, eq, type SQL, sql } from '../../db/drizzle.ts';
import { connectedAccounts as a, reconciliations, connectWebviews as w } from '../../db/schema.ts';
import { readAssigned, readSnoozed } from '../shifts/conditions.ts';
import { type ConnectionFilter, hidesSnoozed, statesOf } from './connection-filter.ts';
import { REPEATED_SUBJECTS } from './failed-logins.ts';
import { namedLike } from './named-like.ts';
import { accountsThat, LOOKED_UP } from './standing-condition.ts';

/* Of which fields of a filter there are few. */

/** By field: the most that there are; absent where there are more, or that isn't known. */
export type Few = Readonly<{
  standing?: number;
  maker?: number;
  pattern?: number;
  /** What sleeps, by all of its names; absent where nobody asks. */
  snoozed?: readonly string[];
  /** What is somebody's, by all of its names; absent where nobody asks, or it is much. */
  assigned?: readonly string[] | null;
  /** Whose logins failed again and again, by subject; absent where nobody asks. */
  failing?: readonly string[];
}>;
type Field = Exclude<keyof Few, 'snoozed' | 'assigned' | 'failing'>;

const FEW = LOOKED_UP;

/** So many accounts that stopped are held against what is met; of more, some are met soon. */
const MANY_STOPPED = 50_000;

const ONE = sql`1`;

const countsOf = ({ standing, maker, pattern }: ConnectionFilter): [Field, SQL][] => {
  const counts: [Field, SQL][] = [];
  if (standing !== null && standing !== 'working' && standing !== 'login_failing') {
    counts.push(['standing', accountsThat(standing, ONE, MANY_STOPPED + 1)]);
  }
  if (maker !== null) {
    const made = sql`(
      (select from ${a} where ${a.accountType} = ${maker} limit ${FEW + 1})
      union all
      (select from ${w} where ${w.selectedProvider} = ${maker} and ${w.connectedAccountId} is null limit ${FEW + 1}))`;
    counts.push(['maker', made]);
  }
  if (pattern !== null) counts.push(['pattern', sql`(${namedLike(pattern, ONE, FEW + 1)})`]);
  return counts;
};

const mostOf = (field: string, count: number): [string, number][] => {
  if (count <= FEW) return [[field, FEW]];
  return field === 'standing' && count <= MANY_STOPPED ? [[field, MANY_STOPPED]] : [];
};

/** Read once, as it takes a look at each login of the last month that failed. */
const readFailing = async (client: Client | pg.Pool): Promise<string[]> => {
  const { rows } = await drizzle(client).execute<{ subject: string }>(
    sql`select subject from (${sql.raw(REPEATED_SUBJECTS)}) repeated(subject)`,
  );
  return rows.map(({ subject }) => subject);
};

/** Counts by indexes what a filter means, and no further than matters. */
export const readFew = async (client: Client | pg.Pool, filter: ConnectionFilter): Promise<Few> => {
  const asksWhatSleeps = filter.snoozed === 'yes' || hidesSnoozed(filter);
  const shifts = {
    ...(asksWhatSleeps ? { snoozed: await readSnoozed(client) } : {}),
    ...(filter.assigned === 'nobody' ? { assigned: await readAssigned(client) } : {}),
    ...(filter.standing === 'login_failing' ? { failing: await readFailing(client) } : {}),
  };
  const counts = countsOf(filter);
  if (counts.length === 0) return shifts;
  const columns = counts.map(
    ([field, query]) =>
      sql`(select count(*)::int from ${query} counted) as ${sql.identifier(field)}`,
  );
  const { rows } = await drizzle(client).execute<Record<Field, number>>(
    sql`select ${sql.join(columns, sql`, `)}`,
  );
  const few = Object.entries(rows[0] ?? {}).flatMap(([field, count]) => mostOf(field, count));
  return { ...shifts, ...Object.fromEntries(few) };
};

/**
 * In which parts the rows of a filter are read in their order: a state each, by the index of states; or at once where they
 * are found by something of which there is little, that it is looked up once.
 */
export const partsOf = (
  filter: ConnectionFilter,
  { standing, maker, pattern }: Few,
): (SQL | undefined)[] =>
  standing === FEW || maker !== undefined || pattern !== undefined
    ? [undefined]
    : statesOf(filter).map(state => eq(reconciliations.state, state));

import type { Actor } from '../../access/actor.ts';
import type { Client } from '../../db/client.ts';
import { type SQL, sql } from '../../db/drizzle.ts';
import { reconciliations } from '../../db/schema.ts';
import { operatorOf, withNames } from './names.ts';

/* Whose a case is, and whether it sleeps, as conditions on reconciliations: as the filters of a list have it. */

/** Whose cases: one’s own, nobody's, or those of the operator with this number. */
export type Assigned = 'me' | 'nobody' | number;

const NAMES = `select unnest(a_case.names) as name from reconciler.assignments a ${withNames('a')}`;
const IS_LATEST = `not exists (
  select from reconciler.assignments later
   where later.subject = any(a_case.names) and later.assigned_at > a.assigned_at)`;
const NAMES_OF_ASSIGNED = `${NAMES} where a.operator_id is not null and ${IS_LATEST}`;

/** What a case is called by that is somebody's: the latest that was said of any of its names counts. */
const namesOfAssigned = (whose: SQL): SQL =>
  sql`${sql.raw(NAMES)} where ${whose} and ${sql.raw(IS_LATEST)}`;

/** Asked of each row that is met, the other way round: of most that somebody looks for, it is said of none. */
const isSomebodys = sql`exists (
  select from (select ${reconciliations.subject} as subject offset 0) met ${sql.raw(withNames('met'))}
    join reconciler.assignments a on a.subject = any(met_case.names)
   where a.operator_id is not null and not exists (
     select from reconciler.assignments later
      where later.subject = any(met_case.names) and later.assigned_at > a.assigned_at)
  offset 0)`;

/** So many are looked up in less time than it takes to ask of each row. */
const FEW_ASSIGNED = 1_000;

/** What is called by that which is somebody's: read once for all that is asked of it then; null where it is much. */
export const readAssigned = async (client: Pick<Client, 'query'>): Promise<string[] | null> => {
  const { rows: first } = await client.query(
    `select from reconciler.assignments where operator_id is not null limit ${FEW_ASSIGNED + 1}`,
  );
  if (first.length > FEW_ASSIGNED) return null;
  const { rows } = await client.query<{ name: string }>(NAMES_OF_ASSIGNED);
  return [...new Set(rows.map(({ name }) => name))];
};

/**
 * @param assigned whose cases are meant
 * @param actor who asks: `me` is whose token it is, where a token asks; a shell has no cases
 * @param names for `nobody`: what is somebody's, where that is known already
 */
export const assignedCondition = (
  assigned: Assigned,
  actor: Pick<Actor, 'key' | 'owner'>,
  names: readonly string[] | null = null,
): SQL => {
  if (assigned === 'nobody') {
    if (names === null) return sql`not ${isSomebodys}`;
    return sql`${reconciliations.subject} <> all(${sql.param([...names])}::text[])`;
  }
  const operatorId = assigned === 'me' ? operatorOf(actor) : assigned;
  if (operatorId === null) return sql`false`;
  return sql`${reconciliations.subject} = any(array(${namesOfAssigned(sql`a.operator_id = ${operatorId}`)}))`;
};

/** Whether a snooze `s` goes on, joined with its names: until its time, and until there is news where that ends it. */
export const GOES_ON = `(s.until is null or s.until > now())
  and (not s.until_news or s.heard >= coalesce(s_own.generation, 0) + (
    select coalesce(sum(member.generation), 0) from reconciler.reconciliations member
     where member.subject = any(case when s_own.generation is null then s_case.names
                                     else array_remove(s_case.names, s.subject) end)))`;

const NAMES_OF_SNOOZED = `select unnest(s_case.names) as name from reconciler.snoozes s ${withNames('s')} where ${GOES_ON}`;

/** What is called by that which sleeps: read once for all that is asked of it then, as it takes a look at each case. */
export const readSnoozed = async (client: Pick<Client, 'query'>): Promise<string[]> => {
  const { rows } = await client.query<{ name: string }>(NAMES_OF_SNOOZED);
  return [...new Set(rows.map(({ name }) => name))];
};

/**
 * Those that sleep are looked up; those that don't are told from what is read anyway.
 *
 * @param names what sleeps, where that is known already
 */
export const snoozedCondition = (isSnoozed: boolean, names?: readonly string[]): SQL => {
  const { subject } = reconciliations;
  const sleeping = names === undefined ? null : sql`${sql.param([...names])}::text[]`;
  if (isSnoozed) return sql`${subject} = any(${sleeping ?? sql.raw(`array(${NAMES_OF_SNOOZED})`)})`;
  return sleeping === null
    ? sql`${subject} not in (${sql.raw(NAMES_OF_SNOOZED)})`
    : sql`${subject} <> all(${sleeping})`;
};

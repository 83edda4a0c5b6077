import type pg from 'pg';
import { type Client, inTransactionWithRetries } from '../../db/client.ts';
import { FILTER_PARAMETERS, MATCHES } from './selection.ts';

/* Messages that become owed to an endpoint, again or late: in pages, in the order of their positions. */

/** So many are gone through in one statement, whether or not they are meant. */
const PASSED_AT_A_TIME = 1_000;

const [ENDPOINT, AFTER, LAST] = [1, 2, 3].map(n => `$${FILTER_PARAMETERS + n}`);

/** Which sendings become owed. */
type Owing =
  /** Those that were given up. */
  | 'dead'
  /** All: also those that the app has taken, and of messages that were never owed to it. */
  | 'all'
  /** Those of messages that were never owed to it, and no others. */
  | 'missed';

/** Which messages are gone through: positions after one and up to another. */
type Span = Readonly<{ after: number; last: number }>;

/** How it went: how many match, how many are owed by it, and where to go on; null: there are no more. */
type Page = Readonly<{ matching: number; owed: number; next: number | null }>;

const between = (of: string): string =>
  `${of}.position > ${AFTER}::bigint and ${of}.position <= ${LAST}::bigint`;

/** SQL: the next ones, along an index. Messages of an endpoint's letters, of one user, about one account, or all. */
const pageOf = (owing: Owing, [, user, about]: readonly unknown[]): string => {
  const rest = `order by p.position limit ${PASSED_AT_A_TIME}`;
  if (owing === 'dead') {
    return `select p.position from reconciler.sendings p
             where p.endpoint_id = ${ENDPOINT} and p.state = 'dead' and ${between('p')} ${rest}`;
  }
  const which =
    user === null
      ? about === null
        ? ''
        : 'and p.about = $3'
      : 'and p.about = any(array(select distinct u.about from reconciler.messages u where u.user_id = $2))';
  return `select p.position from reconciler.messages p where ${between('p')} ${which} ${rest}`;
};

/** SQL: how a sending `s` has to stand to become owed again. One that waits out a backoff is due at once. */
const IS_MEANT = {
  dead: `s.state = 'dead'`,
  all: `(s.state <> 'waiting' or s.due_at is not null)`,
  missed: 'false',
} as const satisfies Record<Owing, string>;

/** What matches: of those that are owed to nobody yet, what the endpoint is to be told. */
const found = (owing: Owing, values: readonly unknown[]): string => `
  with page as materialized (${pageOf(owing, values)}),
  found as materialized (
    select m.position, m.about, s.position as owed_before
      from page
      join reconciler.messages m using (position)
      join reconciler.endpoints e on e.id = ${ENDPOINT}
      left join reconciler.sendings s on s.endpoint_id = e.id and s.position = m.position
     where ${MATCHES}
       and ${owing === 'dead' ? `s.state = 'dead'` : owing === 'all' ? 'true' : 's.position is null'}
       and (s.position is not null
            or ((e.types is null or m.type = any(e.types))
                and (e.workspaces is null or m.workspace_id = any(e.workspaces))))
  )`;

const NEXT = `(select max(position)::float8 from page having count(*) = ${PASSED_AT_A_TIME})`;

/** SQL: counts them. */
const counting = (owing: Owing, values: readonly unknown[]): string => `
  ${found(owing, values)}
  select count(*)::int as matching, 0 as owed, ${NEXT} as next from found`;

/** SQL: notes them as owed. Rows are locked in the order of their keys; what is being removed by age is left out. */
const noting = (owing: Owing, values: readonly unknown[]): string => `
  ${found(owing, values)},
  again as (
    select s.endpoint_id, s.position from reconciler.sendings s
      join found f on f.position = s.position and f.owed_before is not null
     where s.endpoint_id = ${ENDPOINT} and ${IS_MEANT[owing]}
     order by s.position for no key update of s
  ), changed as (
    update reconciler.sendings s set state = 'waiting', attempts = 0, due_at = null, finished_at = null
      from again where s.endpoint_id = again.endpoint_id and s.position = again.position
    returning 1
  ), kept as (
    select m.position, m.about from reconciler.messages m
      join found f on f.position = m.position and f.owed_before is null
     order by m.position for key share of m
  ), late as (
    insert into reconciler.sendings (endpoint_id, position, about)
    select ${ENDPOINT}, position, about from kept order by position
        on conflict do nothing
    returning 1
  )
  select (select count(*) from found)::int as matching,
         ((select count(*) from changed) + (select count(*) from late))::int as owed, ${NEXT} as next`;

/** How many there are, and how many of them are owed by it. */
export type Owed = Readonly<{ matching: number; owed: number }>;

/**
 * Goes through the messages of a span that match, and notes them as owed to an endpoint: a page a transaction, so that
 * nobody waits for it, however many there are. Interrupted, what was noted until then stays so.
 *
 * @param values of MATCHES
 * @param options.isDry only counts them
 */
export const owe = (pool: pg.Pool, ...rest: OweRest): Promise<Owed> =>
  owePages(work => inTransactionWithRetries(pool, work), ...rest);

/** The same within one transaction: for the few that came last. */
export const oweWithin = (client: Client, ...rest: OweRest): Promise<Owed> =>
  owePages(work => work(client), ...rest);

/** What it takes besides. */
export type OweRest = Parameters<typeof owePages> extends [unknown, ...infer Rest] ? Rest : never;

const owePages = async (
  inPage: (work: (client: Client) => Promise<Page>) => Promise<Page>,
  endpointId: number,
  owing: Owing,
  values: readonly unknown[],
  span: Span,
  { isDry = false }: { isDry?: boolean } = {},
): Promise<Owed> => {
  const sql = isDry ? counting(owing, values) : noting(owing, values);
  const all = { matching: 0, owed: 0 };
  let after: number | null = span.after;
  while (after !== null && after < span.last) {
    const given = [...values, endpointId, after, span.last];
    const page: Page = await inPage(async client => {
      const { rows } = await client.query<Page>(sql, given);
      return rows[0] ?? { matching: 0, owed: 0, next: null };
    });
    all.matching += page.matching;
    all.owed += page.owed;
    after = page.next;
  }
  return all;
};

/** Places and times rise together, but for what was arranged at once: no more than so many. */
const ARRANGED_AT_ONCE = 1_000;

/** The positions that messages of a time can have. */
const SPAN = `
  select coalesce((select min(position) - 1 from (
           select position from reconciler.messages where $1::timestamptz is null or at >= $1
            order by at limit ${ARRANGED_AT_ONCE}) first_ones), 0)::float8 as after,
         coalesce((select max(position) from (
           select position from reconciler.messages where $2::timestamptz is null or at < $2
            order by at desc limit ${ARRANGED_AT_ONCE}) last_ones), 0)::float8 as last`;

/** @returns the span of all messages of a time that are there by now */
export const spanOf = async (
  pool: Pick<pg.Pool, 'query'>,
  since: Date | null,
  until: Date | null,
): Promise<Span> => {
  const { rows } = await pool.query<Span>(SPAN, [since, until]);
  return rows[0] ?? { after: 0, last: 0 };
};

/** What waits out a backoff is due at once, with all its tries. */
const DUE = `
  with page as materialized (
    select endpoint_id, position, due_at is not null or attempts > 0 as has_failed from reconciler.sendings
     where endpoint_id = $1 and state = 'waiting' and position > $2
     order by position limit ${PASSED_AT_A_TIME} for no key update
  ), due as (
    update reconciler.sendings s set due_at = null, attempts = 0
      from page p where p.has_failed and s.endpoint_id = p.endpoint_id and s.position = p.position
  )
  select max(position)::float8 as next from page having count(*) = ${PASSED_AT_A_TIME}`;

/** Has all that waits for another try tried now: where it is sent, things have changed. */
export const makeDue = async (pool: pg.Pool, endpointId: number): Promise<void> => {
  let after: number | null = 0;
  while (after !== null) {
    const from: number = after;
    after = await inTransactionWithRetries(pool, async client => {
      const { rows } = await client.query<{ next: number }>(DUE, [endpointId, from]);
      return rows[0]?.next ?? null;
    });
  }
};

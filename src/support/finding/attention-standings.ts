import type pg from 'pg';
import type { Client } from '../../db/client.ts';
import { and, drizzle, type SQL, sql } from '../../db/drizzle.ts';
import { connectedAccounts as a, links, reconciliations as r } from '../../db/schema.ts';
import { type CappedCount, toCappedCount } from '../../model/capped-count.ts';
import { isLead, isLeadAmong } from '../cases/leads.ts';
import { type ConnectionFilter, NO_FILTER } from './connection-filter.ts';
import type { Few } from './few.ts';
import { conditionOf } from './filter-condition.ts';
import { accountsThat } from './standing-condition.ts';
import { STOPPED, type Standing } from './standings.ts';

/** All connections whose account stands so, as one row. */
export type StandingRow = Readonly<{
  standing: Standing;
  connections: CappedCount;
  /** How many people: by whom it is linked to or was, or whom the metadata names, or else by account. */
  people: number;
  /** Since when the one that has stood so for longest; null where nobody says. */
  oldest_at: string | null;
}>;

type Counted = { number: number; people: number; oldest_at: Date | null };

/** A page of rows is to be there at once, and each case that is counted takes a look at what else there is of it. */
export const MOST_OF_A_ROW = 1_000;
const LIMIT = MOST_OF_A_ROW + 1;

/** When it began: of what is gone, when it went. */
const since = (standing: Standing): SQL => {
  if (standing === 'gone') return sql`${a.deletedAt}`;
  return standing === 'devices_elsewhere' ? sql`null::timestamptz` : sql`${a.stateSince}`;
};

/**
 * From its accounts, which are found by an index: those that have stood so for longest are among what is counted. All
 * that there is of them is read at once, so that which of it leads is told without a look at each again.
 */
const ofAccounts = (
  standing: Exclude<Standing, 'login_failing' | 'working'>,
  filter: ConnectionFilter,
  few: Few,
): SQL => sql`
  with stood as materialized (${accountsThat(standing, sql`${a.connectedAccountId} as id, ${since(standing)} as since`, LIMIT, since(standing))}),
       told as materialized (
    select ${r.subject}, ${r.connectedAccountId}, ${r.workspaceId}, ${r.state}, ${r.updatedAt}, ${r.claimedUserId},
           stood.since, ${and(conditionOf({ ...filter, standing: null }, few), notDismissed(filter), sql`true`)} as is_meant
      from stood join ${r} on ${r.connectedAccountId} = stood.id)
  select coalesce(${links.userId}, told.claimed_user_id, told.connected_account_id) as person, told.since
    from told
    left join ${links} on ${links.connectedAccountId} = told.connected_account_id and ${links.unlinkedAt} is null
   where told.is_meant and ${sql.raw(isLeadAmong('told', 'told'))}
   limit ${LIMIT}`;

const notDismissed = ({ state }: ConnectionFilter): SQL | undefined =>
  state === null ? sql`${r.state} <> 'dismissed'` : undefined;

const ofRows = (filter: ConnectionFilter, few: Few): SQL => sql`
  select coalesce(${r.claimedUserId}, ${r.connectedAccountId}, ${r.subject}) as person, ${r.updatedAt} as since
    from ${r} where ${and(conditionOf(filter, few), isLead)} limit ${LIMIT}`;

const countOf = async (
  client: Client | pg.Pool,
  standing: Standing,
  state: ConnectionFilter['state'],
  sleeping: readonly string[],
): Promise<StandingRow> => {
  // What the list that the row leads to leaves out: what sleeps.
  const filter = { ...NO_FILTER, state, standing };
  const shown = standing === 'working' ? filter : ({ ...filter, snoozed: 'no' } as const);
  const rows =
    standing === 'working' || standing === 'login_failing'
      ? ofRows(shown, { snoozed: sleeping })
      : ofAccounts(standing, shown, { snoozed: sleeping });
  const { rows: counted } = await drizzle(client).execute<Counted>(sql`
    select count(*)::int as number, count(distinct person)::int as people, min(since) as oldest_at
      from (${rows}) counted`);
  const { number = 0, people = 0, oldest_at = null } = counted[0] ?? {};
  return {
    standing,
    connections: toCappedCount(number, MOST_OF_A_ROW),
    people,
    oldest_at: oldest_at === null ? null : new Date(oldest_at).toISOString(),
  };
};

/** Where a login failed, nothing is linked. */
const OF_SETTLED = (['working', ...STOPPED] as const).filter(each => each !== 'login_failing');

/** What stopped; or, of what is linked, what works and what doesn't. Without those of which there are none. */
export const readStandings = async (
  client: Client,
  tab: 'open' | 'settled',
  /** What sleeps, by all of its names. */
  sleeping: readonly string[],
): Promise<StandingRow[]> => {
  const rows: StandingRow[] = [];
  const standings = tab === 'open' ? STOPPED : OF_SETTLED;
  for (const standing of standings) {
    rows.push(await countOf(client, standing, tab === 'open' ? null : 'linked', sleeping));
  }
  return rows.filter(({ connections }) => connections.number > 0);
};

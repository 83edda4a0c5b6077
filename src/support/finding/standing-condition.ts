import { type SQL, sql } from '../../db/drizzle.ts';
import { connectedAccounts as a, links, reconciliations } from '../../db/schema.ts';
import { nobodyErased } from '../../db/telling-functions.ts';
import { DEVICES_ELSEWHERE_CODE } from '../../reconcile/account-state.ts';
import { accountState } from '../accounts/accounts.ts';
import { REPEATED_SUBJECTS } from './failed-logins.ts';
import type { Standing, Stopped } from './standings.ts';

/* Which accounts stopped, as conditions: for the filter of a list, and for what the home page counts. */

/** What was gone for longer is no news. */
const RECENT_DAYS = 30;

/** Accounts of which no run of this version has said how they stand (accounts.ts): as a rule none. */
const isUnsure = sql`(${a.state} is null or ${a.state} = 'connected' and ${a.stateSince} is null)`;

/** SQL: what errors or warnings have that tell of it. */
const told = (key: string): string => `'[{"${key}":"${DEVICES_ELSEWHERE_CODE}"}]'`;
/** As accounts_elsewhere_idx has it. */
const hasDevicesElsewhere = sql`(${a.errors} @> ${sql.raw(told('error_code'))} or ${a.warnings} @> ${sql.raw(told('warning_code'))})`;

/** The link that stands, or was the last one: of somebody who has connected nothing since, it is missed. */
const isMissed = sql`exists (
  select from (
    select * from ${links} where ${links.connectedAccountId} = ${a.connectedAccountId} order by id desc limit 1) last
   where (last.unlinked_at is null or last.unlinked_because in ('account_deleted', 'account_gone'))
     and ${sql.raw(nobodyErased('last.user_id'))} is not null
     and not exists (
       select from ${links} where ${links.userId} = last.user_id and ${links.unlinkedAt} is null
          and ${links.connectedAccountId} <> ${a.connectedAccountId}
          and ${links.linkedAt} > coalesce(last.unlinked_at, ${a.deletedAt})))`;

const OF_STATE = (state: 'disconnected' | 'reauthorization_requested' | 'being_deleted'): SQL[] => [
  sql`${a.state} = ${state}`,
  sql`${isUnsure} and ${accountState} = ${state}`,
];

/** Of accounts, each by an index of its own: an account stands so where one of them is true. */
const accountConditions = (standing: Exclude<Stopped, 'login_failing'>): SQL[] => {
  switch (standing) {
    case 'disconnected':
    case 'reauthorization_requested':
    case 'being_deleted':
      return OF_STATE(standing);
    case 'devices_elsewhere':
      return [sql`${hasDevicesElsewhere} and ${a.deletedAt} is null`];
    case 'gone':
      // What one of us had Seam delete is no surprise.
      return [
        sql`${a.deletedAt} > now() - ${RECENT_DAYS} * interval '1 day' and ${a.emptiedAt} is null
          and ${a.deletionRequestedAt} is null and ${isMissed}`,
      ];
    default:
      return standing satisfies never;
  }
};

/** Accounts that stand so, each by `columns`: no more than `limit` of them, where it matters by `order` the first. */
export const accountsThat = (
  standing: Exclude<Stopped, 'login_failing'>,
  columns: SQL,
  limit: number,
  order?: SQL,
): SQL =>
  sql`(select * from (${sql.join(
    accountConditions(standing).map(
      condition =>
        sql`(select ${columns} from ${a} where ${condition} ${order === undefined ? sql`` : sql`order by ${order}`} limit ${limit})`,
    ),
    sql` union all `,
  )}) standing limit ${limit})`;

/** So many are looked up in less time than it takes to meet a page of them among all others. */
export const LOOKED_UP = 3_000;

const isStopped = sql`exists (
  select from ${a} where ${a.connectedAccountId} = ${reconciliations.connectedAccountId}
     and (${accountState} <> 'connected' or ${hasDevicesElsewhere}) offset 0)`;

/**
 * That the account of a reconciliation stands so.
 *
 * @param fewest where there are no more such accounts than so, they are looked up, or (where these are many) each row
 *   is held against all of them; null: it is asked of each row
 * @param failing whose logins failed again and again, where that is known already
 */
export const standingCondition = (
  standing: Standing,
  fewest: number | null,
  failing?: readonly string[],
): SQL => {
  if (standing === 'working') return sql`${reconciliations.state} = 'linked' and not ${isStopped}`;
  if (standing === 'login_failing') {
    const subjects =
      failing === undefined
        ? sql`array(${sql.raw(REPEATED_SUBJECTS)})`
        : sql`${sql.param([...failing])}::text[]`;
    return sql`${reconciliations.subject} = any(${subjects})`;
  }
  if (fewest !== null) {
    const few = accountsThat(standing, sql`${a.connectedAccountId}`, fewest + 1);
    // Not as a join, that the rows are still met in their order: Postgres keeps a hash of these accounts.
    return fewest > LOOKED_UP
      ? sql`coalesce(${reconciliations.connectedAccountId} in ${few}, false)`
      : sql`${reconciliations.connectedAccountId} = any(array${few})`;
  }
  const conditions = accountConditions(standing).map(each => sql`(${each})`);
  return sql`exists (
    select from ${a} where ${a.connectedAccountId} = ${reconciliations.connectedAccountId}
       and (${sql.join(conditions, sql` or `)}) offset 0)`;
};

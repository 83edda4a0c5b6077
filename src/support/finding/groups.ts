import { type Actor, insistOn, may } from '../../access/actor.ts';
import { and, drizzle, inArray, sql } from '../../db/drizzle.ts';
import {
  connectedAccounts as a,
  reconciliations as r,
  connectWebviews as w,
} from '../../db/schema.ts';
import { isLead } from '../cases/leads.ts';
import type { Desk } from '../desk.ts';
import { type ConnectionFilter, statesOf } from './connection-filter.ts';
import { readFew } from './few.ts';
import { conditionOf, MAY_BE_READ_BY_ALL } from './filter-condition.ts';
import { filterFor } from './for-actor.ts';
import { type Prefix, prefixesOf } from './prefixes.ts';
import { readWithStatementTimeout } from './statement-timeout.ts';

/** So many have this in common. */
export type Group = Readonly<{ value: string; name: string | null; count: number }>;

/** What the cases of a list have in common; where all have it, or none, it is left out. */
export type Groups = Readonly<{
  makers: readonly Group[];
  workspaces: readonly Group[];
  /** How the ids in their metadata begin. */
  prefixes: readonly Prefix[];
  /** How many cases were looked at; there are more where `isCapped`. */
  of: number;
  isCapped: boolean;
}>;

/** Of more, the first that are met tell. */
const MOST_CASES = 5_000;
const MOST_GROUPS = 6;
const GROUPS_MS = 500;

type Row = {
  maker: string | null;
  maker_name: string | null;
  workspace: string | null;
  claimed: string | null;
};

/** The most frequent first; none where there is nothing to choose from. */
const groupsOf = (rows: readonly Row[], of: 'maker' | 'workspace'): Group[] => {
  const byValue = Map.groupBy(rows, row => row[of] ?? '');
  const groups = [...byValue].flatMap(([value, each]): Group[] =>
    value === ''
      ? []
      : [
          {
            value,
            name: of === 'maker' ? (each[0]?.maker_name ?? null) : null,
            count: each.length,
          },
        ],
  );
  return byValue.size < 2
    ? []
    : groups.toSorted((one, other) => other.count - one.count).slice(0, MOST_GROUPS);
};

/**
 * What the cases that match have in common: their makers, workspaces, and how the ids in their metadata begin.
 *
 * @returns null where that can't be told in time
 * @throws SupportError `not_allowed`
 */
export const readGroups = async (
  { pool }: Pick<Desk, 'pool'>,
  actor: Actor,
  given: ConnectionFilter,
): Promise<Groups | null> => {
  insistOn(actor, 'view');
  const filter = filterFor(actor, given);
  // What could be an e-mail or a number to be called is not told letter by letter.
  const claimed = may(actor, 'see_emails')
    ? sql`${r.claimedUserId}`
    : sql`case when ${MAY_BE_READ_BY_ALL} then ${r.claimedUserId} end`;
  const rows = await readWithStatementTimeout(pool, GROUPS_MS, async client => {
    const condition = and(
      inArray(r.state, [...statesOf(filter)]),
      conditionOf(filter, await readFew(client, filter)),
      isLead,
    );
    const found = await drizzle(client).execute<Row>(sql`
      select coalesce(account.account_type, webview.selected_provider) as maker,
             account.account_type_display_name as maker_name, cases.workspace, cases.claimed
        from (select ${r.workspaceId} as workspace, ${claimed} as claimed,
                     ${r.connectedAccountId} as account, ${r.connectWebviewId} as webview
                from ${r} where ${condition} limit ${MOST_CASES + 1}) cases
        left join ${a} account on account.connected_account_id = cases.account
        left join ${w} webview on webview.connect_webview_id = cases.webview and cases.account is null`);
    return found.rows;
  });
  if (rows === null) return null;
  const told = rows.slice(0, MOST_CASES);
  return {
    makers: groupsOf(told, 'maker'),
    workspaces: groupsOf(told, 'workspace'),
    prefixes: prefixesOf(told.flatMap(row => row.claimed ?? [])),
    of: told.length,
    isCapped: rows.length > MOST_CASES,
  };
};

import { type Actor, insistOn } from '../../access/actor.ts';
import { identifierFor, userIdFor, type Viewer } from '../../access/mask.ts';
import type { Client } from '../../db/client.ts';
import { and, drizzle, type SQL, sql } from '../../db/drizzle.ts';
import { connectedAccounts as a, links } from '../../db/schema.ts';
import { PSEUDONYM } from '../../db/telling-functions.ts';
import type { AccountState } from '../../model/outcome.ts';
import { accountState } from '../accounts/accounts.ts';
import { insistInTime, readWithStatementTimeout } from '../finding/statement-timeout.ts';
import { readNewest } from './link-feed.ts';

/** A connected account as an app reads it: how it stands, and whose it is. */
type AppAccount = Readonly<{
  connected_account_id: string;
  workspace_id: string | null;
  /** The user that it is linked to now; null: nobody. */
  user_id: string | null;
  linked_at: string | null;
  /** Whether only a signed event speaks for the link so far. */
  is_provisional: boolean;
  account_type: string | null;
  account_type_display_name: string | null;
  /** As this reader may see it. */
  display_name: string | null;
  /** Null: Seam has not shown it yet. */
  state: AccountState | null;
  state_since: string | null;
  connect_webview_id: string | null;
}>;

/** Which accounts are meant; what is absent is any. */
export type AccountFilter = Readonly<{
  user?: string | undefined;
  state?: AccountState | undefined;
  workspace?: string | undefined;
  linked?: boolean | undefined;
}>;

export type AccountPage = Readonly<{
  accounts: readonly AppAccount[];
  /** The account after which the next page begins; null: this is the last. */
  next: string | null;
  /** Up to where of the feed of links this page tells of at least: taken before it was read. */
  position: number;
}>;

const READ_MS = 5_000;

/** A link that stands, of somebody who wasn't erased. */
const stands = sql`${links.unlinkedAt} is null and ${links.userId} !~ ${sql.raw(`'${PSEUDONYM}'`)}`;

/** As links_unseen_idx has it: whoever made them, no run has seen their account. There are few. */
const isUnseen = sql`(${links.linkedByChange} is not null
  or ${links.provisionalSubject} is not null and ${links.confirmedAt} is null)`;

/** The workspace of an account that Seam has not shown: of what speaks of it. */
const workspaceOfUnseen = sql`(
  select r.workspace_id from reconciler.reconciliations r
   where r.subject in ('connected_account:' || ${links.connectedAccountId}, ${links.provisionalSubject})
     and r.workspace_id is not null
   order by r.subject desc limit 1)`;

/** Accounts of which no run of this version has said how they stand (accounts.ts). */
const isUnsure = sql`(${a.state} is null or ${a.state} = 'connected' and ${a.stateSince} is null)`;

/** An account's state as it is stored, or as it is worked out: each by an index of its own. */
const stateConditions = (state: AccountState | undefined): (SQL | undefined)[] => {
  if (state === undefined) return [undefined];
  return [
    and(sql`${a.state} = ${state}`, state === 'connected' ? sql`not ${isUnsure}` : undefined),
    sql`${isUnsure} and ${accountState} = ${state}`,
  ];
};

const ofLink = ({ user, linked }: AccountFilter): SQL | undefined => {
  if (user !== undefined) {
    return sql`${a.connectedAccountId} = any(array(
      select ${links.connectedAccountId} from ${links} where ${links.userId} = ${user} and ${stands}))`;
  }
  if (linked === undefined) return undefined;
  const link = sql`exists (select from ${links}
    where ${links.connectedAccountId} = ${a.connectedAccountId} and ${stands})`;
  return linked ? link : sql`not ${link}`;
};

/** The ids of a page, in their order: of each source the first, and of these the first. */
const readIds = async (
  client: Client,
  filter: AccountFilter,
  after: string,
  limit: number,
): Promise<string[]> => {
  const { user, state, workspace, linked } = filter;
  // Whose it is and that it is nobody's: there is no such account.
  if (user !== undefined && linked === false) return [];
  const shown = stateConditions(state).map(
    ofState => sql`(
      select ${a.connectedAccountId} as id from ${a}
       where ${and(
         sql`${a.connectedAccountId} > ${after}`,
         workspace === undefined ? undefined : sql`${a.workspaceId} = ${workspace}`,
         ofState,
         ofLink(filter),
       )}
       order by 1 limit ${limit})`,
  );
  const unseen = sql`(
    select ${links.connectedAccountId} as id from ${links}
     where ${and(
       sql`${links.connectedAccountId} > ${after}`,
       sql`${stands} and ${isUnseen}`,
       user === undefined ? undefined : sql`${links.userId} = ${user}`,
       workspace === undefined ? undefined : sql`${workspaceOfUnseen} = ${workspace}`,
     )}
       and not exists (select from ${a} where ${a.connectedAccountId} = ${links.connectedAccountId})
     order by 1 limit ${limit})`;
  const sources = state !== undefined || linked === false ? shown : [...shown, unseen];
  const { rows } = await drizzle(client).execute<{ id: string }>(sql`
    select id from (${sql.join(sources, sql` union all `)}) as found order by id limit ${limit}`);
  return rows.map(({ id }) => id);
};

type Row = Omit<AppAccount, 'linked_at' | 'state_since'> & {
  linked_at: Date | null;
  state_since: Date | null;
};

/** The webview that led to it last: as Seam has shown it, or else as the event says that the link is made from. */
const READ = sql`
  select asked.id as connected_account_id,
         coalesce(${a.workspaceId}, case when ${a.connectedAccountId} is null then ${workspaceOfUnseen} end) as workspace_id,
         ${links.userId} as user_id, ${links.linkedAt} as linked_at,
         coalesce(${links.provisionalEventId} is not null and ${links.confirmedAt} is null, false) as is_provisional,
         ${a.accountType} as account_type, ${a.accountTypeDisplayName} as account_type_display_name,
         ${a.displayName} as display_name,
         case when ${a.connectedAccountId} is not null then ${accountState} end as state,
         ${a.stateSince} as state_since,
         coalesce(w.connect_webview_id,
           case when ${links.provisionalSubject} like 'connect_webview:%' then substr(${links.provisionalSubject}, 17) end)
           as connect_webview_id`;

const readAccounts = async (
  client: Client,
  viewer: Viewer,
  ids: readonly string[],
): Promise<AppAccount[]> => {
  if (ids.length === 0) return [];
  const { rows } = await drizzle(client).execute<Row>(sql`
    ${READ}
      from unnest(${sql.param(ids)}::text[]) as asked(id)
      left join ${a} on ${a.connectedAccountId} = asked.id
      left join ${links} on ${links.connectedAccountId} = asked.id and ${stands}
      left join lateral (
        select connect_webview_id from reconciler.connect_webviews
         where connected_account_id = asked.id order by seam_created_at desc nulls last limit 1) w on true
     order by asked.id`);
  return rows.map(({ linked_at: linkedAt, state_since: since, ...row }) => ({
    ...row,
    user_id: userIdFor(viewer, row.user_id),
    linked_at: toText(linkedAt),
    display_name: identifierFor(viewer, row.display_name),
    state_since: toText(since),
  }));
};

/** Drizzle's bare statements give times as Postgres writes them. */
const toText = (at: Date | string | null): string | null =>
  at === null ? null : new Date(at).toISOString();

/**
 * A page of the accounts that are known, in the order of their ids: those that Seam has shown, and those that are linked
 * before it has.
 *
 * @param options.after the account after which the page begins; empty: the first page
 * @throws SupportError `not_allowed`; `refused` when it would take too long
 */
export const listAppAccounts = async (
  desk: Parameters<typeof readNewest>[0],
  actor: Actor,
  filter: AccountFilter,
  { after, limit }: { after: string; limit: number },
): Promise<AccountPage> => {
  insistOn(actor, 'view');
  // Before the rows: what changes meanwhile comes in the feed, too, and nothing is missed between the two.
  const position = await readNewest(desk);
  const read = await readWithStatementTimeout(desk.pool, READ_MS, async client => {
    // One more than is shown tells whether there are more.
    const ids = await readIds(client, filter, after, limit + 1);
    const shown = ids.slice(0, limit);
    return {
      accounts: await readAccounts(client, actor, shown),
      next: ids.length > limit ? (shown.at(-1) ?? null) : null,
    };
  });
  return { ...insistInTime(read), position };
};

import { identifierFor, userIdFor, type Viewer, wordsFor } from '../../access/mask.ts';
import type { Db } from '../../db/client.ts';
import { and, desc, eq, inArray, isNull, type SQL, sql } from '../../db/drizzle.ts';
import { connectedAccounts, connectWebviews, links, reconciliations } from '../../db/schema.ts';
import type { AccountState } from '../../model/outcome.ts';
import { subjectOf } from '../../model/subject.ts';
import {
  codesThatMean,
  explainTroubles,
  LIMITING_CODES,
  type Trouble,
} from '../../reconcile/account-state.ts';

const hasCode = (column: SQL | typeof connectedAccounts.errors, key: string, codes: string[]) =>
  sql`exists (select 1 from jsonb_array_elements(${column}) item where item->>${key}::text in ${codes})`;

const isToBe = (state: 'being_deleted' | 'reauthorization_requested') =>
  sql`(${hasCode(connectedAccounts.errors, 'error_code', codesThatMean(state))}
       or ${hasCode(sql`${connectedAccounts.warnings}`, 'warning_code', codesThatMean(state))})`;

/** As `accountStateOf` has it: an error that isn't known to leave the account at work. */
const isOut = sql`(exists (
    select 1 from jsonb_array_elements(${connectedAccounts.errors}) item
     where coalesce(item->>'error_code', '') not in ${[...LIMITING_CODES, ...codesThatMean('reauthorization_requested')]}
        or item->>'error_code' in ${LIMITING_CODES}
           and item->'is_connected_account_error' = 'true'::jsonb)
  or ${hasCode(sql`${connectedAccounts.warnings}`, 'warning_code', codesThatMean('disconnected'))})`;

/**
 * How an account stands; read from what is stored where no run has said so, or one of a version that took unknown
 * errors for harmless: since this one there is a time with it.
 */
export const accountState = sql<AccountState>`coalesce(case
  when ${connectedAccounts.state} <> 'connected' or ${connectedAccounts.stateSince} is not null
  then ${connectedAccounts.state} end, case
  when ${connectedAccounts.deletedAt} is not null then 'deleted'
  when ${isToBe('being_deleted')} then 'being_deleted'
  when ${isOut} then 'disconnected'
  when ${isToBe('reauthorization_requested')} then 'reauthorization_requested' else 'connected' end)`;

/** An account as it stands with us. */
export type AccountSummary = Readonly<{
  connected_account_id: string;
  state: AccountState;
  /** What is wrong with it, in words; nothing any more once it is deleted. */
  troubles: readonly Trouble[];
  user_id: string | null;
  account_type: string | null;
  display_name: string | null;
  /** Of its provider: a picture, elsewhere. */
  image_url: string | null;
  /** As IANA calls it. */
  time_zone: string | null;
  /** When Seam was last asked about it. */
  read_at: string;
}> &
  StateStory;

/** How an account has stood. Times are null where they aren't known: nobody kept them before. */
export type StateStory = Readonly<{
  /** Since when it stands as it does: as Seam says, or else since we have seen it so. */
  state_since: string | null;
  /** When we last saw it at work. */
  last_connected_at: string | null;
  /** How often it was seen disconnected, this time included. */
  times_disconnected: number;
}>;

export const stateStoryOf = (own: StoredAccount['own']): StateStory => ({
  state_since: own.stateSince?.toISOString() ?? null,
  last_connected_at: own.lastConnectedAt?.toISOString() ?? null,
  times_disconnected: own.timesDisconnected,
});

/** An account's troubles as this person may read them: Seam's own message may name its owner. */
export const troublesFor = (viewer: Viewer, troubles: readonly Trouble[]): readonly Trouble[] =>
  troubles.map(trouble => ({
    ...trouble,
    sentence: wordsFor(viewer, trouble.sentence),
    message: trouble.message && wordsFor(viewer, trouble.message),
  }));

const select = (db: Db) =>
  db
    .select({ own: connectedAccounts, state: accountState, userId: links.userId })
    .from(connectedAccounts)
    .leftJoin(
      links,
      and(
        eq(links.connectedAccountId, connectedAccounts.connectedAccountId),
        isNull(links.unlinkedAt),
      ),
    );

/** What we have stored of an account. */
export type StoredAccount = Awaited<ReturnType<typeof select>>[number];

/** An account as this person may read of it. */
export const toAccountSummary = (
  viewer: Viewer,
  { own, state, userId }: StoredAccount,
): AccountSummary => ({
  connected_account_id: own.connectedAccountId,
  state,
  troubles: state === 'deleted' ? [] : troublesFor(viewer, explainTroubles(own)),
  user_id: userIdFor(viewer, userId),
  account_type: own.accountTypeDisplayName ?? own.accountType,
  display_name: identifierFor(viewer, own.displayName),
  image_url: own.imageUrl,
  time_zone: own.timeZone,
  ...stateStoryOf(own),
  read_at: own.readAt.toISOString(),
});

/** The accounts that we have, as this person may read of them, the last looked at first. */
export const listAccounts = async (
  db: Db,
  viewer: Viewer,
  filter: { user?: string | undefined; state?: AccountState | undefined; limit: number },
): Promise<AccountSummary[]> => {
  const rows = await select(db)
    .where(
      and(
        filter.user === undefined ? undefined : eq(links.userId, filter.user),
        filter.state === undefined ? undefined : sql`${accountState} = ${filter.state}`,
      ),
    )
    .orderBy(desc(connectedAccounts.readAt), connectedAccounts.connectedAccountId)
    .limit(filter.limit);
  return rows.map(row => toAccountSummary(viewer, row));
};

/** What we have stored of these accounts, by id. */
export const storedAccounts = async (
  db: Db,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, StoredAccount>> => {
  if (accountIds.length === 0) return new Map();
  const rows = await select(db).where(
    inArray(connectedAccounts.connectedAccountId, [...accountIds]),
  );
  return new Map(rows.map(row => [row.own.connectedAccountId, row]));
};

const MOST_ACCOUNTS = 20;

/** The accounts that an id leads to: of an account, of a webview that led to one, of a user linked to some. */
export const findAccountIds = async (db: Db, id: string): Promise<string[]> => {
  const { rows } = await db.execute<{ id: string }>(sql`
    select distinct id from (
      select ${connectedAccounts.connectedAccountId} as id from ${connectedAccounts}
       where ${connectedAccounts.connectedAccountId} = ${id}
      union all
      select ${connectWebviews.connectedAccountId} from ${connectWebviews}
       where ${connectWebviews.connectWebviewId} = ${id}
      union all
      select ${reconciliations.connectedAccountId} from ${reconciliations}
       where ${reconciliations.subject} = ${subjectOf('connect_webview', id)}
          or ${reconciliations.connectedAccountId} = ${id}
          or ${reconciliations.connectWebviewId} = ${id}
          or ${reconciliations.claimedUserId} = ${id}
      union all
      select ${links.connectedAccountId} from ${links} where ${links.userId} = ${id}
    ) found where id is not null order by id limit ${MOST_ACCOUNTS}`);
  return rows.map(row => row.id);
};

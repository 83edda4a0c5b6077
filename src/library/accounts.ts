import type pg from 'pg';

/**
 * A row of the view `reconciler_public.user_accounts`, under the names that the view has: they are those of the contract, of
 * messages and of the API, so that one description does for all (docs/contract.md).
 */
export type UserAccount = Readonly<{
  user_id: string;
  connected_account_id: string;
  account_type: string | null;
  account_type_display_name: string | null;
  /** `connected`, `disconnected`, `reauthorization_requested`, `being_deleted`; null: not looked at yet. */
  state: string | null;
  state_since: Date | null;
  last_connected_at: Date | null;
  times_disconnected: number;
  linked_at: Date;
  linked_by: 'seam' | 'person' | 'event';
  is_provisional: boolean;
  workspace_id: string | null;
  connect_webview_id: string | null;
  /** A bigint, as text. */
  link_id: string;
}>;

/** More than anybody has; a bound all the same. */
const MOST = 1_000;

/** The accounts that are a user's now, the latest linked first. */
export const accountsOf = async (
  pool: Pick<pg.Pool, 'query'>,
  userId: string,
): Promise<UserAccount[]> => {
  const { rows } = await pool.query<UserAccount>(
    `select user_id, connected_account_id, account_type, account_type_display_name, state, state_since,
            last_connected_at, times_disconnected, linked_at, linked_by, is_provisional, workspace_id,
            connect_webview_id, link_id
       from reconciler_public.user_accounts
      where user_id = $1
      order by linked_at desc, link_id desc limit ${MOST}`,
    [userId],
  );
  return rows;
};

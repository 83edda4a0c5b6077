import type pg from 'pg';
import type { UserAccount } from './types.ts';

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

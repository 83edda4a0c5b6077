import type pg from 'pg';
import { servedIds, type Workspace } from '../config/workspaces.ts';
import type { UserDirectory } from '../users/directory.ts';
import type { UserAccount } from './types.ts';

/** More than anybody has; a bound all the same. */
const MOST = 1_000;

/** A user's id as the app's table writes it; of whom that doesn't have (any more), as it is. @throws as `UserDirectory.find` */
const writtenId = async (users: Pick<UserDirectory, 'find'>, userId: string): Promise<string> => {
  const user = await users.find(userId);
  return user.kind === 'found' ? user.userId : userId;
};

/**
 * The accounts that are a user's now, the latest linked first: those of the workspaces that are served, and those of which
 * nobody has said yet which they are in.
 */
export const accountsOf = async (
  pool: Pick<pg.Pool, 'query'>,
  {
    users,
    served,
  }: Readonly<{
    users: Pick<UserDirectory, 'find'>;
    served: readonly Pick<Workspace, 'id'>[];
  }>,
  userId: string,
): Promise<UserAccount[]> => {
  const { rows } = await pool.query<UserAccount>(
    `select user_id, connected_account_id, account_type, account_type_display_name, state, state_since,
            last_connected_at, times_disconnected, linked_at, linked_by, is_provisional, workspace_id,
            connect_webview_id, link_id
       from reconciler_public.user_accounts
      where user_id = $1 and ($2::text[] is null or workspace_id is null or workspace_id = any($2))
      order by linked_at desc, link_id desc limit ${MOST}`,
    [await writtenId(users, userId), servedIds(served)],
  );
  return rows;
};

import type { TestDatabase } from './database.ts';

/** Puts in a connected account as Seam would have shown it. */
export const addAccount = async (
  { pool }: TestDatabase,
  { id, email, type = 'August' }: { id: string; email: string; type?: string },
): Promise<void> => {
  await pool.query(
    `insert into reconciler.connected_accounts
            (connected_account_id, account_type_display_name, user_identifier, custom_metadata,
             errors, warnings, accepted_capabilities, state, read_by_run)
     values ($1, $2, $3, '{}', '[]', '[]', '[]', 'connected', 1)`,
    [id, type, { email }],
  );
};

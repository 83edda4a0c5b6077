import type { Fake } from '@seamapi/fake-seam-connect';

/* The connected accounts in Seam's fake. */

export const LOCK_MAKERS = { august: 'August', yale: 'Yale', schlage: 'Schlage' } as const;
export type LockMaker = keyof typeof LOCK_MAKERS;

/** @returns the id of the new account */
export const addAccount = (
  { database }: Fake,
  email: string,
  maker: LockMaker,
  workspaceId: string,
): string => {
  const account = database.addConnectedAccount({
    provider: maker,
    account_type: maker,
    workspace_id: workspaceId,
    user_identifier: { email },
    display_name: email,
  });
  account.account_type_display_name = LOCK_MAKERS[maker];
  return account.connected_account_id;
};

/** As Seam does on a reconnect: what was there before is gone. */
export const replaceMetadata = (
  fake: Fake,
  accountId: string,
  metadata: Readonly<Record<string, unknown>>,
): void => {
  const account = accountOf(fake, accountId);
  account.custom_metadata = { ...metadata } as NonNullable<typeof account.custom_metadata>;
};

/** @throws Error when there is none */
export const accountOf = ({ database }: Fake, accountId: string) => {
  const account = database.connected_accounts.find(a => a.connected_account_id === accountId);
  if (account === undefined) throw new Error(`there is no account ${accountId} in the sandbox`);
  return account;
};

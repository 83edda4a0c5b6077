import type { Fake } from '@seamapi/fake-seam-connect';
import type { EventBody } from './event.ts';

/** What can happen to an account at Seam, by itself or by its user's doing. */
export const ACCOUNT_CHANGES = [
  'disconnect',
  'request-reauthorization',
  'complete-first-sync',
  'delete',
] as const;
export type AccountChange = (typeof ACCOUNT_CHANGES)[number];

type Troubles = { errors: object[]; warnings: object[] };

/** The fake has no errors or warnings of accounts; it keeps and shows what is put there. */
export const setTroubles = (
  { database }: Fake,
  accountId: string,
  troubles: Partial<Troubles>,
): void => {
  const account = database.connected_accounts.find(a => a.connected_account_id === accountId);
  if (account === undefined) throw new Error(`there is no account ${accountId} in the sandbox`);
  Object.assign(account, troubles);
};

/**
 * Lets something happen to an account, as Seam documents it: its errors and warnings, and the event.
 *
 * @throws Error when there is no such account
 */
export const changeAccount = (
  fake: Fake,
  event: (type: string, fields: Readonly<Record<string, unknown>>) => EventBody,
  accountId: string,
  change: AccountChange,
): EventBody[] => {
  const tell = (what: string, fields: object = {}): EventBody[] => [
    event(`connected_account.${what}`, { connected_account_id: accountId, ...fields }),
  ];
  const created_at = new Date().toISOString();
  switch (change) {
    case 'disconnect': {
      const message = 'Account disconnected; it must be reconnected through a new webview.';
      const errors = [
        {
          error_code: 'account_disconnected',
          message,
          is_connected_account_error: true,
          created_at,
        },
      ];
      setTroubles(fake, accountId, { errors });
      return tell('disconnected', {
        connected_account_errors: errors,
        connected_account_warnings: [],
      });
    }
    case 'request-reauthorization': {
      const message = 'The account must be reauthorized through a new webview.';
      const warnings = [{ warning_code: 'account_reauthorization_requested', message, created_at }];
      setTroubles(fake, accountId, { warnings });
      return tell('reauthorization_requested', {
        connected_account_errors: [],
        connected_account_warnings: warnings,
      });
    }
    case 'complete-first-sync':
      setTroubles(fake, accountId, {});
      return tell('completed_first_sync');
    case 'delete':
      fake.database.deleteConnectedAccount({ connected_account_id: accountId });
      return tell('deleted');
    default:
      return change satisfies never;
  }
};

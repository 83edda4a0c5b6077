import type { Summary } from './summary.ts';

/** What a webview was made for, and what came of that, in a sentence; null where it was to reconnect no account. */
export const reconnectWords = ({
  reconnects_account_id: meant,
  connected_account_id: came,
}: Pick<Summary, 'reconnects_account_id' | 'connected_account_id'>): string | null => {
  if (meant === null) return null;
  if (came === null) return `Created to reconnect the account ${meant}.`;
  return came === meant
    ? `Created to reconnect the account ${meant}, which it did.`
    : `Created to reconnect the account ${meant}, but another account came of it: the user signed in to another login.`;
};

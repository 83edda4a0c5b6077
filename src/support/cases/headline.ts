import type { AccountState, FailureReason, ReconciliationState } from '../../model/outcome.ts';

/** What the one sentence at the top of a case is made from. */
export type HeadlineFacts = Readonly<{
  state: ReconciliationState;
  reason: FailureReason | null;
  /** What Seam calls the maker: `August`; null where that isn't known. */
  accountType: string | null;
  /** Whether Seam has shown the account. */
  hasAccount: boolean;
  accountState: AccountState | null;
  /** The user whom it is linked to, as people call them. */
  user: string | null;
  /** Whether that link is made from an event alone. */
  isProvisional: boolean;
}>;

/** What happened, as a sentence without its end. */
const HAPPENED = {
  webview_not_found: () =>
    'The user’s connection can’t be followed: Seam does not know its webview',
  webview_pending: () => 'The user has not finished connecting',
  account_not_ready: account => `The user finished, but Seam shows no ${account} yet`,
  account_not_found: account => `Seam no longer knows the ${account}`,
  deletion_pending: account => `The ${account} is said to be deleted, but Seam still shows it`,
  metadata_id_missing: account =>
    `${start(account)} connected, but nothing says which user of ours it belongs to`,
  metadata_id_invalid: account =>
    `${start(account)} connected, but the user id that came with it can’t be one of ours`,
  user_not_found: account => `${start(account)} connected, but no user of ours matches it`,
  seam_unauthorized: () => 'Seam refuses our key, so we can’t look at this connection',
  seam_rate_limited: () => 'Seam asked us to slow down before we could look at this connection',
  seam_unavailable: () => 'Seam could not be reached, so we could not look at this connection',
  internal_error: () => 'A fault on our side kept us from looking at this connection',
  event_unusable: () => 'Seam told us that something happened, but not to which connection',
  workspace_unknown: () => 'This connection is of a Seam workspace that isn’t set up here',
} as const satisfies Record<FailureReason, (account: string) => string>;

/** Where it is a person's turn: what they do. */
const TO_DO = {
  webview_not_found: 'Check its id; else send the user a new webview.',
  webview_pending: 'Ask the user to finish it, or send a new webview.',
  account_not_ready: 'Retry; if it stays, ask Seam.',
  account_not_found: 'Ask the user to connect it again.',
  deletion_pending: 'Retry; if it stays, ask Seam.',
  metadata_id_missing: 'Link it to a user, then we look again.',
  metadata_id_invalid: 'Link it to a user, then we look again.',
  user_not_found: 'Link it to a user, then we look again.',
  seam_unauthorized: 'Tell an engineer, who must mend the key.',
  seam_rate_limited: 'Retry, when Seam is well again.',
  seam_unavailable: 'Retry, when Seam is well again.',
  internal_error: 'Retry; if it stays, give an engineer the block below.',
  event_unusable: 'Find the user’s webview, and retry that.',
  workspace_unknown: 'Tell an engineer, who must add the workspace’s key.',
} as const satisfies Record<FailureReason, string>;

/** What stands in the way of a lock that is linked. */
const BUT = {
  connected: null,
  disconnected: 'but Seam has lost its access to it: the user must connect it again',
  reauthorization_requested: 'but its user must sign in again before long',
  deleted: 'but Seam says that it is deleted',
} as const satisfies Record<AccountState, string | null>;

const start = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/**
 * Says in plain words how a connection stands, and what is to be done. Pure.
 *
 * @returns one or two sentences for somebody who knows nothing of queues
 */
export const headline = (facts: HeadlineFacts): string => {
  const { state, reason } = facts;
  const account = facts.accountType === null ? 'account' : `${facts.accountType} account`;
  const happened =
    reason === null ? 'It could not be settled, and no reason is known' : HAPPENED[reason](account);
  switch (state) {
    case 'pending':
      return `We are about to look at ${facts.hasAccount ? `this ${account}` : 'this connection'}. It takes a moment, unless Seam is slow.`;
    case 'retrying':
      return `${happened}. We try again by ourselves.`;
    case 'failed':
      return `${happened}. ${reason === null ? 'Retry; if it stays, tell an engineer.' : TO_DO[reason]}`;
    case 'dismissed':
      return `${happened}. Somebody has dismissed this; it opens again by itself when it happens again.`;
    case 'linked':
      return linked(facts, account);
    case 'no_action':
      return settledWithoutLink(facts, account);
    default:
      return state satisfies never;
  }
};

const linked = ({ user, accountState, isProvisional }: HeadlineFacts, account: string): string => {
  const whose = user === null ? 'a user' : user;
  if (isProvisional) {
    return `The ${account} is linked to ${whose} on the word of an event; Seam has yet to confirm it.`;
  }
  const but = accountState === null ? null : BUT[accountState];
  return `The ${account} is linked to ${whose}${but === null ? '. All is well.' : `, ${but}.`}`;
};

const settledWithoutLink = (
  { accountState, hasAccount }: HeadlineFacts,
  account: string,
): string => {
  if (accountState === 'deleted') {
    return `The ${account} is deleted, and linked to nobody. There is nothing to do.`;
  }
  return hasAccount
    ? `There is nothing to do for this ${account}.`
    : 'The user’s sign-in at the lock maker failed, so nothing was connected. Ask them to try again.';
};

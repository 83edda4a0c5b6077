import type { AccountState, FailureReason, ReconciliationState } from '../../model/outcome.ts';
import { ACCESS_LOST_CODE, type Trouble } from '../../reconcile/account-state.ts';

/** What the one sentence at the top of a case is made from. */
export type HeadlineFacts = Readonly<{
  state: ReconciliationState;
  reason: FailureReason | null;
  /** What Seam calls the maker: `August`; null where that isn't known. */
  accountType: string | null;
  /** Whether Seam has shown the account. */
  hasAccount: boolean;
  accountState: AccountState | null;
  /** What it is disconnected for, where that is known. */
  cause?: Pick<Trouble, 'code' | 'sentence' | 'remedy'> | null;
  /** Who made the account's devices or keeps its calendar, where nothing but a failed login is known: `August`. */
  maker?: string | null;
  /** The user whom it is linked to, as people call them. */
  user: string | null;
  /** Whether that link is made from an event alone. */
  isProvisional: boolean;
  /** Whether nobody is linked because someone unlinked it by hand. */
  isUnlinked?: boolean;
}>;

/** What happened, as a sentence without its end. */
const HAPPENED = {
  webview_not_found: () => 'We can’t follow this connection: Seam doesn’t know its webview',
  webview_pending: () => 'The user hasn’t finished connecting',
  account_not_ready: account => `The user finished, but Seam shows no ${account} yet`,
  account_not_found: account => `Seam no longer knows the ${account}`,
  deletion_pending: account => `Seam told us that the ${account} was deleted, but still shows it`,
  metadata_id_missing: account =>
    `${start(account)} connected, but nothing says which of our users it belongs to`,
  metadata_id_invalid: account =>
    `${start(account)} connected, but the user id that came with it can’t be one of ours`,
  user_not_found: account => `${start(account)} connected, but none of our users matches it`,
  conflict: account => `${start(account)} connected, but Seam names two of our users for it`,
  users_table_unusable: account =>
    `${start(account)} connected, but our users table can’t be read, so we can’t tell who it belongs to`,
  seam_unauthorized: () => 'Seam rejects our key, so we can’t check this connection',
  seam_forbidden: () => 'Seam doesn’t let our key see this connection, so we can’t check it',
  workspace_suspended: () =>
    'Seam has suspended the workspace of this connection, so we can’t check it',
  seam_rate_limited: () => 'Seam asked us to slow down before we could check this connection',
  seam_unavailable: () => 'Seam couldn’t be reached, so we couldn’t check this connection',
  seam_timeout: () => 'Seam didn’t answer in time, so we couldn’t check this connection',
  seam_unreadable: () => 'We couldn’t read Seam’s answer, so we couldn’t check this connection',
  seam_refused: () => 'Seam refuses to tell us about this connection',
  internal_error: () => 'An error on our side kept us from checking this connection',
  event_unusable: () => 'Seam told us that something happened, but not to which connection',
  workspace_unknown: () => 'This connection belongs to a Seam workspace that isn’t configured here',
} as const satisfies Record<FailureReason, (account: string) => string>;

/** Where it is a person's turn: what they do. */
const TO_DO = {
  webview_not_found: 'Check its id, or send the user a new webview.',
  webview_pending: 'Ask the user to finish it, or send a new webview.',
  account_not_ready: 'Retry. If this persists, contact Seam.',
  account_not_found: 'Ask the user to connect it again.',
  deletion_pending: 'Retry. If this persists, contact Seam.',
  metadata_id_missing: 'Link it to a user, and we’ll check it again.',
  metadata_id_invalid: 'Link it to a user, and we’ll check it again.',
  user_not_found: 'Link it to a user, and we’ll check it again.',
  conflict: 'Link it to the right one, and we’ll check it again.',
  users_table_unusable:
    'Give an engineer the details below: once they’ve fixed it, we’ll check it again.',
  seam_unauthorized: 'Tell an engineer: the key needs fixing.',
  seam_forbidden: 'Tell an engineer: the key needs more permissions.',
  workspace_suspended: 'Tell an engineer: the workspace needs reactivating.',
  seam_rate_limited: 'Retry in a while.',
  seam_unavailable: 'Retry once Seam is back.',
  seam_timeout: 'Retry once Seam is back.',
  seam_unreadable: 'Retry. If this persists, give an engineer the details below.',
  seam_refused: 'Give an engineer the details below.',
  internal_error: 'Retry. If this persists, give an engineer the details below.',
  event_unusable: 'Find the user’s webview and retry that.',
  workspace_unknown: 'Tell an engineer: the workspace’s key needs adding.',
} as const satisfies Record<FailureReason, string>;

/** What stands in the way of an account that is linked. */
const BUT = {
  connected: null,
  disconnected: 'but Seam has lost access to it: the user must connect it again',
  reauthorization_requested: 'but the user must sign in again soon',
  being_deleted: 'but Seam is deleting it: the link ends once it is gone',
  deleted: 'but Seam says that it was deleted',
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
    reason === null
      ? 'This couldn’t be settled, and no reason is known'
      : Object.hasOwn(HAPPENED, reason)
        ? HAPPENED[reason](account)
        : 'A newer version of this program couldn’t settle this, for a reason that this one doesn’t know';
  switch (state) {
    case 'pending':
      if (facts.user !== null && facts.hasAccount) {
        return linked(facts, account, 'We’re about to check it again.');
      }
      return `We’re about to check ${facts.hasAccount ? `this ${account}` : 'this connection'}. It takes a moment, longer if Seam is slow.`;
    case 'retrying':
      return `${happened}. We keep trying automatically.`;
    case 'failed':
      return `${happened}. ${toDo(reason)}`;
    case 'dismissed':
      return `${happened}. Someone dismissed this. It reopens automatically if it happens again.`;
    case 'linked':
      return linked(facts, account);
    case 'no_action':
      return settledWithoutLink(facts, account);
    default:
      return state satisfies never;
  }
};

/** A row may hold a reason that only a newer version knows. */
const toDo = (reason: FailureReason | null): string =>
  reason !== null && Object.hasOwn(TO_DO, reason)
    ? TO_DO[reason]
    : 'Retry. If this persists, tell an engineer.';

const linked = (
  { user, accountState, isProvisional, cause = null }: HeadlineFacts,
  account: string,
  then = 'All is well.',
): string => {
  const whose = user === null ? 'a user' : user;
  if (isProvisional) {
    return `The ${account} is linked to ${whose} provisionally, based on an event. Seam hasn’t confirmed it yet.`;
  }
  // What helps against the usual cause is no help against another.
  if (accountState === 'disconnected' && cause !== null && cause.code !== ACCESS_LOST_CODE) {
    return `The ${account} is linked to ${whose}, but it is disconnected. ${cause.sentence} ${cause.remedy}`;
  }
  const but = accountState === null ? null : BUT[accountState];
  return `The ${account} is linked to ${whose}${but === null ? `. ${then}` : `, ${but}.`}`;
};

const settledWithoutLink = (
  { accountState, hasAccount, isUnlinked, maker = null }: HeadlineFacts,
  account: string,
): string => {
  if (accountState === 'deleted') {
    return `The ${account} was deleted and isn’t linked to anyone. There is nothing to do.`;
  }
  if (isUnlinked) return `The ${account} was unlinked by hand, so it isn’t linked to anyone.`;
  return hasAccount
    ? `There is nothing to do for this ${account}.`
    : `The user’s sign-in${maker === null ? '' : ` with ${maker}`} failed, so nothing was connected. Ask them to try again.`;
};

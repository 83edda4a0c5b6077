import type { FailureReason } from '../../model/outcome.ts';
import { ACCESS_LOST_CODE } from '../../reconcile/account-state.ts';
import type { Stopped } from '../finding/standings.ts';
import { type NextFacts, nextStep } from './next-step.ts';

/** What the one sentence at the top of a case is made from. */
export type HeadlineFacts = NextFacts &
  Readonly<{
    /** What Seam calls the maker: `August`; null where that isn't known. */
    accountType: string | null;
    /** Who made the account's devices or keeps its calendar, where nothing but a failed login is known: `August`. */
    maker?: string | null;
    /** Whether the link is made from an event alone. */
    isProvisional: boolean;
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

/** What stands in the way of an account that somebody has. */
const BUT = {
  disconnected: 'but Seam has lost access to it',
  reauthorization_requested: 'but the user must sign in again soon',
  devices_elsewhere: 'but devices of it belong to another account',
  login_failing: 'but the user’s sign-in failed again and again',
  being_deleted: 'but Seam is deleting it: the link ends once it is gone',
  gone: 'but Seam says that it was deleted',
} as const satisfies Record<Stopped, string>;

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
      if (facts.user !== null) {
        return linked(facts, account, 'We’re about to check it again.');
      }
      if (facts.isUnlinked) return unlinked(account);
      return `We’re about to check ${facts.hasAccount ? `this ${account}` : 'this connection'}. It takes a moment, longer if Seam is slow.`;
    case 'retrying':
      return `${happened}. We keep trying automatically.${besides(facts, account)}`;
    case 'failed':
      return `${happened}. ${nextStep(facts).what}${besides(facts, account)}`;
    case 'dismissed':
      return `${happened}. Someone dismissed this. It reopens automatically if it happens again.${besides(facts, account)}`;
    case 'linked':
      return linked(facts, account);
    case 'no_action':
      return facts.user !== null && facts.hasAccount
        ? linked(facts, account)
        : settledWithoutLink(facts, account);
    default:
      return state satisfies never;
  }
};

/** That a lock stopped is told also where something else has to be seen to first. */
const besides = ({ user, standing = null }: HeadlineFacts, account: string): string =>
  user === null || standing === null
    ? ''
    : ` The ${account} is linked to ${user}, ${BUT[standing]}.`;

const linked = (facts: HeadlineFacts, account: string, then = 'All is well.'): string => {
  const { user, isProvisional, cause = null, standing = null } = facts;
  const whose = `The ${account} is linked to ${user ?? 'a user'}${isProvisional ? ' provisionally, based on an event' : ''}`;
  if (standing === null) {
    return `${whose}. ${isProvisional ? 'Seam hasn’t confirmed it yet.' : then}`;
  }
  const { what } = nextStep(facts);
  if (standing === 'being_deleted') return `${whose}, ${BUT[standing]}.`;
  return standing === 'disconnected' && cause !== null && cause.code !== ACCESS_LOST_CODE
    ? `${whose}, but it is disconnected. ${cause.sentence} ${what}`
    : `${whose}, ${BUT[standing]}. ${what}`;
};

const unlinked = (account: string): string =>
  `The ${account} was unlinked by hand, so it isn’t linked to anyone.`;

const settledWithoutLink = (facts: HeadlineFacts, account: string): string => {
  const { accountState, hasAccount, isUnlinked, maker = null, standing = null } = facts;
  const { what } = nextStep(facts);
  if (accountState === 'deleted') {
    return `The ${account} was deleted and isn’t linked to anyone. ${what === 'Nothing.' ? 'There is nothing to do.' : what}`;
  }
  if (isUnlinked) return unlinked(account);
  if (hasAccount) return `There is nothing to do for this ${account}.`;
  const often = standing === 'login_failing' ? ' again and again' : '';
  return `The user’s sign-in${maker === null ? '' : ` with ${maker}`} failed${often}, so nothing was connected. ${what}`;
};

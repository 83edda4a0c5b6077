import type { AccountState, FailureReason, ReconciliationState } from '../../model/outcome.ts';
import {
  ACCESS_LOST_CODE,
  DEVICES_ELSEWHERE_CODE,
  type Trouble,
} from '../../reconcile/account-state.ts';
import type { Stopped } from '../finding/standings.ts';
import { LINKED_BUT, STANDING_WORDS, type StateWords } from '../words/standing-words.ts';
import { STATE_WORDS } from '../words/words.ts';

/* What is to be done about a connection, which button does it, and its colour: of one source, so that they agree. Pure. */

/** What the button that stands out does; none: it takes nobody here, or nothing that a button does. */
export type NextButton = 'retry' | 'link' | 'send_webview' | 'none';
export type NextStep = Readonly<{ what: string; button: NextButton }>;

/** What it is told from. */
export type NextFacts = Readonly<{
  state: ReconciliationState;
  reason: FailureReason | null;
  accountState: AccountState | null;
  /** How its lock account stands, where that stopped, or the sign-in never got through. */
  standing?: Stopped | null;
  /** What it is disconnected for, where that is known. */
  cause?: Pick<Trouble, 'code' | 'sentence' | 'remedy'> | null;
  /** Whether Seam has shown the account. */
  hasAccount: boolean;
  /** The user whom it is linked to; null: nobody. */
  user: string | null;
  /** Whether nobody is linked because someone unlinked it by hand. */
  isUnlinked?: boolean;
}>;

const retry = (what: string): NextStep => ({ what, button: 'retry' });
const link = (what: string): NextStep => ({ what, button: 'link' });
const sendWebview = (what: string): NextStep => ({ what, button: 'send_webview' });
const noButton = (what: string): NextStep => ({ what, button: 'none' });

/** Where it is a person’s turn: what they do. */
const OF_REASON = {
  webview_not_found: sendWebview('Check its id, or send the user a new webview.'),
  webview_pending: sendWebview('Ask the user to finish it, or send a new webview.'),
  account_not_ready: retry('Retry. If this persists, contact Seam.'),
  account_not_found: sendWebview('Send the user a new webview, so that they connect it again.'),
  deletion_pending: retry('Retry. If this persists, contact Seam.'),
  metadata_id_missing: link('Link it to a user, and we’ll check it again.'),
  metadata_id_invalid: link('Link it to a user, and we’ll check it again.'),
  user_not_found: link('Link it to a user, and we’ll check it again.'),
  conflict: link('Link it to the right one, and we’ll check it again.'),
  users_table_unusable: noButton(
    'Give an engineer the details below: once they’ve fixed it, we’ll check it again.',
  ),
  seam_unauthorized: noButton('Tell an engineer: the key needs fixing.'),
  seam_forbidden: noButton('Tell an engineer: the key needs more permissions.'),
  workspace_suspended: noButton('Tell an engineer: the workspace needs reactivating.'),
  seam_rate_limited: retry('Retry in a while.'),
  seam_unavailable: retry('Retry once Seam is back.'),
  seam_timeout: retry('Retry once Seam is back.'),
  seam_unreadable: retry('Retry. If this persists, give an engineer the details below.'),
  seam_refused: noButton('Give an engineer the details below.'),
  internal_error: retry('Retry. If this persists, give an engineer the details below.'),
  event_unusable: noButton('Find the user’s webview and retry that.'),
  workspace_unknown: noButton('Tell an engineer: the workspace’s key needs adding.'),
} as const satisfies Record<FailureReason, NextStep>;

/** A row may hold a reason that only a newer version knows. */
const ofReason = (reason: FailureReason | null): NextStep =>
  reason !== null && Object.hasOwn(OF_REASON, reason)
    ? OF_REASON[reason]
    : retry('Retry. If this persists, tell an engineer.');

const KEEP_TRYING = noButton('Nothing for now. We keep trying automatically.');
const NOTHING = noButton('Nothing.');

/** Of an account that somebody has. */
const ofStopped = (standing: Stopped, cause: NextFacts['cause']): NextStep => {
  switch (standing) {
    case 'disconnected':
      // What helps against the usual cause is no help against another.
      if (cause == null || cause.code === ACCESS_LOST_CODE) {
        return sendWebview('Send the user a new webview, so that they sign in again.');
      }
      return cause.code === DEVICES_ELSEWHERE_CODE
        ? ofStopped('devices_elsewhere', null)
        : noButton(cause.remedy);
    case 'reauthorization_requested':
      return sendWebview('Send the user a new webview, so that they sign in again in time.');
    case 'devices_elsewhere':
      return sendWebview(
        'Have the devices removed from the other account, then send the user a new webview.',
      );
    case 'login_failing':
      return sendWebview('Ask the user what goes wrong, and send them a new webview.');
    case 'gone':
      return sendWebview('Send the user a new webview, if they are to have it back.');
    case 'being_deleted':
      return noButton('Nothing. The link ends once it is gone.');
    default:
      return standing satisfies never;
  }
};

/** What matters of how the account stands: of one that nobody has, only that somebody misses it. */
const stoppedFor = ({ state, standing = null, user, isUnlinked }: NextFacts): Stopped | null => {
  if (user !== null || state === 'linked') return standing;
  const isMissed = standing === 'gone' || standing === 'login_failing';
  return state === 'no_action' && isMissed && isUnlinked !== true ? standing : null;
};

/** What is to be done about a connection, and the button that does it. */
export const nextStep = (facts: NextFacts): NextStep => {
  const { state, reason } = facts;
  switch (state) {
    case 'failed':
      return ofReason(reason);
    case 'retrying': {
      const { what, button } = ofReason(reason);
      return button === 'none' ? noButton(what) : KEEP_TRYING;
    }
    case 'dismissed':
      return noButton('Nothing. It reopens automatically if it happens again.');
    case 'pending':
    case 'linked':
    case 'no_action': {
      const stopped = stoppedFor(facts);
      if (stopped !== null) return ofStopped(stopped, facts.cause);
      if (state === 'pending') return noButton('Nothing for now. We’re about to check it again.');
      const isFailedLogin =
        state === 'no_action' && !facts.hasAccount && facts.accountState === null;
      return isFailedLogin ? sendWebview('Ask them to try again, with a new webview.') : NOTHING;
    }
    default:
      return state satisfies never;
  }
};

const LOUDER = ['good', 'plain', 'warn', 'bad'] as const;

const stoppedWords = (stopped: Stopped, isLinked: boolean): StateWords => {
  if (isLinked && stopped !== 'login_failing') {
    return LINKED_BUT[stopped === 'gone' ? 'deleted' : stopped];
  }
  return { label: STANDING_WORDS[stopped].title, mood: 'bad', icon: '!' };
};

/** How a case stands, in its colour: that of a lock that stopped is never the one of what is well. */
export const caseBadge = (facts: NextFacts): StateWords => {
  const own: StateWords = STATE_WORDS[facts.state];
  const stopped = stoppedFor(facts);
  if (stopped === null || facts.state === 'dismissed') return own;
  const words = stoppedWords(stopped, facts.user !== null);
  // What needs a person, or is tried again, is called so; its colour is the louder of the two.
  if (facts.state !== 'failed' && facts.state !== 'retrying') return words;
  return LOUDER.indexOf(words.mood) > LOUDER.indexOf(own.mood) ? { ...own, mood: words.mood } : own;
};

import type { ChangeName } from '../../audit-log/record.ts';
import type {
  AccountState,
  FailureReason,
  ReconciliationState,
  RunOutcome,
  Trigger,
  UnlinkedBecause,
} from '../../model/outcome.ts';

/* The words of the console, the API's sentences and the command line: the same in all three. Pure. */

/** How a connection stands, and whether that is good, bad, or neither. */
export const STATE_WORDS = {
  pending: { label: 'Checking', mood: 'plain', icon: '…' },
  retrying: { label: 'Retrying automatically', mood: 'warn', icon: '↻' },
  linked: { label: 'Linked', mood: 'good', icon: '✓' },
  no_action: { label: 'Nothing to do', mood: 'plain', icon: '–' },
  failed: { label: 'Needs attention', mood: 'bad', icon: '!' },
  dismissed: { label: 'Dismissed', mood: 'plain', icon: '×' },
} as const satisfies Record<
  ReconciliationState,
  { label: string; mood: 'good' | 'warn' | 'bad' | 'plain'; icon: string }
>;

export const OUTCOME_WORDS = {
  linked: 'Linked to the user',
  already_linked: 'Already linked',
  relinked: 'Linked to a different user',
  kept: 'Link kept',
  left_unlinked: 'Left unlinked, as someone unlinked it by hand',
  account_updated: 'Account changed; link kept',
  account_deleted: 'Account deleted',
  login_failed: 'The user’s sign-in failed',
  account_gone: 'Account gone from Seam without a word',
  superseded: 'Superseded by a later check',
  failed: 'Failed',
  interrupted: 'Interrupted, then run again',
} as const satisfies Record<RunOutcome, string>;

export const TRIGGER_WORDS = {
  delivery: 'a webhook',
  backfill: 'a backfilled event',
  audit: 'drift from Seam',
  person: 'a person',
  backoff: 'an automatic retry',
  sweep: 'the sweep (a check was owed)',
  healing: 'recovery: the problem was resolved',
  replay: 'a replay',
} as const satisfies Record<Trigger, string>;

export const ACCOUNT_STATE_WORDS = {
  connected: 'Connected',
  disconnected: 'Disconnected',
  reauthorization_requested: 'The user must sign in again',
  being_deleted: 'Being deleted',
  deleted: 'Deleted',
} as const satisfies Record<AccountState, string>;

/** `Salto ks`, of Seam's key `salto_ks`; null where there is none. */
export const providerName = (key: string | null): string | null =>
  key === null || key.trim() === ''
    ? null
    : `${key.slice(0, 1).toUpperCase()}${key.slice(1).replaceAll('_', ' ')}`;

/** `for the 3rd time`; null where it is the first, or not known. */
export const nthTime = (times: number): string | null => {
  if (times < 2) return null;
  const ending = { one: 'st', two: 'nd', few: 'rd' } as Readonly<Record<string, string>>;
  return `for the ${times}${ending[ORDINALS.select(times)] ?? 'th'} time`;
};

const ORDINALS = new Intl.PluralRules('en', { type: 'ordinal' });

/** Who made a link. */
export const LINKED_BY_WORDS = {
  run: 'automatically',
  person: 'by hand',
} as const satisfies Record<'run' | 'person', string>;

/** How long it counts that someone unlinked an account, and what ends that before. */
export const UNLINKED_UNTIL =
  'It stays so until what Seam says of its user changes, or the user connects it again through a new Connect Webview. A retry doesn’t change that: to give it to someone, link it by hand, or undo the unlinking.';

/** Why a user is proposed as an account's. */
export const PROPOSAL_WORDS = {
  same_email: 'has the same e-mail as the account',
  expected: 'the webview was created for this user',
  claimed: 'Seam names this user',
  linked_before: 'was linked to it before',
} as const;

/** Why a link ended. */
export const UNLINKED_WORDS = {
  relinked: 'the metadata named another user',
  account_deleted: 'the account was deleted',
  account_gone: 'Seam no longer lists the account',
  seam_differs: 'it was provisional, and Seam didn’t confirm it',
  linked_by_hand: 'someone linked it by hand',
  unlinked_by_hand: 'someone unlinked it by hand',
  undone: 'someone undid it',
} as const satisfies Record<UnlinkedBecause, string>;

/** What happened, in a few words, for a list. */
export const REASON_TITLES = {
  webview_not_found: 'Webview not found in Seam',
  webview_pending: 'Webview not finished',
  account_not_ready: 'No account yet',
  account_not_found: 'Account not found in Seam',
  deletion_pending: 'Account being deleted',
  metadata_id_missing: 'No user id in the webview',
  metadata_id_invalid: 'Unusable user id',
  user_not_found: 'User not found',
  conflict: 'Two users are named',
  users_table_unusable: 'Users table can’t be read',
  seam_unauthorized: 'Seam rejects our key',
  seam_forbidden: 'Seam denies our key access',
  workspace_suspended: 'Workspace suspended',
  seam_rate_limited: 'Seam asked us to slow down',
  seam_unavailable: 'Seam can’t be reached',
  seam_timeout: 'Seam didn’t answer in time',
  seam_unreadable: 'Answer can’t be read',
  seam_refused: 'Seam refuses the request',
  internal_error: 'Error on our side',
  event_unusable: 'Event names no connection',
  workspace_unknown: 'Workspace not configured',
} as const satisfies Record<FailureReason, string>;

/** What a person did, as the audit log tells it. */
export const CHANGE_WORDS = {
  retry: 'retried',
  link: 'linked by hand',
  undo_link: 'undid a link',
  unlink: 'unlinked by hand',
  undo_unlink: 'undid an unlinking',
  dismiss: 'dismissed',
  reopen: 'reopened',
  note: 'added a note',
  assign: 'assigned',
  snooze: 'snoozed',
  end_snooze: 'ended a snooze',
  share_view: 'shared a view',
  unshare_view: 'stopped sharing a view',
  ask_bulk_run: 'asked for a bulk run to be started',
  plan_bulk_run: 'planned a bulk run',
  start_bulk_run: 'started a bulk run',
  stop_bulk_run: 'stopped a bulk run',
  create_webview: 'created a webview',
  ask_update_account: 'asked Seam to change an account',
  update_account: 'changed an account in Seam',
  ask_delete_account: 'asked Seam to delete an account',
  delete_account: 'deleted an account in Seam',
  replay: 'started a replay',
  backfill: 'started a backfill',
  fix_audit: 'fixed drift from Seam',
  prune: 'pruned by hand',
  export_person: 'exported what is stored about a user',
  erase_person: 'erased what is stored about a user',
  pause_queue: 'paused the queue',
  resume_queue: 'resumed the queue',
  silence_alerts: 'silenced alerts',
  end_silence: 'ended a silence of alerts',
  add_operator: 'added an operator',
  change_operator: 'changed an operator',
  disable_operator: 'disabled an operator',
  add_passkey: 'added a passkey',
  rename_passkey: 'renamed a passkey',
  remove_passkey: 'removed a passkey',
  create_token: 'created a token',
  rotate_token: 'rotated a token',
  revoke_token: 'revoked a token',
  add_endpoint: 'added an endpoint',
  change_endpoint: 'changed an endpoint',
  test_endpoint: 'tested an endpoint',
  rotate_endpoint: 'rotated an endpoint’s secret',
  disable_endpoint: 'disabled an endpoint',
  enable_endpoint: 'enabled an endpoint',
  remove_endpoint: 'removed an endpoint',
  replay_messages: 'sent messages to an endpoint again',
  send_again: 'sent a message again',
  sign_in: 'signed in',
  sign_out: 'signed out',
  refused: 'was refused what the role doesn’t allow',
  export: 'began an export',
  end_export: 'ended an export',
  read_list: 'read a list by the API',
} as const satisfies Record<ChangeName, string>;

/** What a search that finds nothing says. */
export const noMatch = (text: string): string =>
  `No match for '${text}'. Check for a typo, or search by connected account id.`;

/** How Seam is for a workspace. */
export const SEAM_WORDS = {
  ok: { label: 'Responding', mood: 'good', icon: '✓' },
  throttled: { label: 'Throttling us', mood: 'warn', icon: '↻' },
  key_refused: { label: 'Rejecting our API key', mood: 'bad', icon: '!' },
  no_right: { label: 'Denying our key access', mood: 'bad', icon: '!' },
  suspended: { label: 'Workspace suspended', mood: 'bad', icon: '!' },
  down: { label: 'Down', mood: 'bad', icon: '!' },
} as const;

/** `4 sign-ins failed`; once: `1 sign-in failed`. */
export const failedTimes = (times: number): string =>
  `${times} ${times === 1 ? 'sign-in' : 'sign-ins'} failed`;

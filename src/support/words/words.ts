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
  pending: { label: 'Being looked at', mood: 'plain', icon: '…' },
  retrying: { label: 'Tried again by itself', mood: 'warn', icon: '↻' },
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
  already_linked: 'Was linked already',
  relinked: 'Linked to another user than before',
  kept: 'The link was kept',
  account_updated: 'The account had changed; the link stays',
  account_deleted: 'The account is deleted',
  login_failed: 'The user’s sign-in at the lock maker failed',
  superseded: 'A later look was faster',
  failed: 'Failed',
  interrupted: 'Interrupted, and done again',
} as const satisfies Record<RunOutcome, string>;

export const TRIGGER_WORDS = {
  delivery: 'a webhook',
  backfill: 'an event that no webhook brought',
  audit: 'an audit',
  person: 'a person',
  backoff: 'the next try',
  sweep: 'the sweep (it was owed)',
  healing: 'the cause having gone',
  replay: 'a replay',
} as const satisfies Record<Trigger, string>;

export const ACCOUNT_STATE_WORDS = {
  connected: 'Connected',
  disconnected: 'Disconnected',
  reauthorization_requested: 'The user must sign in again',
  deleted: 'Deleted',
} as const satisfies Record<AccountState, string>;

/** Who made a link. */
export const LINKED_BY_WORDS = {
  run: 'by itself',
  person: 'by hand',
} as const satisfies Record<'run' | 'person', string>;

/** Why a user is proposed as an account's. */
export const PROPOSAL_WORDS = {
  same_email: 'has the lock account’s e-mail',
  expected: 'we made the webview for this user',
  claimed: 'the metadata name this user',
  linked_before: 'was linked before',
} as const;

/** Why a link ended. */
export const UNLINKED_WORDS = {
  relinked: 'its metadata named another user',
  account_deleted: 'the account was deleted',
  seam_differs: 'it was provisional, and Seam said otherwise',
  linked_by_hand: 'a person linked it by hand',
  undone: 'a person took it back',
} as const satisfies Record<UnlinkedBecause, string>;

/** What happened, in a few words, for a list. */
export const REASON_TITLES = {
  webview_not_found: 'Webview unknown to Seam',
  webview_pending: 'Webview not finished',
  account_not_ready: 'No account yet',
  account_not_found: 'Account unknown to Seam',
  deletion_pending: 'Account being deleted',
  metadata_id_missing: 'No user id in the webview',
  metadata_id_invalid: 'Unusable user id',
  user_not_found: 'No such user',
  seam_unauthorized: 'Seam refuses our key',
  seam_rate_limited: 'Seam asks us to slow down',
  seam_unavailable: 'Seam can’t be reached',
  internal_error: 'A fault of ours',
  event_unusable: 'Event names nothing',
  workspace_unknown: 'Workspace not configured',
} as const satisfies Record<FailureReason, string>;

/** What a person did, as the audit log tells it. */
export const CHANGE_WORDS = {
  retry: 'asked for another look',
  link: 'linked by hand',
  undo_link: 'undid a link',
  dismiss: 'dismissed',
  reopen: 'opened again',
  note: 'wrote a note',
  plan_bulk_run: 'planned a bulk run',
  start_bulk_run: 'started a bulk run',
  stop_bulk_run: 'stopped a bulk run',
  create_webview: 'created a webview',
  ask_update_account: 'asked Seam to change an account',
  update_account: 'changed an account at Seam',
  ask_delete_account: 'asked Seam to delete an account',
  delete_account: 'deleted an account at Seam',
  replay: 'asked for a replay',
  backfill: 'began a backfill',
  fix_audit: 'had an audit’s findings mended',
  prune: 'pruned by hand',
  pause_queue: 'paused the queue',
  resume_queue: 'resumed the queue',
  add_operator: 'added an operator',
  change_operator: 'changed an operator',
  disable_operator: 'disabled an operator',
  create_token: 'made a token',
  revoke_token: 'revoked a token',
  sign_in: 'signed in',
} as const satisfies Record<ChangeName, string>;

/** What a search that finds nothing says. */
export const noMatch = (text: string): string =>
  `No match for '${text}'. Check for a typo, or search by connected account id.`;

/** How Seam is for a workspace. */
export const SEAM_WORDS = {
  ok: { label: 'Answers', mood: 'good', icon: '✓' },
  throttled: { label: 'Asks us to slow down', mood: 'warn', icon: '↻' },
  key_refused: { label: 'Refuses our API key', mood: 'bad', icon: '!' },
  down: { label: 'Is away', mood: 'bad', icon: '!' },
} as const;

/** The closed lists of DESIGN: what a run can come to, and how a reconciliation can stand. */

export const SETTLED_OUTCOMES = [
  'linked',
  'already_linked',
  'relinked',
  'kept',
  'left_unlinked',
  'account_updated',
  'account_deleted',
  'account_gone',
  'login_failed',
  'superseded',
] as const;
export type SettledOutcome = (typeof SETTLED_OUTCOMES)[number];

/** What a run is recorded with; `failed` comes with a reason, `interrupted` is one that never ended. */
export type RunOutcome = SettledOutcome | 'failed' | 'interrupted';

export const FAILURE_REASONS = [
  'webview_not_found',
  'webview_pending',
  'account_not_ready',
  'account_not_found',
  'deletion_pending',
  'metadata_id_missing',
  'metadata_id_invalid',
  'user_not_found',
  'conflict',
  'users_table_unusable',
  'seam_unauthorized',
  'seam_forbidden',
  'workspace_suspended',
  'seam_rate_limited',
  'seam_unavailable',
  'seam_timeout',
  'seam_unreadable',
  'seam_refused',
  'internal_error',
  'event_unusable',
  'workspace_unknown',
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

/** What only says that nobody knew whose the account is: over, once a person or a look has settled that. */
export const ABOUT_THE_OWNER = [
  'metadata_id_missing',
  'metadata_id_invalid',
  'user_not_found',
  'conflict',
  'users_table_unusable',
] as const satisfies FailureReason[];
/** And what only says how the account stood: over, once a later look has seen how it stands. */
export const ABOUT_THE_ACCOUNT = [
  ...ABOUT_THE_OWNER,
  'account_not_found',
  'deletion_pending',
] as const satisfies FailureReason[];

/**
 * What only says that nobody could find out where a webview led, or what Seam shows of it: over once another look at
 * the same account has settled it. Not by one that only kept a link, or left the account unlinked, as that has learnt
 * nothing of whose it is.
 */
export const ABOUT_THE_WAY = [
  'webview_not_found',
  'webview_pending',
  'account_not_ready',
  'seam_unauthorized',
  'seam_forbidden',
  'workspace_suspended',
  'seam_rate_limited',
  'seam_unavailable',
  'seam_timeout',
  'seam_unreadable',
  'seam_refused',
] as const satisfies FailureReason[];

export const RECONCILIATION_STATES = [
  'pending',
  'retrying',
  'linked',
  'no_action',
  'failed',
  'dismissed',
] as const;
export type ReconciliationState = (typeof RECONCILIATION_STATES)[number];

/** How a connected account stands. */
export const ACCOUNT_STATES = [
  'connected',
  'disconnected',
  'reauthorization_requested',
  'being_deleted',
  'deleted',
] as const;
export type AccountState = (typeof ACCOUNT_STATES)[number];

/** Why a run took place. */
export type Trigger =
  | 'delivery'
  | 'backfill'
  | 'audit'
  | 'person'
  | 'backoff'
  | 'sweep'
  | 'healing'
  | 'replay';

/**
 * Why a link ended. `seam_differs`: it was provisional, and Seam did not say the same. `linked_by_hand`: a
 * person linked the account to somebody else. `unlinked_by_hand`: a person said that the account is nobody's of ours.
 * `undone`: it was made by hand, and a person took that back.
 * `account_gone`: two comparisons in a row didn't find the account at Seam, and Seam had said nothing.
 */
export type UnlinkedBecause =
  | 'relinked'
  | 'account_deleted'
  | 'account_gone'
  | 'seam_differs'
  | 'linked_by_hand'
  | 'unlinked_by_hand'
  | 'undone';

/** What support staff read: the sentence, and what to do about it. */
export const EXPLANATIONS = {
  webview_not_found: {
    sentence:
      "Seam doesn't know this Connect Webview (it was deleted, or belongs to another workspace).",
    remedy:
      'Check the webview id and which workspace our API key belongs to. If both are right, send the user a new webview.',
  },
  webview_pending: {
    sentence: "The user hasn't finished the Connect Webview yet, or Seam hasn't caught up.",
    remedy: 'Ask the user to finish it. We keep checking automatically for a while.',
  },
  account_not_ready: {
    sentence: 'The user finished, but Seam shows no connected account yet.',
    remedy:
      'Wait: we check again automatically. If this persists, contact Seam with the request id.',
  },
  account_not_found: {
    sentence: 'Seam no longer knows the connected account.',
    remedy: 'Ask the user to connect it again.',
  },
  deletion_pending: {
    sentence: 'Seam told us that the connected account was deleted, but still shows it.',
    remedy:
      'Wait: we check again automatically. If this persists, contact Seam with the request id. If Seam keeps the account, retry.',
  },
  metadata_id_missing: {
    sentence:
      "The webview was created without our user id, so we can't tell which user it belongs to.",
    remedy: 'Link it by hand.',
  },
  metadata_id_invalid: {
    sentence: "The id in the metadata can't be one of our user ids (wrong type or format).",
    remedy: 'Link it by hand, or fix the metadata in Seam and retry.',
  },
  user_not_found: {
    sentence: 'None of our users has that id.',
    remedy:
      'Create the user, and it is linked automatically. Or link it by hand, or fix the metadata in Seam and retry.',
  },
  conflict: {
    sentence: 'Seam names two of our users for it, so a person has to say who it belongs to.',
    remedy: 'Link it by hand, or make what Seam has of the user agree and retry.',
  },
  users_table_unusable: {
    sentence:
      "Our users table can't be read as it is, so we can't tell who the account belongs to.",
    remedy:
      'An engineer must do what the details say. Checks then resume automatically. Or link it by hand.',
  },
  seam_unauthorized: {
    sentence: 'Seam rejects our API key.',
    remedy: "An engineer must fix the workspace's API key. Checks then resume automatically.",
  },
  seam_forbidden: {
    sentence: "Seam accepts our API key, but doesn't let it see this.",
    remedy:
      "An engineer must compare the key's permissions with what the details say, or use another key. Checks then resume automatically.",
  },
  workspace_suspended: {
    sentence: 'Seam has suspended the workspace, so it tells us nothing about it.',
    remedy:
      'An engineer must have the workspace reactivated, in the Seam console or by Seam. Checks then resume automatically.',
  },
  seam_rate_limited: {
    sentence: 'Seam has asked us to slow down.',
    remedy: 'Nothing. Checks resume automatically when Seam allows.',
  },
  seam_unavailable: {
    sentence: "Seam can't be reached, or has an error of its own.",
    remedy: 'Nothing. We keep trying for days. See status.seam.co.',
  },
  seam_timeout: {
    sentence: "Seam didn't answer in time.",
    remedy: 'Nothing. We keep trying for days. See status.seam.co.',
  },
  seam_unreadable: {
    sentence: "Seam answered otherwise than it documents, so we can't read its answer.",
    remedy:
      'Retry later. If this persists, give an engineer the details: Seam may have changed its API.',
  },
  seam_refused: {
    sentence: 'Seam refuses this very request, also when it is repeated.',
    remedy: 'Give an engineer the details. Once the cause is gone, retry.',
  },
  internal_error: {
    sentence: 'Something failed on our side.',
    remedy: 'Give an engineer the id of this run.',
  },
  event_unusable: {
    sentence: 'Seam sent a signed event that names neither a webview nor an account.',
    remedy: "Find the user's webview and retry that. Give an engineer the event id.",
  },
  workspace_unknown: {
    sentence: "The event belongs to a Seam workspace that isn't configured here.",
    remedy: "An engineer must add the workspace's API key. Checks then start automatically.",
  },
} as const satisfies Record<FailureReason, { sentence: string; remedy: string }>;

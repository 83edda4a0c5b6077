/** The closed lists of DESIGN: what a run can come to, and how a reconciliation can stand. */

export const SETTLED_OUTCOMES = [
  'linked',
  'already_linked',
  'relinked',
  'kept',
  'account_updated',
  'account_deleted',
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
  'seam_unauthorized',
  'seam_rate_limited',
  'seam_unavailable',
  'internal_error',
  'event_unusable',
  'workspace_unknown',
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

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
 * person linked the account to somebody else. `undone`: it was made by hand, and a person took that back.
 */
export type UnlinkedBecause =
  | 'relinked'
  | 'account_deleted'
  | 'seam_differs'
  | 'linked_by_hand'
  | 'undone';

/** What support staff read: the sentence, and what to do about it. */
export const EXPLANATIONS = {
  webview_not_found: {
    sentence: "Seam does not know this Connect Webview (deleted, or another workspace's).",
    remedy:
      'Check the webview id and the workspace of our API key; else send the user a new webview.',
  },
  webview_pending: {
    sentence: 'The user has not finished the Connect Webview yet, or Seam has not caught up.',
    remedy: 'Ask the user to finish it; it is looked at again by itself for a while.',
  },
  account_not_ready: {
    sentence: 'Finished, but Seam shows no connected account yet.',
    remedy: 'Wait: it is looked at again by itself. If it stays, ask Seam with the request id.',
  },
  account_not_found: {
    sentence: 'Seam no longer knows the connected account.',
    remedy: 'The user has to connect it again.',
  },
  deletion_pending: {
    sentence: 'Seam said that the connected account is deleted, but still shows it.',
    remedy:
      'Wait: it is looked at again by itself. If it stays, ask Seam with the request id; if Seam keeps the account, retry.',
  },
  metadata_id_missing: {
    sentence: "The webview was created without our user id, so we can't tell whose it is.",
    remedy: 'Link it by hand.',
  },
  metadata_id_invalid: {
    sentence: "The id in the metadata can't be one of our user ids (wrong type or form).",
    remedy: 'Link it by hand, or mend the metadata at Seam and retry.',
  },
  user_not_found: {
    sentence: 'No user of ours has that id.',
    remedy:
      'Create the user: then it goes on by itself. Or link it by hand, or mend the metadata at Seam and retry.',
  },
  seam_unauthorized: {
    sentence: 'Our Seam API key is refused.',
    remedy: "An engineer must fix the workspace's API key; then it goes on by itself.",
  },
  seam_rate_limited: {
    sentence: 'Seam asks us to slow down.',
    remedy: 'Nothing: it goes on by itself when Seam says so.',
  },
  seam_unavailable: {
    sentence: "Seam can't be reached, or answers with an error or with something unreadable.",
    remedy: 'Nothing: it is tried for days. See status.seam.co.',
  },
  internal_error: {
    sentence: 'A fault of ours.',
    remedy: "Give an engineer this run's id.",
  },
  event_unusable: {
    sentence: 'Seam sent a signed event that names no webview and no account.',
    remedy: "Find the user's webview and retry that; give an engineer the event id.",
  },
  workspace_unknown: {
    sentence: "The event is of a Seam workspace that isn't configured here.",
    remedy: "An engineer must add the workspace's API key; then it goes on by itself.",
  },
} as const satisfies Record<FailureReason, { sentence: string; remedy: string }>;

/** How long after a look is due the sweep waits before it takes the look for lost. */
export const SWEEP_GRACE_SECONDS = 5;

/**
 * After a look that settled its subject, news waits until so long has passed: the events of one completion
 * come within a second, and make two looks rather than four. A person's request doesn't wait.
 */
export const QUIET_SECONDS = 1;

/**
 * For how long a webview that was seen authorized isn't asked for again: the events of one completion come
 * within seconds, and one reading does for all of them.
 */
export const WEBVIEW_STANDS_SECONDS = 120;

/**
 * How long the word that an account is deleted counts for more than that Seam still shows it. Seam may lag;
 * what it shows after that stands.
 */
export const DELETION_LAG_SECONDS = 120;

/**
 * After so long, that word is spent if Seam has shown the account since: should Seam know it no more one day, that
 * is no deletion that anybody announced. As long as `deletion_pending` is waited out.
 */
export const DELETION_COUNTS_SECONDS = 3_600;

/**
 * How long a run has its subject to itself. A run that is not done by then (its process was killed or
 * frozen) counts as interrupted, and another may begin. Longer than gathering and applying can take.
 */
export const LEASE_SECONDS = 25;
/** How long a run may take to gather its facts. */
export const GATHER_LIMIT_MS = 15_000;

/** Seam's word that an account was disconnected for a reason that its object may not show counts for so long. */
export const DISCONNECTION_COUNTS_SECONDS = 24 * 3_600;

/** The bounds of bulk runs. */

/** A filter that matches more than this (three hours' work) must be narrowed. */
export const MOST_MATCHING = 50_000;
/** So many can be ticked by hand. */
export const MOST_SELECTED = 1_000;
/** So many previews of one person stand at a time; the oldest makes room: each may hold many rows. */
export const MOST_PREVIEWS = 5;
/** How long a preview can be started. */
export const PREVIEW_MINUTES = 60;
/**
 * What is handed out a minute, by all bulk runs together. A look costs two calls of Seam's API: 10 a second
 * leave room for the news, and for single retries.
 */
export const PER_MINUTE = 300;
/** The same of what only our own database is asked for: 20 a second. */
export const PER_MINUTE_HERE = 1_200;
/** So many can be linked by one run: users are looked up for all of them while somebody waits. */
export const MOST_LINKED = 5_000;
/** How long a run that somebody was asked to start waits for them. */
export const ASKED_KEPT_DAYS = 14;
/** Of so many first outcomes … */
export const FIRST_OUTCOMES = 20;
/** … so large a share of failures ends the run: the cause is still there. */
export const HOPELESS_SHARE = 0.8;
/** Until the first outcomes are in, no more than this are handed out. */
export const FIRST_HANDED_OUT = 2 * FIRST_OUTCOMES;

/**
 * Why Seam has not answered as it was asked: it doesn't take our key; the key lacks the right; its workspace is
 * suspended; it asks us to slow down; it can't be reached or has a fault of its own; no answer came in time; what came
 * can't be read; it refuses this very request.
 */
export type SeamReason =
  | 'seam_unauthorized'
  | 'seam_forbidden'
  | 'workspace_suspended'
  | 'seam_rate_limited'
  | 'seam_unavailable'
  | 'seam_timeout'
  | 'seam_unreadable'
  | 'seam_refused';

/**
 * Why Seam did not answer a question. Seam's answer "there is none" is no error: it is `null`.
 * `requestId` is Seam's, where there was one: it lets Seam's staff find the call.
 */
export class SeamError extends Error {
  override readonly name: string = 'SeamError';
  readonly reason: SeamReason;
  readonly requestId: string | null;
  /** How long Seam asks us to wait, in ms; null where it did not say. */
  readonly retryAfterMs: number | null;
  /**
   * No answer, a 5xx, a refused key, a suspended workspace or a limit: trouble that all calls share, rather than one
   * object's, as far as one failure can tell.
   */
  readonly isOutage: boolean;

  constructor(
    reason: SeamError['reason'],
    message: string,
    options: {
      requestId?: string | null;
      retryAfterMs?: number | null;
      isOutage?: boolean;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.reason = reason;
    this.requestId = options.requestId || null;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.isOutage = options.isOutage ?? false;
  }
}

/** Seam has understood a request, and refuses what it asks for: the same again would be refused again. */
export class SeamRefusedError extends SeamError {
  override readonly name = 'SeamRefusedError';

  constructor(message: string, options: { requestId?: string | null; cause?: unknown } = {}) {
    super('seam_refused', message, options);
  }
}

const NOT_DONE: ReadonlySet<SeamReason> = new Set([
  'seam_unauthorized',
  'seam_forbidden',
  'workspace_suspended',
  'seam_rate_limited',
  'seam_refused',
]);

/** Whether Seam may have done, or may yet do, what it was told when this came of it. */
export const mayBeDone = ({ reason }: SeamError): boolean => !NOT_DONE.has(reason);

/** A header that asks for more is a mistake, and would hold the queue for good. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1_000;

/**
 * Reads a Retry-After header (RFC 9110, 10.2.3): seconds, or a date.
 *
 * @returns ms from `now`, never negative and at most a day; null for an absent or unreadable one
 */
export const parseRetryAfter = (value: unknown, now: Date): number | null => {
  if (typeof value !== 'string' || value.trim() === '') return null;
  const waitMs = /^\s*\d+\s*$/.test(value) ? Number(value) * 1_000 : dateOf(value) - now.getTime();
  return Number.isNaN(waitMs) ? null : Math.min(LONGEST_WAIT_MS, Math.max(0, waitMs));
};

/** Date.parse would read "7" or "-1" as a year. */
const dateOf = (text: string): number => (/[a-z]/i.test(text) ? Date.parse(text) : Number.NaN);

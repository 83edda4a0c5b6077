/**
 * Why Seam did not answer a question. Seam's answer "there is none" is no error: it is `null`.
 * `requestId` is Seam's, where there was one: it lets Seam's staff find the call.
 */
export class SeamError extends Error {
  override readonly name: string = 'SeamError';
  readonly reason: 'seam_unauthorized' | 'seam_rate_limited' | 'seam_unavailable';
  readonly requestId: string | null;
  /** How long Seam asks us to wait, in ms; null where it did not say. */
  readonly retryAfterMs: number | null;
  /** No answer, a 5xx, a refused key or a limit: trouble that all calls share, rather than one object's. */
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
}

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

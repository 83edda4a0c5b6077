/** What the API answered in place of what was asked for. */
export class ReconcilerError extends Error {
  override readonly name = 'ReconcilerError';
  /** The HTTP status: 401, 404, 409, 429, … */
  readonly status: number;
  /** For programs: `invalid`, `not_found`, `conflict`, …; `unreadable`: it was no answer of the reconciler's. */
  readonly type: string;
  /** What is wrong, by field: `body.user_id`. Empty: it is not about fields. */
  readonly faults: Readonly<Record<string, string>>;
  /** When to try again, in milliseconds from now; null: it doesn't say. */
  readonly retryAfterMs: number | null;
  /** By which the reconciler's log tells of the request; null: it has none. */
  readonly requestId: string | null;

  constructor(response: Response, { type, message, faults = {} }: Told) {
    super(message);
    this.status = response.status;
    this.type = type;
    this.faults = faults;
    this.retryAfterMs = retryAfterOf(response);
    this.requestId = response.headers.get('x-request-id');
  }
}

type Told = Readonly<{ type: string; message: string; faults?: Record<string, string> }>;

/** In milliseconds; null: it doesn't say. The reconciler says it in seconds, a proxy before it may as a date. */
export const retryAfterOf = ({ headers }: Response): number | null => {
  const text = headers.get('retry-after');
  if (text === null) return null;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? null : Math.max(ms, 0);
};

/**
 * @param thrown what the answer's body says
 * @returns what to throw in its place: a fault of the network, or that it took too long, stays as it is
 */
export const errorOf = (thrown: unknown, response: Response | undefined): unknown => {
  if (response === undefined) return thrown;
  if (thrown instanceof Error && !(thrown instanceof SyntaxError)) return thrown;
  const { error } = (thrown ?? {}) as { error?: Partial<Told> };
  if (typeof error?.type === 'string' && typeof error.message === 'string') {
    return new ReconcilerError(response, error as Told);
  }
  return new ReconcilerError(response, {
    type: 'unreadable',
    message: `${response.status} came, and no answer of the reconciler's (${response.headers.get('content-type') ?? 'of no type'}): is \`url\` where it is?`,
  });
};

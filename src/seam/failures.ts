import { isSeamHttpApiError } from '@seamapi/http';
import { CALL_TIMEOUT_MS } from './connection.ts';
import { parseRetryAfter, SeamError, type SeamReason, SeamRefusedError } from './errors.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What the SDK throws when an answer isn't in the form of Seam's API, or none came: axios's own error. */
type HttpError = Error & {
  isAxiosError: true;
  code?: string;
  response?: { status: number; headers: Readonly<Record<string, unknown>>; data?: unknown };
};
export const isHttpError = (error: unknown): error is HttpError =>
  error instanceof Error && 'isAxiosError' in error && error.isAxiosError === true;

const textOrNull = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

export const requestIdOf = (
  headers: Readonly<Record<string, unknown>> | undefined,
): string | null => textOrNull(headers?.['seam-request-id']);

/**
 * Reads an error of the SDK: returns the request id when it is Seam's answer "there is none".
 *
 * @throws SeamError for every way in which Seam can fail to answer; anything else as it came
 */
export const requestIdOfNone = (error: unknown, resource: string, id: string): string | null => {
  if (!isSeamHttpApiError(error)) throw toSeamError(error);
  const { statusCode, code, requestId } = error;
  const unknownThere = statusCode === 404 && code === `${resource}_not_found`;
  // Seam insists on UUIDs: an id of another form is refused as input, and so names nothing.
  const impossibleId = statusCode === 400 && code === 'invalid_input' && !UUID.test(id);
  if (unknownThere || impossibleId) return requestId || null;
  throw toSeamError(error);
};

/** What the SDK throws, as an error of ours; what isn't recognised as it came. */
export const toSeamError = (error: unknown): unknown => {
  if (error instanceof SeamError) return error;
  if (isSeamHttpApiError(error)) {
    const { statusCode: status, requestId, message } = error;
    const code = codeOf(error);
    return failure(reasonOfRefusal(status, code, message), `${status} ${code}: ${message}`, {
      requestId,
      cause: error,
    });
  }
  if (!isHttpError(error)) return error;
  const { response } = error;
  // Whatever it began with: what breaks off is no answer.
  if (response === undefined || isSuccess(response.status)) return silence(error);
  const { status, headers } = response;
  const options = { requestId: requestIdOf(headers), cause: error };
  const reason = reasonOfStatus(status);
  if (reason !== null) return failure(reason, `a ${status} response without more`, options);
  // Something in between answers, for one path or for all: as long as it does, Seam can't be reached.
  const what = `${inItsPlace(response.data)} (a ${status} response)`;
  return new SeamError('seam_unavailable', what, options);
};

export const isFields = (data: unknown): data is Readonly<Record<string, unknown>> =>
  typeof data === 'object' && data !== null && !Array.isArray(data);

/** What came where Seam's answer should be, in words. */
export const inItsPlace = (data: unknown): string => {
  if (data === undefined || data === '') return "nothing in place of Seam's answer";
  return typeof data === 'string'
    ? "a page in place of Seam's answer, or one that broke off"
    : "something else in place of Seam's answer";
};

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** The SDK gives every 401 the same code; Seam's own is in what it wraps. */
const codeOf = (error: Error & { code: string; cause?: unknown }): string => {
  const { cause } = error;
  const data = isHttpError(cause) ? (cause.response?.data as unknown) : null;
  const told = (data as { error?: { type?: unknown } } | null)?.error?.type;
  return textOrNull(told) ?? error.code;
};

/** Seam documents no list of its codes: read by what they speak of. */
const OF_SUSPENSION = /workspace.*suspend|suspend.*workspace/i;
const WORKSPACE_SUSPENDED = /\bworkspace\b.*\bsuspended\b|\bsuspended workspace\b/i;
const OF_RIGHTS = /forbidden|permission|access_denied/i;
/** A key that Seam doesn't know it takes for a person's session, where a route allows one. */
const OF_THE_KEY =
  /^(unauthorized|invalid_api_key|api_key_\w+|\w*token_expired|invalid_\w*token|missing_workspace_id|workspace_not_found)$/i;
const OF_LIMITS = /rate_limit|too_many_requests/i;

/** Of an error in the form of Seam's API: by its code before its status. */
const reasonOfRefusal = (status: number, code: string, message: string): SeamReason => {
  if (status >= 500) return 'seam_unavailable';
  if (OF_SUSPENSION.test(code) || WORKSPACE_SUSPENDED.test(message)) return 'workspace_suspended';
  if (status === 429 || OF_LIMITS.test(code)) return 'seam_rate_limited';
  if (OF_THE_KEY.test(code)) return 'seam_unauthorized';
  if (OF_RIGHTS.test(code)) return 'seam_forbidden';
  if (status === 408) return 'seam_timeout';
  const byStatus = REFUSALS[status];
  return byStatus ?? 'seam_refused';
};

/** Of something else than an answer of Seam's API: a proxy's page, mostly. Null: its status says nothing. */
const reasonOfStatus = (status: number): SeamReason | null => {
  if (status >= 500) return 'seam_unavailable';
  if (status === 429) return 'seam_rate_limited';
  return status === 408 ? 'seam_timeout' : (REFUSALS[status] ?? null);
};

const REFUSALS: Readonly<Record<number, SeamReason>> = {
  401: 'seam_unauthorized',
  403: 'seam_forbidden',
};

const TOO_MUCH = /maxContentLength/;
const TOO_LATE: ReadonlySet<string> = new Set(['ERR_CANCELED', 'ECONNABORTED', 'ETIMEDOUT']);
/** What kept a call from being answered, in words; by Node's code. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  ERR_BAD_RESPONSE: 'the answer broke off',
  ENOTFOUND: "its host name isn't known",
  EAI_AGAIN: "its host name can't be resolved right now",
  EHOSTUNREACH: 'there is no way to its host',
  ENETUNREACH: 'there is no way to its network',
};

/** No answer came, or none that ended. Whoever gave the call up is told apart before. */
const silence = (error: HttpError): SeamError => {
  const code = textOrNull(error.code);
  if (TOO_MUCH.test(error.message)) {
    return failure('seam_unreadable', 'the response is too large', {
      cause: error,
    });
  }
  if (code !== null && TOO_LATE.has(code)) {
    return failure('seam_timeout', `no answer within ${CALL_TIMEOUT_MS / 1_000} s`, {
      cause: error,
    });
  }
  const words = WORDS[code ?? ''] ?? textOrNull(error.message) ?? 'the connection failed';
  return failure('seam_unavailable', code === null ? words : `${words} (${code})`, {
    cause: error,
  });
};

/** Trouble that all calls share. Whether a right is lacking for all or for one object, one answer can't tell. */
const SHARED: ReadonlySet<SeamReason> = new Set([
  'seam_unauthorized',
  'workspace_suspended',
  'seam_rate_limited',
  'seam_unavailable',
  'seam_timeout',
]);

const failure = (
  reason: SeamReason,
  message: string,
  options: { requestId?: string | null; cause: Error },
): SeamError => {
  const { requestId = null, cause } = options;
  if (reason === 'seam_refused') return new SeamRefusedError(message, { requestId, cause });
  const retryAfterMs = parseRetryAfter(retryAfterHeader(cause), new Date());
  const isOutage = SHARED.has(reason);
  return new SeamError(reason, message, { requestId, cause, retryAfterMs, isOutage });
};

/** The SDK wraps the axios error, which alone has the headers. */
const retryAfterHeader = (error: unknown): unknown => {
  if (isHttpError(error)) return error.response?.headers['retry-after'];
  return error instanceof Error && error.cause !== undefined ? retryAfterHeader(error.cause) : null;
};

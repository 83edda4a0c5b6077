import { isSeamHttpApiError } from '@seamapi/http';
import { parseRetryAfter, SeamError, SeamRefusedError } from './errors.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What the SDK throws when an answer isn't in the form of Seam's API, or none came: axios's own error. */
type HttpError = Error & {
  isAxiosError: true;
  response?: { status: number; headers: Readonly<Record<string, unknown>> };
};
const isHttpError = (error: unknown): error is HttpError =>
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
    const { statusCode, code, requestId } = error;
    // A key that Seam doesn't know it takes for a person's session, where a route allows one. And a token may not be for
    // this workspace.
    const isRefusedKey = code === 'missing_workspace_id' || code === 'workspace_not_found';
    const status = isRefusedKey ? 401 : statusCode;
    return failure(status, `${statusCode} ${code}: ${error.message}`, requestId, error);
  }
  if (!isHttpError(error)) return error;
  const { response } = error;
  return failure(
    response?.status ?? null,
    response === undefined ? error.message : `${response.status} with an unreadable response`,
    requestIdOf(response?.headers),
    error,
  );
};

const failure = (
  status: number | null,
  message: string,
  requestId: string | null,
  cause: Error,
): SeamError => {
  const retryAfterMs = parseRetryAfter(retryAfterHeader(cause), new Date());
  const isOutage = status === null || status >= 500 || status === 429 || isRefusal(status);
  const options = { requestId, cause, retryAfterMs, isOutage };
  return status !== null && !isOutage && status >= 400 && isSeamHttpApiError(cause)
    ? new SeamRefusedError(reasonFor(status), message, options)
    : new SeamError(reasonFor(status), message, options);
};

const isRefusal = (status: number): boolean => status === 401 || status === 403;

const reasonFor = (status: number | null): SeamError['reason'] => {
  if (status === 429) return 'seam_rate_limited';
  return status !== null && isRefusal(status) ? 'seam_unauthorized' : 'seam_unavailable';
};

/** The SDK wraps the axios error, which alone has the headers. */
const retryAfterHeader = (error: unknown): unknown => {
  if (isHttpError(error)) return error.response?.headers['retry-after'];
  return error instanceof Error && error.cause !== undefined ? retryAfterHeader(error.cause) : null;
};

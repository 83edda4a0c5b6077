import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isSeamHttpApiError, SeamHttp, type SeamHttpRequest } from '@seamapi/http';
import { z } from 'zod';
import { parseRetryAfter, SeamError } from './errors.ts';
import {
  type ConnectedAccount,
  type ConnectWebview,
  connectedAccountSchema,
  connectWebviewSchema,
} from './resources.ts';
import { toStorable } from './storable.ts';

/** Seam's answer, with the id of the call. `value` is null when Seam says that there is none. */
export type Answer<T> = Readonly<{ value: T | null; requestId: string | null }>;

/** All that we ask of Seam. Throws SeamError when Seam does not answer; rethrows what it doesn't know. */
export type Seam = Readonly<{
  getConnectWebview: (id: string, signal: AbortSignal) => Promise<Answer<ConnectWebview>>;
  getConnectedAccount: (id: string, signal: AbortSignal) => Promise<Answer<ConnectedAccount>>;
  /** Asks the cheapest question, to see whether Seam answers us at all. Throws like the others. */
  probe: (signal: AbortSignal) => Promise<void>;
}>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** One call, from the first byte sent to the last received. */
const CALL_TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 1_000_000;

/**
 * Opens Seam's API through its official SDK. The SDK's own retries are off: a run is one try, and
 * when the next one comes is for the queue to say.
 */
export const createSeam = (options: { apiKey: string; endpoint: string }): Seam => {
  const sdk = new SeamHttp({
    apiKey: options.apiKey,
    endpoint: options.endpoint,
    axiosRetryOptions: { retries: 0 },
    // A redirect is not an answer of Seam's API; following one would send the API key elsewhere.
    axiosOptions: {
      maxRedirects: 0,
      maxContentLength: MAX_ANSWER_BYTES,
      // Node's own HTTP costs half the CPU of its fetch; connections are kept.
      adapter: 'http',
      httpAgent: new HttpAgent({ keepAlive: true }),
      httpsAgent: new HttpsAgent({ keepAlive: true }),
    },
  });

  const ask = async <Schema extends z.ZodType>(
    request: Pick<SeamHttpRequest<unknown, undefined>, 'pathname' | 'method' | 'body' | 'params'>,
    key: 'connect_webview' | 'connected_account' | 'workspace',
    schema: Schema,
    id: string,
    signal: AbortSignal,
  ): Promise<Answer<z.output<Schema>>> => {
    try {
      // The SDK's request takes no signal and hides the answer's headers; its client has both.
      const response = await sdk.client.request<unknown>({
        url: request.pathname,
        method: request.method,
        data: request.body,
        params: request.params,
        signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_TIMEOUT_MS)]),
      });
      const requestId = textOrNull(response.headers['seam-request-id']);
      const answer = toStorable(response.data) as Record<string, unknown> | null;
      const parsed = schema.safeParse(answer?.[key]);
      if (parsed.success) return { value: parsed.data, requestId };
      const where = parsed.error.issues.map(issue => [key, ...issue.path].join('.')).join(', ');
      throw new SeamError('seam_unavailable', `unreadable answer at ${where}`, { requestId });
    } catch (error) {
      signal.throwIfAborted();
      return { value: null, requestId: requestIdOfNone(error, key, id) };
    }
  };

  return {
    probe: async signal => {
      await ask(sdk.workspaces.get(), 'workspace', z.object({}), '', signal);
    },
    getConnectWebview: (id, signal) =>
      ask(
        sdk.connectWebviews.get({ connect_webview_id: id }),
        'connect_webview',
        connectWebviewSchema,
        id,
        signal,
      ),
    getConnectedAccount: (id, signal) =>
      ask(
        sdk.connectedAccounts.get({ connected_account_id: id }),
        'connected_account',
        connectedAccountSchema,
        id,
        signal,
      ),
  };
};

/** What the SDK throws when an answer isn't in the form of Seam's API, or none came: axios's own error. */
type HttpError = Error & {
  isAxiosError: true;
  response?: { status: number; headers: Readonly<Record<string, unknown>> };
};
const isHttpError = (error: unknown): error is HttpError =>
  error instanceof Error && 'isAxiosError' in error && error.isAxiosError === true;

const textOrNull = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

/**
 * Reads an error of the SDK: returns the request id when it is Seam's answer "there is none".
 *
 * @throws SeamError for every way in which Seam can fail to answer; anything else as it came
 */
const requestIdOfNone = (error: unknown, resource: string, id: string): string | null => {
  if (error instanceof SeamError) throw error;
  if (isSeamHttpApiError(error)) {
    const { statusCode, code, requestId } = error;
    const unknownThere = statusCode === 404 && code === `${resource}_not_found`;
    // Seam insists on UUIDs: an id of another form is refused as input, and so names nothing.
    const impossibleId = statusCode === 400 && code === 'invalid_input' && !UUID.test(id);
    if (unknownThere || impossibleId) return requestId || null;
    throw failure(statusCode, `${statusCode} ${code}: ${error.message}`, requestId, error);
  }
  if (!isHttpError(error)) throw error;
  const { response } = error;
  throw failure(
    response?.status ?? null,
    response === undefined ? error.message : `${response.status} with an unreadable answer`,
    textOrNull(response?.headers['seam-request-id']),
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
  return new SeamError(reasonFor(status), message, { requestId, cause, retryAfterMs, isOutage });
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

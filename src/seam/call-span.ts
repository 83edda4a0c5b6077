import { isSeamHttpApiError } from '@seamapi/http';
import { type Span, withPart } from '../ops/tracing.ts';
import { isHttpError, requestIdOf } from './failures.ts';

type Answered = Readonly<{ status: number; headers: Readonly<Record<string, unknown>> }>;

/**
 * Asks Seam as part of what goes on. Seam's paths name no object, so that they tell apart what is asked; what is asked about,
 * and with which key, the span doesn't say.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client
 */
export const inCallSpan = <T extends Answered>(
  { method, pathname, endpoint }: Readonly<{ method: string; pathname: string; endpoint: string }>,
  call: () => Promise<T>,
): Promise<T> => {
  const attributes = {
    'http.request.method': method,
    'url.template': pathname,
    'server.address': new URL(endpoint).hostname,
  };
  const options = { kind: 'client', attributes, kindOf } as const;
  return withPart(`${method} ${pathname}`, options, async span => {
    try {
      const answer = await call();
      note(span, answer.status, requestIdOf(answer.headers));
      return answer;
    } catch (error) {
      noteFailure(span, error);
      throw error;
    }
  });
};

const note = (span: Span, status: number, requestId: string | null): void => {
  span.setAttribute('http.response.status_code', status);
  if (requestId !== null) span.setAttribute('seam.request_id', requestId);
};

const noteFailure = (span: Span, error: unknown): void => {
  if (isSeamHttpApiError(error)) note(span, error.statusCode, error.requestId || null);
  else if (isHttpError(error) && error.response !== undefined) {
    note(span, error.response.status, requestIdOf(error.response.headers));
  }
};

/** Its status, where it was answered; else Node's code. */
const kindOf = (error: unknown): string => {
  if (isSeamHttpApiError(error)) return String(error.statusCode);
  if (isHttpError(error)) return String(error.response?.status ?? error.code ?? 'unreached');
  return 'unreadable';
};

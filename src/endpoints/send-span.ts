import { failSpan, withSpan } from '../ops/tracing.ts';
import type { Answer } from './answer.ts';
import type { Leased } from './lease.ts';
import type { Due } from './owed.ts';

/**
 * Sends a message as part of the trace in which it came about; one that came about in none, as part of none. Of the address
 * it says the host only: its path may be a secret.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client
 */
export const sendAsPart = (
  { message }: Due,
  endpoint: Pick<Leased, 'id' | 'kind' | 'target'>,
  send: () => Promise<Answer>,
): Promise<Answer> => {
  const { traceparent: parent, messageId } = message;
  if (parent === null) return send();
  const { kind, target } = endpoint;
  const attributes = {
    'messaging.message.id': messageId,
    'seam_reconciler.endpoint': endpoint.id,
    ...(kind === 'queue' ? ofQueue(target) : kind === 'http' ? ofHost(target) : {}),
  };
  const options = { kind: SPAN_KINDS[kind], parent, attributes } as const;
  return withSpan('send message', options, async span => {
    const answer = await send();
    if (answer.status !== null) span.setAttribute('http.response.status_code', answer.status);
    if (answer.fault !== null)
      failSpan(
        span,
        answer.status === null ? (kind === 'hook' ? 'failed' : 'unreached') : String(answer.status),
      );
    return answer;
  });
};

const SPAN_KINDS = { http: 'client', queue: 'producer', hook: 'internal' } as const;

const ofQueue = (queue: string) => ({
  'messaging.system': 'bullmq',
  'messaging.operation.type': 'send',
  'messaging.destination.name': queue,
});

const ofHost = (target: string) => {
  const { hostname, port, protocol } = new URL(target);
  const byScheme = protocol === 'https:' ? 443 : 80;
  return {
    'http.request.method': 'POST',
    'server.address': hostname,
    'server.port': port === '' ? byScheme : Number(port),
  };
};

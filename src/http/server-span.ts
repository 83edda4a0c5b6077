import type { RequestHandler } from 'express';
import { beginSpan, failSpan, isTracing, within } from '../ops/tracing.ts';

/**
 * Gives each request to a route a trace of its own, which ends with its answer.
 *
 * What the request says of a trace of its sender's (`traceparent`) is linked, and not continued: whoever can reach us could
 * else have us record all they send, or hide it among the traces of others. Which of them are recorded our own sampler says.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server
 */
const beginRequest =
  (method: string, route: string): RequestHandler =>
  (request, response, next) => {
    const theirs = request.get('traceparent');
    const span = beginSpan(`${method} ${route}`, {
      kind: 'server',
      parent: null,
      links: theirs === undefined ? [] : [theirs],
      attributes: { 'http.request.method': method, 'http.route': route },
    });
    response.locals.span = span;
    // Also where the sender has gone: then there was no answer.
    response.once('close', () => {
      if (response.headersSent) span.setAttribute('http.response.status_code', response.statusCode);
      if (!response.writableFinished) failSpan(span, 'aborted');
      else if (response.statusCode >= 500) failSpan(span, String(response.statusCode));
      span.end();
    });
    next();
  };

const inItsSpan =
  (handler: RequestHandler): RequestHandler =>
  (request, response, next) =>
    within(response.locals.span, () => handler(request, response, next));

/** The handlers of a route, the last of them as part of the request's trace; where there are no traces, just these. */
export const traced = (
  method: string,
  route: string,
  before: readonly RequestHandler[],
  handler: RequestHandler,
): RequestHandler[] =>
  isTracing() ? [beginRequest(method, route), ...before, inItsSpan(handler)] : [...before, handler];

import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Logger } from '../ops/log.ts';
import { requestIdOf } from './request-id.ts';
import { toldPath } from './told-path.ts';

/** An answer that is not the one the caller hoped for; `message` says what to do. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    type: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.type = type;
    this.headers = headers;
  }
}

const RETRY_AFTER_SECONDS = '10';

/** 503: nothing is wrong with the request, and it should come again. */
export const unavailable = (message: string): HttpError =>
  new HttpError(503, 'unavailable', message, { 'retry-after': RETRY_AFTER_SECONDS });

/** What Express's body parser throws (http-errors), as far as it is the sender's doing. */
const bodyError = z.object({ type: z.string(), status: z.number().min(400).max(499) });
const BODY_ERRORS: Readonly<Record<string, HttpError>> = {
  'entity.too.large': new HttpError(413, 'payload_too_large', 'The body is larger than 256 KiB.'),
  'encoding.unsupported': new HttpError(
    415,
    'unsupported_media_type',
    'Send the body without a content-encoding.',
  ),
};

/** An error as its sender may be told of it; null for what is no fault of theirs. */
export const toHttpError = (error: unknown): HttpError | null => {
  if (error instanceof HttpError) return error;
  // Express's, of a percent sign in the path that stands for nothing.
  if (error instanceof URIError) {
    return new HttpError(400, 'bad_request', "The URL can't be read.");
  }
  const parsed = bodyError.safeParse(error);
  if (!parsed.success) return null;
  const { type, status } = parsed.data;
  return BODY_ERRORS[type] ?? new HttpError(status, 'bad_request', "The body can't be read.");
};

const send = (response: Response, error: HttpError): void => {
  response
    .status(error.status)
    .set(error.headers)
    .json({ error: { type: error.type, message: error.message } });
};

export const notFound: RequestHandler = (_request, response) => {
  send(response, new HttpError(404, 'not_found', 'There is nothing at this URL.'));
};

export const methodNotAllowed =
  (allowed: string): RequestHandler =>
  (_request, response) => {
    const message = `Only ${allowed} is allowed here.`;
    send(response, new HttpError(405, 'method_not_allowed', message, { allow: allowed }));
  };

/** Answers what was thrown. A fault of ours is a 503: nothing was lost, and the sender comes again. */
export const errorHandler =
  (log: Logger): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const known = toHttpError(error);
    if (known === null) {
      const told = { path: toldPath(request.path), request_id: requestIdOf(response) };
      log.error({ err: error, ...told }, 'a request failed');
    }
    send(response, known ?? unavailable('Something failed on our side. Try again.'));
  };

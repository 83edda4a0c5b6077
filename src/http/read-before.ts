import type { Request, RequestHandler } from 'express';
import type { Logger } from '../ops/log.ts';
import { unavailable } from './errors.ts';
import { toldPath } from './told-path.ts';

const hasBody = ({ headers }: Pick<Request, 'headers'>): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** As Google's functions keep them, and many an app by the `verify` of its `express.json()`. */
const keptBytes = (request: object): unknown => ('rawBody' in request ? request.rawBody : null);

/**
 * In an app of somebody else's, a body may have been read before us. Where its bytes were kept, they are taken
 * (`request.body` or `request.rawBody`, a Buffer); else nothing can be made of it: no signature can be checked over what a
 * parser made of it. Then the sender is asked to come again, and the log says what the app has to change: a webhook is not
 * lost by it, as Svix goes on for more than a day.
 */
export const insistOnBytes =
  (log: Logger): RequestHandler =>
  (request, _response, next) => {
    if (!request.readableDidRead || !hasBody(request) || Buffer.isBuffer(request.body)) {
      next();
      return;
    }
    const kept = keptBytes(request);
    if (Buffer.isBuffer(kept)) {
      request.body = kept;
      next();
      return;
    }
    log.error(
      { path: toldPath(request.path) },
      'the body of a request was read before seam-reconciler could: mount its router before express.json() and other body parsers (app.use(reconciler.router) first)',
    );
    next(unavailable('The body was read before it came here. The log says what to change.'));
  };

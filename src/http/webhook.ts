import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import { type Inbox, InboxUnavailableError } from '../inbox/receive.ts';
import { vouchedFor } from '../inbox/vouched.ts';
import type { AnswerClock } from '../metrics/answer-clock.ts';
import type { IgnoredEvents } from '../metrics/ignored-events.ts';
import { type Instruments, NO_INSTRUMENTS, type WebhookAnswer } from '../metrics/instruments.ts';
import type { Logger } from '../ops/log.ts';
import { currentTraceparent } from '../ops/tracing.ts';
import { readEvent } from '../seam/events.ts';
import type { SignerVerifier } from '../seam/webhook.ts';
import { HttpError, methodNotAllowed, toHttpError, unavailable } from './errors.ts';
import { traced } from './server-span.ts';

/** Seam's events are a few hundred bytes; the largest (errors, warnings, metadata) some 50 KiB. */
const BODY_LIMIT = '256kb';

const PATH = '/webhooks/seam';

/** The signature is over the bytes as they were sent, so nothing may unpack or parse them first. */
const rawBody = express.raw({ type: () => true, limit: BODY_LIMIT, inflate: false });

/** Before the body is read: how long the sender waits for its answer is what counts. */
const begin: RequestHandler = (request, response, next) => {
  response.locals.beganAt = performance.now();
  // As Svix writes it; only what is written otherwise has to be read.
  if (request.headers['content-type'] === 'application/json' || request.is('application/json')) {
    next();
    return;
  }
  next(
    new HttpError(415, 'unsupported_media_type', 'Send JSON, with content-type application/json.'),
  );
};

/**
 * `POST /webhooks/seam`: signature → event → one commit → 204. The answer waits for the commit and for
 * nothing else.
 */
export const createWebhookRouter = (options: {
  verify: SignerVerifier;
  inbox: Inbox;
  /** Is told how long each acknowledgement took. */
  clock: Pick<AnswerClock, 'tell'>;
  /** Is told the type of each event that is of no interest. */
  ignored: Pick<IgnoredEvents, 'tell'>;
  instruments?: Pick<Instruments, 'webhook' | 'acknowledged'>;
  log: Logger;
}): Router => {
  const { verify, inbox, clock, ignored, instruments = NO_INSTRUMENTS, log } = options;

  const receive: RequestHandler = async (request, response) => {
    const body: Buffer = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const verification = verify(body, request.headers);
    if (verification.kind === 'refused') {
      response.locals.isRefused = true;
      log.warn({ type: verification.type, bytes: body.length }, 'webhook refused');
      throw new HttpError(400, verification.type, verification.message);
    }
    const { headers, workspaceId } = verification;
    const reading = readEvent(body, headers['svix-id']);
    switch (reading.kind) {
      case 'not_json':
        throw new HttpError(400, 'not_json', 'The body is not JSON.');
      case 'not_an_event':
        throw new HttpError(400, 'not_an_event', `This isn't a Seam event: ${reading.why}.`);
      case 'not_of_interest':
        log.debug({ event_type: reading.eventType }, 'event ignored');
        ignored.tell(reading.eventType);
        instruments.webhook('not_of_interest', 'other');
        break;
      case 'event': {
        response.locals.eventType = reading.event.eventType;
        const came = await store(inbox, {
          ...vouchedFor(reading.event, workspaceId),
          ...{ body, headers, traceparent: currentTraceparent() },
        });
        instruments.webhook(came, reading.event.eventType);
        break;
      }
      default:
        reading satisfies never;
    }
    response.status(204).end();
    const tookMs = performance.now() - response.locals.beganAt;
    clock.tell(tookMs);
    instruments.acknowledged(tookMs / 1_000);
  };

  const router = Router();
  const handlers = traced('POST', PATH, [begin, rawBody], receive);
  router
    .route(PATH)
    .post(...handlers)
    .all(methodNotAllowed('POST'));
  const countRefused: ErrorRequestHandler = (error, _request, response, next) => {
    instruments.webhook(answerTo(error, response.locals), response.locals.eventType ?? 'unknown');
    next(error);
  };
  router.use(PATH, countRefused);
  return router;
};

const answerTo = (error: unknown, locals: { isRefused?: boolean }): WebhookAnswer => {
  if (locals.isRefused === true) return 'refused';
  const status = toHttpError(error)?.status ?? 503;
  return status < 500 ? 'unreadable' : 'unavailable';
};

const store = async (
  inbox: Inbox,
  delivery: Parameters<Inbox['receive']>[0],
): Promise<'stored' | 'seen_before'> => {
  try {
    return await inbox.receive(delivery);
  } catch (error) {
    if (!(error instanceof InboxUnavailableError)) throw error;
    throw unavailable('The event could not be stored. Send it again.');
  }
};

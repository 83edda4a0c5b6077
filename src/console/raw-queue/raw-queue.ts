import {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express';
import helmet from 'helmet';
import type { Actor } from '../../access/actor.ts';
import {
  FAULT_STATUS,
  ForgedFormError,
  NotAllowedError,
  SupportError,
} from '../../access/errors.ts';
import { LEAST_ROLES, mayRole } from '../../access/permissions.ts';
import { tellRefused } from '../../audit-log/security-rows.ts';
import type { Workspace } from '../../config/workspaces.ts';
import { addressOf } from '../../http/mount.ts';
import { originOf } from '../../http/security-log.ts';
import type { Session } from '../../operators/sessions.ts';
import type { Logger } from '../../ops/log.ts';
import type { QueueBackend } from '../../queue/backend.ts';
import { retry } from '../../support/cases/retry.ts';
import type { Desk } from '../../support/desk.ts';
import { sendHtml } from '../send.ts';
import { isOwnOrigin } from '../sign-in/origin.ts';
import { href, html } from '../view/html.ts';
import { bareLayout } from '../view/layout.ts';
import type { Board } from './raw-queue-board.ts';

/** Bull Board, opened when somebody first looks at it: till then it costs nothing. */
export type RawQueue = Readonly<{
  /** @throws when the queue is out of reach */
  open: () => Promise<Board>;
}> &
  AsyncDisposable;

/** @param options.workspaces those that are served at present: a board is of those that were when it was opened */
export const createRawQueue = (options: {
  backend: QueueBackend;
  workspaces: () => readonly Pick<Workspace, 'id' | 'name'>[];
  log: Logger;
}): RawQueue => {
  const { backend, workspaces, log } = options;
  type Opening = Readonly<{ of: ReturnType<typeof workspaces>; board: Promise<Board> }>;
  let opening: Opening | null = null;
  let closing: Promise<unknown> = Promise.resolve();
  const load = async (of: Opening['of']): Promise<Board> => {
    const { openBoard } = await import('./raw-queue-board.ts');
    return openBoard({ backend, workspaces: of, log });
  };
  const close = async ({ board }: Opening): Promise<void> => {
    try {
      await (await board)[Symbol.asyncDispose]();
    } catch (err) {
      log.debug({ err }, 'the raw queue was not open, or could not be closed');
    }
  };
  return {
    open: () => {
      const of = workspaces();
      if (opening !== null && opening.of !== of) {
        closing = Promise.all([closing, close(opening)]);
        opening = null;
      }
      if (opening !== null) return opening.board;
      const board = load(of).catch((error: unknown) => {
        // The next visit tries anew; unless another has done so already, for other workspaces.
        if (opening?.board === board) opening = null;
        throw error;
      });
      opening = { of, board };
      return board;
    },
    [Symbol.asyncDispose]: async () => {
      await closing;
      if (opening !== null) await (await opening.board)[Symbol.asyncDispose]();
    },
  };
};

/** As strict as ours but for what its page needs; for its addresses only. */
const SECURITY = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    // Its editor brings its styles along as <style>. No script, and no style attribute, may be inline.
    styleSrcElem: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    baseUri: ["'self'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

/** A browser says where a request comes from; one that says nothing at all is refused. */
const isOfOurPage = ({ headers }: Request, publicUrl: string): boolean => {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin } = headers;
  return origin !== undefined && isOwnOrigin(origin, publicUrl);
};

const isRead = ({ method }: Request): boolean => method === 'GET' || method === 'HEAD';
const isPage = (request: Request): boolean =>
  isRead(request) && !/^\/(?:api|static)\//.test(request.path);

/** In the form in which Bull Board's page tells of it. */
const refuse = (response: Response, status: number, message: string): void => {
  response.status(status).json({ error: { key: 'ERRORS.FORBIDDEN' }, message });
};

const WHY_REFUSED = [
  [
    /\/(?:pause|resume)$/,
    'Pause and resume the queue on the Queue page: it asks for a reason, and a restart doesn’t end the pause.',
  ],
  [
    /\/(?:retry\/\w+|promote)$/,
    'Retry many connections under "Bulk runs", where they are previewed.',
  ],
] as const;
const WHY_ALL_OTHERS =
  'Nothing can be changed here: this queue is filled from the database, which would restore or undo it.';

/** Bull Board at `/raw-queue`. Its own retry asks for a look, as everywhere; all else it can't change. */
export const createRawQueueRouter = (options: {
  desk: Desk;
  rawQueue: RawQueue;
  publicUrl: string;
  sessionOf: (request: Request) => Promise<Session | null>;
}): Router => {
  const { desk, rawQueue, publicUrl, sessionOf } = options;

  const admit: RequestHandler = async (request, response, next) => {
    const session = await sessionOf(request);
    if (session === null) {
      if (isPage(request)) {
        response.redirect(303, href(['sign-in'], { next: addressOf(request) }));
      } else refuse(response, 401, 'Sign in again: reload the page.');
      return;
    }
    const { role } = session.operator;
    if (!mayRole(role, 'raw_queue')) {
      const message = `This requires the role "${LEAST_ROLES.raw_queue}"; yours is "${role}".`;
      const error = new NotAllowedError('raw_queue', message);
      await tellRefused(desk, originOf(request), actorOf(session), error, 'raw_queue');
      if (isPage(request)) sendHtml(response, refusedPage(message), 403);
      else refuse(response, 403, message);
      return;
    }
    if (!isRead(request) && !isOfOurPage(request, publicUrl)) {
      const message = 'This was sent from another site, so nothing was done.';
      const error = new ForgedFormError(message);
      await tellRefused(desk, originOf(request), actorOf(session), error, 'raw_queue');
      refuse(response, 403, message);
      return;
    }
    response.locals.actor = actorOf(session);
    next();
  };

  /** What BullMQ would do with the job may come to nothing; what is owed in the database does not. */
  const lookAgain: RequestHandler = async (request, response) => {
    const { queueName, jobId } = request.params;
    const board = await rawQueue.open();
    const subject = await board.subjectOf(String(queueName), String(jobId));
    const results = subject === null ? [] : await retry(desk, response.locals.actor, subject);
    const refused = results.find(({ result }) => result === 'refused');
    if (results.length === 0) {
      refuse(response, 404, 'This job no longer exists, or its subject is unknown.');
    } else if (refused !== undefined && 'why' in refused) {
      refuse(response, 409, `Refused: ${refused.why}.`);
    } else response.status(204).end();
  };

  /** Whatever stands in the way of what somebody asked for is theirs to read, and no fault of ours. */
  const answerFault: ErrorRequestHandler = async (error: unknown, request, response, next) => {
    if (!(error instanceof SupportError) || response.headersSent) {
      next(error);
      return;
    }
    await tellRefused(desk, originOf(request), response.locals.actor, error, 'raw_queue');
    refuse(response, FAULT_STATUS[error.fault], error.message);
  };

  const router = Router();
  router.use(SECURITY, admit);
  router.put('/api/queues/:queueName/:jobId/retry', lookAgain);
  router.put('/api/queues/:queueName/:jobId/promote', lookAgain);
  router.use((request, response, next) => {
    if (isRead(request)) {
      next();
      return;
    }
    const why = WHY_REFUSED.find(([path]) => path.test(request.path))?.[1] ?? WHY_ALL_OTHERS;
    refuse(response, 405, why);
  });
  router.use(async (request, response, next) => {
    const { handle } = await rawQueue.open();
    return handle(request, response, next);
  });
  router.use(answerFault);
  return router;
};

const actorOf = ({ operator: { id, name, role } }: Session): Actor => ({
  key: `operator:${id}`,
  name,
  role,
  face: 'console',
  idempotencyKey: null,
});

const refusedPage = (message: string) =>
  bareLayout(
    'Your role doesn’t allow this',
    html`<h1>Not with your role</h1><p class="fault">${message}</p><p><a href="${href(['queue'])}">Back</a></p>`,
  );

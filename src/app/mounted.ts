import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Request, type Response, Router } from 'express';
import type { Config } from '../config/config.ts';
import { consoleWithheld } from '../config/doors.ts';
import { errorHandler, notFound, unavailable } from '../http/errors.ts';
import { NO_PAGE } from '../http/no-page.ts';
import { insistOnBytes } from '../http/read-before.ts';
import { giveRequestId } from '../http/request-id.ts';
import { loadDesk } from './doors.ts';
import type { Service } from './service.ts';
import { openIntake } from './web.ts';

/** Our part of an Express app that is somebody else's. */
export type Mounted = Readonly<{
  /** For `app.use()`. Whatever else an app may have of Express: it is only asked for what its requests can do. */
  router: (
    request: IncomingMessage,
    response: ServerResponse,
    next: (error?: unknown) => void,
  ) => void;
  /**
   * From now on requests for us are told to come again; resolves once those under way are answered, or were cut off after
   * a while.
   */
  leave: () => Promise<void>;
}>;

/** As long as a server of our own waits for answers that are under way. */
const LEAVE_LIMIT_MS = 10_000;

const WEBHOOKS = /^\/webhooks\/seam\/?$/i;
const CONSOLE = /^\/support(?:\/|$)/i;
const API = /^\/api\/v1(?:\/|$)/i;

/**
 * Makes the router, and begins to take webhooks.
 *
 * Whatever isn't ours goes on to the app, as if we were not there: no header is set, no 404 is given. Below `/api/v1` that is
 * so for each path that the API doesn't have: the app may have an `/api/v1` of its own.
 *
 * @param tell words of settings, in the app's own
 */
export const openMounted = (
  service: Service,
  config: Config & Readonly<{ databaseUrl: string }>,
  tell: (words: string) => string,
): Mounted => {
  const { context } = service;
  const { log } = context;
  const { hasConsole } = config;
  const intake = service.use(openIntake(context));
  const leaving = new AbortController();
  const underWay = new Set<ServerResponse>();

  const desk = once(async () => {
    const opened = await loadDesk(context, config, consoleWithheld(config), tell);
    return Router().use(...service.use(opened).routers);
  });
  const isOurs = async (path: string): Promise<boolean> => {
    if (WEBHOOKS.test(path)) return true;
    if (!hasConsole) return false;
    return CONSOLE.test(path) || (API.test(path) && (await import('../api/app.ts')).isOfApi(path));
  };

  const own = Router();
  own.use((_request, response, next) => {
    response.set(NO_PAGE);
    next(leaving.signal.aborted ? unavailable('This process is stopping.') : undefined);
  });
  own.use(giveRequestId, insistOnBytes(log), intake.router);
  own.use(async (request, response, next) => {
    (await desk())(request, response, next);
  });
  own.use(notFound, errorHandler(log));

  const enter = async (
    request: Request,
    response: Response,
    next: (error?: unknown) => void,
  ): Promise<void> => {
    if (!(await isOurs(request.path))) {
      next();
      return;
    }
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
    own(request, response, next);
  };
  return {
    router: (request, response, next) => {
      // An Express 4 app hears of no promise.
      if (isOfExpress(request)) enter(request, response as Response, next).catch(next);
      else next(new TypeError(TAKES_EXPRESS));
    },
    leave: async () => {
      leaving.abort();
      await answered(underWay);
    },
  };
};

/** Makes it when it is first asked for; what could not be made is tried again the next time. */
const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
};

/** A router alone, in another framework or none, has a request of Node's, which can't do what ours asks of it. */
const isOfExpress = (request: IncomingMessage): request is Request =>
  'get' in request && typeof request.get === 'function';

const TAKES_EXPRESS =
  'seam-reconciler: the router belongs into an Express app. Without one, make it: http.createServer(express().use(reconciler.router))';

/** @param responses whoever is answered leaves it */
const answered = async (responses: ReadonlySet<ServerResponse>): Promise<void> => {
  const { promise: limit, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, LEAVE_LIMIT_MS);
  const all = [...responses].map(
    response => new Promise<void>(done => void response.once('close', done)),
  );
  await Promise.race([Promise.all(all), limit]);
  clearTimeout(timer);
  for (const response of responses) response.destroy();
};

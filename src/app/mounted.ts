import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Request, type Response, Router } from 'express';
import type { Config } from '../config/config.ts';
import { consoleWithheld } from '../config/doors.ts';
import { errorHandler, notFound, unavailable } from '../http/errors.ts';
import { basePathOf, pathOf } from '../http/mount.ts';
import { NO_PAGE } from '../http/no-page.ts';
import { insistOnBytes } from '../http/read-before.ts';
import { giveRequestId } from '../http/request-id.ts';
import type { Logger } from '../ops/log.ts';
import { pause } from '../ops/loop.ts';
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
  /** Whether a request has come, and what belongs to taking webhooks has begun with it. */
  hasBegun: () => boolean;
  /**
   * From now on requests for us are told to come again; resolves once those under way are answered, or were cut off.
   *
   * @param limitMs after which they are
   */
  leave: (limitMs: number) => Promise<void>;
}>;

const WEBHOOKS = /^\/webhooks\/seam\/?$/i;
const CONSOLE = /^\/support(?:\/|$)/i;
const API = /^\/api\/v1(?:\/|$)/i;

/**
 * Makes the router; with the first request that it is given, of whatever path, what belongs to taking webhooks begins.
 *
 * Whatever isn't ours goes on to the app, as if we were not there: no header is set, no 404 is given. Below `/api/v1` that is
 * so for each path that the API doesn't have: the app may have an `/api/v1` of its own. `/support` is ours where the console is
 * offered.
 *
 * @param options.begin opens the service; asked again where that has failed
 * @param options.tell words of settings, in the app's own
 */
export const createMounted = (options: {
  begin: () => Promise<Service>;
  config: Config & Readonly<{ databaseUrl: string }>;
  log: Logger;
  tell: (words: string) => string;
}): Mounted => {
  const { begin, config, log, tell } = options;
  const { hasConsole, consoleUrl } = config;
  const withheld = consoleWithheld(config);
  const hasPages = hasConsole && withheld === null;
  const given = consoleUrl === undefined ? null : basePathOf(consoleUrl);
  const leaving = new AbortController();
  const underWay = new Set<ServerResponse>();

  let hasBegun = false;
  const begun = once(async () => {
    const service = await begin();
    const intake = service.use(openIntake(service.context));
    if (withheld !== null) {
      const words = `No console is offered, and /support is left to the app: ${tell(withheld)}.`;
      log[consoleUrl === undefined ? 'info' : 'error'](words);
    }
    hasBegun = true;
    return { service, intake };
  });
  const desk = once(async () => {
    const { service } = await begun();
    const host = { ownsHost: false, tell };
    const opened = await loadDesk(service.context, config, withheld, host);
    return Router().use(...service.use(opened).routers);
  });
  const isOurs = async (request: Request): Promise<boolean> => {
    if (WEBHOOKS.test(request.path)) return true;
    if (!hasConsole) return false;
    const path = pathOf(request, given);
    if (CONSOLE.test(path)) return hasPages;
    return API.test(path) && (await import('../api/app.ts')).isOfApi(path);
  };

  const own = Router();
  own.use((_request, response, next) => {
    response.set(NO_PAGE);
    next(leaving.signal.aborted ? unavailable('This process is stopping.') : undefined);
  });
  own.use(giveRequestId, insistOnBytes(log));
  own.use(async (request, response, next) => {
    (await begun()).intake.router(request, response, next);
  });
  own.use(async (request, response, next) => {
    (await desk())(request, response, next);
  });
  own.use(notFound, errorHandler(log));

  const enter = async (
    request: Request,
    response: Response,
    next: (error?: unknown) => void,
  ): Promise<void> => {
    if (!hasBegun && !leaving.signal.aborted) {
      // Whose request it is: the app's don't wait for it, nor do they fail with it.
      begun().catch((err: unknown) => log.error({ err }, 'webhooks can’t be taken yet'));
    }
    if (!(await isOurs(request))) {
      next();
      return;
    }
    // Gone while we found out: it says so no more.
    if (response.destroyed) return;
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
    hasBegun: () => hasBegun,
    leave: async limitMs => {
      leaving.abort();
      await answered(underWay, limitMs);
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
const answered = async (responses: ReadonlySet<ServerResponse>, limitMs: number): Promise<void> => {
  const all = [...responses].map(
    response => new Promise<void>(done => void response.once('close', done)),
  );
  const limit = new AbortController();
  await Promise.race([Promise.all(all), pause(limitMs, limit.signal)]);
  limit.abort();
  for (const response of responses) response.destroy();
};

import { AsyncLocalStorage } from 'node:async_hooks';
import { type Request, type RequestHandler, Router } from 'express';
import type { Logger } from '../ops/log.ts';

/*
 * Below which path the console and the API are: another's app may have them anywhere (`app.use('/locks', router)`), or a
 * proxy. Each request says where it found us, and CONSOLE_URL says where browsers do.
 */

type Place = Readonly<{
  /** What stands before our own paths in a browser's address: `/locks`; empty at the root. */
  base: string;
  /** The same as it stands in this request's address: empty where a proxy has taken it away. */
  got: string;
}>;

const places = new AsyncLocalStorage<Place>();

/** What stands before our own paths in a browser's address: `/locks`. Empty at the root, and outside of a request. */
export const baseHere = (): string => places.getStore()?.base ?? '';

/** The path and query of a request, as a browser has it. */
export const addressOf = ({ originalUrl }: Pick<Request, 'originalUrl'>): string => {
  const { base, got } = places.getStore() ?? { base: '', got: '' };
  // Not what is no path (a whole URL, as a proxy is sent): that begins with no base.
  return originalUrl.startsWith('/') ? base + originalUrl.slice(got.length) : originalUrl;
};

/** One of our own paths as we write it, from a browser's address; null for what is not below our base. */
export const ownPath = (address: string): string | null => {
  const base = baseHere();
  if (!address.startsWith(base)) return null;
  const own = address.slice(base.length);
  return own.startsWith('/') ? own : null;
};

/** `https://app.example.com/locks/` → `/locks`; empty at the root. */
export const basePathOf = (publicUrl: string): string =>
  new URL(publicUrl).pathname.replace(/\/+$/, '');

/** How we are reached from outside, with the base of this request, also where nobody has said that; empty stays empty. */
export const publicUrlHere = (publicUrl: string): string => {
  const base = baseHere();
  if (publicUrl === '' || basePathOf(publicUrl) === base) return publicUrl;
  return new URL(publicUrl).origin + base;
};

/** What can be a base: in a link, a cookie and a header it stays what it is, and leads to no other host. */
const BASE = /^(?:\/[\w.~%@:+-]+)*$/;

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/**
 * The base of a request. Pure.
 *
 * @param got what stands before our own paths in the request's address
 * @param given the path of CONSOLE_URL; null where nobody has said
 * @returns null where one contradicts the other
 */
export const baseOf = (got: string, given: string | null): string | null => {
  if (given === null) return got;
  // At the root of an app it may be a proxy that has taken the path away.
  return got === '' || isSame(got, given) ? given : null;
};

/**
 * The path of a request as we write it: without that of CONSOLE_URL, where we are at the root of an app and a proxy has left
 * it. Pure.
 *
 * @param given the path of CONSOLE_URL (`basePathOf`); null where nobody has said
 */
export const pathOf = (
  { baseUrl, path }: Pick<Request, 'baseUrl' | 'path'>,
  given: string | null,
): string => {
  if (given === null || given === '' || baseUrl !== '') return path;
  const rest = path.slice(given.length);
  return isSame(path.slice(0, given.length), given) && rest.startsWith('/') ? rest : path;
};

/** Why links would lead nowhere. Pure. */
export const mismatchOf = (got: string, given: string): string =>
  `CONSOLE_URL must end with ${got}, the path below which this is mounted; it ${given === '' ? 'has no path' : `ends with ${given}`}`;

/**
 * Puts a router at one of our paths, wherever that is.
 *
 * @param elsewhere what answers where CONSOLE_URL contradicts the path that a request came by; left out: the router
 */
export type Mount = (
  path: `/${string}`,
  router: Router,
  elsewhere?: (why: string) => RequestHandler,
) => Router;

/**
 * @param given the path of CONSOLE_URL (`basePathOf`); null where nobody has said
 * @param inTheirWords what is said of CONSOLE_URL, in the words of whoever has set it
 */
export const createMount = (
  given: string | null,
  log: Pick<Logger, 'error'>,
  inTheirWords: (words: string) => string = words => words,
): Mount => {
  let isTold = false;
  const tell = (why: string): void => {
    if (isTold) return;
    log.error({ why }, inTheirWords('the console is below another path than CONSOLE_URL says'));
    isTold = true;
  };
  return (path, router, elsewhere) => {
    const enter: RequestHandler = (request, response, next) => {
      const got = request.baseUrl.slice(0, request.baseUrl.length - path.length);
      if (!BASE.test(got)) {
        next('router');
        return;
      }
      const base = baseOf(got, given);
      if (base !== null) {
        places.run({ base, got }, next);
        return;
      }
      const why = inTheirWords(mismatchOf(got, given ?? ''));
      tell(why);
      places.run({ base: got, got }, () =>
        elsewhere === undefined ? next() : elsewhere(why)(request, response, next),
      );
    };
    const outer = Router();
    if (given !== null && given !== '') {
      // A proxy that leaves the path as it is, before an app that has us at its root.
      const isAtRoot: RequestHandler = ({ baseUrl }, _response, next) =>
        next(baseUrl.length === given.length + path.length ? undefined : 'router');
      const whole = Router().use(isAtRoot, enter, router);
      outer.use(`${given}${path}`, whole);
    }
    return outer.use(path, enter, router);
  };
};

import { ownPath } from '../../http/mount.ts';
import type { ConsoleRoute, Visit } from '../view/route.ts';

/* Finds the page of an address among the routes, as Express would. Pure. */

export type FoundPage = Readonly<{ route: ConsoleRoute; params: Visit['params'] }>;

const paramsOf = (pattern: string, parts: readonly string[]): Visit['params'] | null => {
  const wanted = pattern.split('/').filter(each => each !== '');
  if (wanted.length !== parts.length) return null;
  const params: [string, string][] = [];
  for (const [index, part] of wanted.entries()) {
    const given = parts[index] ?? '';
    if (part.startsWith(':')) params.push([part.slice(1), given]);
    else if (part !== given) return null;
  }
  return Object.fromEntries(params);
};

/** @param url path and query; a file to be downloaded is no page */
export const findPage = (routes: readonly ConsoleRoute[], url: string): FoundPage | null => {
  const { pathname } = new URL(url, 'http://here.invalid');
  const own = ownPath(pathname) ?? '';
  if (!/^\/support(?:\/|$)/.test(own) || own.endsWith('.csv')) return null;
  const encoded = own
    .split('/')
    .slice(2)
    .filter(each => each !== '');
  try {
    const parts = encoded.map(decodeURIComponent);
    for (const route of routes) {
      const params = route.method === 'get' ? paramsOf(route.path, parts) : null;
      if (params !== null) return { route, params };
    }
    return null;
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
};

import { ownPath } from '../../http/mount.ts';
import { href } from '../view/html.ts';

const HERE = 'http://here.invalid';
/** Not these: they would lead round in circles, or out again. (Addresses are found in any case.) */
const NOT_AFTER = /^\/support\/sign-(?:in|out)(?:\/|$)/i;

/**
 * Where a sign-in leads: to a page of ours, or else to the first one. What is given comes out of an address,
 * which anybody may have made; so it is read as a browser reads it (`\`, `..`, `%2e`, tabs), and written anew.
 */
export const safeNext = (given: string | null): string => {
  if (given === null || !given.startsWith('/') || !URL.canParse(given, HERE)) return href([]);
  const { origin, pathname, search } = new URL(given, HERE);
  const own = ownPath(pathname) ?? '';
  const isOurs = own === '/support' || own.startsWith('/support/');
  return origin === HERE && isOurs && !NOT_AFTER.test(own) ? pathname + search : href([]);
};

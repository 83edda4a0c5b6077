/*
 * Who wants no keys that do something by themselves (WCAG 2.1.4): a choice of this browser, for each who signs in to it.
 * Pure.
 */

/** More people than sign in to one browser; a cookie has an end. */
const MOST = 50;

const idsIn = (cookie: string | null): number[] =>
  (cookie ?? '')
    .split('.')
    .filter(text => /^\d{1,15}$/.test(text))
    .map(Number);

/** @param cookie as the browser sent it: `3.17`, the operators for whom they are off */
export const hasSingleKeys = (cookie: string | null, operator: number): boolean =>
  !idsIn(cookie).includes(operator);

/** What the cookie says once somebody has chosen. */
export const chooseSingleKeys = (
  cookie: string | null,
  operator: number,
  wantsThem: boolean,
): string => {
  const others = idsIn(cookie).filter(id => id !== operator);
  return (wantsThem ? others : [operator, ...others]).slice(0, MOST).join('.');
};

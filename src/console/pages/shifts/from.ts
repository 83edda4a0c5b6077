import { SupportError } from '../../../access/errors.ts';
import { ownPath } from '../../../http/mount.ts';
import {
  filterFields,
  formatFilter,
  parseFilter,
} from '../../../support/finding/connection-filter.ts';
import type { Place } from '../../../support/shifts/neighbours.ts';
import { href } from '../../view/html.ts';

/*
 * The list that one came from, in the address of a case: `from`, the list's filter, and `at`, the case's place in it. So
 * one goes on from there to the next, also when the case that was opened is settled and has left the list.
 */

/** The address of a case in a list. @param list the list's filter, as in its address */
export const listedHref = (
  subject: string,
  list: URLSearchParams,
  place: Readonly<{ subject: string; updated_at: string }>,
): string =>
  href(
    ['connections', subject],
    new URLSearchParams({ from: list.toString(), at: `${place.updated_at} ${place.subject}` }),
  );

const PLACE = /^(?<at>[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (?<subject>.{1,600})$/su;

const placeIn = (text: string): Place | null => {
  const { at = '', subject = '' } = PLACE.exec(text)?.groups ?? {};
  const ms = Date.parse(at);
  if (Number.isNaN(ms) || subject.includes('\0') || !subject.isWellFormed()) return null;
  return { at: new Date(ms).toISOString(), subject };
};

/** What an address says of where one came from; null where it says nothing, or nothing that is a list. */
export const listIn = (query: URLSearchParams) => {
  const from = query.get('from');
  if (from === null) return null;
  try {
    const filter = parseFilter(filterFields(new URLSearchParams(from)));
    return { filter, list: formatFilter(filter), place: placeIn(query.get('at') ?? '') };
  } catch (error) {
    // Somebody has written it by hand: the case is shown without.
    if (error instanceof SupportError && error.fault === 'invalid') return null;
    throw error;
  }
};

const CASE = /^\/support\/connections\/[^/]+$/;

/**
 * Where a form on a case leads to, with the list that one came from: what was done is no reason to lose one's place.
 *
 * @param to where it leads @param referer the page that the form was on, as the browser says
 */
export const keepingList = (to: string, referer: string): string => {
  if (!CASE.test(ownPath(to) ?? '') || !URL.canParse(referer)) return to;
  const { pathname, searchParams } = new URL(referer);
  const from = searchParams.get('from');
  const isOfCase = ownPath(pathname)?.startsWith('/support/connections/') === true;
  if (from === null || !isOfCase) return to;
  const at = searchParams.get('at');
  return `${to}?${new URLSearchParams(at === null ? { from } : { from, at })}`;
};

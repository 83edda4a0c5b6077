import { invalid } from '../../access/errors.ts';
import type { CaseFound } from './search-found.ts';

/* Where in what a search has found one page ends: what was found is ordered the same each time. Pure. */

/** What orders what was found: how well it matches, then the latest. */
export type Place = Pick<CaseFound, 'rank' | 'at' | 'subject'>;

const FORM = /^(?<rank>[0-3]) (?<at>\d{13}) (?<subject>.{1,600})$/su;

/** The order of what was found. */
export const byPlace = (one: Place, other: Place): number =>
  one.rank - other.rank ||
  other.at - one.at ||
  (one.subject < other.subject ? 1 : one.subject > other.subject ? -1 : 0);

/** A place as a text, for an address. */
export const placeOf = ({ rank, at, subject }: Place): string =>
  Buffer.from(`${rank} ${String(at).padStart(13, '0')} ${subject}`).toString('base64url');

/** @throws SupportError `invalid` for one that we did not make */
export const parsePlace = (text: string): Place => {
  const { rank, at, subject } = FORM.exec(Buffer.from(text, 'base64url').toString())?.groups ?? {};
  const place = {
    rank: Number(rank),
    at: Number(at),
    subject: (subject ?? '') as Place['subject'],
  };
  if (subject !== undefined && !subject.includes('\0') && placeOf(place) === text) return place;
  throw invalid({ cursor: 'This "cursor" didn\'t come from a search. Start at the first page.' });
};

/** Whether something comes after a place. */
export const afterPlace =
  (place: Place) =>
  (found: Place): boolean =>
    byPlace(place, found) < 0;

import { counted, leftOutOf, type OfWorkspace, type Tally } from './tally.ts';

/*
 * Against a wrong key: what belongs to another workspace, Seam doesn't list, and all would seem to be gone.
 */

/** So few may always go, as long as as many stay: one of two or three, two of four or five. */
const FEW = 3;

/**
 * How many of a workspace's accounts may be let go at once. Pure.
 *
 * @param percent of those that live; 0: none ever is without a person
 */
export const mostGone = (living: number, percent: number): number =>
  percent === 0
    ? 0
    : Math.max(Math.floor((living * percent) / 100), Math.min(FEW, Math.floor(living / 2)));

/** All that are missing count, also those that were there the last time: the same key has missed them. */
const isTooMuch = ({ living, missing, gone }: OfWorkspace, percent: number): boolean =>
  gone > 0 && missing > mostGone(living, percent);

/** What a comparison that has walked everything withholds, workspace by workspace. Pure. */
export const judge = (tally: Tally, percent: number): Tally =>
  Object.entries(tally).reduce(
    (judged, [key, one]) => counted(judged, key, { isWithheld: isTooMuch(one, percent) }),
    tally,
  );

/** Why nothing was let go, for people; null where nothing is withheld. Pure. */
export const tellWithheld = (tally: Tally, percent: number): string | null => {
  const withheld = Object.entries(tally).filter(([, one]) => one.isWithheld);
  if (withheld.length === 0) return null;
  const told = withheld.map(([key, one]) => tellOne(key, one, percent));
  return `${told.join(' ')} Check that the API key belongs to the right workspace. If the accounts are gone for good, let their links end.`;
};

const tellOne = (key: string, { living, missing }: OfWorkspace, percent: number): string => {
  const where = key === '' ? '' : ` in workspace ${key}`;
  const most = mostGone(living, percent);
  const may = most === 0 ? 'none may end without a person' : `at most ${most} may end at once`;
  return `Nothing was ended${where}: Seam doesn't list ${missing} of ${living} accounts, and ${may}.`;
};

/** Without which workspaces the comparison ended, for people; null where with all. Pure. */
export const tellLeftOut = (tally: Tally): string | null => {
  const ids = leftOutOf(tally);
  if (ids.length === 0) return null;
  const which = ids.length === 1 ? `Workspace ${ids[0]} was` : `Workspaces ${ids.join(', ')} were`;
  return `${which} not compared: for hours, Seam could not be asked for all accounts there. None of them was ended.`;
};

/**
 * SQL: whether a finding (its row as `f`) may be let go. Where one key is for all, nothing is, whatever workspace the
 * events named.
 *
 * @param f the row's name
 * @param withheld of which workspaces what is gone is withheld, as text[] in SQL
 */
export const mayEnd = (f: string, withheld: string): string =>
  `(${f}.kind <> 'gone' or not ('' = any(${withheld}) or coalesce(${f}.workspace_id, '') = any(${withheld})))`;

export const withheldOf = (tally: Tally): string[] =>
  Object.keys(tally).filter(key => tally[key]?.isWithheld === true);

import { type Actor, insistOn, may } from '../../access/actor.ts';
import { userIdFor } from '../../access/mask.ts';
import { type CappedCount, toCappedCount } from '../../model/capped-count.ts';
import type { Subject } from '../../model/subject.ts';
import type { Profile } from '../../users/profiles.ts';
import type { FoundBy } from '../cases/found-by.ts';
import { type CaseMembers, casesOf } from '../cases/members.ts';
import type { Desk } from '../desk.ts';
import { type ConnectionRow, readRows } from './connection-row.ts';
import { type FailedLogins, failedLoginsOf } from './failed-logins.ts';
import type { CaseFound } from './search-found.ts';
import { type Gathered, gather, gatherAlike, MOST_FOUND } from './search-gather.ts';
import { afterPlace, parsePlace, placeOf } from './search-place.ts';
import { readSearchText } from './search-text.ts';
import { findUsers, findUsersAlike } from './search-users.ts';
import { foundText } from './search-words.ts';
import { insistInTime, readWithStatementTimeout } from './statement-timeout.ts';

/** A case that was found: how it stands, by its leading subject. */
export type Hit = ConnectionRow &
  Readonly<{
    /** What the case is called by. */
    case: Subject;
    found_by: FoundBy;
    /** What of it matched, or since when it doesn't any more, as this person may read it; null: the row says it. */
    found_text: string | null;
  }>;

export type SearchResult = Readonly<{
  /** What was looked for: without what can't be seen. */
  text: string;
  /** What matches as a whole comes first, then the latest. */
  hits: readonly Hit[];
  /** How many cases there are in all. */
  total: CappedCount;
  /** Continues after these; null: these are the last. */
  nextCursor: string | null;
  /** Users who were found, and of whom no connection is known; e-mails as this person may see them. */
  usersWithout: readonly Profile[];
  /** False: the app's own table of users could not be searched, or not in time. */
  areUsersSearched: boolean;
  /** False: names were not searched there, as its table is large and has no index for that. */
  areNamesSearched: boolean;
  /** False: more have these words than can be gone through in time, or that may not be looked for. */
  areWordsSearched: boolean;
  /** Of those whose connections were found by who they are: their logins that failed, as one. */
  failedLogins: readonly FailedLogins[];
}>;

/** What could not be searched: the app's users; their names; by words at all. */
export const LEFT_OUT = ['users', 'names', 'words'] as const;

/** What of these a search did without. */
export const leftOut = (result: SearchResult): (typeof LEFT_OUT)[number][] =>
  LEFT_OUT.filter(part => !result[SEARCHED[part]]);

const SEARCHED = {
  users: 'areUsersSearched',
  names: 'areNamesSearched',
  words: 'areWordsSearched',
} as const;

/** How much of it is asked for. */
export type SearchPage = Readonly<{ limit: number; cursor: string | null }>;

const FIRST_PAGE: SearchPage = { limit: 20, cursor: null };
const SEARCH_MS = 3_000;
const SHORTEST_MISSPELT = 4;

/** Of a person's logins that failed the last one stands for all, unless another was named itself. */
const isNotFolded = (failedLogins: readonly FailedLogins[]) => {
  const folded = new Set(failedLogins.flatMap(({ subjects: [, ...earlier] }) => earlier));
  return ({ subject, foundBy }: CaseFound): boolean =>
    !(folded.has(subject) && (foundBy === 'user' || foundBy === 'user_email'));
};

const toHits = async (
  desk: Desk,
  actor: Actor,
  told: readonly CaseFound[],
  users: ReadonlyMap<string, Profile>,
): Promise<Hit[]> => {
  const cases = await casesOf(
    desk.pool,
    told.map(({ subject }) => subject),
  );
  const leadOf = ({ subject }: CaseFound): CaseMembers | undefined => cases.get(subject);
  const rows = await readRows(desk, actor, [
    ...new Set(told.flatMap(found => leadOf(found)?.lead ?? [])),
  ]);
  const bySubject = new Map(rows.map(row => [row.subject as Subject, row]));
  const hits = told.flatMap((found): [Subject, Hit][] => {
    const own = leadOf(found);
    const row = own === undefined ? undefined : bySubject.get(own.lead);
    if (own === undefined || row === undefined) return [];
    const text = foundText(actor, found, { row, users });
    return [[own.lead, { ...row, case: own.key, found_by: found.foundBy, found_text: text }]];
  });
  // Two that were found may turn out to be one.
  return [...new Map(hits.toReversed()).values()].toReversed();
};

const nothing = (text: string): SearchResult => ({
  text,
  hits: [],
  total: { number: 0, isCapped: false },
  nextCursor: null,
  usersWithout: [],
  areUsersSearched: true,
  areNamesSearched: true,
  areWordsSearched: true,
  failedLogins: [],
});

/** Who was found, and is not known by any connection: told where all there are were gone through. */
const withoutConnection = (
  actor: Actor,
  users: ReadonlyMap<string, Profile>,
  { cases, via }: Gathered,
  hits: readonly Hit[],
): Profile[] => {
  if (cases.length >= MOST_FOUND) return [];
  const owners = new Set(
    hits.flatMap(hit => [hit.user_id, hit.claimed_user_id, hit.expected_user_id]),
  );
  return [...users]
    .filter(([id]) => !via.has(id) && !owners.has(userIdFor(actor, id)))
    .map(([, profile]) => profile);
};

/**
 * Looks for connections by whatever a customer gave: what in it looks like an id, an e-mail, a telephone number or a ticket
 * is taken out and tried; else it is words of names and e-mails, of which all must match. Who may not see e-mails finds
 * only what they have as a whole: letter by letter they would find one out.
 *
 * @throws SupportError `invalid` for what nothing of ours can be called, `refused` when it would take too long
 */
export const search = async (
  desk: Desk,
  actor: Actor,
  query: string,
  { limit, cursor }: SearchPage = FIRST_PAGE,
): Promise<SearchResult> => {
  insistOn(actor, 'view');
  const place = cursor === null ? null : parsePlace(cursor);
  const wanted = readSearchText(query);
  if (wanted === null) return nothing('');
  const isWhole = !may(actor, 'see_emails');
  const users = await findUsers(desk, actor, wanted);
  let gathered = await gather(desk.pool, actor, wanted, { users: users.foundBy, isWhole });
  let { profiles } = users;
  const isNothing = gathered.cases.length === 0 && profiles.size === 0;
  // A short word is like too many.
  if (!isWhole && isNothing && wanted.words.some(word => word.length >= SHORTEST_MISSPELT)) {
    profiles = await findUsersAlike(desk, actor, wanted);
    gathered = await gatherAlike(desk.pool, wanted.words.join(' '), [...profiles.keys()]);
  }
  // By their ids as they are stored: a viewer's are masked.
  const people = [...new Set([...users.exact, ...wanted.ids])];
  const failedLogins = insistInTime(
    await readWithStatementTimeout(desk.pool, SEARCH_MS, client =>
      failedLoginsOf(client, actor, people),
    ),
  );
  const all = gathered.cases.filter(isNotFolded(failedLogins));
  const left = place === null ? all : all.filter(afterPlace(place));
  const page = left.slice(0, limit);
  const last = page.at(-1);
  const hits = await toHits(desk, actor, page, profiles);
  return {
    text: wanted.text,
    hits,
    total: toCappedCount(all.length, MOST_FOUND),
    nextCursor: last === undefined || left.length <= page.length ? null : placeOf(last),
    usersWithout: place === null ? withoutConnection(actor, profiles, gathered, hits) : [],
    areUsersSearched: users.areSearched,
    areNamesSearched: users.areNamesSearched,
    areWordsSearched: gathered.areWordsSearched,
    failedLogins,
  };
};

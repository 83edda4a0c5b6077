import { type Actor, insistOn, may } from '../../access/actor.ts';
import { subjectOf } from '../../model/subject.ts';
import { UsersTableError } from '../../users/errors.ts';
import type { Found as FoundUsers, Profile } from '../../users/profiles.ts';
import { FOUND_BY, type Found, type FoundBy, findSubjects } from '../cases/find.ts';
import type { Desk } from '../desk.ts';
import { type ConnectionRow, readRows } from './connection-row.ts';
import { type FailedLogins, failedLoginsOf } from './failed-logins.ts';
import { readSearchText } from './search-text.ts';
import { insistInTime, readWithStatementTimeout } from './statement-timeout.ts';

const ALL_FOUND_BY = Object.keys(FOUND_BY) as FoundBy[];

export type Hit = ConnectionRow & Readonly<{ found_by: FoundBy }>;

export type SearchResult = Readonly<{
  /** What was looked for in the end: without what was pasted along with it. */
  text: string;
  hits: readonly Hit[];
  /** Whether there are more than are told. */
  isMore: boolean;
  /** Users with this id or e-mail of whom no connection is known; e-mails as this person may see them. */
  usersWithout: readonly Profile[];
  /** False: the app's own table of users could not be searched, or not in time. */
  areUsersSearched: boolean;
  /** Of those whose connections were found by who they are: their logins that failed, as one. */
  failedLogins: readonly FailedLogins[];
}>;

const MOST_HITS = 50;
const SEARCH_MS = 3_000;

/** What was named itself is told itself; all else by its account: that and its webviews are one connection. */
const connectionOf = ({ subject, foundBy, account }: Found): string => {
  const isItself = foundBy === 'subject' || foundBy === 'connect_webview' || foundBy === 'event';
  return isItself || account === null ? subject : subjectOf('connected_account', account);
};

const isWebview = ({ subject }: Found): boolean => subject.startsWith('connect_webview:');

/** Of each connection the one that tells most: the latest webview; that, too, only once. */
const mostTelling = (found: readonly Found[]): Found[] => {
  const byRank = found.toSorted(
    (one, other) => ALL_FOUND_BY.indexOf(one.foundBy) - ALL_FOUND_BY.indexOf(other.foundBy),
  );
  const bySubject = new Map<string, Found>();
  for (const each of byRank) if (!bySubject.has(each.subject)) bySubject.set(each.subject, each);
  const connections = Map.groupBy(bySubject.values(), connectionOf);
  const told = new Set(
    [...connections.values()].flatMap(of => of.find(isWebview) ?? of.at(0) ?? []),
  );
  return [...told];
};

type Users = Readonly<{ profiles: FoundUsers; areSearched: boolean }>;

/** A search goes on without the app's users where their table can't be read, or not in time; and says so. */
const findUsers = async ({ profiles, log }: Desk, actor: Actor, text: string): Promise<Users> => {
  try {
    return { profiles: await profiles.exactly(actor, text), areSearched: true };
  } catch (error) {
    if (!(error instanceof UsersTableError)) throw error;
    log.warn({ err: error }, 'the users could not be searched');
    return { profiles: new Map(), areSearched: false };
  }
};

const MOST_CALLED = 20;

/**
 * Users whose name or e-mail begins so, for where nothing else was found; none where the app's own table
 * can't be read, or not in time. None for viewers either: letter by letter they would find out an e-mail.
 *
 * @throws SupportError `not_allowed`
 */
export const usersCalled = async (desk: Desk, actor: Actor, text: string): Promise<Profile[]> => {
  insistOn(actor, 'view');
  if (!may(actor, 'see_emails')) return [];
  try {
    return [...(await desk.profiles.search(actor, text, MOST_CALLED)).values()];
  } catch (error) {
    if (!(error instanceof UsersTableError)) throw error;
    desk.log.warn({ err: error }, 'the users could not be searched');
    return [];
  }
};

/** Of a person's logins that failed the last one stands for all, unless another was named itself. */
const isNotFolded = (failedLogins: readonly FailedLogins[]) => {
  const folded = new Set(failedLogins.flatMap(({ subjects: [, ...earlier] }) => earlier));
  return ({ subject, foundBy }: Found): boolean =>
    !(folded.has(subject) && (foundBy === 'user' || foundBy === 'user_email'));
};

const searchFor = async (desk: Desk, actor: Actor, text: string): Promise<SearchResult> => {
  const users = await findUsers(desk, actor, text);
  const read = readWithStatementTimeout(desk.pool, SEARCH_MS, client =>
    findSubjects(client, text, {
      users: [...users.profiles.keys()],
      asEmail: true,
      limit: MOST_HITS + 1,
    }),
  );
  const all = insistInTime(await read);
  // By their ids as they are stored: a viewer's are masked.
  const people = [text, ...users.profiles.keys()];
  const failedLogins = insistInTime(
    await readWithStatementTimeout(desk.pool, SEARCH_MS, client =>
      failedLoginsOf(client, actor, people),
    ),
  );
  const found = mostTelling(all.filter(isNotFolded(failedLogins)));
  const told = found.slice(0, MOST_HITS);
  const rows = await readRows(
    desk,
    actor,
    told.map(each => each.subject),
  );
  const byWhat = new Map<string, FoundBy>(told.map(each => [each.subject, each.foundBy]));
  const hits = rows.map(row => ({ ...row, found_by: byWhat.get(row.subject) ?? 'subject' }));
  const owners = new Set(
    hits.flatMap(hit => [hit.user_id, hit.claimed_user_id, hit.expected_user_id]),
  );
  return {
    text,
    hits,
    isMore: found.length > told.length,
    usersWithout: [...users.profiles.values()].filter(
      ({ userId }) => found.length <= MOST_HITS && !owners.has(userId),
    ),
    areUsersSearched: users.areSearched,
    failedLogins,
  };
};

const isEmpty = ({ hits, usersWithout }: SearchResult): boolean =>
  hits.length === 0 && usersWithout.length === 0;

/**
 * Looks for connections by whatever names one: an id of a user, account, webview or event, a subject, or
 * an e-mail of the user, or what the account is called. What was pasted along with it is forgiven.
 *
 * @throws SupportError `invalid` for what nothing of ours can be called, `refused` when it would take too long
 */
export const search = async (desk: Desk, actor: Actor, query: string): Promise<SearchResult> => {
  insistOn(actor, 'view');
  const [first = '', ...others] = readSearchText(query);
  let result = await searchFor(desk, actor, first);
  for (const text of others) {
    if (!isEmpty(result)) break;
    const next = await searchFor(desk, actor, text);
    // Where none leads anywhere, it is told as it was asked.
    if (!isEmpty(next)) result = next;
  }
  return result;
};

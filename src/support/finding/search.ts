import { type Actor, insistOn, may } from '../../access/actor.ts';
import type { Client } from '../../db/client.ts';
import { SUBJECT_KINDS, subjectOf } from '../../model/subject.ts';
import { UsersTableError } from '../../users/directory.ts';
import type { Profile } from '../../users/profiles.ts';
import type { Desk } from '../desk.ts';
import { profileFor } from '../redact-record.ts';
import { type ConnectionRow, readRows } from './connection-row.ts';
import { readSearchText } from './search-text.ts';
import { insistInTime, readWithin } from './statement-timeout.ts';

/** By what a connection is found, in words; of several the first is told. */
export const FOUND_BY = {
  subject: 'the connection itself',
  connect_webview: 'webview id',
  event: 'event id',
  connected_account: 'account id',
  user: 'user id',
  user_email: 'the user’s e-mail',
  account_email: 'the lock account’s e-mail',
} as const;
export type FoundBy = keyof typeof FOUND_BY;
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
}>;

const MOST_HITS = 50;
const SEARCH_MS = 3_000;

/**
 * Every subject that a text leads to. $1 the text, $2 the subjects that it may be, $3 the users and $4 by
 * what each of them was found, $5 at most so many of each kind.
 */
const FIND = `
  with users as (
    select * from unnest($3::text[], $4::text[]) as u(id, found_by)
  ), found as (
    select subject, case when subject = $1 then 'subject' when subject like 'connected_account:%'
                         then 'connected_account' when subject like 'delivery:%' then 'event'
                         else 'connect_webview' end as found_by
      from reconciler.reconciliations where subject = any($2::text[])
    union all
    (select subject, 'connect_webview' from reconciler.reconciliations where connect_webview_id = $1 limit $5)
    union all
    select subject, 'event' from reconciler.deliveries where event_id = $1
    union all
    (select subject, 'connected_account' from reconciler.reconciliations where connected_account_id = $1 limit $5)
    union all
    (select r.subject, u.found_by from users u
       join reconciler.reconciliations r on r.claimed_user_id = u.id limit $5)
    union all
    (select r.subject, u.found_by from users u
       join reconciler.links l on l.user_id = u.id and l.unlinked_at is null
       join reconciler.reconciliations r on r.connected_account_id = l.connected_account_id limit $5)
    union all
    (select r.subject, u.found_by from users u
       join reconciler.expected_webviews e on e.user_id = u.id
       join reconciler.reconciliations r on r.connect_webview_id = e.connect_webview_id limit $5)
    union all
    (select r.subject, 'account_email' from reconciler.connected_accounts a
       join reconciler.reconciliations r on r.connected_account_id = a.connected_account_id
      where a.user_identifier ? 'email' and lower(a.user_identifier->>'email') = lower($1) limit $5)
  )
  select distinct r.subject, f.found_by, r.connected_account_id as account, r.updated_at
    from found f join reconciler.reconciliations r on r.subject = f.subject
   order by r.updated_at desc, r.subject desc`;

type Found = Readonly<{ subject: string; found_by: FoundBy; account: string | null }>;

/** What was named itself is told itself; all else by its account: that and its webviews are one connection. */
const connectionOf = ({ subject, found_by, account }: Found): string => {
  const isItself = found_by === 'subject' || found_by === 'connect_webview' || found_by === 'event';
  return isItself || account === null ? subject : subjectOf('connected_account', account);
};

const isWebview = ({ subject }: Found): boolean => subject.startsWith('connect_webview:');

/** Of each connection the one that tells most: the latest webview; that, too, only once. */
const mostTelling = (found: readonly Found[]): Found[] => {
  const byRank = found.toSorted(
    (one, other) => ALL_FOUND_BY.indexOf(one.found_by) - ALL_FOUND_BY.indexOf(other.found_by),
  );
  const bySubject = new Map<string, Found>();
  for (const each of byRank) if (!bySubject.has(each.subject)) bySubject.set(each.subject, each);
  const connections = Map.groupBy(bySubject.values(), connectionOf);
  const told = new Set(
    [...connections.values()].flatMap(of => of.find(isWebview) ?? of.at(0) ?? []),
  );
  return [...told];
};

type Users = Readonly<{ profiles: readonly Profile[]; areSearched: boolean }>;

/** A search goes on without the app's users where their table can't be read, or not in time; and says so. */
const findUsers = async ({ profiles, log }: Desk, text: string): Promise<Users> => {
  try {
    return { profiles: await profiles.exactly(text), areSearched: true };
  } catch (error) {
    if (!(error instanceof UsersTableError)) throw error;
    log.warn({ err: error }, 'the users could not be searched');
    return { profiles: [], areSearched: false };
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
    return await desk.profiles.search(text, MOST_CALLED);
  } catch (error) {
    if (!(error instanceof UsersTableError)) throw error;
    desk.log.warn({ err: error }, 'the users could not be searched');
    return [];
  }
};

const findSubjects = async (
  client: Client,
  text: string,
  users: readonly Profile[],
): Promise<Found[]> => {
  const others = users.map(({ userId }) => userId).filter(id => id !== text);
  const { rows } = await client.query<Found>(FIND, [
    text,
    [text, ...SUBJECT_KINDS.map(kind => subjectOf(kind, text))],
    [text, ...others],
    ['user', ...others.map(() => 'user_email')],
    MOST_HITS + 1,
  ]);
  return rows;
};

const searchFor = async (desk: Desk, actor: Actor, text: string): Promise<SearchResult> => {
  const users = await findUsers(desk, text);
  const read = readWithin(desk.pool, SEARCH_MS, client =>
    findSubjects(client, text, users.profiles),
  );
  const found = mostTelling(insistInTime(await read));
  const told = found.slice(0, MOST_HITS);
  const rows = await readRows(
    desk,
    actor,
    told.map(each => each.subject),
  );
  const byWhat = new Map(told.map(each => [each.subject, each.found_by]));
  const hits = rows.map(row => ({ ...row, found_by: byWhat.get(row.subject) ?? 'subject' }));
  const owners = new Set(
    hits.flatMap(hit => [hit.user_id, hit.claimed_user_id, hit.expected_user_id]),
  );
  return {
    text,
    hits,
    isMore: found.length > told.length,
    usersWithout: users.profiles
      .filter(({ userId }) => found.length <= MOST_HITS && !owners.has(userId))
      .map(profile => profileFor(actor, profile)),
    areUsersSearched: users.areSearched,
  };
};

const isEmpty = ({ hits, usersWithout }: SearchResult): boolean =>
  hits.length === 0 && usersWithout.length === 0;

/**
 * Looks for connections by whatever names one: an id of a user, account, webview or event, a subject, or
 * an e-mail of the user or of the lock account. What was pasted along with it is forgiven.
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

import type pg from 'pg';
import type { Client } from '../../db/client.ts';
import { SUBJECT_KINDS, type Subject, subjectOf } from '../../model/subject.ts';
import type { FoundBy } from './found-by.ts';

/** More than any user or account has; a bound all the same. */
const MOST_SUBJECTS = 10_000;

/** SQL: these texts in small letters. */
const SMALL = 'array(select lower(given) from unnest($1::text[]) given)';

/**
 * Every subject that ids lead to. $1 the ids, $2 the subjects that they may be, $3 the users and $4 by what each of them was
 * found, $5 at most so many of each kind, $6 whether an id may be what an account is called, $7 the accounts that are named
 * as messages do, $8 whether who was linked before counts, $9 the webviews that are named so.
 */
const FIND = `
  with users as (
    select * from unnest($3::text[], $4::text[]) as u(id, found_by)
    union all
    select user_id, 'user_key' from reconciler.user_keys where key = any($1::text[])
  ), found(subject, found_by, via, until) as (
    select subject, case when subject = any($1) then 'subject' when subject like 'connected_account:%'
                         then 'connected_account' when subject like 'delivery:%' then 'event'
                         else 'connect_webview' end, null, null::timestamptz
      from reconciler.reconciliations where subject = any($2::text[])
    union all
    (select subject, 'connect_webview', null, null from reconciler.reconciliations
      where connect_webview_id = any($1) limit $5)
    union all
    (select r.subject, 'connect_webview', null, null from reconciler.reconciliations r
      where r.connect_webview_id = any($9::text[])
        and not exists (select from reconciler.reconciliations own
                         where own.subject = 'connect_webview:' || r.connect_webview_id) limit $5)
    union all
    select subject, 'event', null, null from reconciler.deliveries where event_id = any($1)
    union all
    (select subject, 'connected_account', null, null from reconciler.reconciliations
      where connected_account_id = any($1) limit $5)
    union all
    (select r.subject, 'connected_account', null, null from reconciler.reconciliations r
      where r.connected_account_id = any($7::text[])
        and not exists (select from reconciler.reconciliations own
                         where own.subject = 'connected_account:' || r.connected_account_id) limit $5)
    union all
    (select r.subject, u.found_by, u.id, null from users u
       join reconciler.reconciliations r on r.claimed_user_id = u.id limit $5)
    union all
    (select r.subject, u.found_by, u.id, null from users u
       join reconciler.links l on l.user_id = u.id and l.unlinked_at is null
       join reconciler.reconciliations r on r.connected_account_id = l.connected_account_id limit $5)
    union all
    (select r.subject, u.found_by, u.id, null from users u
       join reconciler.expected_webviews e on e.user_id = u.id
       join reconciler.reconciliations r on r.connect_webview_id = e.connect_webview_id limit $5)
    union all
    (select r.subject, 'former_user', u.id, l.unlinked_at from users u
       join reconciler.links l on l.user_id = u.id and l.unlinked_at is not null
       join reconciler.reconciliations r on r.connected_account_id = l.connected_account_id
      where $8 and not exists (
        select from reconciler.links later
         where later.connected_account_id = l.connected_account_id and later.user_id = l.user_id
           and later.id > l.id) limit $5)
    union all
    (select r.subject, 'customer_key', null, null from reconciler.connected_accounts a
       join reconciler.reconciliations r on r.connected_account_id = a.connected_account_id
      where a.customer_key = any($1) limit $5)
    union all
    (select r.subject, 'customer_key', null, null from reconciler.connect_webviews w
       join reconciler.reconciliations r on r.subject = 'connect_webview:' || w.connect_webview_id
      where w.customer_key = any($1) limit $5)
    union all
    (select r.subject, 'account_email', null, null from reconciler.connected_accounts a
       join reconciler.reconciliations r on r.connected_account_id = a.connected_account_id
      where $6 and a.user_identifier ? 'email' and lower(a.user_identifier->>'email') = any(${SMALL}) limit $5)
    union all
    -- By an index of bounded length (accounts_name_idx).
    (select r.subject, case when position('@' in a.display_name) > 0 then 'account_email' else 'account_name' end,
            null, null
       from reconciler.connected_accounts a
       join reconciler.reconciliations r on r.connected_account_id = a.connected_account_id
      where $6 and lower(left(a.display_name, 200)) = any(array(
              select lower(left(given, 200)) from unnest($1) given))
        and lower(a.display_name) = any(${SMALL}) limit $5)
  )
  select distinct r.subject, f.found_by as "foundBy", f.via, f.until, r.connected_account_id as account, r.updated_at
    from found f join reconciler.reconciliations r on r.subject = f.subject
   order by r.updated_at desc, r.subject desc`;

/** The subjects that an id may be, or name. */
export const namedBy = (id: string): string[] => [
  id,
  ...SUBJECT_KINDS.map(kind => subjectOf(kind, id)),
];

const OF_ACCOUNT = subjectOf('connected_account', '');

/**
 * The account that a message is about (`connected_account:<id>`): where a webview led to it, no connection is called so.
 */
export const accountTold = (id: string): string | null =>
  id.startsWith(OF_ACCOUNT) ? id.slice(OF_ACCOUNT.length) : null;

const OF_WEBVIEW = subjectOf('connect_webview', '');
const webviewTold = (id: string): string[] =>
  id.startsWith(OF_WEBVIEW) ? [id.slice(OF_WEBVIEW.length)] : [];

/** A subject that an id leads to, and by what: one that is found by several things is there for each. */
export type Found = Readonly<{
  subject: Subject;
  foundBy: FoundBy;
  account: string | null;
  /** The user by whom it was found, as their id is stored; null: it was found by something else. */
  via: string | null;
  /** Of who was linked before: until when. */
  until: Date | null;
}>;

/**
 * The subjects that ids lead to (of a webview, account, user, event, or a subject itself), the latest first.
 *
 * @param options.users further users whose connections are meant, and by what each was found
 * @param options.asEmail whether an id may be the e-mail or the name of an account, too
 * @param options.limit at most so many of each kind
 * @param options.former whether those count that were a user's before
 */
export const findSubjects = async (
  client: Pick<pg.Pool | Client, 'query'>,
  ids: readonly string[],
  {
    users = new Map(),
    asEmail = false,
    limit = MOST_SUBJECTS,
    former = false,
  }: {
    users?: ReadonlyMap<string, FoundBy>;
    asEmail?: boolean;
    limit?: number;
    former?: boolean;
  } = {},
): Promise<Found[]> => {
  const people = new Map<string, FoundBy>([
    ...users,
    ...ids.map((id): [string, FoundBy] => [id, 'user']),
  ]);
  const { rows } = await client.query<Found>(FIND, [
    ids,
    ids.flatMap(namedBy),
    [...people.keys()],
    [...people.values()],
    limit,
    asEmail,
    ids.flatMap(id => accountTold(id) ?? []),
    former,
    ids.flatMap(webviewTold),
  ]);
  return rows;
};

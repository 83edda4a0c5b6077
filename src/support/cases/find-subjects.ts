import type pg from 'pg';
import type { Client } from '../../db/client.ts';
import { SUBJECT_KINDS, type Subject, subjectOf } from '../../model/subject.ts';
import type { FoundBy } from './found-by.ts';

/** More than any user or account has; a bound all the same. */
const MOST_SUBJECTS = 10_000;

/** SQL: these texts in small letters. */
const SMALL = 'array(select lower(given) from unnest($1::text[]) given)';

/** Of a reconciliation. */
const TOLD = 'r.subject, r.connected_account_id as account, r.updated_at';

/** A subject of its own says all of it: what is named so is that alone (messages name both so). */
const HAS_OWN = (kind: string, id: string): string => `
  exists (select from reconciler.reconciliations own where own.subject = '${kind}:' || ${id})`;

/**
 * Every subject that ids lead to. $1 the ids, $2 the subjects that they may be, $3 the users and $4 by what each of them was
 * found, $5 at most so many of each kind, $6 whether an id may be what an account is called, $7 the accounts that are named
 * as messages do, $8 whether who was linked before counts, $9 the webviews that are named so.
 *
 * First the accounts, webviews and people that are meant; then the reconciliations of each, one look by an index for one of
 * them (that is what the `offset` is for: as a join, Postgres may go through all there are). That table has many indexes, and
 * each time it is named takes the planner longer than a look.
 */
const FIND = `
  with users as materialized (
    select * from unnest($3::text[], $4::text[]) as u(id, found_by)
    union all
    select user_id, 'user_key' from reconciler.user_keys where key = any($1::text[])
  ), accounts(id, found_by, via, until) as (
    select id, 'connected_account', null, null::timestamptz from unnest($1::text[]) id
    union all
    select id, 'connected_account', null, null from unnest($7::text[]) id where not ${HAS_OWN('connected_account', 'id')}
    union all
    (select l.connected_account_id, case when l.unlinked_at is null then u.found_by else 'former_user' end, u.id, l.unlinked_at
       from users u cross join lateral (
         select * from reconciler.links l where l.user_id = u.id and (l.unlinked_at is null or $8) offset 0) l
      where l.unlinked_at is null or not exists (
        select from reconciler.links later
         where later.connected_account_id = l.connected_account_id and later.user_id = l.user_id
           and later.id > l.id) limit $5)
    union all
    (select connected_account_id, 'customer_key', null, null from reconciler.connected_accounts
      where customer_key = any($1) limit $5)
    union all
    (select connected_account_id, 'account_email', null, null from reconciler.connected_accounts
      where $6 and user_identifier ? 'email' and lower(user_identifier->>'email') = any(${SMALL}) limit $5)
    union all
    -- By an index of bounded length (accounts_name_idx).
    (select connected_account_id,
            case when position('@' in display_name) > 0 then 'account_email' else 'account_name' end, null, null
       from reconciler.connected_accounts
      where $6 and lower(left(display_name, 200)) = any(array(
              select lower(left(given, 200)) from unnest($1) given))
        and lower(display_name) = any(${SMALL}) limit $5)
  ), webviews(id, found_by, via) as (
    select id, 'connect_webview', null from unnest($1::text[]) id
    union all
    select id, 'connect_webview', null from unnest($9::text[]) id where not ${HAS_OWN('connect_webview', 'id')}
    union all
    (select e.connect_webview_id, u.found_by, u.id from users u cross join lateral (
       select * from reconciler.expected_webviews e where e.user_id = u.id offset 0) e limit $5)
  ), subjects(name, found_by) as (
    select name, case when name = any($1) then 'subject' when starts_with(name, 'connected_account:') then 'connected_account'
                      when starts_with(name, 'delivery:') then 'event' else 'connect_webview' end
      from unnest($2::text[]) name
    union all
    select subject, 'event' from reconciler.deliveries where event_id = any($1)
    union all
    (select 'connect_webview:' || connect_webview_id, 'customer_key' from reconciler.connect_webviews
      where customer_key = any($1) limit $5)
  ), found as (
    select r.*, s.found_by, null as via, null::timestamptz as until from subjects s cross join lateral (
      select ${TOLD} from reconciler.reconciliations r where r.subject = s.name offset 0) r
    union all
    (select r.*, a.found_by, a.via, a.until from accounts a cross join lateral (
      select ${TOLD} from reconciler.reconciliations r where r.connected_account_id = a.id limit $5) r)
    union all
    (select r.*, w.found_by, w.via, null from webviews w cross join lateral (
      select ${TOLD} from reconciler.reconciliations r where r.connect_webview_id = w.id limit $5) r)
    union all
    (select r.*, u.found_by, u.id, null from users u cross join lateral (
      select ${TOLD} from reconciler.reconciliations r where r.claimed_user_id = u.id offset 0) r limit $5)
  )
  select distinct subject, found_by as "foundBy", via, until, account, updated_at
    from found order by updated_at desc, subject desc`;

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

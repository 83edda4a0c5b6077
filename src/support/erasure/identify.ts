import type pg from 'pg';
import { SupportError } from '../../access/errors.ts';
import { isPersonalId } from '../../access/personal.ts';
import type { Client } from '../../db/client.ts';
import { idsOf, type Person } from '../../model/person.ts';
import type { Profile } from '../../users/profiles.ts';

/** No person has more; an id that names more is a fault, or no person's. */
const MOST_SUBJECTS = 10_000;

/**
 * Accounts that are theirs: linked to them now, or to them last, or to nobody ever and claimed for them. One that
 * is somebody else's by now is not; then only what names them in it is.
 */
const ACCOUNTS = `
  with near as (
    select connected_account_id as id from reconciler.links where user_id = any($1)
     union
    select connected_account_id from reconciler.reconciliations where claimed_user_id = any($1)
     union
    select w.connected_account_id from reconciler.expected_webviews e
      join reconciler.connect_webviews w using (connect_webview_id) where e.user_id = any($1)
  )
  select near.id from near
   where near.id is not null
     and coalesce((select l.user_id from reconciler.links l where l.connected_account_id = near.id
                    order by (l.unlinked_at is null) desc, l.id desc limit 1),
                  (select r.claimed_user_id from reconciler.reconciliations r
                    where r.connected_account_id = near.id and r.claimed_user_id <> all($1) limit 1), ($1::text[])[1]) = any($1)
   order by 1 limit $2`;

/** What leads to these accounts, and what was made or claimed for them; but not what was for another. */
const SUBJECTS = `
  with near as (
    select subject, claimed_user_id from reconciler.reconciliations where connected_account_id = any($2)
     union
    select subject, claimed_user_id from reconciler.reconciliations
     where claimed_user_id = any($1) and starts_with(subject, 'connect_webview:')
     union
    select 'connect_webview:' || connect_webview_id, user_id
      from reconciler.expected_webviews where user_id = any($1)
     union
    select 'connected_account:' || id, null from unnest($2::text[]) as own(id)
  )
  select distinct subject from near
   where (claimed_user_id is null or claimed_user_id = any($1))
     and not exists (select from reconciler.expected_webviews e
                      where 'connect_webview:' || e.connect_webview_id = near.subject and e.user_id <> all($1))
   order by 1 limit $3`;

/** What their accounts are signed in to with; what another's account is signed in to with, too, is not theirs alone. */
const NAMES = `
  select distinct named.name
    from reconciler.connected_accounts a
   cross join lateral (
     select value as name from jsonb_each_text(a.user_identifier)
      where key in ('email', 'phone', 'full_phone_number', 'username')
      union all select a.display_name
      union all select value from jsonb_each_text(a.custom_metadata)
      union all select a.customer_key) named
   where a.connected_account_id = any($1) and named.name <> ''
     and not exists (
       select from reconciler.connected_accounts o
        where (o.user_identifier ? 'email' and lower(o.user_identifier->>'email') = lower(named.name)
               or lower(left(o.display_name, 200)) = lower(left(named.name, 200))
                  and lower(o.display_name) = lower(named.name))
          and not (o.connected_account_id = any($1)))
   limit $2`;

/** Where Seam gives no `user_identifier` any more, `display_name` is the user name, if it looks like one. */
const USERNAMES = `
  select distinct user_identifier->>'username' as name from reconciler.connected_accounts
   where connected_account_id = any($1) and user_identifier->>'username' <> ''
   union
  select display_name from reconciler.connected_accounts
   where connected_account_id = any($1) and user_identifier = '{}'
     and display_name ~ '^[^[:space:]]{4,100}$' and display_name ~ '[0-9._+-]'`;

const rowsOf = async <T extends string>(
  client: pg.Pool | Client,
  column: T,
  text: string,
  values: readonly unknown[],
): Promise<string[]> => {
  const { rows } = await client.query<Record<T, string>>(text, [...values]);
  return rows.map(row => row[column]);
};

/**
 * Finds which accounts and subjects are somebody's.
 *
 * @param of their id, in each spelling that is known
 * @throws SupportError `refused` where an id names more than a person can have
 */
export const identifyConnections = async (
  client: pg.Pool | Client,
  of: Pick<Person, 'userId' | 'otherSpellings'>,
): Promise<Pick<Person, 'accountIds' | 'subjects'>> => {
  const ids = idsOf(of);
  const most = MOST_SUBJECTS + 1;
  const accountIds = await rowsOf(client, 'id', ACCOUNTS, [ids, most]);
  const subjects = await rowsOf(client, 'subject', SUBJECTS, [ids, accountIds, most]);
  if (Math.max(accountIds.length, subjects.length) > MOST_SUBJECTS) {
    const message = `More than ${MOST_SUBJECTS.toLocaleString('en')} connections name this user, so it can't be one person's id.`;
    throw new SupportError('refused', message);
  }
  return { accountIds, subjects };
};

/**
 * Finds what is somebody's.
 *
 * @param of their id, in each spelling that is known
 * @param profile as the app's own table has them; null where it doesn't (any more)
 * @throws SupportError `refused` where an id names more than a person can have
 */
export const identify = async (
  client: pg.Pool | Client,
  of: Pick<Person, 'userId' | 'otherSpellings'>,
  profile: Pick<Profile, 'name' | 'email'> | null,
): Promise<Person> => {
  const { accountIds, subjects } = await identifyConnections(client, of);
  const found = await rowsOf(client, 'name', NAMES, [accountIds, MOST_SUBJECTS]);
  const usernames = await rowsOf(client, 'name', USERNAMES, [accountIds]);
  // Of all that metadata and names of accounts say, what is somebody's alone: not "gold" or "my lock".
  const names = found.filter(name => isPersonalId(name) || usernames.includes(name));
  const fullName = profile?.name?.trim() ?? '';
  return {
    ...of,
    accountIds,
    subjects,
    webviewIds: subjects.flatMap(subject => /^connect_webview:(.*)$/s.exec(subject)?.[1] ?? []),
    names: [
      ...new Set([
        ...names,
        ...(profile?.email ? [profile.email] : []),
        ...(fullName.includes(' ') ? [fullName] : []),
      ]),
    ],
  };
};

/*
 * What the app is told is written by the database itself, in the transaction of the change: whoever changes a link, how
 * an account stands, or what needs a person (a run, a person, a comparison, an erasure, another version of ours, somebody
 * at a prompt), none can forget it, and none is told of what was not committed. The triggers are deferred: at the commit
 * they compare what is true then with what was told last. docs/decisions/0017 says why it goes this way.
 *
 * They run as the role that migrated, so that another version's role keeps no run from being recorded.
 */
const AS_OWNER = 'language plpgsql security definer set search_path = pg_catalog, pg_temp';

/** In which the transaction of a change says of whose trace it is, to what it tells the app (trace.ts). */
export const TRACE_SETTING = 'reconciler.traceparent';

/** What an erasure leaves in place of a user's id (support/erasure). */
export const PSEUDONYM = '^erased:[0-9a-f]{24}$';

/**
 * The row of `told` that is of no connection: after a restore all sequences go on above its own (restored.ts), as the app
 * has seen numbers since that the backup knows nothing of.
 */
export const FLOOR = 'restored';

/** SQL: nobody, in place of a pseudonym. */
export const nobodyErased = (user: string): string =>
  `case when ${user} !~ '${PSEUDONYM}' then ${user} end`;

/**
 * Writes one message into the outbox, and what is told with it. Whoever tells of the same connection meanwhile waits for
 * this transaction's end: so its sequence is the order of the commits. Called by the triggers alone, which run as its owner.
 *
 * @param what of `told` it changes: user, state or attention; or `none`
 */
const TELL = `
create or replace function reconciler.tell(
  of_about text, type text, account text, webview text, what text, value text, more jsonb)
returns void language plpgsql as $$
declare
  next bigint;
  base bigint := coalesce((select sequence from reconciler.told where about = '${FLOOR}'), 0);
begin
  insert into reconciler.told as t (about, sequence, user_id, state, attention)
  values (of_about, base + 1, case when what = 'user' then value end, case when what = 'state' then value end,
          case when what = 'attention' then value end)
      on conflict (about) do update set sequence = greatest(t.sequence, base) + 1,
         user_id = case when what = 'user' then value else t.user_id end,
         state = case when what = 'state' then value else t.state end,
         attention = case when what = 'attention' then value else t.attention end
  returning sequence into next;
  insert into reconciler.outbox (type, about, sequence, workspace_id, user_id, connected_account_id,
                                 connect_webview_id, traceparent, data)
  select type, of_about, next,
         coalesce(a.workspace_id, w.workspace_id,
                  (select r.workspace_id from reconciler.reconciliations r where r.subject = of_about)),
         (select ${nobodyErased('l.user_id')} from reconciler.links l
           where l.connected_account_id = account and l.unlinked_at is null),
         account, coalesce(w.connect_webview_id, webview),
         -- Once set in a session, it is empty in its other transactions.
         nullif(current_setting('${TRACE_SETTING}', true), ''),
         jsonb_strip_nulls(jsonb_build_object('state', a.state, 'account_type', a.account_type,
           'account_type_display_name', a.account_type_display_name)) || more
    from (select) as this
    left join reconciler.connected_accounts a on a.connected_account_id = account
    left join reconciler.connect_webviews w on w.connect_webview_id = coalesce(webview, (
           select newest.connect_webview_id from reconciler.connect_webviews newest
            where newest.connected_account_id = account
            order by newest.seam_created_at desc nulls last limit 1));
end $$`;

/**
 * SQL: what stood before anything was told of it, and stands again at the end of a transaction that changed it twice: for
 * its later changes to be compared with.
 */
const remember = (column: 'user_id' | 'state'): string => `
  insert into reconciler.told as t (about, sequence, ${column}) values (of_about, 0, was)
      on conflict (about) do update set ${column} = was`;

/** A link was made or has ended. What becomes of one account in one transaction is one message. */
const TELL_LINK = `
create or replace function reconciler.tell_link() returns trigger ${AS_OWNER} as $$
declare
  of_about text := 'connected_account:' || new.connected_account_id;
  was text;
  is_untold boolean;
  link record;
begin
  select user_id into was from reconciler.told where about = of_about for update;
  -- Linked before there was any message about it: not in this transaction, which may change several links of an account.
  is_untold := was is null and tg_op = 'UPDATE' and old.unlinked_at is null
               and old.linked_at < transaction_timestamp() and not exists (
                     select from reconciler.outbox
                      where about = of_about and type in ('account.relinked', 'account.unlinked'));
  if is_untold then was := ${nobodyErased('old.user_id')}; end if;
  select ${nobodyErased('user_id')} as user_id, user_id ~ '${PSEUDONYM}' as is_erased,
         provisional_event_id is not null and confirmed_at is null as is_provisional into link
    from reconciler.links where connected_account_id = new.connected_account_id and unlinked_at is null;
  if was is not distinct from link.user_id then
    if is_untold and was is not null then ${remember('user_id')}; end if;
    return null;
  end if;
  perform reconciler.tell(
    of_about,
    case when was is null then 'account.linked'
         when link.user_id is null then 'account.unlinked' else 'account.relinked' end,
    new.connected_account_id, null, 'user', link.user_id,
    jsonb_build_object('before', jsonb_build_object('user_id', case when link.is_erased then null else was end))
      || case when link.user_id is null then '{}'
              else jsonb_build_object('is_provisional', link.is_provisional) end
      || case when was is null then '{}' else jsonb_strip_nulls(jsonb_build_object('because',
           case when link.is_erased then 'erased' else (
             select unlinked_because from reconciler.links
              where connected_account_id = new.connected_account_id and unlinked_at is not null
              order by id desc limit 1) end)) end);
  return null;
end $$`;

/** An account stands otherwise than it did. Of one that is being deleted the app is told when it is gone. */
const TELL_STATE = `
create or replace function reconciler.tell_state() returns trigger ${AS_OWNER} as $$
declare
  of_about text := 'connected_account:' || new.connected_account_id;
  was text;
  is_untold boolean;
  present text;
  message text;
begin
  select state into was from reconciler.told where about = of_about for update;
  is_untold := was is null and tg_op = 'UPDATE';
  if is_untold then was := nullif(old.state, 'being_deleted'); end if;
  -- Another change of the same transaction may have followed.
  select state into present from reconciler.connected_accounts
   where connected_account_id = new.connected_account_id;
  message := case present
    when 'connected' then 'account.reconnected'
    when 'disconnected' then 'account.disconnected'
    when 'reauthorization_requested' then 'account.reauthorization_requested'
    when 'deleted' then 'account.deleted' end;
  if message is null or was is not distinct from present then
    if is_untold and was is not null then ${remember('state')}; end if;
    return null;
  end if;
  -- Of an account that is new, that it works goes without saying; and of one that never was, that it is gone.
  if was is null and (present = 'connected' or present = 'deleted' and tg_op = 'INSERT') then return null; end if;
  perform reconciler.tell(of_about, message, new.connected_account_id, null, 'state', present,
    jsonb_build_object('before', jsonb_build_object('state', was)));
  return null;
end $$`;

/** SQL: for which `attention` a connection needs a person by now, in place of what `was`; null: it needs none. */
const tellAttention = (about: string, account: string, webview: string): string => `
  perform reconciler.tell(
    ${about}, case when attention is null then 'connection.settled' else 'connection.needs_attention' end,
    ${account}, ${webview}, 'attention', attention,
    jsonb_strip_nulls(jsonb_build_object('reason', attention,
      'claimed_user_id', case when attention is not null then ${nobodyErased('claimed')} end))
      || jsonb_build_object('before', jsonb_build_object('reason', was)));`;

/**
 * A connection has come to need a person, or needs none any more. While it is looked at again, what was told stands. A
 * webview that has come to its account is told of with that from then on; of an account that its case has left for another,
 * what its other cases say counts.
 */
const TELL_STANDING = `
create or replace function reconciler.tell_standing() returns trigger ${AS_OWNER} as $$
declare
  of_about text := coalesce('connected_account:' || new.connected_account_id, new.subject);
  webview text := case when new.subject like 'connect_webview:%' then substr(new.subject, 17) end;
  account text;
  claimed text;
  was text;
  attention text;
  is_waiting boolean;
begin
  if tg_op = 'UPDATE' and old.connected_account_id is distinct from new.connected_account_id then
    select t.attention into was from reconciler.told t
     where t.about = 'connected_account:' || old.connected_account_id for update;
    select r.reason, r.claimed_user_id into attention, claimed from reconciler.reconciliations r
     where r.connected_account_id = old.connected_account_id and r.state = 'failed'
     order by (r.reason is not distinct from was) desc, r.updated_at desc limit 1;
    if was is not null and attention is distinct from was and (attention is not null or not exists (
         select from reconciler.reconciliations r
          where r.connected_account_id = old.connected_account_id and r.state in ('pending', 'retrying'))) then
      ${tellAttention(`'connected_account:' || old.connected_account_id`, 'old.connected_account_id', 'null')}
    end if;
  end if;
  -- As a rule nothing was told that could be over. Each by its key: for both at once Postgres reads a small table whole, and
  -- keeps to that while it grows.
  if new.state <> 'failed'
     and not exists (select from reconciler.told t where t.about = of_about and t.attention is not null)
     and (of_about = new.subject or not exists (
            select from reconciler.told t where t.about = new.subject and t.attention is not null))
  then return null; end if;
  -- Another change of the same transaction may have followed.
  select connected_account_id, claimed_user_id into account, claimed
    from reconciler.reconciliations where subject = new.subject;
  of_about := coalesce('connected_account:' || account, new.subject);
  if of_about <> new.subject then
    select t.attention into was from reconciler.told t where t.about = new.subject for update;
    if was is not null then
      perform reconciler.tell(new.subject, 'connection.settled', account, webview, 'attention', null,
        jsonb_build_object('before', jsonb_build_object('reason', was)));
    end if;
  end if;
  select t.attention into was from reconciler.told t where t.about = of_about for update;
  if not found then
    -- So that another case of the same account, at the same time, comes after.
    insert into reconciler.told as t (about, sequence) values (of_about, 0)
        on conflict (about) do update set sequence = t.sequence returning t.attention into was;
  end if;
  if account is null then
    select case when r.state = 'failed' then r.reason end, r.state in ('pending', 'retrying')
      into attention, is_waiting
      from reconciler.reconciliations r where r.subject = new.subject;
  else
    select (array_agg(r.reason order by (r.reason is not distinct from was) desc, r.updated_at desc)
              filter (where r.state = 'failed'))[1],
           coalesce(bool_or(r.state in ('pending', 'retrying')), false)
      into attention, is_waiting
      from reconciler.reconciliations r where r.connected_account_id = account;
  end if;
  if attention is not distinct from was or attention is null and is_waiting then return null; end if;
  ${tellAttention('of_about', 'account', 'webview')}
  return null;
end $$`;

/** Somebody tried to sign in with their lock's maker, and could not. */
const TELL_FAILED_LOGIN = `
create or replace function reconciler.tell_failed_login() returns trigger ${AS_OWNER} as $$
declare
  claimed text;
begin
  select r.claimed_user_id into claimed from reconciler.reconciliations r
   where r.subject = 'connect_webview:' || new.connect_webview_id;
  perform reconciler.tell(
    coalesce('connected_account:' || new.connected_account_id, 'connect_webview:' || new.connect_webview_id),
    'webview.login_failed', new.connected_account_id, new.connect_webview_id, 'none', null,
    jsonb_strip_nulls(jsonb_build_object('claimed_user_id', ${nobodyErased('claimed')},
      'description', new.failure_description)));
  return null;
end $$`;

/** All of them. */
export const TELLING_FUNCTIONS: readonly string[] = [
  TELL,
  TELL_LINK,
  TELL_STATE,
  TELL_STANDING,
  TELL_FAILED_LOGIN,
];

import type { Kind } from '../db/remove-old.ts';
import { REAUTHORIZATION_CODE } from './account-state.ts';

/*
 * SQL: what prune may remove. `r` is the reconciliation of a delivery `p`, a run `n` or a webview `e`. Whatever a
 * run still reads of old rows (standing.ts, provisional.ts, healing.ts, workspace-of.ts) has its say here.
 */

const REAUTHORIZATION = 'connected_account.reauthorization_requested';

/** So many deliveries and so many runs of what has failed stay, the newest ones, however old they are. */
const KEPT_OF_FAILED = 10;

/** Healing asks whether it has tried within the week: of what has failed it finds its runs for so long. */
const HEALING_KEPT_DAYS = 30;

/** Not owed another look. What is counted soon is. */
const IS_QUIET = `
  r.observed_generation >= r.generation and r.state in ('linked', 'no_action', 'dismissed', 'failed')
  and not exists (select 1 from reconciler.uncounted u where u.subject = r.subject)`;

/** Cut out of the subject, rather than put together for each account: so an index finds it. */
const ACCOUNT_ID = `substr(r.subject, length('connected_account:') + 1)`;

/** The workspace of what was stored before workspaces were written down is read from its deliveries. */
const IS_WORKSPACE_KNOWN = '(r.workspace_id is not null or p.workspace_id is null)';

/** Of the same workspace, and believed: what another says is no reason to let its own go. */
const IS_SAME_WORD = 'm.set_aside is null and coalesce(m.workspace_id = p.workspace_id, true)';

/**
 * A newer one of its type came, newer by Seam's time, too, which says all that this one said: that somebody
 * signed in, that a completion told of a user (where it was signed), that Seam asked for a new authorization
 * (where the account doesn't show it).
 */
const IS_SAID_AGAIN = `
  exists (select from reconciler.deliveries m
           where m.subject = p.subject and m.received_at > p.received_at
             and m.event_type = p.event_type and ${IS_SAME_WORD}
             and coalesce(m.occurred_at, m.received_at) >= coalesce(p.occurred_at, p.received_at)
             and (m.source = 'webhook' or p.source = 'backfill')
             and (m.event_type <> '${REAUTHORIZATION}'
                  or position('${REAUTHORIZATION_CODE}'::bytea in m.body) = 0))`;

/**
 * What runs read of the deliveries of what is settled stays as long as they do. That Seam asked for a new
 * authorization: while the account stands so; and that somebody has signed in since: as long as a request is
 * there. Of each type the newest will do.
 */
const TOLD_OF_SETTLED = `
  (case
     when p.event_type = '${REAUTHORIZATION}' then not exists (
       select 1 from reconciler.connected_accounts a
        where a.connected_account_id = ${ACCOUNT_ID}
          and a.state = 'reauthorization_requested')
     else r.connected_account_id is null or not exists (
       select 1 from reconciler.deliveries q
        where q.subject = 'connected_account:' || r.connected_account_id
          and q.event_type = '${REAUTHORIZATION}')
   end or ${IS_SAID_AGAIN})`;

/**
 * Of what has failed, no run has seen what its deliveries say, and a person may look at them: the newest ones
 * stay, and of each type the newest.
 */
const TOLD_OF_FAILED = `
  exists (select from reconciler.deliveries m
           where m.subject = p.subject and m.received_at > p.received_at and ${IS_SAME_WORD} offset ${KEPT_OF_FAILED - 1})
  and ${IS_SAID_AGAIN}`;

/** Whether the newest of its story stay, as a person may want to read it: for so many days; 0: for good. */
const IS_TOLD_OF = (failedDays: number, at: string): string =>
  failedDays === 0
    ? `r.state = 'failed'`
    : `(r.state = 'failed' and ${at} >= now() - interval '${Math.trunc(failedDays)} days')`;

/** That an account's deletion was announced stays until a run has found it gone: then the account's row says so. */
const deliveryMayGo = (failedDays: number): string => `
  ${IS_QUIET} and ${IS_WORKSPACE_KNOWN}
  and (p.event_type <> 'connected_account.deleted' or exists (
        select 1 from reconciler.connected_accounts a
         where a.connected_account_id = ${ACCOUNT_ID} and a.deleted_at is not null))
  and case when ${IS_TOLD_OF(failedDays, 'p.received_at')} then ${TOLD_OF_FAILED}
           when p.event_type = 'connected_account.deleted' then true
           else ${TOLD_OF_SETTLED} end`;

/** Of what has failed the newest runs stay, whose story a person wants to read. */
const runMayGo = (failedDays: number): string => `
  n.finished_at is not null and ${IS_QUIET}
  and (not ${IS_TOLD_OF(failedDays, 'n.started_at')}
       or ((n.trigger <> 'healing' or n.started_at < now() - interval '${HEALING_KEPT_DAYS} days')
           and exists (select from reconciler.runs m
                        where m.subject = n.subject and m.id > n.id offset ${KEPT_OF_FAILED - 1})))`;

/** Of a webview: nothing that was heard of it is stored any more … */
const NO_DELIVERIES =
  'not exists (select 1 from reconciler.deliveries p where p.subject = r.subject)';
/** … or will be, once prune has seen to its deliveries. */
const noDeliveriesThatStay = (failedDays: number): string => `
  not exists (select 1 from reconciler.deliveries p
               where p.subject = r.subject and not (p.received_at < $1 and ${deliveryMayGo(failedDays)}))`;

/**
 * A webview that we created and nobody finished: it never led to an account, and nothing was heard, said or
 * tried of it since. Should somebody finish it after all, its webhook makes it anew, with the user's id as
 * Seam has it in the metadata. What a person wrote a note on is theirs.
 */
const IS_ABANDONED = `
  ${IS_QUIET} and r.updated_at < $1 and r.connected_account_id is null
  and (r.leased_until is null or r.leased_until < now())
  and (r.state in ('no_action', 'dismissed')
       or r.state = 'failed' and r.reason in ('webview_pending', 'webview_not_found'))
  and not exists (select 1 from reconciler.notes t where t.subject = r.subject)
  and not exists (select 1 from reconciler.links l where l.provisional_subject = r.subject)`;

/**
 * Of each row of a page, found by the index: left to choose, Postgres reads all reconciliations for each page
 * while there are less than a few hundred thousand.
 */
const itsReconciliation = (of: 'p' | 'n'): string => `
  cross join lateral (
    select * from reconciler.reconciliations o where o.subject = ${of}.subject offset 0) r`;

/**
 * In order of their coming; what was set aside goes by its age alone, as no run reads it. With what is removed goes a note of the newest time at which any of it had occurred: of
 * an older event in Seam's list, a backfill can't tell whether it was here (backfill/lacking.ts). An event that says
 * that it occurs in some far future counts for a day after it came: else nothing could be told of any.
 */
export const deliveriesOf = (failedDays: number): Kind => ({
  name: 'deliveries',
  page: `
    select event_id, event_type, subject, workspace_id, occurred_at, received_at, source, set_aside
      from reconciler.deliveries
     where received_at < $1 and (received_at, event_id) > ($2::timestamptz, $3)
     order by received_at, event_id limit $4`,
  start: ['-infinity', ''],
  chosen: `
    select p.event_id from page p ${itsReconciliation('p')}
     where p.set_aside is null and ${deliveryMayGo(failedDays)}
    union all
    select event_id from page where set_aside is not null`,
  remove: `
    delete from reconciler.deliveries d using chosen c where d.event_id = c.event_id
    returning d.event_id, d.occurred_at, d.received_at, d.set_aside`,
  alongside: `
    , conflicting as (
      delete from reconciler.conflicting_deliveries c using removed where c.event_id = removed.event_id
    ), noted as (
      insert into reconciler.pruned (what, until)
      select 'deliveries', max(least(coalesce(occurred_at, received_at), received_at + interval '1 day'))
        from removed where set_aside is null having count(*) > 0
          on conflict (what) do update set until = greatest(pruned.until, excluded.until))`,
  next: `
    select received_at::text as first, event_id as second from page
     order by received_at desc, event_id desc limit 1`,
});

/** By their ids, which are in the order in which they began. */
export const runsOf = (failedDays: number): Kind => ({
  name: 'runs',
  page: `
    select * from (
      select id, subject, trigger, started_at, finished_at from reconciler.runs
       where id > $2::bigint and $3::text is not null order by id limit $4) as next_ones
     where started_at < $1`,
  start: ['0', ''],
  chosen: `select n.id from page n ${itsReconciliation('n')} where ${runMayGo(failedDays)}`,
  remove: 'delete from reconciler.runs x using chosen c where x.id = c.id returning x.id',
  alongside: '',
  next: `select max(id)::text as first, '' as second from page`,
});

const abandoned = (nothingHeard: string): string => `
  select r.subject from reconciler.reconciliations r
   where r.subject = any (array(select 'connect_webview:' || connect_webview_id from page))
     and ${IS_ABANDONED} and ${nothingHeard}`;

/** With its runs, which go by themselves. What somebody has in hand is passed over. */
export const WEBVIEWS: Kind = {
  name: 'webviews',
  page: `
    select connect_webview_id, created_at from reconciler.expected_webviews
     where created_at < $1 and (created_at, connect_webview_id) > ($2::timestamptz, $3)
     order by created_at, connect_webview_id limit $4`,
  start: ['-infinity', ''],
  chosen: `${abandoned(NO_DELIVERIES)} for update skip locked`,
  remove: `
    delete from reconciler.reconciliations x
     where x.subject = any (array(select subject from chosen))
    returning substr(x.subject, length('connect_webview:') + 1) as connect_webview_id`,
  alongside: `
    , expected as (
      delete from reconciler.expected_webviews w using removed
       where w.connect_webview_id = removed.connect_webview_id)
    , shown as (
      delete from reconciler.connect_webviews w using removed
       where w.connect_webview_id = removed.connect_webview_id)`,
  next: `
    select created_at::text as first, connect_webview_id as second from page
     order by created_at desc, connect_webview_id desc limit 1`,
};

/** As they will be once prune has seen to their deliveries. */
export const webviewsToCome = (failedDays: number): Kind => ({
  ...WEBVIEWS,
  chosen: abandoned(noDeliveriesThatStay(failedDays)),
});

/**
 * Their rows stay, and say when they were deleted: emptied of what they say of a person, and with them the webviews
 * that led to them. A run that finds an account gone once more may have stored its webview again: it takes the mark
 * away (record.ts). So a webview that a run has in hand right now can be passed over, and nobody waits for another.
 */
export const ACCOUNTS: Kind = {
  name: 'accounts',
  page: `
    select connected_account_id, deleted_at from reconciler.connected_accounts
     where deleted_at is not null and emptied_at is null
       and deleted_at < $1 and (deleted_at, connected_account_id) > ($2::timestamptz, $3)
     order by deleted_at, connected_account_id limit $4`,
  start: ['-infinity', ''],
  chosen: `
    select connected_account_id from reconciler.connected_accounts
     where connected_account_id = any (array(select connected_account_id from page))
       and deleted_at < $1 for update skip locked`,
  remove: `
    update reconciler.connected_accounts a
       set user_identifier = '{}', custom_metadata = '{}', display_name = null, customer_key = null,
           image_url = null, time_zone = null, errors = '[]', warnings = '[]', emptied_at = now()
     where a.connected_account_id = any (array(select connected_account_id from chosen))
    returning a.connected_account_id`,
  alongside: `
    , led_there as (
      select connect_webview_id from reconciler.connect_webviews
       where connected_account_id = any (array(select connected_account_id from chosen))
         and (custom_metadata <> '{}' or customer_key is not null or failure_description is not null)
         for update skip locked)
    , emptied as (
      update reconciler.connect_webviews
         set custom_metadata = '{}', customer_key = null, failure_description = null
       where connect_webview_id = any (array(select connect_webview_id from led_there)))`,
  next: `
    select deleted_at::text as first, connected_account_id as second from page
     order by deleted_at desc, connected_account_id desc limit 1`,
};

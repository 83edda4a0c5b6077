import { EXPLANATIONS } from '../model/outcome.ts';
import { nobodyErased } from './telling-functions.ts';

/*
 * The contract by SQL: what the app may read of ours, and nobody has to guess at. docs/contract.md has it column by
 * column. They are views, so that our tables can become others; publish.ts makes them.
 *
 * They run with the rights of their owner, so that who reads them needs none on our tables. Not as security barriers: the
 * planner could then not look into them for a user of the app's own table. It costs nothing: what a row holds that they
 * don't show is in no column of theirs, and the rows that they leave out hide nothing but that somebody was erased.
 */

export const PUBLIC_SCHEMA = 'reconciler_public';

/**
 * Which version of the contract this is. `minor` goes up with whatever is added (at the end of a view, or a view), `major`
 * when something goes or means something else, and then the schema gets another name.
 */
export const CONTRACT = { major: 1, minor: 0 } as const;

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** SQL: how an account stands; null: not looked at since versions know. */
const STATE = `case when a.state <> 'connected' or a.state_since is not null then a.state
              when a.deleted_at is not null then 'deleted' end`;

/** SQL: who made a link. */
const LINKED_BY = `case when l.linked_by_audit is not null then 'person'
              when l.provisional_event_id is not null then 'event' else 'seam' end`;

/** SQL: only a signed event speaks for a link so far. */
const IS_PROVISIONAL = 'l.provisional_event_id is not null and l.confirmed_at is null';

/** SQL, to be joined: of the webviews that led to an account, the newest, as `w`. */
const NEWEST_WEBVIEW = `left join lateral (
         select connect_webview_id, workspace_id from reconciler.connect_webviews
          where connected_account_id = a.connected_account_id
          order by seam_created_at desc nulls last, connect_webview_id limit 1) w on true`;

/** SQL, to be joined: the link of an account that stands, and is not under a pseudonym, as `l`. */
const LINK = `left join reconciler.links l
         on l.connected_account_id = a.connected_account_id and l.unlinked_at is null
        and ${nobodyErased('l.user_id')} is not null`;

/** Whose accounts are. */
const USER_ACCOUNTS = `
select l.user_id, l.connected_account_id, a.account_type, a.account_type_display_name,
       ${STATE} as state, a.state_since, a.last_connected_at, coalesce(a.times_disconnected, 0) as times_disconnected,
       l.linked_at, ${LINKED_BY} as linked_by, ${IS_PROVISIONAL} as is_provisional,
       coalesce(a.workspace_id, w.workspace_id) as workspace_id, w.connect_webview_id, l.id as link_id
  from reconciler.links l
  left join reconciler.connected_accounts a on a.connected_account_id = l.connected_account_id
  ${NEWEST_WEBVIEW.replace('a.connected_account_id', 'l.connected_account_id')}
 where l.unlinked_at is null and ${nobodyErased('l.user_id')} is not null`;

/** Whose they were, too. */
const LINK_HISTORY = `
select l.id as link_id, l.connected_account_id, ${nobodyErased('l.user_id')} as user_id,
       l.unlinked_at is null and ${nobodyErased('l.user_id')} is not null as is_current,
       l.linked_at, ${LINKED_BY} as linked_by, ${IS_PROVISIONAL} as is_provisional,
       l.unlinked_at, l.unlinked_because,
       case when l.unlinked_at is null then null
            when l.unlinked_by_audit is not null then 'person' else 'seam' end as unlinked_by,
       a.account_type, a.account_type_display_name, a.workspace_id
  from reconciler.links l
  left join reconciler.connected_accounts a on a.connected_account_id = l.connected_account_id`;

/** How each account stands that was ever seen. */
const ACCOUNT_STATES = `
select a.connected_account_id, l.user_id, a.account_type, a.account_type_display_name,
       ${STATE} as state, a.state_since, a.last_connected_at, a.times_disconnected, a.deleted_at,
       a.seam_created_at, a.read_at, a.workspace_id
  from reconciler.connected_accounts a
  ${LINK}`;

/** What an account is linked to nobody for, besides the reasons of a check that failed. */
export const UNLINKED_BECAUSE = {
  being_checked: 'It is being checked. Nothing needs to be done.',
  unlinked_by_hand: "A person has said that it is none of our users'.",
  dismissed: 'A person has set it aside.',
  erased: 'What was stored about its user has been erased.',
  not_known: 'No check has found out yet who it belongs to.',
} as const;

const SENTENCES = [
  ...Object.entries(UNLINKED_BECAUSE),
  ...Object.entries(EXPLANATIONS).map(([reason, { sentence }]) => [reason, sentence] as const),
];

/** The accounts that are nobody's, and why. */
const UNLINKED_ACCOUNTS = `
select a.connected_account_id, a.account_type, a.account_type_display_name, ${STATE} as state, a.state_since,
       why.reason, case why.reason
         ${SENTENCES.map(([reason, sentence]) => `when ${literal(reason)} then ${literal(sentence)}`).join('\n         ')}
       end as explanation,
       ${nobodyErased('r.claimed_user_id')} as claimed_user_id, r.updated_at as since,
       a.workspace_id, w.connect_webview_id
  from reconciler.connected_accounts a
  ${LINK}
  ${NEWEST_WEBVIEW}
  left join lateral (
    select own.* from reconciler.reconciliations own
     where own.connected_account_id = a.connected_account_id
        or own.subject = 'connected_account:' || a.connected_account_id
     order by array_position(array['failed', 'retrying', 'pending', 'dismissed'], own.state) nulls last,
              own.updated_at desc limit 1) r on true
  left join lateral (
    select last.* from reconciler.links last
     where last.connected_account_id = a.connected_account_id order by last.id desc limit 1) last on true
 cross join lateral (
    select case when r.state = 'failed' then r.reason
                when r.state in ('retrying', 'pending') then 'being_checked'
                when last.unlinked_at is null and last.user_id is not null then 'erased'
                when last.unlinked_claim is not null then 'unlinked_by_hand'
                when r.state = 'dismissed' then 'dismissed' else 'not_known' end as reason) why
 where l.id is null and a.deleted_at is null and a.state is distinct from 'deleted'`;

/** SQL: nobody, wherever a pseudonym stands in JSON. */
const withoutErased = (json: string): string =>
  `regexp_replace(${json}::text, '"erased:[0-9a-f]{24}"', 'null', 'g')::jsonb`;

/** What the app is told, in its order. */
const MESSAGES = `
select m.position, m.message_id, m.type, m.about, m.sequence, m.at, m.workspace_id,
       ${nobodyErased('m.user_id')} as user_id, m.connected_account_id, m.connect_webview_id,
       ${withoutErased('m.data')} as data
  from reconciler.messages m`;

/** Which of the contract this database has. */
const CONTRACT_VERSION = `select ${CONTRACT.major} as major, ${CONTRACT.minor} as minor`;

/** The views, in the order in which they are made. Columns are only ever added, and at the end. */
export const PUBLIC_VIEWS = {
  user_accounts: USER_ACCOUNTS,
  link_history: LINK_HISTORY,
  account_states: ACCOUNT_STATES,
  unlinked_accounts: UNLINKED_ACCOUNTS,
  messages: MESSAGES,
  contract_version: CONTRACT_VERSION,
} as const;

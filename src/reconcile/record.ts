import { closed, concluded } from '../books/changes.ts';
import { isGoneOnWordOfAnother } from '../books/owner.ts';
import type { Client } from '../db/client.ts';
import {
  ABOUT_THE_ACCOUNT,
  ABOUT_THE_WAY,
  type AccountState,
  type UnlinkedBecause,
} from '../model/outcome.ts';
import { ACCOUNT_HISTORY, SEEN_AT_WORK, TOLD_SINCE } from './account-history.ts';
import type { Run } from './begin.ts';
import type { Conclusion } from './conclude.ts';
import type { Erased } from './erased.ts';
import type { LinkChange } from './verdict.ts';

/** Where the parameters of its own row are. */
const OWN = {
  state: '$9',
  reason: '$10',
  attempts: '$11',
  isUnavailable: '$12',
  observedGeneration: '$13',
  dueInMs: '$14',
  isSettled: '$21',
};

/** SQL: of a webview or an account: Seam has shown it to no other workspace than the run's. */
const isOurs = (row: string): string =>
  `($27::text is null or ${row}.workspace_id is null or ${row}.workspace_id = $27)`;

/**
 * All that a run writes, in one statement: what Seam showed (unless a run that read later has stored it),
 * the link and its history, the reconciliation, the run itself. Each part writes nothing where its
 * parameters are null.
 */
const RECORD = `
  with webview as (
    insert into reconciler.connect_webviews
           (connect_webview_id, status, login_successful, connected_account_id, custom_metadata,
            customer_key, selected_provider, authorized_at, seam_created_at, failure_description, read_by_run,
            workspace_id)
    select w.*, $2::bigint, $27::text from jsonb_to_record($3::jsonb) as w(
             "connectWebviewId" text, status text, "loginSuccessful" boolean,
             "connectedAccountId" text, "customMetadata" jsonb, "customerKey" text, "selectedProvider" text,
             "authorizedAt" timestamptz, "seamCreatedAt" timestamptz, "failureDescription" text)
     where $3::jsonb is not null
        on conflict (connect_webview_id) do update set
           status = excluded.status, login_successful = excluded.login_successful,
           connected_account_id = excluded.connected_account_id,
           custom_metadata = excluded.custom_metadata, customer_key = excluded.customer_key,
           selected_provider = excluded.selected_provider, authorized_at = excluded.authorized_at,
           failure_description = coalesce(excluded.failure_description, connect_webviews.failure_description),
           seam_created_at = excluded.seam_created_at,
           read_by_run = excluded.read_by_run, read_at = now(),
           workspace_id = coalesce(connect_webviews.workspace_id, excluded.workspace_id)
     where connect_webviews.read_by_run < excluded.read_by_run and ${isOurs('connect_webviews')}
  ), account as (
    insert into reconciler.connected_accounts
           (connected_account_id, account_type, account_type_display_name, display_name,
            user_identifier, custom_metadata, errors, warnings, accepted_capabilities,
            automatically_manage_new_devices, customer_key, image_url, time_zone, seam_created_at,
            state_since, state, last_connected_at, times_disconnected, read_by_run, workspace_id,
            erased_at)
    select a.*, coalesce(${TOLD_SINCE}, now()), $22::text, ${SEEN_AT_WORK}, ($22::text = 'disconnected')::int, $2::bigint,
           $27::text, case when $29 then now() end
      from jsonb_to_record($4::jsonb) as a(
             "connectedAccountId" text, "accountType" text, "accountTypeDisplayName" text,
             "displayName" text, "userIdentifier" jsonb, "customMetadata" jsonb, errors jsonb,
             warnings jsonb, "acceptedCapabilities" jsonb, "automaticallyManageNewDevices" boolean,
             "customerKey" text, "imageUrl" text, "timeZone" text, "seamCreatedAt" timestamptz)
     where $4::jsonb is not null
        on conflict (connected_account_id) do update set
           account_type = excluded.account_type,
           account_type_display_name = excluded.account_type_display_name,
           display_name = excluded.display_name, user_identifier = excluded.user_identifier,
           custom_metadata = excluded.custom_metadata, errors = excluded.errors,
           warnings = excluded.warnings, accepted_capabilities = excluded.accepted_capabilities,
           automatically_manage_new_devices = excluded.automatically_manage_new_devices,
           customer_key = excluded.customer_key, image_url = excluded.image_url,
           time_zone = excluded.time_zone, seam_created_at = excluded.seam_created_at,
           ${ACCOUNT_HISTORY}, state = excluded.state, deleted_at = null, emptied_at = null, missed_by_audit = null,
           read_by_run = excluded.read_by_run,
           erased_at = case when $29 then coalesce(connected_accounts.erased_at, now()) end,
           read_at = now(), deleted_on_word_of = null,
           workspace_id = coalesce(connected_accounts.workspace_id, excluded.workspace_id)
     where (connected_accounts.read_by_run < excluded.read_by_run
            or ${isGoneOnWordOfAnother('connected_accounts', '$27::text')})
       and ${isOurs('connected_accounts')}
  ), gone as (
    -- Also of an account that we never knew: a slower run must see that a later one found it gone.
    insert into reconciler.connected_accounts
           (connected_account_id, user_identifier, custom_metadata, errors, warnings,
            accepted_capabilities, deleted_at, state_since, state, read_by_run, deleted_on_word_of)
    select $5::text, '{}', '{}', '[]', '[]', '[]', now(), now(), $22::text, $2::bigint, $27::text
     where $5::text is not null
        on conflict (connected_account_id) do update set
           deleted_at = coalesce(connected_accounts.deleted_at, now()), emptied_at = null,
           ${ACCOUNT_HISTORY}, state = excluded.state,
           read_by_run = excluded.read_by_run, read_at = now(),
           -- So that it is known later that nobody had said so.
           missed_by_audit = case when $17 = 'account_gone' then connected_accounts.missed_by_audit end,
           deleted_on_word_of = case when connected_accounts.workspace_id is null
                                     then excluded.deleted_on_word_of end
     where connected_accounts.read_by_run < excluded.read_by_run and ${isOurs('connected_accounts')}
  ), unlinked as (
    update reconciler.links
       set unlinked_at = clock_timestamp(), unlinked_by_run = $2::bigint, unlinked_because = $7::text
     where connected_account_id = $6::text and unlinked_at is null and $7::text is not null
    returning id
  ), linked as (
    -- Counts what was unlinked only so as to come after it: one link at a time.
    insert into reconciler.links (connected_account_id, user_id, linked_by_run)
    select $6::text, $8::text, $2::bigint from (select count(*) from unlinked) as unlinking
     where $8::text is not null
  ), confirmed as (
    update reconciler.links set confirmed_at = clock_timestamp(), confirmed_by_run = $2::bigint
     where connected_account_id = $6::text and unlinked_at is null and confirmed_at is null
       and (provisional_event_id is not null or linked_by_audit is not null) and $23
  ), strays as (
    -- Made from an event of this subject, which Seam says leads elsewhere or nowhere.
    update reconciler.links
       set unlinked_at = clock_timestamp(), unlinked_by_run = $2::bigint, unlinked_because = 'seam_differs'
     where provisional_subject = $1 and unlinked_at is null and confirmed_at is null and $24
       and connected_account_id is distinct from $6::text
  ), settled_with_it as materialized (
    -- What else failed for want of what this run has found out, and what is linked to an account that is
    -- gone. Not what is owed because of news, nor what a run is at: they see for themselves. So does what is
    -- tried again because of its webview ($32). Nobody is waited for: whose row is held is being run, and its
    -- run waits for the account that we hold.
    select subject from reconciler.reconciliations
     where $25::text is not null and connected_account_id = $6::text and subject <> $1
       and leased_until is null and ($27::text is null or workspace_id is null or workspace_id = $27)
       and (state in ('failed', 'retrying') and reason = any($26)
            or state = 'failed' and reason = any($32) and $17::text not in ('kept', 'left_unlinked')
            or state = 'linked' and $25::text = 'no_action' and observed_generation = generation)
     order by subject for update skip locked
  ), others as (
    update reconciler.reconciliations r set ${closed('$25')}
      from settled_with_it s where r.subject = s.subject
  ), own as (
    update reconciler.reconciliations set ${concluded(OWN)},
           connected_account_id = coalesce($6::text, connected_account_id),
           claimed_user_id = case when $15 then $16 else claimed_user_id end,
           named_by = case when $15 then $30 else named_by end,
           also_named_by = case when $15 then $31 else also_named_by end,
           erased_at = case when $28 then erased_at end
     where subject = $1
  )
  update reconciler.runs
     set finished_at = clock_timestamp(), outcome = $17, reason = $18, detail = $19,
         seam_request_id = $20
   where id = $2::bigint`;

/** How what a run has seen stands. */
export type Shown = Readonly<{
  /** The account; null where that is not known. */
  state: AccountState | null;
  /** Since when Seam says so; null where it doesn't say. */
  since: Date | null;
  /** Seam's words on a login that failed. */
  failureDescription: string | null;
}>;

/**
 * Writes what a run came to. Within a transaction that has locked what is written.
 *
 * @param shown how what was seen stands
 * @param erased of whom what is known was erased, and stays so
 * @throws whatever Postgres throws
 */
export const record = async (
  client: Client,
  run: Run,
  { applied, own, link, others, isFinal, facts }: Conclusion,
  shown: Shown,
  erased: Erased,
): Promise<void> => {
  const claim = facts?.claim.kind === 'named' ? facts.claim : null;
  const isErasedClaim = erased.account || (erased.webview && claim?.by === 'webview');
  await client.query({
    name: 'record-run',
    text: RECORD,
    values: [
      run.subject,
      run.id,
      json(facts?.webview, { failureDescription: shown.failureDescription }),
      json(facts?.account, { stateSince: shown.since }),
      shown.state === 'deleted' ? (facts?.connectedAccountId ?? null) : null,
      facts?.connectedAccountId ?? null,
      unlinkedBecause(link),
      link.kind === 'link_to' ? link.userId : null,
      own.state,
      own.reason,
      own.attempts,
      own.isUnavailable,
      own.observedGeneration,
      own.dueInMs,
      facts !== null && !isErasedClaim,
      claimedUserId(facts),
      applied.outcome,
      applied.reason,
      applied.detail,
      applied.requestId,
      own.isSettled,
      shown.state,
      link.kind === 'confirm',
      isFinal,
      others,
      ABOUT_THE_ACCOUNT,
      run.workspaceId,
      erased.webview,
      erased.account,
      claim?.rule ?? null,
      facts?.rival?.rule ?? null,
      ABOUT_THE_WAY,
    ],
  });
};

/** Whom the metadata name, as their table spells it: so that it is the same user here as in links. */
const claimedUserId = (facts: Conclusion['facts']): string | null => {
  if (facts?.claim.kind !== 'named') return null;
  return facts.user.kind === 'found' ? facts.user.userId : facts.claim.id;
};

const json = (seen: object | null | 'not_asked' | undefined, told: object): string | null =>
  typeof seen === 'object' && seen !== null ? JSON.stringify({ ...seen, ...told }) : null;

const unlinkedBecause = (link: LinkChange): UnlinkedBecause | null => {
  switch (link.kind) {
    case 'none':
    case 'confirm':
      return null;
    case 'end':
    case 'link_to':
      return link.because;
    default:
      return link satisfies never;
  }
};

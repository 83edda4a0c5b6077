import { type MigrationSession, withoutLimits } from './migration-session.ts';
import { ACCOUNT_WORDS, noteWords, userWords } from './search-words.ts';
import { nobodyErased } from './telling-functions.ts';
import { trigramIndexes, trigramSchema } from './trigrams.ts';

/**
 * Indexes on tables that were there before them. Not in schema.ts: Drizzle would build them inside its
 * transaction, and no webhook could be stored meanwhile. Until one is there, what reads by it is slower.
 */
const LATER_INDEXES = {
  // For the sweep: what is owed in each workspace, the longest overdue first. (reconciliations_owed_idx is the
  // sweep's of the version before, and goes two versions later.)
  reconciliations_owing_idx:
    'reconciliations (workspace_id, sweep_at) where observed_generation < generation',
  // For what people are told of it, and whether a worker is stuck: what is owed in each workspace, the longest due first.
  reconciliations_due_idx:
    'reconciliations (workspace_id, due_at) where observed_generation < generation',
  // For prune, and for replay by time.
  deliveries_received_idx: 'deliveries (received_at, event_id)',
  // What may heal by itself: small however much there is of the rest, and empty when all is well.
  reconciliations_awaited_user_idx: `reconciliations (claimed_user_id) where reason = 'user_not_found'`,
  reconciliations_failed_idx: `reconciliations (reason, updated_at) where state = 'failed'`,
  // For healing after an outage: of each workspace what was never put back, and what was in vain and has rested.
  // (reconciliations_failed_idx is that of the version before, and goes two versions later.)
  reconciliations_given_up_idx: `reconciliations
    (workspace_id, reason, (unavailable_since is distinct from to_timestamp(0)), updated_at)
    where state = 'failed' and reason in ('seam_unauthorized', 'seam_rate_limited', 'seam_unavailable')`,
  // The same with the reasons that came later. (The one above is that of the version before, and goes two versions later.)
  reconciliations_put_back_idx: `reconciliations
    (workspace_id, reason, (unavailable_since is distinct from to_timestamp(0)), updated_at)
    where state = 'failed' and reason in ('seam_unauthorized', 'seam_rate_limited', 'seam_unavailable',
                                          'seam_forbidden', 'workspace_suspended', 'seam_timeout')`,
  reconciliations_unavailable_idx:
    'reconciliations (subject) where unavailable_since is not null and observed_generation < generation',
  // The same of what was not yet considered for a provisional link: empty again within seconds.
  reconciliations_unconsidered_idx: `reconciliations (subject)
    where unavailable_since is not null and observed_generation < generation and provisional_generation < generation`,
  // For the lists of the support desk: a page of those that failed for a reason, and their number.
  reconciliations_reason_idx: `reconciliations (reason, state, updated_at, subject) where reason is not null`,
  // For the list of one workspace, which is all that a token may see that is limited to some: also of one with few.
  reconciliations_workspace_idx:
    'reconciliations (workspace_id, state, updated_at) where workspace_id is not null',
  // What was set aside for want of a workspace: as a rule nothing. For whoever calls it back that serves it by now.
  reconciliations_set_aside_idx: `reconciliations (workspace_id, sweep_at) where reason = 'workspace_unknown'`,
  // For what is due once a hold is over: of each workspace what is tried again, in the order in which it failed.
  reconciliations_retrying_idx: `reconciliations (workspace_id, reason, updated_at, subject) where state = 'retrying'`,
  // For runs that were left, of what is settled: as a rule nothing. (What is owed is leased and let go of outside it.)
  reconciliations_left_idx:
    'reconciliations (leased_until) where leased_until is not null and observed_generation >= generation',
  // For the bulk runs that are under way: asked for every second.
  bulk_runs_unfinished_idx: 'bulk_runs (id) where started_at is not null and finished_at is null',
  // For the hours of the last day: how often each reason came up.
  runs_reason_idx: 'runs (reason, finished_at) where reason is not null',
  // For searching by an e-mail.
  accounts_email_idx: `connected_accounts (lower(user_identifier->>'email')) where user_identifier ? 'email'`,
  // For searching by a customer key.
  accounts_customer_key_idx: 'connected_accounts (customer_key) where customer_key is not null',
  webviews_customer_key_idx: 'connect_webviews (customer_key) where customer_key is not null',
  // The same by Seam's newer field, which may be of any length.
  accounts_name_idx: `connected_accounts (lower(left(display_name, 200))) where display_name is not null`,
  // For an app that lists the accounts of one workspace, or in one state; and those of which no run of this version has
  // said how they stand: as a rule none.
  accounts_workspace_idx:
    'connected_accounts (workspace_id, connected_account_id) where workspace_id is not null',
  accounts_state_idx: 'connected_accounts (state, connected_account_id) where state is not null',
  accounts_unsure_idx: `connected_accounts (connected_account_id)
    where state is null or state = 'connected' and state_since is null`,
  // For the lists of accounts that stopped, those that did so first in front; and of accounts of one maker.
  accounts_stopped_idx: `connected_accounts (state, state_since)
    where state in ('disconnected', 'reauthorization_requested', 'being_deleted')`,
  accounts_elsewhere_idx: `connected_accounts (connected_account_id)
    where errors @> '[{"error_code":"devices_connected_to_other_account"}]'
       or warnings @> '[{"warning_code":"devices_connected_to_other_account"}]'`,
  accounts_type_idx: 'connected_accounts (account_type) where account_type is not null',
  webviews_provider_idx: `connect_webviews (selected_provider)
    where connected_account_id is null and selected_provider is not null`,
  // The same of links to accounts that no run may have seen: few.
  links_unseen_idx: `links (connected_account_id)
    where unlinked_at is null
      and (linked_by_audit is not null or provisional_subject is not null and confirmed_at is null)`,
  // For whoever reads the app's views by user (public-views.ts), where who was erased is nobody.
  links_whose_idx: `links ((${nobodyErased('user_id')}))`,
  // For the logins that failed lately.
  connect_webviews_failed_idx: `connect_webviews (read_at) where status = 'failed'`,
  users_email_idx: 'users (lower(email))',
  links_provisional_idx: `links (provisional_subject)
     where provisional_subject is not null and confirmed_at is null and unlinked_at is null`,
  // For the last hour of the queue page. By when they began: that never changes, so that a run's end is
  // still written without touching an index.
  runs_started_idx: 'runs (started_at)',
  // For prune: webviews that nobody finished, and deleted accounts that may still say something of a person.
  expected_webviews_created_idx: 'expected_webviews (created_at, connect_webview_id)',
  accounts_to_empty_idx: `connected_accounts (deleted_at, connected_account_id)
     where deleted_at is not null and emptied_at is null`,
  // What was set aside, and what several workspaces speak of: as a rule nothing.
  deliveries_set_aside_idx: 'deliveries (received_at) where set_aside is not null',
  reconciliations_claimed_idx: 'reconciliations (subject) where claimants is not null',
  // For the findings of one kind, a page at a time.
  audit_findings_kind_idx: 'audit_findings (audit_id, kind, connected_account_id)',
  // For the audit log of a day.
  audit_log_at_idx: 'audit_log (at)',
  // For the lists of those whose user id begins so: in the order of its bytes, whatever the locale of the database.
  reconciliations_claimed_prefix_idx: `reconciliations (claimed_user_id collate "C") where claimed_user_id is not null`,
  // For searching by words: of accounts and users, and in what people wrote.
  accounts_words_idx: `connected_accounts using gin ((${ACCOUNT_WORDS}))`,
  users_words_idx: `users using gin ((${userWords(['name', 'email'])}))`,
  notes_words_idx: `notes using gin ((${noteWords('text')}))`,
  audit_log_why_words_idx: `audit_log using gin ((${noteWords('why')})) where why is not null`,
  // For searching by the id of a request to Seam, or of a message of Svix's. A filter for each stretch of the table, made
  // when that is full: it costs whoever writes next to nothing, and is read as a whole.
  runs_request_idx: `runs using brin (seam_request_id text_bloom_ops(n_distinct_per_range = 4000, false_positive_rate = 0.002))
    with (pages_per_range = 64, autosummarize = on)`,
  deliveries_message_idx: `deliveries using brin ((signature->>'svix-id') text_bloom_ops(n_distinct_per_range = 1000, false_positive_rate = 0.002))
    with (pages_per_range = 128, autosummarize = on)`,
  // For whoever takes the audit log elsewhere, in the order in which it may be given out.
  audit_log_tx_idx: 'audit_log (tx, id)',
} as const satisfies Record<string, string>;

/** It waits for the transactions that are open at that time, anybody's, but keeps no one from writing. */
const LOCK_TIMEOUT = '60s';
/** A table of this size is indexed in a moment, in which nobody can write to it. */
const SMALL_BYTES = 16 * 1024 * 1024;

/**
 * Builds those that aren't there, one after the other, each while everybody goes on writing. That takes a connection of
 * our own; behind a pooler, only what is small is indexed.
 */
export const buildLaterIndexes = async (session: MigrationSession): Promise<void> => {
  const trigrams = await trigramSchema(session);
  const wanted: Readonly<Record<string, string>> = {
    ...LATER_INDEXES,
    ...(trigrams === null ? {} : trigramIndexes(trigrams)),
  };
  const { rows } = await session.query<{ name: string; valid: boolean }>(
    `select c.relname as name, i.indisvalid as valid
       from pg_index i join pg_class c on c.oid = i.indexrelid
      where c.relnamespace = 'reconciler'::regnamespace and c.relname = any($1)`,
    [Object.keys(wanted)],
  );
  const there = new Map(rows.map(row => [row.name, row.valid]));
  const missing = Object.entries(wanted).filter(([name]) => there.get(name) !== true);
  if (missing.length === 0) return;
  const { alone } = session;
  if (alone !== null) {
    await alone.query(
      `set lock_timeout = '${LOCK_TIMEOUT}'; ${withoutLimits(['statement_timeout', 'transaction_timeout'], false)}`,
    );
  }
  for (const [name, definition] of missing) {
    // Left half built by a migration that was cut off.
    const isLeft = there.has(name);
    if (alone === null) await buildSmall(session, name, definition, isLeft);
    else {
      if (isLeft) await alone.query(`drop index concurrently reconciler.${name}`);
      await alone.query(`create index concurrently ${name} on reconciler.${definition}`);
    }
  }
};

const buildSmall = (
  session: MigrationSession,
  name: string,
  definition: string,
  isLeft: boolean,
): Promise<void> =>
  session.inTransaction(async client => {
    const [table = ''] = definition.split(/\s/, 1);
    const { rows } = await client.query<{ isSmall: boolean }>(
      `select pg_table_size($1::regclass) < ${SMALL_BYTES} as "isSmall"`,
      [`reconciler.${table}`],
    );
    if (rows[0]?.isSmall !== true) {
      throw new Error(
        `${table} is too large to be indexed through a pooler, which may use transaction pooling (set MIGRATE_DATABASE_URL to the direct address of Postgres)`,
      );
    }
    if (isLeft) await client.query(`drop index reconciler.${name}`);
    await client.query(`create index ${name} on reconciler.${definition}`);
  });

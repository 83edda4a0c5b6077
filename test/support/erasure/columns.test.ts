import { afterAll, beforeAll, expect, test } from 'vitest';
import { PLACES } from '../../../src/support/erasure/places.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { wordColumns } from '../../fixtures/dump.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

/** Made by Seam or by us, and telling of nobody by itself. */
const IDS = [
  'subject',
  'event_id',
  'workspace_id',
  'connected_account_id',
  'connect_webview_id',
  'about',
  'message_id',
  'seam_request_id',
  'trace_id',
  'traceparent',
  'provisional_event_id',
  'provisional_subject',
  'past_subject',
  'vouched_by',
  'claimants',
  'to_ask',
  'deleted_on_word_of',
  'workspaces',
];
/** From a closed list of ours or of Seam's. */
const LISTED = [
  'accepted_capabilities',
  'account_type',
  'account_type_display_name',
  'action',
  'event_type',
  'face',
  'kind',
  'outcome',
  'phase',
  'reason',
  'requested_by',
  'permissions',
  'role',
  'selected_provider',
  'set_aside',
  'source',
  'state',
  'status',
  'trigger',
  'unlinked_because',
];
/** Of the people who work with the desk: they are in the company's hands, not users of the app. */
const OF_OPERATORS = [
  'actor',
  'actor_name',
  'asked_by',
  'assigned_by',
  'by',
  'created_by',
  'owner',
  'owner_name',
  'dismissed_by',
  'planned_by',
  'started_by',
  'oidc_identity',
  'password_hash',
  'place_hash',
  'token_hash',
  'credential_id',
  'public_key',
  'user_handle',
];
const WITHOUT_ANYBODY: Readonly<Record<string, string>> = {
  'account_changes.holder': 'made up by whoever changes an account',
  'acknowledgements.buckets': 'numbers',
  'acknowledgements.process_id': 'made up by a process',
  'alert_notices.alert_ids': 'numbers',
  'alert_notices.channel': 'one of a list',
  'alert_notices.fault': 'one of our sentences, of a channel that the settings name',
  'alert_silences.rule': 'one of a list',
  'alerts.rule': 'one of a list',
  'alerts.sentence': 'one of our sentences, of the whole',
  'api_answers.request_hash': "keyed with the caller's secret, which is stored nowhere",
  'api_tokens.name': 'what a program is called',
  'audit_log.tx': 'a transaction of Postgres',
  'audits.counts': 'numbers',
  'audits.cursor': "Seam's page, or an account's id",
  'audits.failure': 'a sentence of ours, or why Seam did not answer',
  'audits.withheld': 'a sentence of numbers and workspaces',
  'backfill_gaps.why': 'one of our sentences',
  'backfill_gaps.workspace': 'an id',
  'backfills.failure': "that Seam's list of events could not be read",
  'backfills.workspace': 'an id',
  'bulk_runs.left_out': 'numbers, by a closed list',
  'conflicting_deliveries.body_hash': 'changed with the body',
  'endpoint_secrets.sealed': 'made up, and sealed',
  'endpoints.disabled_because': 'one of a list',
  'endpoints.fault': 'one of our sentences, of an address of the app',
  'endpoints.holder': 'made up by a process',
  'endpoints.name': 'what a place of the app is called',
  'endpoints.target': 'an address of the app, or a queue',
  'endpoints.types': 'of a list',
  'erasures.counts': 'numbers',
  'erasures.cursor': 'ids, until it is done',
  'erasures.person': 'until it is done',
  'erasures.pseudonym': 'made up',
  'holds.detail': 'nothing here reads or writes it',
  'hook_sets.types': 'of a list',
  'migrations.hash': 'of a migration',
  'operators.name': 'of operators',
  'operators.time_zone': 'of operators',
  'passkey_challenges.challenge': 'made up',
  'passkey_challenges.purpose': 'one of a list',
  'passkeys.name': 'what an operator calls a device',
  'passkeys.transports': 'how a browser reaches a device',
  'processes.host': 'of a machine',
  'processes.id': 'made up by a process',
  'processes.trouble': 'one of our sentences',
  'processes.version': 'of this program',
  'pruned.what': 'one of a list',
  'reconciliations.also_named_by': 'a rule of the settings',
  'reconciliations.named_by': 'a rule of the settings',
  'retention_cursors.first': 'a time or a number',
  'retention_cursors.name': 'one of a list',
  'retention_cursors.second': 'an id',
  'sessions.address': 'of operators',
  'sessions.how': 'one of a list',
  'sessions.id_token': 'of operators',
  'sessions.provider_session': 'of operators',
  'sessions.user_agent': 'of operators',
  'told.attention': 'a reason of a list',
  'sign_in_failures.key': 'what was tried for an operator, for half a day',
  'vitals.figures': 'numbers, ids, reasons of a list, and what a place of the app is called',
  'vitals.holder': 'made up by a process',
  'users.email': "the app's own: ours only reads it",
  'users.id': "the app's own: ours only reads it",
  'users.name': "the app's own: ours only reads it",
};

/** Told with what is theirs, though it holds no words. */
const NO_WORDS = [
  'api_answers.status',
  'messages.at',
  'outbox.at',
  'send_attempts.at',
  'send_attempts.status',
];

test('of every column that holds words it is known what an erasure does, or why it needn’t', async () => {
  const seenTo = new Set(
    PLACES.flatMap(({ table, columns }) => columns.map(own => `${table}.${own}`)),
  );
  const byName = new Set([...IDS, ...LISTED, ...OF_OPERATORS]);
  const all = await wordColumns(database.pool);
  const names = all.map(({ table, column }) => `${table}.${column}`);
  const unknown = all
    .filter(({ table, column }) => !seenTo.has(`${table}.${column}`) && !byName.has(column))
    .map(({ table, column }) => `${table}.${column}`)
    .filter(name => !Object.hasOwn(WITHOUT_ANYBODY, name));
  expect(unknown, 'say in src/support/erasure/places.ts what becomes of it').toEqual([]);
  const gone = [...seenTo, ...Object.keys(WITHOUT_ANYBODY)].filter(name => !names.includes(name));
  expect(gone.toSorted()).toEqual(NO_WORDS);
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { AT_THE_END, INVARIANTS, type Invariant } from './invariants.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  // What the database refuses by itself is to be seen all the same.
  const { rows } = await database.pool.query<{ name: string }>(
    `select conname as name from pg_constraint
      where conrelid = 'reconciler.reconciliations'::regclass and contype = 'c'`,
  );
  for (const { name } of rows) {
    await database.pool.query(`alter table reconciler.reconciliations drop constraint ${name}`);
  }
  await database.pool.query('drop index reconciler.links_current_idx');
});
afterAll(() => database[Symbol.asyncDispose]());

const S = `'connected_account:a'`;
const CASE = (state: string, generation: number, observed: number, more = '', values = '') =>
  `insert into reconciler.reconciliations (subject, state, generation, observed_generation, connected_account_id${more})
   values (${S}, '${state}', ${generation}, ${observed}, 'a'${values})`;
const USER = `insert into reconciler.users (id) values ('u')`;
const LINK = (more = '', values = '') =>
  `insert into reconciler.links (connected_account_id, user_id, linked_by_run${more}) values ('a', 'u', 1${values})`;
const RUN = (generation: number, more = '', values = '') =>
  `insert into reconciler.runs (subject, generation, trigger${more}) values (${S}, ${generation}, 'delivery'${values})`;
const BULK = (total: number, state: string) =>
  `insert into reconciler.bulk_runs (action, query, planned_by, total, per_minute, state)
   values ('retry', '', 'x', ${total}, 60, '${state}')`;
const ITEM = (state: string) =>
  `insert into reconciler.bulk_items (bulk_run_id, position, subject, planned_generation, state)
   select max(id), 1, ${S}, 1, '${state}' from reconciler.bulk_runs`;
const DISMISS = `insert into reconciler.audit_log (actor, actor_name, role, face, action, target, why)
   values ('t', 't', 'admin', 'api', 'dismiss', ${S}, 'stress 1')`;
const SAID = (action: string) =>
  `insert into reconciler.audit_log (actor, actor_name, role, face, action, target, after)
   values ('t', 't', 'admin', 'api', '${action}', ${S}, '{"operator_id": 7}')`;
const ASSIGNED = `insert into reconciler.assignments (subject, operator_id, assigned_by) values (${S}, null, 't')`;
const SNOOZED = `insert into reconciler.snoozes (subject, until_news, heard, by) values (${S}, true, 1, 't')`;
const STORED = `insert into reconciler.deliveries (event_id, event_type, subject, body, signature)
   values ('e', 't', ${S}, '', '{}')`;
const UNCOUNTED = `insert into reconciler.uncounted (subject, event_id, source, is_again)
   values (${S}, 'e', 'webhook', false)`;

const ACCOUNT = (state: string) =>
  `insert into reconciler.connected_accounts
          (connected_account_id, state, user_identifier, custom_metadata, errors, warnings, accepted_capabilities, read_by_run)
   values ('a', '${state}', '{}', '{}', '[]', '[]', '[]', 1)`;
const TOLD = (sequence: number, more = '', values = '') =>
  `insert into reconciler.told (about, sequence${more}) values (${S}, ${sequence}${values})`;
const MESSAGE = (sequence: number) =>
  `insert into reconciler.messages (message_id, type, about, sequence, at, data)
   values (gen_random_uuid(), 'account.linked', ${S}, ${sequence}, now(), '{}')`;
const OUTBOX = `insert into reconciler.outbox (type, about, sequence, data) values ('account.linked', ${S}, 1, '{}')`;
const ENDPOINT = (more = '', values = '') =>
  `insert into reconciler.endpoints (name, kind, target, created_by${more}) values ('x', 'queue', 'x', 'x'${values})`;
const SENDING = (sequence: number, state: string) =>
  `insert into reconciler.sendings (endpoint_id, position, about, state)
   select e.id, m.position, m.about, '${state}' from reconciler.endpoints e, reconciler.messages m
    where m.sequence = ${sequence}`;

/** What breaks each of them, a statement after the other. */
const BREAKS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'what is owed says so': [
    [CASE('pending', 1, 1)],
    [CASE('linked', 2, 1)],
    [CASE('linked', 1, 2)],
    [CASE('retrying', 2, 1)],
  ],
  'what is owed is due within the plan': [
    [CASE('pending', 2, 1, ', due_at', `, now() + interval '1 hour'`)],
    [CASE('pending', 2, 1, ', sweep_at', `, now() + interval '1 hour'`)],
  ],
  'what is dismissed has who and why, in the audit log too': [
    [CASE('dismissed', 1, 1)],
    [CASE('dismissed', 1, 1, ', dismissed_by, dismissed_why', `, 'x', 'y'`)],
  ],
  'who has a case is whom the audit log says': [[ASSIGNED], [SAID('assign'), ASSIGNED]],
  'what is snoozed was snoozed by someone, and not woken since': [
    [SNOOZED],
    [SAID('snooze'), SAID('end_snooze'), SNOOZED],
  ],
  'an account is linked to one user': [[USER, LINK(), LINK()]],
  'a link that ended says when and why, and began before': [
    [USER, LINK(', unlinked_at', ', now()')],
    [USER, LINK(', unlinked_because', `, 'relinked'`)],
    [USER, LINK(', unlinked_because, unlinked_at', `, 'relinked', now() - interval '1 s'`)],
  ],
  'links of an account follow one another': [
    [USER, LINK(', unlinked_because, unlinked_at', `, 'relinked', now() + interval '1 s'`), LINK()],
  ],
  'who is linked is a user': [[LINK()]],
  'a link that a person changed has its audit row': [[USER, LINK(', linked_by_audit', ', 7')]],
  'a run has an end and an outcome, or neither': [
    [CASE('linked', 1, 1), RUN(1, ', finished_at', ', now()')],
    [CASE('linked', 1, 1), RUN(1, ', outcome', `, 'linked'`)],
    [CASE('linked', 1, 1), RUN(1, ', outcome, finished_at', `, 'linked', now() - interval '1 s'`)],
  ],
  'a run is of a generation that there is': [[CASE('linked', 1, 1), RUN(2)]],
  'what is to be counted is stored': [[UNCOUNTED]],
  'what is stored has a case, or is to be counted': [[STORED]],
  'coverage ends now at the latest': [
    [
      `insert into reconciler.backfills (workspace, covered_from, covered_until, due_at)
       values ('', now(), now() + interval '1 hour', now())`,
    ],
  ],
  'a bulk run has the items that it was planned with': [[BULK(1, 'running')]],
  'a bulk run that is done has done all': [[BULK(1, 'done'), ITEM('waiting')]],
  'an account is lent for half a minute at most': [
    [
      `insert into reconciler.account_changes (connected_account_id, holder, until)
       values ('a', 'x', now() + interval '1 minute')`,
    ],
  ],
  'what was asked for once is done once': [[DISMISS, DISMISS]],
  'the app is told whose an account is': [
    [USER, LINK()],
    [TOLD(1, ', user_id', `, 'u'`)],
    [USER, LINK(), TOLD(1, ', user_id', `, 'v'`)],
  ],
  'the app is told how an account stands': [
    [ACCOUNT('disconnected')],
    [ACCOUNT('connected'), TOLD(1, ', state', `, 'disconnected'`)],
  ],
  'messages about a connection are numbered without a gap': [
    [MESSAGE(1)],
    [TOLD(1)],
    [TOLD(2), MESSAGE(2)],
    [TOLD(1), MESSAGE(1), OUTBOX],
  ],
  'what is of one connection is sent one after the other': [
    [MESSAGE(1), MESSAGE(2), ENDPOINT(), SENDING(1, 'waiting'), SENDING(2, 'delivered')],
  ],
  'the app has been told all there is': [
    [OUTBOX],
    [MESSAGE(1), ENDPOINT(), SENDING(1, 'waiting')],
    [MESSAGE(1), ENDPOINT(), SENDING(1, 'dead')],
    [ENDPOINT(', disabled_at, disabled_because', `, now(), 'gone'`)],
  ],
  'everything that was stored is counted': [[STORED, UNCOUNTED]],
  'nothing is owed but what waits by design': [[CASE('pending', 2, 1)]],
  'what is called linked is': [[CASE('linked', 1, 1)]],
  'what is linked to whom Seam names has no other case open': [
    [
      USER,
      LINK(),
      CASE('linked', 1, 1),
      `insert into reconciler.connected_accounts
              (connected_account_id, user_identifier, custom_metadata, errors, warnings, accepted_capabilities, read_by_run)
       values ('a', '{}', '{"id":"u"}', '[]', '[]', '[]', 1)`,
      CASE('failed', 1, 1, ', reason', `, 'metadata_id_missing'`).replace(S, `'connect_webview:w'`),
    ],
  ],
  'no bulk run goes on, nor any recovery or hold': [
    [BULK(0, 'running')],
    [`insert into reconciler.recoveries (reason) values ('seam_unavailable')`],
    [
      `insert into reconciler.workspace_holds (reason, detail, probe_at)
       values ('seam_unavailable', 'x', now())`,
    ],
  ],
  'no account is lent': [
    [
      `insert into reconciler.account_changes (connected_account_id, holder, until)
       values ('a', 'x', now() + interval '5 s')`,
    ],
  ],
  'no run of what is settled is left open': [
    [
      CASE('linked', 1, 1),
      RUN(1),
      'update reconciler.reconciliations set newest_run_id = (select max(id) from reconciler.runs)',
    ],
  ],
};

const ALL = [...INVARIANTS, ...AT_THE_END];

/** Says what breaks an invariant after these statements, of which nothing stays. */
const brokenBy = async (statements: readonly string[], { sql }: Invariant): Promise<string[]> => {
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    for (const statement of statements) await client.query(statement);
    return (await client.query<{ what: string }>(sql)).rows.map(({ what }) => what);
  } finally {
    await client.query('rollback');
    client.release();
  }
};

describe.each(ALL.map(each => [each.name, each] as const))('%s', (name, invariant) => {
  test('holds where there is nothing', async () => {
    expect(await brokenBy([], invariant)).toEqual([]);
  });

  test('is broken by each of its breaks', async () => {
    const breaks = BREAKS[name] ?? [];
    expect(breaks.length).toBeGreaterThan(0);
    for (const statements of breaks) {
      const broken = await brokenBy(statements, invariant);
      expect(broken.length, statements.join(';\n')).toBeGreaterThan(0);
      for (const what of broken) expect(what).toEqual(expect.any(String));
    }
  });
});

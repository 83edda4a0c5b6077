import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startUpkeep } from '../../src/app/maintenance.ts';
import { byMetadataKey } from '../../src/config/user-identity.ts';
import { createUserDirectory } from '../../src/users/directory.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { silentLog } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await query(`truncate ${TABLES.map(table => `reconciler.${table}`).join(', ')} cascade`);
});

const query = (text: string, values: unknown[] = []) => database.pool.query(text, values);

/** What goes by RETENTION_DAYS, AUDIT_RETENTION_DAYS, NOTES_RETENTION_DAYS, and whatever these say. */
const BY_RETENTION = ['deliveries', 'runs', 'expected_webviews', 'bulk_runs'] as const;
const BY_AUDIT_RETENTION = ['audit_log'] as const;
const BY_NOTES_RETENTION = ['notes'] as const;
const IN_ANY_CASE = ['acknowledgements', 'api_answers', 'api_tokens', 'sign_in_failures'] as const;
const TABLES = [
  ...BY_RETENTION,
  ...BY_AUDIT_RETENTION,
  ...BY_NOTES_RETENTION,
  ...IN_ANY_CASE,
  'reconciliations',
] as const;

const addOld = async (): Promise<void> => {
  const old = `now() - interval '400 days'`;
  await query(
    `insert into reconciler.reconciliations
            (subject, generation, observed_generation, state, reason, connect_webview_id, updated_at)
     values ('connect_webview:done', 1, 1, 'linked', null, 'done', ${old}),
            ('connect_webview:closed', 1, 1, 'failed', 'webview_pending', 'closed', ${old})`,
  );
  await query(
    `insert into reconciler.deliveries (event_id, event_type, subject, received_at, body, signature)
     values ('e', 'x', 'connect_webview:done', ${old}, '', '{}')`,
  );
  await query(
    `insert into reconciler.runs (subject, generation, trigger, started_at, finished_at)
     values ('connect_webview:done', 1, 'delivery', ${old}, ${old})`,
  );
  await query(`insert into reconciler.expected_webviews values ('closed', 'ada', ${old})`);
  await query(
    `insert into reconciler.bulk_runs (action, query, state, planned_by, total, per_minute, finished_at)
     values ('retry', '', 'done', 'Ada', 1, 300, ${old})`,
  );
  await query(
    `insert into reconciler.audit_log (at, actor, actor_name, role, face, action, target)
     values (${old}, 'operator:1', 'Ada', 'admin', 'console', 'retry', 'x')`,
  );
  await query(
    `insert into reconciler.notes (subject, text, by, at) values ('connect_webview:done', 'x', 'Ada', ${old})`,
  );
  await query(`insert into reconciler.acknowledgements values (${old}, 'p', 1, '[]')`);
  await query(
    `insert into reconciler.api_answers (actor, key, request_hash, at) values ('token:1', 'k', '', ${old})`,
  );
  await query(
    `insert into reconciler.api_tokens (name, role, token_hash, created_by, secret_at)
     values ('old', 'viewer', '', 'Ada', ${old})`,
  );
  await query(`insert into reconciler.sign_in_failures values ('k', 1, ${old}, ${old})`);
};
const emptyOf = async (tables: readonly string[]): Promise<string[]> => {
  const empty: string[] = [];
  for (const table of tables) {
    if ((await query(`select from reconciler.${table} limit 1`)).rowCount === 0) empty.push(table);
  }
  return empty;
};

type Days = Record<
  'retentionDays' | 'auditRetentionDays' | 'notesRetentionDays' | 'failedRetentionDays',
  number
>;
const FOR_GOOD: Days = {
  retentionDays: 0,
  auditRetentionDays: 0,
  notesRetentionDays: 0,
  failedRetentionDays: 0,
};
const start = (days: Partial<Days>) =>
  startUpkeep(
    { database, log: silentLog },
    {
      ...FOR_GOOD,
      ...days,
      users: createUserDirectory(database.pool, {
        schema: 'reconciler',
        table: 'users',
        idColumn: 'id',
      }),
      identity: byMetadataKey('id'),
      provisionalLinks: false,
      onChanged: () => undefined,
    },
  );

test('by itself it removes what is older than the settings say', async () => {
  await addOld();
  await using _upkeep = start({
    retentionDays: 90,
    auditRetentionDays: 365,
    notesRetentionDays: 300,
  });
  const all = TABLES.filter(table => table !== 'reconciliations');
  await until('all went', async () => (await emptyOf(all)).length === all.length);
  const { rows } = await query('select subject from reconciler.reconciliations');
  expect(rows).toEqual([{ subject: 'connect_webview:done' }]);
});

test('it goes on with an erasure that was cut off', async () => {
  await addOld();
  const person = {
    userId: 'ada-1815',
    names: ['ada@locks.example'],
    accountIds: [],
    webviewIds: [],
    subjects: [],
  };
  await query(
    `insert into reconciler.notes (subject, text, by) values ('x', 'Ask ada@locks.example', 'Alan')`,
  );
  await query(`insert into reconciler.erasures (pseudonym, person) values ('erased:1', $1)`, [
    person,
  ]);
  await using _upkeep = start({});
  await until('it is done', async () => {
    const { rowCount } = await query(
      'select from reconciler.erasures where finished_at is not null',
    );
    return rowCount === 1;
  });
  const { rows } = await query(`select text from reconciler.notes where subject = 'x'`);
  expect(rows).toEqual([{ text: 'Ask [erased]' }]);
});

test('with 0 it removes only what is over', async () => {
  await addOld();
  {
    await using _upkeep = start({});
    await until(
      'what is over went',
      async () => (await emptyOf(IN_ANY_CASE)).length === IN_ANY_CASE.length,
    );
  }
  const settable = [...BY_RETENTION, ...BY_AUDIT_RETENTION, ...BY_NOTES_RETENTION];
  expect(await emptyOf(settable)).toEqual([]);
});

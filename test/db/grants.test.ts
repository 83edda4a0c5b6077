import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forgetChanges } from '../../src/audit-log/forget.ts';
import { grantStatements } from '../../src/db/grants.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

const suffix = randomBytes(4).toString('hex');
const MIGRATE = `migrate_${suffix}`;
const RUN = `run "${suffix}"`;
const PASSWORD = 'of-a-test';

let database: TestDatabase;
let running: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  for (const role of [MIGRATE, RUN]) {
    await database.pool.query(
      `create role ${pg.escapeIdentifier(role)} login password '${PASSWORD}'`,
    );
  }
  await database.pool.query('create schema shop; create table shop."Guests" (id text primary key)');
  const url = new URL(database.url);
  const statements = grantStatements({
    database: url.pathname.slice(1),
    migrateRole: MIGRATE,
    runRole: RUN,
    isQueueInPostgres: false,
    usersTable: { schema: 'shop', table: 'Guests' },
  });
  // Twice: after an upgrade they are carried out again.
  for (const statement of [...statements, ...statements]) await database.pool.query(statement);
  url.username = encodeURIComponent(RUN);
  url.password = PASSWORD;
  running = new pg.Pool({ connectionString: url.href, max: 3 });
});

afterAll(async () => {
  await running.end();
  for (const role of [MIGRATE, RUN]) {
    await database.pool.query(`drop owned by ${pg.escapeIdentifier(role)}`);
    await database.pool.query(`drop role ${pg.escapeIdentifier(role)}`);
  }
  await database[Symbol.asyncDispose]();
});

const change = async (days: number): Promise<number> => {
  const { rows } = await running.query(
    `insert into reconciler.audit_log (at, actor, actor_name, role, face, action, target)
     values (now() - $1 * interval '1 day', 'operator:1', 'Ada', 'admin', 'console', 'note', 'x')
     returning id::int`,
    [days],
  );
  return Number(rows[0]?.id);
};

describe('the role that runs', () => {
  test.each([
    ['changes what the audit log says', `update reconciler.audit_log set why = 'another'`],
    ['removes from it', 'delete from reconciler.audit_log'],
    ['empties it', 'truncate reconciler.audit_log'],
    ['forges a migration', `insert into reconciler.migrations (hash, created_at) values ('x', 1)`],
    ['makes a table', 'create table reconciler.own (id int)'],
    ['makes a schema', 'create schema own'],
    ['drops a table', 'drop table reconciler.deliveries'],
    [
      'lifts a constraint',
      'alter table reconciler.reconciliations drop constraint reconciliations_owed',
    ],
    ["writes to the app's users", `insert into shop."Guests" (id) values ('u')`],
  ])('never %s', async (_name, statement) => {
    await expect(running.query(statement)).rejects.toThrow(/permission denied|must be owner/);
  });

  test("reads the app's users, and reads and writes all that is ours", async () => {
    await running.query('select id from shop."Guests"');
    const { rows } = await database.pool.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'reconciler'`,
    );
    for (const { name } of rows) {
      const { rows: may } = await running.query<{ may: boolean }>(
        `select has_table_privilege('reconciler.' || $1, 'select')
                and ($1 = 'migrations' or has_table_privilege('reconciler.' || $1, 'insert')) as may`,
        [name],
      );
      expect(may[0]?.may, name).toBe(true);
    }
  });

  test('has what a later version brings', async () => {
    // As `migrate` does, whose own the schema is.
    await database.pool.query(`grant usage, create on schema reconciler to ${MIGRATE}`);
    await database.pool.query(
      `set role ${MIGRATE};
       create table reconciler.later (id bigint generated always as identity, what text);
       reset role`,
    );
    await running.query(`insert into reconciler.later (what) values ('x')`);
    await database.pool.query('drop table reconciler.later');
  });

  test('forgets what people did by age alone, and never what is young', async () => {
    const [old, young] = [await change(400), await change(3)];
    const { rows } = await running.query(`select reconciler.forget_changes($1, now()) as id`, [
      [old, young],
    ]);
    expect(rows.map(({ id }) => Number(id))).toEqual([old]);
    await change(400);
    expect(await forgetChanges(running, 365, new AbortController().signal)).toBe(1);
  });
});

test('anybody else has no way to remove what people did', async () => {
  const { rows } = await database.pool.query<{ may: boolean }>(
    `select has_function_privilege('public', 'reconciler.forget_changes(bigint[], timestamptz)', 'execute') as may`,
  );
  expect(rows[0]?.may).toBe(false);
});

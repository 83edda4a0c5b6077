import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { forgetChanges } from '../../src/audit-log/forget.ts';
import { byMetadataKey } from '../../src/config/user-identity.ts';
import { GRANTED_FUNCTIONS } from '../../src/db/functions.ts';
import { grantStatements } from '../../src/db/grants.ts';
import { erasePerson } from '../../src/support/erasure/erase.ts';
import { createUserDirectory } from '../../src/users/directory.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { SHELL } from '../fixtures/shell.ts';

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
    ['hides that somebody was erased', 'delete from reconciler.erasures'],
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

describe('of what people did', () => {
  const [PSEUDONYM, OVER] = [`erased:${'0a'.repeat(12)}`, `erased:${'0b'.repeat(12)}`];
  type Texts = Record<'target' | 'before' | 'after' | 'why' | 'once_key', unknown>;
  const TEXTS: Texts = {
    target: 'user:ada',
    before: { user: 'ada', n: 1 },
    after: null,
    why: 'Ada (50%_\\) called us, Ada did',
    once_key: 'ada 1',
  };
  const ERASED: Texts = {
    target: `user:${PSEUDONYM}`,
    before: { user: PSEUDONYM, n: 1 },
    after: null,
    why: '[erased] (50%_\\) called us, [erased] did',
    once_key: 'erased:01234567-89ab-4cde-8f01-23456789abcd',
  };
  let id: number;
  beforeEach(async () => {
    await database.pool.query('update reconciler.audit_log set once_key = null');
    id = await change(1);
    await database.pool.query(
      `update reconciler.audit_log set target = $2, before = $3, after = $4, why = $5, once_key = $6 where id = $1`,
      [id, ...Object.values(TEXTS)],
    );
  });
  beforeAll(async () => {
    await database.pool.query(
      `insert into reconciler.erasures (pseudonym, person, finished_at)
       values ($1, '{}', null), ($2, null, now()), ('', '{}', null)`,
      [PSEUDONYM, OVER],
    );
  });
  afterAll(() => database.pool.query('delete from reconciler.erasures'));

  const scrub = async (pseudonym: string, texts: Texts): Promise<number | null> => {
    const { rowCount } = await running.query(
      'select reconciler.scrub_change($1, $2, $3, $4, $5, $6, $7)',
      [pseudonym, id, texts.target, texts.before, texts.after, texts.why, texts.once_key],
    );
    return rowCount;
  };
  const stands = async () => {
    const { rows } = await running.query('select * from reconciler.audit_log where id = $1', [id]);
    return rows[0];
  };

  test('an erasure that is under way takes texts out, and nothing else', async () => {
    const before = await stands();
    expect(await scrub(PSEUDONYM, ERASED)).toBe(1);
    expect(await stands()).toEqual({ ...before, ...ERASED });
  });

  test.each([
    ['no erasure is under way', OVER, {}],
    ['there is none of that name', `erased:${'0c'.repeat(12)}`, {}],
    ['its name is none', '', { why: 'Bob called us' }],
    ['a reason is written anew', PSEUDONYM, { why: '[erased] called Bob' }],
    ['one is written where there was none', PSEUDONYM, { after: { by: '[erased]' } }],
    ['one is taken away whole', PSEUDONYM, { why: null }],
    ['it is put down to another', PSEUDONYM, { target: 'user:bob' }],
    ['what was before is written anew', PSEUDONYM, { before: { user: 'bob', n: 1 } }],
    ['a request is given the key of another', PSEUDONYM, { once_key: 'bob 1' }],
  ])('where %s nothing is changed', async (_what, pseudonym, texts) => {
    const before = await stands();
    expect(await scrub(pseudonym, { ...ERASED, ...texts })).toBe(0);
    expect(await stands()).toEqual(before);
  });
});

test('the role that runs erases somebody, also in what people did', async () => {
  const id = await change(1);
  await database.pool.query(
    `update reconciler.audit_log set why = 'for ada@locks.example', before = '{"user": "ada-1815"}', target = 'user:ada-1815'
      where id = $1`,
    [id],
  );
  const profiles = {
    ofIds: async () => new Map([['ada-1815', { name: null, email: 'ada@locks.example' }]]),
  };
  const users = createUserDirectory(running, {
    schema: 'reconciler',
    table: 'users',
    idColumn: 'id',
  });
  const eraser = { pool: running, users, profiles, config: { identity: byMetadataKey('id') } };
  const order = { userId: 'ada-1815', why: 'they asked' };
  const { signal } = new AbortController();
  const done = await erasePerson(eraser as never, SHELL, order, signal);
  expect(done).toMatchObject({ finished: true, counts: { audit_log: 1 } });
  const { rows } = await running.query(
    'select target, before, why, actor_name from reconciler.audit_log where id = $1',
    [id],
  );
  const { pseudonym } = done;
  expect(rows).toEqual([
    {
      target: `user:${pseudonym}`,
      before: { user: pseudonym },
      why: 'for [erased]',
      actor_name: 'Ada',
    },
  ]);
});

test.each(GRANTED_FUNCTIONS)('anybody else has no way to %s', async name => {
  const { rows } = await database.pool.query<{ may: boolean }>(
    `select has_function_privilege('public', $1, 'execute') as may`,
    [name],
  );
  expect(rows[0]?.may).toBe(false);
});

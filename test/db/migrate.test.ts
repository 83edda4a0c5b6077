import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isMigrated, type MigrationStep, runMigrations } from '../../src/db/migrate.ts';
import { createQueueBackend, type QueueBackend } from '../../src/queue/backend.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { silentLog } from '../fixtures/settings.ts';

const backendOf = (database: TestDatabase): QueueBackend =>
  createQueueBackend({ redisUrl: undefined, databaseUrl: database.url, log: silentLog });

/** Every relation with its columns, every function, and what the ledger says. */
const readSchema = async ({ pool }: TestDatabase): Promise<unknown> => {
  const { rows: columns } = await pool.query(
    `select c.oid, n.nspname, c.relname, a.attname, a.atttypid
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
      where n.nspname in ('reconciler', 'bullmq') order by 2, 3, 4`,
  );
  const { rows: functions } = await pool.query(
    `select p.oid, p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname in ('reconciler', 'bullmq') order by 1`,
  );
  const { rows: ledger } = await pool.query('select * from reconciler.migrations order by id');
  return { columns, functions, ledger };
};

describe('an empty database', () => {
  let database: TestDatabase;
  let backend: QueueBackend;
  beforeAll(async () => {
    database = await createTestDatabase('template0');
    backend = backendOf(database);
  });
  afterAll(async () => {
    await backend[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  test('does not count as migrated, and the queue in it can’t be used', async () => {
    expect(await isMigrated(database.pool)).toBe(false);
    await expect(backend.probe()).rejects.toThrow();
  });

  test('is brought up once by ten processes that start at the same time', async () => {
    const starts = Array.from({ length: 10 }, () =>
      runMigrations(database.url, backend.migrations),
    );
    await Promise.all(starts);
    expect(await isMigrated(database.pool)).toBe(true);
    await backend.probe();
    const { rows } = await database.pool.query(
      'select created_at, count(*)::int as times from reconciler.migrations group by 1',
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ times }) => times !== 1)).toEqual([]);
  });

  test('is left as it is by another migrate, with its data', async () => {
    await database.pool.query("insert into reconciler.users (id) values ('ada')");
    const before = await readSchema(database);
    await runMigrations(database.url, backend.migrations);
    expect(await readSchema(database)).toEqual(before);
    const { rows } = await database.pool.query('select id from reconciler.users');
    expect(rows).toEqual([{ id: 'ada' }]);
  });
});

describe('during a deployment', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database[Symbol.asyncDispose]());

  test('an index that was left half built is built anew', async () => {
    const { pool } = database;
    const name = `'reconciler.deliveries_received_idx'::regclass`;
    await pool.query(`update pg_index set indisvalid = false where indexrelid = ${name}`);
    await runMigrations(database.url, []);
    const { rows } = await pool.query(`select indisvalid from pg_index where indexrelid = ${name}`);
    expect(rows).toEqual([{ indisvalid: true }]);
  });

  test('a database of a newer version will do, and the old version leaves it alone', async () => {
    await database.pool.query(
      `insert into reconciler.migrations (hash, created_at)
       select 'of a version to come', max(created_at) + 1 from reconciler.migrations`,
    );
    expect(await isMigrated(database.pool)).toBe(true);
    await using backend = backendOf(database);
    const before = await readSchema(database);
    await runMigrations(database.url, backend.migrations);
    expect(await readSchema(database)).toEqual(before);
    expect(await isMigrated(database.pool)).toBe(true);
  });

  test('a database that lacks the newest migration is not taken for migrated', async () => {
    await database.pool.query(
      `update reconciler.migrations set created_at = created_at - 10
        where created_at >= (select max(created_at) - 1 from reconciler.migrations)`,
    );
    expect(await isMigrated(database.pool)).toBe(false);
  });
});

test('a migration that fails says why, and keeps nobody else from migrating', async () => {
  await using database = await createTestDatabase('template0');
  await using backend = backendOf(database);
  const failing = runMigrations(database.url, [
    {
      of: 'more',
      apply: client => client.query('create table reconciler.users (id text)'),
    },
  ]);
  await expect(failing).rejects.toThrow('of more failed: relation "users" already exists.');
  await runMigrations(database.url, backend.migrations);
  await backend.probe();
  expect(await isMigrated(database.pool)).toBe(true);
});

test('a database that has something else under our names is left as it was', async () => {
  await using database = await createTestDatabase('template0');
  await database.pool.query('create schema reconciler create table links (theirs text)');
  await expect(runMigrations(database.url, [])).rejects.toThrow();
  expect(await isMigrated(database.pool)).toBe(false);
  const { rows } = await database.pool.query(
    `select table_name from information_schema.tables
      where table_schema = 'reconciler' and table_name <> 'migrations'`,
  );
  expect(rows).toEqual([{ table_name: 'links' }]);
});

describe('while a long transaction goes on', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database[Symbol.asyncDispose]());

  /** Reads every table, as a backup does, and keeps its locks. */
  const startBackup = async (): Promise<AsyncDisposable> => {
    const client = await database.pool.connect();
    const { rows } = await client.query<{ tables: string }>(
      `select string_agg(format('%I.%I', schemaname, tablename), ', ') as tables
         from pg_tables where schemaname in ('reconciler', 'bullmq')`,
    );
    await client.query(`begin; lock table ${rows[0]?.tables} in access share mode`);
    return {
      [Symbol.asyncDispose]: async () => {
        await client.query('rollback');
        client.release();
      },
    };
  };
  const STEP: MigrationStep = {
    of: 'links',
    apply: client =>
      client.query(
        // Several at once are one transaction.
        `alter table reconciler.users add column a text;
         alter table reconciler.links add column b text`,
      ),
  };

  test('a database that is up to date is found so', async () => {
    await using backend = backendOf(database);
    await using _backup = await startBackup();
    await runMigrations(database.url, backend.migrations, { maxTries: 1 });
  });

  test('a migration gives up in the end, says what to do, has changed nothing, and can be done later', async () => {
    const before = await readSchema(database);
    {
      await using _backup = await startBackup();
      const migrating = runMigrations(database.url, [STEP], { maxTries: 2 });
      await expect(migrating).rejects.toThrow(
        /^The migration of links timed out: .*pg_stat_activity.* run "migrate" again\.$/,
      );
    }
    expect(await readSchema(database)).toEqual(before);
    await runMigrations(database.url, [STEP]);
    expect(await readSchema(database)).not.toEqual(before);
  });
});

import { describe, expect, test } from 'vitest';
import { unfitFor } from '../../src/db/fitness.ts';
import { grantStatements, NEEDED, NEEDED_TO_STORE, NEEDED_TO_WORK } from '../../src/db/grants.ts';
import { isMigrated, runMigrations } from '../../src/db/migrate.ts';
import { describeLack, readRights } from '../../src/db/rights.ts';
import { createQueueBackend } from '../../src/queue/backend.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { openPool } from '../fixtures/pools.ts';
import { createRole, rowsOf } from '../fixtures/roles.ts';
import { silentLog } from '../fixtures/settings.ts';

const backendOf = (databaseUrl: string) =>
  createQueueBackend({ redisUrl: undefined, databaseUrl, log: silentLog });

const nameOf = ({ url }: TestDatabase): string => new URL(url).pathname.slice(1);

const schemasOf = async ({ pool }: TestDatabase): Promise<unknown[]> => {
  const { rows } = await pool.query(
    `select nspname from pg_namespace where nspname in ('reconciler', 'bullmq')`,
  );
  return rows;
};

describe('migrate refuses, before it changes anything,', () => {
  test.each(['LATIN1', 'SQL_ASCII'])('a database of encoding %s', async encoding => {
    await using database = await createTestDatabase('template0', { encoding });
    await expect(runMigrations(database.url, [])).rejects.toThrow(
      `Nothing was migrated: this database's encoding is ${encoding}`,
    );
    expect(await schemasOf(database)).toEqual([]);
  });

  test('one that can only be read', async () => {
    await using database = await createTestDatabase('template0');
    await database.pool.query(
      `alter database ${nameOf(database)} set default_transaction_read_only = on`,
    );
    await expect(runMigrations(database.url, [])).rejects.toThrow(/can only be read/);
    expect(await schemasOf(database)).toEqual([]);
  });

  test('a replica, and a PostgreSQL that is too old', () => {
    const traits = {
      version: '15.1',
      versionNumber: 150_001,
      encoding: 'UTF8',
      isReplica: false,
      isReadOnly: false,
    };
    expect(unfitFor(traits)).toBeNull();
    expect(unfitFor({ ...traits, isReplica: true })?.detail).toContain('replica');
    expect(unfitFor({ ...traits, version: '14.9', versionNumber: 140_009 })?.detail).toBe(
      'PostgreSQL 14.9 is too old',
    );
  });
});

test('who owns the schemas migrates without a right to make one, and runs the queue', async () => {
  await using database = await createTestDatabase('template0');
  await using owner = await createRole(database, role => [
    `create schema reconciler authorization ${role}`,
    `create schema bullmq authorization ${role}`,
  ]);
  await using backend = backendOf(owner.url);
  await runMigrations(owner.url, backend.migrations);
  await runMigrations(owner.url, backend.migrations);
  expect(await isMigrated(database.pool)).toBe(true);
  expect(await backend.probe()).toBeNull();
});

test('who may make no schema is told so where they are missing', async () => {
  await using database = await createTestDatabase('template0');
  await using role = await createRole(database, () => []);
  await expect(runMigrations(role.url, [])).rejects.toThrow(/permission denied for database/);
});

describe('the rights of a role', () => {
  test('are all there after what "grants" prints', async () => {
    await using database = await createTestDatabase();
    await using run = await createRole(database, name =>
      grantStatements({
        database: nameOf(database),
        runRole: name,
        migrateRole: 'postgres',
        isQueueInPostgres: true,
        usersTable: null,
      }),
    );
    await using pool = openPool(run.url);
    expect(await readRights(pool, NEEDED)).toEqual({ role: run.name, lacking: [] });
    expect(await readRights(pool, NEEDED_TO_STORE)).toMatchObject({ lacking: [] });
    // What another version has brought, and nobody has granted, keeps no worker from its work.
    await database.pool.query('create table reconciler.of_tomorrow (id int)');
    await database.pool.query(`revoke all on reconciler.of_tomorrow from ${run.name}`);
    expect((await readRights(pool, NEEDED)).lacking).toContain('insert on reconciler.of_tomorrow');
    expect(await readRights(pool, NEEDED_TO_WORK)).toMatchObject({ lacking: [] });
    await using backend = backendOf(run.url);
    expect(await backend.probe()).toBeNull();
  });

  test('are named where they are missing', async () => {
    await using database = await createTestDatabase();
    await using run = await createRole(database, name => [
      ...rowsOf('reconciler', name),
      `revoke insert on reconciler.deliveries from ${name}`,
      `revoke delete on reconciler.notes from ${name}`,
    ]);
    await using pool = openPool(run.url);
    const rights = await readRights(pool, NEEDED);
    expect(rights.lacking.slice(0, 2)).toEqual([
      'delete on reconciler.notes',
      'insert on reconciler.deliveries',
    ]);
    // Our functions are nobody's by default.
    expect(rights.lacking.slice(2).join()).toMatch(/^execute on .*forget_changes.*scrub_change/);
    expect(describeLack(rights)).toBe(
      'our role lacks rights: delete on reconciler.notes, and 3 more',
    );
    expect((await readRights(pool, NEEDED_TO_STORE)).lacking).toEqual([
      'insert on reconciler.deliveries',
    ]);
    expect((await readRights(pool, NEEDED_TO_WORK)).lacking).toEqual([]);
    await database.pool.query(`revoke update on reconciler.runs from ${run.name}`);
    expect((await readRights(pool, NEEDED_TO_WORK)).lacking).toEqual(['update on reconciler.runs']);
  });

  test('a role without any is told of the schema first', async () => {
    await using database = await createTestDatabase();
    await using none = await createRole(database, () => []);
    await using pool = openPool(none.url);
    expect((await readRights(pool, NEEDED)).lacking[0]).toBe('usage on schema reconciler');
  });
});

describe('the queue in Postgres', () => {
  test('can’t be used by a role that may make no sequence for it, until there is one', async () => {
    await using database = await createTestDatabase();
    await using run = await createRole(database, name => rowsOf('bullmq', name));
    await using backend = backendOf(run.url);
    await expect(backend.probe()).rejects.toMatchObject({
      name: 'QueueFault',
      message: "the queue can't work in Postgres: our role lacks rights: create on schema bullmq",
      remedy: expect.stringContaining(`--run-role ${run.name}`),
    });
    await database.pool.query(`create sequence bullmq.bullmq_jid_of_the_test`);
    await database.pool.query(`grant usage on all sequences in schema bullmq to ${run.name}`);
    // It works now, but not for a workspace to come.
    expect(await backend.probe()).toMatchObject({ name: 'QueueFault' });
  });

  test('can’t be used without rights on its tables, or where nothing can be written', async () => {
    await using database = await createTestDatabase();
    await using run = await createRole(database, name => [
      ...rowsOf('bullmq', name),
      `grant create on schema bullmq to ${name}`,
    ]);
    await using backend = backendOf(run.url);
    await database.pool.query(
      `revoke all on bullmq.relay_node, bullmq.relay_inbox from ${run.name}`,
    );
    await database.pool.query(`revoke insert, update, delete on bullmq.migration from ${run.name}`);
    expect(await backend.probe()).toBeNull();
    await database.pool.query(`revoke update on bullmq.job from ${run.name}`);
    await expect(backend.probe()).rejects.toThrow('update on bullmq.job');
    await database.pool.query(`alter role ${run.name} set default_transaction_read_only = on`);
    await using later = backendOf(run.url);
    await expect(later.probe()).rejects.toThrow('can only be read');
  });
});

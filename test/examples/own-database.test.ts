import path from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase, prepareDatabase } from '../../examples/express-drizzle/src/database.ts';
import { readSettings } from '../../examples/express-drizzle/src/settings.ts';
import { createTestDatabase } from '../fixtures/database.ts';
import { EXAMPLE } from '../fixtures/example-folder.ts';
import { run } from '../fixtures/processes.ts';

/* The example in a database that is an app's own. */

const prepared = async (url: string): Promise<void> => {
  const db = openDatabase(url);
  await prepareDatabase(db, { hasDemoUsers: true }).finally(() => db.$client.end());
};

test('beside users and migrations of the app’s own: it writes to neither, and passes nothing over', async () => {
  await using database = await createTestDatabase('template0');
  const { pool } = database;
  await pool.query(`
    create table users (id uuid primary key, name text not null, email text not null);
    create schema drizzle;
    create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint);
    insert into drizzle.__drizzle_migrations (hash, created_at) values ('theirs', 9999999999999)`);
  await prepared(database.url);
  await prepared(database.url);
  const { rows } = await pool.query(
    `select to_regclass('lock_accounts') is not null as made, (select count(*)::int from users) as users,
            (select count(*)::int from drizzle.__drizzle_migrations) as theirs`,
  );
  expect(rows).toEqual([{ made: true, users: 0, theirs: 1 }]);
});

test('a table of the app’s that is called as one of the example’s stops it, and nothing is made', async () => {
  await using database = await createTestDatabase('template0');
  await database.pool.query('create table notices (id int)');
  await expect(prepared(database.url)).rejects.toThrow();
  const { rows } = await database.pool.query(
    `select to_regclass('lock_accounts') as made, to_regclass('users') as users`,
  );
  expect(rows).toEqual([{ made: null, users: null }]);
});

test('the tables can be made before anything else is set up: the service reads the users in them', async () => {
  await using database = await createTestDatabase('template0');
  const env = { DATABASE_URL: database.url, DEMO_USERS: 'on' };
  const { code, stderr } = await run([], env, path.join(EXAMPLE, 'src/tables.ts'));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { rows } = await database.pool.query('select count(*)::int as users from public.users');
  expect(rows).toEqual([{ users: 3 }]);
});

test('a secret that can be guessed is refused', () => {
  const read = (length: number) =>
    readSettings(['SESSION_SECRET'], { SESSION_SECRET: 's'.repeat(length) });
  expect(() => read(31)).toThrow('at least 32 characters');
  expect(read(32)).toEqual({ SESSION_SECRET: 's'.repeat(32) });
});

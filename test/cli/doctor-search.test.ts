import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { runHere } from '../fixtures/here.ts';

/* What `doctor` says of searching by names. */

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(
    `create table public.people as select 'u' || n as id, 'Somebody ' || n as name from generate_series(1, 30000) n`,
  );
  await database.pool.query('analyze public.people');
  await database.pool.query(`insert into reconciler.users (id, name) values ('ada', 'Ada')`);
});
afterAll(() => database[Symbol.asyncDispose]());

const said = async (env: Readonly<Record<string, string>> = {}): Promise<string> => {
  const { stdout } = await runHere(['doctor', '--json'], { DATABASE_URL: database.url, ...env });
  const { checks } = JSON.parse(stdout) as { checks: { check: string; detail: string }[] };
  return checks.find(({ check }) => check === 'search')?.detail ?? '';
};
const OWN = {
  USERS_TABLE: 'public.people',
  USERS_ID_COLUMN: 'id',
  USERS_NAME_COLUMN: 'name',
};

test('of the built-in table: by an index', async () => {
  expect(await said()).toMatch(/misspelt by pg_trgm; users by an index/);
});

test('of a large table of one’s own: that names aren’t searched, and by what statement they would be, which works', async () => {
  const detail = await said(OWN);
  const [statement = ''] = /create index concurrently .*$/s.exec(detail) ?? [];
  expect(detail).toContain('names aren’t searched');
  await database.pool.query(statement);
  expect(await said(OWN)).toContain('users by an index of their table');
});

test('without pg_trgm: what is missed, and how to have it', async () => {
  await database.pool.query('drop extension pg_trgm cascade');
  expect(await said()).toContain('create extension pg_trgm');
});

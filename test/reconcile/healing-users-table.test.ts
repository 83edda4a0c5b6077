import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { healUsersTable } from '../../src/reconcile/healing.ts';
import type { UserDirectory } from '../../src/users/directory.ts';
import { UsersTableError } from '../../src/users/errors.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.pool.query('truncate reconciler.reconciliations cascade');
});

const add = (subject: string, state: 'failed' | 'retrying', reason: string, count = 1) =>
  database.pool.query(
    `insert into reconciler.reconciliations
            (subject, generation, observed_generation, state, reason, attempts, due_at, updated_at)
     select $1 || n, 2, case when $2 = 'failed' then 2 else 1 end, $2, $3, 3,
            now() + interval '1 h', now() - (1 + n) * interval '1 s'
       from generate_series(1, $4) n`,
    [subject, state, reason, count],
  );
const pending = async () => {
  const { rows } = await database.pool.query(
    `select subject from reconciler.reconciliations
      where state = 'pending' and requested_by = 'healing' and due_at <= now() order by 1`,
  );
  return rows.map(row => row.subject);
};

const ANY: Awaited<ReturnType<UserDirectory['check']>> = {
  idType: { name: 'text', sql: '', equals: '', key: '' },
  hidden: null,
};
const heal = (check: UserDirectory['check']) =>
  healUsersTable({ pool: database.pool, users: { check } });

test('what waits for the users table is put back once that can be used, and nothing else', async () => {
  await add('connect_webview:failed', 'failed', 'users_table_unusable');
  await add('connect_webview:retrying', 'retrying', 'users_table_unusable');
  await add('connect_webview:other', 'failed', 'user_not_found');
  expect(await heal(() => Promise.reject(new UsersTableError('not yet')))).toBe(0);
  expect(await pending()).toEqual([]);
  await expect(heal(() => Promise.reject(new Error('no database')))).rejects.toThrow('no database');
  expect(await heal(async () => ANY)).toBe(2);
  expect(await pending()).toEqual(['connect_webview:failed1', 'connect_webview:retrying1']);
});

test('where nothing waits for it, it isn’t even asked', async () => {
  await add('connect_webview:other', 'failed', 'internal_error');
  expect(await heal(() => Promise.reject(new Error('asked')))).toBe(0);
});

test('many are put back some at a time, the longest waiting first, until all are', async () => {
  await add('connect_webview:many', 'failed', 'users_table_unusable', 1_200);
  expect(await heal(async () => ANY)).toBe(500);
  expect(await pending()).not.toContain('connect_webview:many1');
  expect(await pending()).toContain('connect_webview:many1200');
  expect(await heal(async () => ANY)).toBe(500);
  expect(await heal(async () => ANY)).toBe(200);
  expect(await heal(async () => ANY)).toBe(0);
});

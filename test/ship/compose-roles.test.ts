import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

/* The role that compose makes for web and worker, in a database that is new or has been running for long. */

const { makeRunRole } = createRequire(import.meta.url)('../../scripts/compose-roles.cjs') as {
  makeRunRole: (ownerUrl: string, runUrl: string) => Promise<boolean>;
};

const ROLE = `run_${randomBytes(4).toString('hex')}`;
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(() => void vi.unstubAllEnvs());
afterAll(async () => {
  await database.pool.query(`drop owned by ${ROLE}`);
  await database.pool.query(`drop role ${ROLE}`);
  await database[Symbol.asyncDispose]();
});

const urlWith = (password: string): string => {
  const url = new URL(database.url);
  url.username = ROLE;
  url.password = encodeURIComponent(password);
  return url.href;
};

const as = async (url: string, statement: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
};

test('it reads and adds, owns nothing, and changes nothing in the audit log; again it gets its new password', async () => {
  for (const password of ["first' password", 'second/password']) {
    const url = urlWith(password);
    await makeRunRole(database.url, url);
    expect(await as(url, 'select count(*)::int as count from reconciler.deliveries')).toEqual([
      { count: 0 },
    ]);
    for (const statement of [
      'delete from reconciler.audit_log',
      'drop table reconciler.deliveries',
      'create role another',
    ]) {
      await expect(as(url, statement)).rejects.toThrow(/permission denied|must be owner/);
    }
  }
});

test('in a database without anything of ours it makes nothing, and keeps nobody from starting', async () => {
  const elsewhere = (of: string): string => {
    const url = new URL(of);
    url.pathname = '/postgres';
    return url.href;
  };
  const third = urlWith('third password');
  expect(await makeRunRole(elsewhere(database.url), elsewhere(third))).toBe(false);
  await expect(as(third, 'select 1')).rejects.toThrow();
});

test('what can’t be granted leaves the password as it was', async () => {
  vi.stubEnv('USERS_TABLE', 'nowhere.users');
  const fourth = urlWith('fourth password');
  await expect(makeRunRole(database.url, fourth)).rejects.toThrow(/does not exist/);
  await expect(as(fourth, 'select 1')).rejects.toThrow();
});

test('a secret that only web and worker were given is no fault', async () => {
  vi.stubEnv('SEAM_API_KEY_FILE', '/run/secrets/only-there');
  expect(await makeRunRole(database.url, urlWith('fifth password'))).toBe(true);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { addOperator } from '../../src/operators/operators.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { runHere } from '../fixtures/here.ts';
import { SHELL } from '../fixtures/shell.ts';

let database: TestDatabase;
let env: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  env = { DATABASE_URL: database.url, OPERATOR_NAME: 'the shell' };
  await addOperator(database.pool, SHELL, { name: 'Ada', role: 'admin', password: null });
});
afterAll(() => database[Symbol.asyncDispose]());

const run = (...args: string[]) => runHere(['token', ...args], env);
const create = (name: string, ...more: string[]) =>
  run('create', name, '--role', 'support', '--owner', 'ada', ...more);
const listed = async (name: string) => {
  const { tokens } = JSON.parse((await run('list', '--json')).stdout) as {
    tokens: { id: number; name: string }[];
  };
  const found = tokens.find(token => token.name === name);
  if (found === undefined) throw new Error(`no token ${name}`);
  return found;
};

test('a token is alone on stdout, once, has an owner and a term, and can be revoked', async () => {
  const { stdout, stderr, code } = await create('ci');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^srk_[\w-]{43}\n$/);
  expect(stderr).toMatch(/Token \d+ of Ada: support\. It expires 20/);
  expect((await run('list', '--json')).stdout).not.toContain(stdout.trim());
  const token = await listed('ci');
  expect(token).toMatchObject({ owner: 'Ada', role: 'support', state: 'active', revoked_at: null });
  expect((await run('revoke', String(token.id))).code).toBe(0);
  expect((await run('list')).stdout).toContain('revoked');
});

test('no token without an owner who is there, or with a term that can’t be', async () => {
  expect((await run('create', 'ci', '--role', 'support')).code).toBe(2);
  expect((await create('ci', '--owner', 'nobody')).code).toBe(3);
  for (const expires of ['0h', '90m', '367d', 'never']) {
    expect((await create('ci', '--expires', expires)).code).toBe(2);
  }
  expect((await create('ci', '--permission', 'retry', 'fly')).code).toBe(2);
  expect((await create('ci', '--permission', 'pause_queue')).stderr).toContain('"support" doesn');
});

test('it is told what a token may and when it ends, and that it ends soon', async () => {
  expect((await create('short', '--permission', 'view', 'retry', '--expires', '12h')).code).toBe(0);
  expect(await listed('short')).toMatchObject({ permissions: ['view', 'retry'], state: 'active' });
  await database.pool.query(
    `update reconciler.api_tokens set secret_at = now() - interval '10 hours' where name = 'short'`,
  );
  expect((await run('list')).stdout).toMatch(
    /short +Ada +support; only view, retry .*expires in 1 hour\n/,
  );
});

test('a token is rotated with an overlap, which the list tells', async () => {
  const first = await create('rotated');
  const { id } = await listed('rotated');
  const { stdout, stderr } = await run('rotate', String(id), '--overlap', '2h', '--expires', '30d');
  expect(stdout).toMatch(/^srk_[\w-]{43}\n$/);
  expect(stdout).not.toBe(first.stdout);
  expect(stderr).toContain('The old secret works until');
  expect((await run('list')).stdout).toContain('; old secret until');
  expect((await run('rotate', String(id), '--overlap', '31d')).code).toBe(2);
  expect((await run('rotate', '4711')).code).toBe(3);
  await run('revoke', String(id));
  expect(await run('rotate', String(id))).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('create a new one'),
  });
});

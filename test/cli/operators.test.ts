import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { runHere } from '../fixtures/here.ts';

let database: TestDatabase;
let env: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  env = {
    DATABASE_URL: database.url,
    CONSOLE_URL: 'https://support.example.com/',
    OPERATOR_NAME: 'the shell',
  };
});
afterAll(() => database[Symbol.asyncDispose]());

const run = (...args: string[]) => runHere(args, env);

const withStdin = async <T>(text: string, work: () => Promise<T>): Promise<T> => {
  const stdin = Object.assign(Readable.from([text]), { isTTY: false });
  const spy = vi.spyOn(process, 'stdin', 'get').mockReturnValue(stdin as typeof process.stdin);
  try {
    return await work();
  } finally {
    spy.mockRestore();
  }
};

test('an operator is added with a password from stdin, listed, changed, disabled and enabled', async () => {
  const add = ['operator', 'add', 'Ada', '--role', 'admin', '--password-stdin', '--json'];
  const added = await withStdin('correct horse battery\n', () => run(...add));
  expect(added.code).toBe(0);
  expect(JSON.parse(added.stdout)).toMatchObject({
    operator: { name: 'Ada', role: 'admin', signs_in_with: 'password', last_seen_at: null },
  });
  expect((await run('operator', 'role', 'ada', 'support')).code).toBe(4);
  expect((await run('operator', 'add', 'Bob', '--role', 'admin', '--link')).code).toBe(0);
  expect((await run('operator', 'role', 'ADA', 'support')).code).toBe(0);
  expect((await run('operator', 'disable', 'ada')).stderr).toContain('signed out everywhere');
  const list = await run('operator', 'list', '--json');
  expect(JSON.parse(list.stdout).operators).toMatchObject([
    { name: 'Ada', role: 'support', disabled_at: expect.any(String) },
    { name: 'Bob', signs_in_with: 'nothing_yet' },
  ]);
  expect((await run('operator', 'enable', 'ada')).code).toBe(0);
  const { rows } = await database.pool.query(
    `select actor, actor_name, face, action from reconciler.audit_log where target = 'operator:1' order by id`,
  );
  expect(rows.map(({ action }) => action)).toEqual([
    'add_operator',
    'change_operator',
    'disable_operator',
    'change_operator',
  ]);
  expect(rows[0]).toMatchObject({ actor: 'shell:the shell', face: 'cli' });
});

test('a link is alone on stdout, and leads to the console', async () => {
  const { stdout } = await run('operator', 'add', 'Cleo', '--role', 'viewer', '--link');
  expect(stdout).toMatch(
    /^https:\/\/support\.example\.com\/support\/sign-in\/link\?next=%2Fsupport%2Faccount#key=[\w-]{43}\n$/,
  );
  const { CONSOLE_URL: _, ...without } = env;
  const again = await runHere(['operator', 'password', 'cleo', '--link'], without);
  expect(again.stdout).toMatch(/^\/support\/sign-in\/link\?next=%2Fsupport%2Faccount#key=/);
  expect(again.stderr).toContain('URL of your console');
});

test('what can’t be is refused with its own exit code, and nothing is asked where nobody is', async () => {
  const short = ['operator', 'add', 'Dora', '--role', 'viewer', '--password-stdin'];
  const tooShort = await withStdin('short', () => run(...short));
  expect(tooShort).toMatchObject({ code: 2, stderr: expect.stringContaining('12 characters') });
  const nobody = await withStdin('', () => run('operator', 'add', 'Dora', '--role', 'viewer'));
  expect(nobody).toMatchObject({ code: 2, stderr: expect.stringContaining('--password-stdin') });
  expect((await run('operator', 'add', 'Dora', '--role', 'king', '--link')).code).toBe(2);
  expect((await run('operator', 'disable', 'nobody')).code).toBe(3);
  expect((await run('token', 'revoke', '4711')).code).toBe(3);
});

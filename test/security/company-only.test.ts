import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConfigError, parseConfig } from '../../src/config/config.ts';
import { signInWithLink } from '../../src/operators/sign-in.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { runHere } from '../fixtures/here.ts';
import { addWithPassword } from '../fixtures/passwords.ts';

const PASSWORD = 'violet anvil crosses pond';
const OIDC = {
  CONSOLE_URL: 'http://127.0.0.1:3000',
  OIDC_ISSUER: 'http://127.0.0.1:1',
  OIDC_CLIENT_ID: 'console',
  OIDC_CLIENT_SECRET: 'hunter2-hunter2',
  OIDC_ROLES: 'bosses=admin',
};

let desk: TestDesk;
const lines: string[] = [];
const log = pino({ level: 'info' }, { write: line => void lines.push(line) });
beforeAll(async () => {
  const { openIdConnect } = parseConfig(OIDC);
  desk = await openDesk({ openIdConnect, hasPasswords: false }, { log });
});
afterAll(() => desk[Symbol.asyncDispose]());

const run = (...args: string[]) =>
  runHere(args, { ...OIDC, SIGN_IN: 'company', DATABASE_URL: desk.database.url });
const hashOf = async (name: string): Promise<string | null> => {
  const { rows } = await desk.database.pool.query(
    'select password_hash from reconciler.operators where name = $1',
    [name],
  );
  return rows[0]?.password_hash;
};

test('SIGN_IN=company takes the company’s settings, and says so where they are missing', () => {
  expect(parseConfig({ ...OIDC, SIGN_IN: 'company' }).hasPasswords).toBe(false);
  expect(parseConfig(OIDC).hasPasswords).toBe(true);
  expect(() => parseConfig({ SIGN_IN: 'company' })).toThrow(
    'SIGN_IN must be any unless OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_ROLES, CONSOLE_URL are set',
  );
  expect(() => parseConfig({ SIGN_IN: 'passwords' })).toThrow(ConfigError);
});

test('the page offers the company’s account alone, and the right password lets nobody in', async () => {
  await addWithPassword(desk.database.pool, { name: 'Ada', role: 'admin', password: PASSWORD });
  const page = await (await fetch(`${desk.url}/support/sign-in`)).text();
  expect(page).toContain('Sign in with your company account');
  expect(page).not.toContain('type="password"');
  const refused = await fetch(`${desk.url}/support/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ name: 'Ada', password: PASSWORD }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  expect(refused.status).toBe(403);
  expect(refused.headers.getSetCookie()).toEqual([]);
  expect(await refused.text()).toContain('Passwords are switched off');
  expect(lines.map(line => JSON.parse(line)).find(line => 'security' in line)).toMatchObject({
    security: 'sign_in_failed',
    why: 'passwords_off',
    actor_name: 'Ada',
  });
  const away = await (await fetch(`${desk.url}/support/sign-in/company`)).text();
  expect(away).toContain('sign-in link on the command line');
});

test('a session that a password or a passkey had opened is over, and isn’t listed as open', async () => {
  const ada = await desk.signIn({ name: 'Bea', password: PASSWORD, role: 'admin' });
  const { pool } = desk.database;
  for (const how of ['password', 'password_and_passkey', 'passkey']) {
    await pool.query(
      `update reconciler.sessions set how = $1
        where operator_id = (select id from reconciler.operators where name = 'Bea')`,
      [how],
    );
    expect((await ada.get('/support')).text).toContain('Your session has ended');
    const { stdout } = await run('sessions', 'list', '--json');
    expect(stdout).not.toContain('Bea');
    expect(stdout).toContain('a admin');
  }
});

test('passkeys are switched off, too: none is added, and none lets anyone in', async () => {
  const { admin } = desk.clerks;
  expect((await admin.get('/support/account')).text).not.toContain('passkey');
  for (const path of ['/options', '/add', '/1/rename', '/1/remove']) {
    const { status } = await admin.post(`/support/account/passkeys${path}`);
    expect([path, status]).toEqual([path, 409]);
  }
  expect(await (await fetch(`${desk.url}/support/sign-in`)).text()).not.toContain('passkey');
  for (const path of ['passkey', 'passkey/options', 'second-step', 'second-step/options']) {
    const refused = await fetch(`${desk.url}/support/sign-in/${path}`, { method: 'POST' });
    expect([path, refused.status]).toEqual([path, 403]);
    expect(refused.headers.getSetCookie()).toEqual([]);
  }
});

test('no page and no request sets a password, or makes a link in its stead', async () => {
  const { admin } = desk.clerks;
  const { rows } = await desk.database.pool.query(
    `select id from reconciler.operators where name = 'a viewer'`,
  );
  const one = `/operators/${rows[0].id}`;
  const add = { name: 'Eve', role: 'admin', with: 'password', password: PASSWORD };
  expect((await admin.post('/support/operators/add', add)).status).toBe(409);
  expect((await admin.post('/support/operators/add', { ...add, with: 'link' })).status).toBe(409);
  expect((await admin.post(`/support${one}/link`)).status).toBe(409);
  const own = { next: PASSWORD, again: PASSWORD };
  expect((await admin.post('/support/account/password', own)).status).toBe(409);
  const body = { name: 'Eve', role: 'admin' };
  expect((await desk.call('admin', 'POST', '/operators', { body })).status).toBe(409);
  expect((await desk.call('admin', 'POST', `${one}/sign-in-link`)).status).toBe(409);
  expect(await hashOf('Eve')).toBeUndefined();
  expect(await hashOf('a admin')).toBeNull();
  for (const path of ['/support/account', '/support/operators', `/support${one}`]) {
    expect((await admin.get(path)).text).not.toMatch(/type="password"|sign-in link for/);
  }
});

test('the shell sets no password either; its link is the way in while the provider is away', async () => {
  const added = await run('operator', 'add', 'Gil', '--role', 'admin');
  expect(added).toMatchObject({ code: 0, stderr: expect.stringContaining('--link') });
  expect(await hashOf('Gil')).toBeNull();
  const set = await run('operator', 'password', 'Gil', '--password-stdin');
  expect(set).toMatchObject({ code: 4, stderr: expect.stringContaining('SIGN_IN=company') });
  const stdin = await run('operator', 'add', 'Hal', '--role', 'viewer', '--password-stdin');
  expect(stdin.code).toBe(4);
  const { stdout, code } = await run('operator', 'password', 'Gil', '--link');
  expect(code).toBe(0);
  const [, key = ''] = /#key=([\w-]+)/.exec(stdout) ?? [];
  const token = await signInWithLink(desk.database.pool, key);
  const account = await fetch(`${desk.url}/support/account`, {
    headers: { cookie: `seam-reconciler=${token}` },
  });
  expect(account.status).toBe(200);
  expect(await account.text()).toContain('Passwords are switched off');
});

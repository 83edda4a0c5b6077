import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSeal } from '../../src/operators/begun-sign-in.ts';
import { disableOperator, enableOperator } from '../../src/operators/change-operator.ts';
import { createSignInLink, signInWithLink } from '../../src/operators/sign-in.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { freePort } from '../fixtures/ports.ts';
import {
  type Browserlet,
  openBrowserlet,
  startProvider,
  type TestProvider,
  throughProvider,
} from '../fixtures/provider.ts';
import { SHELL } from '../fixtures/shell.ts';

const ROLES = { 'lock-support': 'support', oncall: 'on-call', bosses: 'admin' } as const;
const BEGUN = 'seam-reconciler-begun';

const lines: string[] = [];
const log = pino({ level: 'info' }, { write: line => void lines.push(line) });

let consoleUrl: string;
let provider: TestProvider;
let desk: TestDesk;
beforeAll(async () => {
  const port = await freePort();
  consoleUrl = `http://127.0.0.1:${port}`;
  provider = await startProvider({ consoleUrl, roles: ROLES });
  desk = await openDesk({ consoleUrl, openIdConnect: provider.settings }, { port, log });
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});

const signIn = async (login: string, next?: string, browser: Browserlet = openBrowserlet()) => {
  const callback = await throughProvider(browser, consoleUrl, login, next);
  return { browser, callback, page: await browser.go(callback) };
};

const operatorsLike = async (identity: string) => {
  const { rows } = await desk.database.pool.query(
    'select id::int, name, role from reconciler.operators where oidc_identity = $1',
    [`${provider.settings.issuer} ${identity}`],
  );
  return rows;
};

const auditOf = async (id: number) => {
  const { rows } = await desk.database.pool.query(
    `select action, actor, actor_name, before, after from reconciler.audit_log
      where target = $1 order by id`,
    [`operator:${id}`],
  );
  return rows;
};

const isSignedIn = async (browser: Browserlet): Promise<boolean> =>
  (await browser.ask(`${consoleUrl}/support`)).status === 200;

describe('signing in with the company’s account', () => {
  test('makes an operator the first time, with the highest role of their groups, and leads on', async () => {
    provider.accounts.set('u1', { name: 'Grace', groups: ['lock-support', 'oncall', 'others'] });
    const { page } = await signIn('u1', '/support/account');
    expect(page).toMatchObject({ status: 200, url: `${consoleUrl}/support/account` });
    expect(page.text).toContain('your company account');
    const operators = await operatorsLike('u1');
    expect(operators).toMatchObject([{ name: 'Grace', role: 'on-call' }]);
    expect(await auditOf(operators[0].id)).toMatchObject([
      { action: 'add_operator', actor_name: 'Grace', after: { role: 'on-call' } },
      { action: 'sign_in', after: { how: 'openid_connect' } },
    ]);
  });

  test('takes the role from the groups each time; what was open elsewhere has it at once', async () => {
    provider.accounts.set('u2', { name: 'Joan', groups: ['bosses'] });
    const { browser: before } = await signIn('u2');
    expect((await before.ask(`${consoleUrl}/support/operators`)).status).toBe(200);
    provider.accounts.set('u2', { name: 'Joan', groups: ['lock-support'] });
    await signIn('u2');
    expect((await before.ask(`${consoleUrl}/support/operators`)).status).toBe(403);
    const operators = await operatorsLike('u2');
    expect(operators).toMatchObject([{ name: 'Joan', role: 'support' }]);
    expect(await auditOf(operators[0].id)).toMatchObject([
      { action: 'add_operator' },
      { action: 'sign_in' },
      { action: 'change_operator', before: { role: 'admin' }, after: { role: 'support' } },
      { action: 'sign_in' },
    ]);
  });

  test('lets nobody in who has left the groups, and ends what they had open', async () => {
    provider.accounts.set('u3', { name: 'Lee', groups: ['oncall'] });
    const { browser: before } = await signIn('u3');
    expect(await isSignedIn(before)).toBe(true);
    provider.accounts.set('u3', { name: 'Lee', groups: ['others'] });
    const { page, browser } = await signIn('u3');
    expect(page.status).toBe(403);
    expect(page.text).toContain('isn’t in a group');
    expect(await isSignedIn(browser)).toBe(false);
    expect(await isSignedIn(before)).toBe(false);
  });

  test('lets a link in for no longer than the company would, and not once they have left the groups', async () => {
    const { pool } = desk.database;
    provider.accounts.set('u3b', { name: 'Mia', groups: ['oncall'] });
    await signIn('u3b');
    const [{ id }] = await operatorsLike('u3b');
    const [used, unused] = [
      await createSignInLink(pool, id, 60),
      await createSignInLink(pool, id, 60),
    ];
    expect(await signInWithLink(pool, used)).not.toBeNull();
    const { rows } = await pool.query(
      `select max(expires_at) > now() + interval '13 h' as is_long from reconciler.sessions where operator_id = $1`,
      [id],
    );
    expect(rows).toEqual([{ is_long: false }]);
    provider.accounts.set('u3b', { name: 'Mia', groups: [] });
    expect((await signIn('u3b')).page.status).toBe(403);
    expect(await signInWithLink(pool, unused)).toBeNull();
  });

  test('makes no operator of somebody without a group', async () => {
    provider.accounts.set('u4', { name: 'Eve', groups: [] });
    const { page } = await signIn('u4');
    expect(page.status).toBe(403);
    expect(await operatorsLike('u4')).toEqual([]);
  });

  test('lets nobody in who is disabled here, until they are enabled', async () => {
    provider.accounts.set('u5', { name: 'Kay', groups: ['oncall'] });
    await signIn('u5');
    await disableOperator(desk.database.pool, SHELL, 'kay');
    const { page, browser } = await signIn('u5');
    expect(page.status).toBe(403);
    expect(page.text).toContain('disabled');
    expect(await isSignedIn(browser)).toBe(false);
    await enableOperator(desk.database.pool, SHELL, 'KAY');
    expect((await signIn('u5')).page.status).toBe(200);
  });

  test('two people of one name, and names that can be none, get names of their own', async () => {
    provider.accounts.set('u6', { name: ' Grace ', groups: ['oncall'] });
    provider.accounts.set('u7', { name: '\u200b', email: 'x@example.com', groups: ['oncall'] });
    provider.accounts.set('u8', { groups: ['oncall'] });
    provider.accounts.set('u9', { groups: ['oncall'] });
    for (const login of ['u6', 'u7', 'u8', 'u9']) await signIn(login);
    expect(await operatorsLike('u6')).toMatchObject([{ name: 'Grace 2' }]);
    expect(await operatorsLike('u7')).toMatchObject([{ name: 'x@example.com' }]);
    expect(await operatorsLike('u8')).toMatchObject([{ name: 'company account 2' }]);
    expect(await operatorsLike('u9')).toMatchObject([{ name: 'company account 3' }]);
  });
});

describe('a sign-in is refused, and nobody signed in', () => {
  const refused = async (browser: Browserlet, url: string): Promise<void> => {
    const page = await browser.go(url);
    expect(page.status).toBe(403);
    expect(page.text).toContain('You are not signed in');
    expect(await isSignedIn(browser)).toBe(false);
  };
  beforeAll(() => {
    provider.accounts.set('u10', { name: 'Ann', groups: ['oncall'] });
  });

  test('with another state than it was begun with', async () => {
    const browser = openBrowserlet();
    const url = new URL(await throughProvider(browser, consoleUrl, 'u10'));
    url.searchParams.set('state', 'guessed');
    await refused(browser, url.href);
  });

  test('in another browser than it was begun in', async () => {
    const callback = await throughProvider(openBrowserlet(), consoleUrl, 'u10');
    await refused(openBrowserlet(), callback);
  });

  test('with a code that was used before, also by the browser that used it', async () => {
    const browser = openBrowserlet();
    const callback = await throughProvider(browser, consoleUrl, 'u10');
    const begun = browser.cookiesOf(consoleUrl).get(BEGUN) ?? '';
    expect((await browser.go(callback)).status).toBe(200);
    await refused(openBrowserlet(), callback);
    const again = openBrowserlet();
    again.cookiesOf(consoleUrl).set(BEGUN, begun);
    await refused(again, callback);
  });

  test.each(['nonce', 'verifier'] as const)('with another %s', async part => {
    const browser = openBrowserlet();
    const callback = await throughProvider(browser, consoleUrl, 'u10');
    const cookies = browser.cookiesOf(consoleUrl);
    const { seal, open } = createSeal(provider.settings.clientSecret);
    const begun = open(cookies.get(BEGUN) ?? '');
    if (begun === null) throw new Error('no sealed cookie');
    cookies.set(BEGUN, seal({ ...begun, [part]: 'x'.repeat(43) }));
    await refused(browser, callback);
  });

  test('with a cookie that was not sealed here', async () => {
    const browser = openBrowserlet();
    const callback = await throughProvider(browser, consoleUrl, 'u10');
    const cookies = browser.cookiesOf(consoleUrl);
    const [text, signature] = (cookies.get(BEGUN) ?? '').split('.');
    cookies.set(BEGUN, `${text}A.${signature}`);
    await refused(browser, callback);
  });

  test('when it was cancelled at the provider', async () => {
    const browser = openBrowserlet();
    const callback = new URL(await throughProvider(browser, consoleUrl, 'u10'));
    callback.searchParams.delete('code');
    callback.searchParams.set('error', 'access_denied');
    await refused(browser, callback.href);
  });
});

test('whoever was let in or kept out above is in the security log, and why', () => {
  const told = lines.map(line => JSON.parse(line)).filter(line => /sign/.test(line.security));
  const reasons = new Set(told.map(({ security, why }) => `${security}: ${why ?? 'done'}`));
  const failures = ['no_group', 'disabled', 'not_begun', 'provider'].map(
    why => `sign_in_failed: ${why}`,
  );
  expect(reasons).toEqual(new Set(['signed_in: done', ...failures]));
  expect(told[0]).toMatchObject({ security: 'signed_in', actor_name: 'Grace' });
});

test('groups may be in the ID token, too', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await using own = await startProvider({ consoleUrl: url, roles: ROLES, inIdToken: true });
  await using there = await openDesk({ consoleUrl: url, openIdConnect: own.settings }, { port });
  own.accounts.set('u1', { name: 'Ida', groups: ['lock-support'] });
  const browser = openBrowserlet();
  const page = await browser.go(await throughProvider(browser, there.url, 'u1'));
  expect(page.status).toBe(200);
  expect(page.text).toContain('Ida');
});

test('while the provider is away a page says so, and passwords still work there', async () => {
  const away = { ...provider.settings, issuer: 'http://127.0.0.1:1' };
  await using there = await openDesk({ consoleUrl, openIdConnect: away });
  const browser = openBrowserlet();
  const page = await browser.go(`${there.url}/support/sign-in/company`);
  expect(page.status).toBe(503);
  expect(page.text).toContain('can’t be reached');
  expect(page.text).toContain('name="password"');
});

import { generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createVault } from '../../src/ops/vault.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { freePort } from '../fixtures/ports.ts';
import {
  type Browserlet,
  openBrowserlet,
  startProvider,
  type TestProvider,
  throughProvider,
} from '../fixtures/provider.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

const lines: Record<string, unknown>[] = [];
const log = pino({ level: 'info' }, { write: line => void lines.push(JSON.parse(line)) });

let consoleUrl: string;
let provider: TestProvider;
let desk: TestDesk;
beforeAll(async () => {
  const port = await freePort();
  consoleUrl = `http://127.0.0.1:${port}`;
  provider = await startProvider({ consoleUrl, roles: { bosses: 'admin' } });
  desk = await openDesk({ consoleUrl, openIdConnect: provider.settings }, { port, log });
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});

const signIn = async (login: string, browser: Browserlet = openBrowserlet()) => {
  provider.accounts.set(login, { name: login, groups: ['bosses'] });
  await browser.go(await throughProvider(browser, consoleUrl, login));
  expect(await isIn(browser)).toBe(true);
  return browser;
};
const isIn = async (browser: Browserlet): Promise<boolean> =>
  (await browser.ask(`${consoleUrl}/support`)).status === 200;

const sessionOf = async (login: string): Promise<string> => {
  const { rows } = await desk.database.pool.query(
    `select s.provider_session as sid from reconciler.sessions s
       join reconciler.operators o on o.id = s.operator_id
      where o.name = $1 order by s.created_at desc limit 1`,
    [login],
  );
  return rows[0].sid;
};

/** What a good logout token says. */
const claimsFor = (sub: string, changed: Record<string, unknown> = {}): JWTPayload => {
  const now = Math.floor(Date.now() / 1_000);
  const { issuer: iss, clientId: aud } = provider.settings;
  const events = { [EVENT]: {} };
  return { iss, aud, iat: now, exp: now + 120, jti: crypto.randomUUID(), sub, events, ...changed };
};
const send = (token: string) =>
  fetch(`${consoleUrl}/support/sign-in/company/back-channel-logout`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ logout_token: token }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });

describe('a logout token of the company’s provider', () => {
  test('ends the session that it names, and leaves the person’s others', async () => {
    const one = await signIn('l1');
    const sid = await sessionOf('l1');
    const other = await signIn('l1');
    const answer = await send(await provider.sign(claimsFor('l1', { sid })));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    expect([await isIn(one), await isIn(other)]).toEqual([false, true]);
    const { rows } = await desk.database.pool.query(
      `select action, after, why from reconciler.audit_log where actor_name = 'l1' order by id desc limit 1`,
    );
    expect(rows).toMatchObject([{ action: 'change_operator', after: { signed_out: 1 } }]);
  });

  test('ends all that a person has open where it names the person alone', async () => {
    const [one, two, other] = [await signIn('l2'), await signIn('l2'), await signIn('l3')];
    expect((await send(await provider.sign(claimsFor('l2')))).status).toBe(200);
    expect([await isIn(one), await isIn(two), await isIn(other)]).toEqual([false, false, true]);
  });

  test('that comes again ends nothing that was opened since', async () => {
    await signIn('l4');
    const token = await provider.sign(claimsFor('l4'));
    expect((await send(token)).status).toBe(200);
    const again = await signIn('l4');
    expect((await send(token)).status).toBe(200);
    expect(await isIn(again)).toBe(true);
  });

  test('is not believed for another’s session, by its name with one’s own subject', async () => {
    const victim = await signIn('l5');
    const sid = await sessionOf('l5');
    expect((await send(await provider.sign(claimsFor('mallory', { sid })))).status).toBe(200);
    expect(await isIn(victim)).toBe(true);
  });
});

describe('what is no such token ends nothing', () => {
  const now = Math.floor(Date.now() / 1_000);
  const forged = async (claims: JWTPayload): Promise<string> => {
    const { privateKey } = await generateKeyPair('RS256');
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'its own', typ: 'logout+jwt' })
      .sign(privateKey);
  };
  const withSecret = (claims: JWTPayload): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(provider.settings.clientSecret));
  const good = (changed: Record<string, unknown>) => () => provider.sign(claimsFor('v1', changed));

  type Token = () => string | Promise<string>;
  const UNREADABLE: Record<string, Token> = {
    nothing: () => '',
    'no token': () => 'a.b.c',
    'too long a text': () => 'a'.repeat(100_000),
  };
  const UNSIGNED: Record<string, Token> = {
    'signed with another key': () => forged(claimsFor('v1')),
    'signed with the client’s secret': () => withSecret(claimsFor('v1')),
    unsigned: () => new UnsecuredJWT(claimsFor('v1')).encode(),
  };
  const SAYING_ELSE: Record<string, Token> = {
    'for another client': good({ aud: 'another' }),
    'of another issuer': good({ iss: 'https://evil.example' }),
    expired: good({ iat: now - 400, exp: now - 300 }),
    'without an end': good({ exp: undefined }),
    'kept for an hour': good({ iat: now - 3_600, exp: now + 3_600 }),
    'of a time to come': good({ iat: now + 3_600, exp: now + 7_200 }),
    'an ID token, with a nonce': good({ nonce: 'x' }),
    'without its event': good({ events: {} }),
    'with an event that is no object': good({ events: { [EVENT]: true } }),
    'without an id': good({ jti: undefined }),
    'naming nobody': good({ sub: undefined }),
  };
  const typed = (header: object) => () => provider.sign(claimsFor('v1'), header);
  const OF_ANOTHER_TYPE: Record<string, Token> = {
    'of the type of access tokens': typed({ typ: 'at+jwt' }),
    'of the type of any token': typed({ typ: 'JWT' }),
    'of no type': typed({ typ: undefined }),
  };
  const ALL = Object.entries({
    unreadable: UNREADABLE,
    signature: UNSIGNED,
    claims: SAYING_ELSE,
    type: OF_ANOTHER_TYPE,
  }).flatMap(([why, tokens]) =>
    Object.entries(tokens).map(([name, token]) => [name, why, token] as const),
  );

  test.each(ALL)('%s, and the security log says why: %s', async (_name, why, token) => {
    const victim = await signIn('v1');
    // One address has 20 lines a minute, and this many they are at most.
    expect(ALL.length).toBeLessThanOrEqual(20);
    lines.length = 0;
    const answer = await send(await token());
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ error: 'invalid_request' });
    expect(await isIn(victim)).toBe(true);
    const told = lines.filter(line => line.security === 'logout_refused');
    expect(told).toMatchObject([{ level: 40, address: '127.0.0.1', method: 'POST', why }]);
  });
});

test('its type may be written in full', async () => {
  const browser = await signIn('l9');
  const token = await provider.sign(claimsFor('l9'), { typ: 'application/Logout+JWT' });
  expect((await send(token)).status).toBe(200);
  expect(await isIn(browser)).toBe(false);
});

describe('signing out', () => {
  const signOut = async (browser: Browserlet, csrf?: string) => {
    const { text } = await browser.go(`${consoleUrl}/support`);
    const [, own = ''] = /name="csrf" value="([^"]+)"/.exec(text) ?? [];
    return browser.ask(`${consoleUrl}/support/sign-out`, {
      method: 'POST',
      body: new URLSearchParams({ csrf: csrf ?? own }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  };

  test('ends the provider’s session, too, which tells us of it', async () => {
    const browser = await signIn('s1');
    const answer = await signOut(browser);
    expect(answer.status).toBe(200);
    expect(await isIn(browser)).toBe(false);
    const [, url = ''] = /^0;url=(.+)$/.exec(answer.headers.get('refresh') ?? '') ?? [];
    expect(url.startsWith(`${provider.settings.issuer}/session/end?`)).toBe(true);
    expect(new URL(url).searchParams.get('id_token_hint')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    // Signed in again meanwhile, with the same session of the provider's: its logout ends that.
    await browser.go(await throughProvider(browser, consoleUrl, 's1'));
    expect(await isIn(browser)).toBe(true);
    const asked = await browser.go(url);
    const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(asked.text) ?? [];
    const [, action = ''] = /action="([^"]+)"/.exec(asked.text) ?? [];
    await browser.submit({ ...asked, url: action }, { xsrf, logout: 'yes' });
    expect(await isIn(browser)).toBe(false);
  });

  test('by another site’s form ends nothing, here or there', async () => {
    const browser = await signIn('s2');
    const answer = await signOut(browser, 'guessed');
    expect(answer.status).toBe(303);
    expect(answer.headers.get('refresh')).toBeNull();
    expect(await isIn(browser)).toBe(true);
  });

  test('with a password has no other session to end', async () => {
    const clerk = await desk.signIn({
      name: 'Ada',
      password: 'violet anvil crosses pond',
      role: 'viewer',
    });
    const out = await clerk.post('/support/sign-out');
    expect(out.headers.get('refresh')).toBeNull();
    expect(out.url).toBe('/support/sign-in');
  });

  test('keeps no ID token in the database that is of use to who reads it', async () => {
    await signIn('s3');
    const { rows } = await desk.database.pool.query(
      'select id_token from reconciler.sessions where id_token is not null',
    );
    expect(rows.length).toBeGreaterThan(0);
    const vault = createVault(provider.settings.clientSecret, 'id token');
    for (const { id_token } of rows) {
      expect(id_token).not.toContain('.');
      expect(vault.unlock(id_token)?.split('.').length).toBe(3);
      expect(createVault('another secret', 'id token').unlock(id_token)).toBeNull();
    }
    expect(vault.unlock('made up')).toBeNull();
  });
});

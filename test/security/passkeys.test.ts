import { generateKeyPairSync } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Deviation } from '../fixtures/authenticator.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { addPasskeyFor, PASSKEY_ORIGIN } from '../fixtures/passkeys.ts';

/* Whoever tries to come in with a passkey that isn't theirs, or isn't in order. */

const PASSWORD = 'violet anvil crosses pond';
const COOKIE = '__Host-seam-reconciler-passkey';

let desk: TestDesk;
const lines: string[] = [];
const log = pino({ level: 'info' }, { write: line => void lines.push(line) });
beforeAll(async () => {
  desk = await openDesk({ consoleUrl: PASSKEY_ORIGIN }, { log, trustProxy: 1 });
});
afterAll(() => desk[Symbol.asyncDispose]());
/** Each test is a stranger of its own network: what others tried is not counted against it. */
let address = 0;
beforeEach(() => {
  lines.length = 0;
  address += 1;
});

type Line = Record<string, unknown>;
const refusals = (): Line[] =>
  lines
    .map((line): Line => JSON.parse(line))
    .filter(({ security }) => security === 'sign_in_failed');

const send = (
  path: string,
  { cookie = '', headers = {}, ...fields }: Record<string, unknown> & { cookie?: string } = {},
) =>
  fetch(`${desk.url}/support/sign-in${path}`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(fields as Record<string, string>).toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      cookie,
      'x-forwarded-for': `203.0.113.${address}`,
      ...(headers as Record<string, string>),
    },
  });

const cookiesOf = (response: Response): Record<string, string> =>
  Object.fromEntries(
    response.headers.getSetCookie().map(set => {
      const [name = '', value = ''] = (set.split(';')[0] ?? '').split('=');
      return [name, value];
    }),
  );

type Asked = { cookie: string; get: { challenge: string; rpId: string } };
/** As a browser's script asks. */
const ask = async (path = '/passkey', given = ''): Promise<Asked> => {
  const response = await send(`${path}/options`, { cookie: given });
  expect(response.status).toBe(200);
  const { get } = (await response.json()) as Omit<Asked, 'cookie'>;
  const own = cookiesOf(response)[COOKIE];
  return { get, cookie: own === undefined ? given : `${COOKIE}=${own}` };
};

const isIn = (response: Response): boolean =>
  response.status === 303 && '__Host-seam-reconciler' in cookiesOf(response);

let number = 0;
/** Somebody new with a password and a passkey. */
const someone = async () => {
  number += 1;
  const name = `Someone ${number}`;
  const clerk = await desk.signIn({ name, password: PASSWORD, role: 'support' });
  return { name, clerk, authenticator: await addPasskeyFor(desk.database, clerk) };
};

/** With the right password: on to the second step. @returns the browser's cookie */
const showPassword = async (name: string): Promise<string> => {
  const response = await send('', { name, password: PASSWORD });
  expect([response.status, response.headers.get('location')]).toEqual([
    303,
    '/support/sign-in/second-step?next=%2Fsupport',
  ]);
  const cookies = cookiesOf(response);
  expect(Object.keys(cookies)).toEqual([COOKIE]);
  return `${COOKIE}=${cookies[COOKIE]}`;
};

test('a passkey alone signs in, and is written down with how and where', async () => {
  const { authenticator, name } = await someone();
  const { cookie, get } = await ask();
  const response = await send('/passkey', { cookie, credential: authenticator.sign(get) });
  expect(isIn(response)).toBe(true);
  const { rows } = await desk.database.pool.query(
    `select after from reconciler.audit_log where action = 'sign_in' and actor_name = $1 order by id desc limit 1`,
    [name],
  );
  expect(rows[0].after).toEqual({
    how: 'passkey',
    from: `203.0.113.${address}`,
    passkey: 'a laptop',
  });
});

test('a password alone no longer does: it takes the passkey, too', async () => {
  const { authenticator, name } = await someone();
  const half = await showPassword(name);
  const page = await fetch(`${desk.url}/support`, {
    headers: { cookie: half.replace('-passkey', '') },
    redirect: 'manual',
  });
  expect(page.status).toBe(303);
  const { get } = await ask('/second-step', half);
  const response = await send('/second-step', {
    cookie: half,
    credential: authenticator.sign(get, { userHandle: null }),
  });
  expect(isIn(response)).toBe(true);
});

describe('refused, and told in the security log', () => {
  const OTHER_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  test.each<[string, Deviation, string]>([
    ['another site’s origin', { origin: 'https://support.example.com.evil.example' }, 'wrong'],
    ['the same site without TLS', { origin: 'http://support.example.com' }, 'wrong'],
    ['a relying party of another name', { rpId: 'evil.example' }, 'wrong'],
    ['another challenge', { challenge: Buffer.alloc(32).toString('base64url') }, 'wrong'],
    ['nobody verified', { isVerified: false }, 'wrong'],
    ['nobody present', { isPresent: false }, 'wrong'],
    ['what was signed for a new passkey', { type: 'webauthn.create' }, 'wrong'],
    ['from within another site’s frame', { crossOrigin: true }, 'wrong'],
    ['another key', { key: OTHER_KEY }, 'wrong'],
    ['no user handle', { userHandle: null }, 'unknown'],
    ['another user handle', { userHandle: Buffer.alloc(32).toString('base64url') }, 'unknown'],
    ['a passkey that nobody has', { credentialId: Buffer.alloc(32, 7) }, 'unknown'],
    ['a counter that stands still', { count: 1 }, 'counter'],
    ['a counter that goes back to 0', { count: 0 }, 'counter'],
  ])('%s', async (_what, deviation, why) => {
    const { authenticator, name } = await someone();
    const { cookie, get } = await ask();
    const credential = authenticator.sign(get, deviation);
    const response = await send('/passkey', { cookie, credential });
    expect([response.status, isIn(response)]).toEqual([422, false]);
    expect(refusals()).toMatchObject([
      {
        why: `passkey_${why}`,
        ...(deviation.credentialId === undefined ? { actor_name: name } : {}),
      },
    ]);
    // Used up: also by what was wrong.
    const again = await send('/passkey', { cookie, credential: authenticator.sign(get) });
    expect(again.status).toBe(422);
    expect(refusals().at(-1)).toMatchObject({ why: 'passkey_not_begun' });
  });

  test('a counter that went back has a row in the audit log', async () => {
    const { authenticator, name } = await someone();
    const { cookie, get } = await ask();
    await send('/passkey', { cookie, credential: authenticator.sign(get, { count: 1 }) });
    const { rows } = await desk.database.pool.query(
      `select target, after from reconciler.audit_log where action = 'refused' and actor_name = $1`,
      [name],
    );
    expect(rows).toMatchObject([
      { target: expect.stringMatching(/^passkey:\d+$/), after: { passkey: 'a laptop' } },
    ]);
  });

  test('the same answer a second time', async () => {
    const { authenticator } = await someone();
    const { cookie, get } = await ask();
    const credential = authenticator.sign(get);
    expect(isIn(await send('/passkey', { cookie, credential }))).toBe(true);
    expect((await send('/passkey', { cookie, credential })).status).toBe(422);
    expect(refusals()).toMatchObject([{ why: 'passkey_not_begun' }]);
    // Nor with a question of its own.
    const other = await ask();
    expect((await send('/passkey', { cookie: other.cookie, credential })).status).toBe(422);
    expect(refusals().at(-1)).toMatchObject({ why: 'passkey_wrong' });
  });

  test('many at once with one answer: one of them is let in', async () => {
    const { authenticator } = await someone();
    const { cookie, get } = await ask();
    const credential = authenticator.sign(get);
    const all = await Promise.all(
      Array.from({ length: 4 }, () => send('/passkey', { cookie, credential })),
    );
    expect(all.filter(isIn)).toHaveLength(1);
  });

  test('what another browser was asked, and what came too late', async () => {
    const { authenticator } = await someone();
    const [mine, theirs] = [await ask(), await ask()];
    const credential = authenticator.sign(theirs.get);
    expect((await send('/passkey', { cookie: mine.cookie, credential })).status).toBe(422);
    expect((await send('/passkey', { credential })).status).toBe(422);
    await desk.database.pool.query(
      `update reconciler.passkey_challenges set expires_at = now() - interval '1 s'`,
    );
    const { cookie } = theirs;
    expect((await send('/passkey', { cookie, credential })).status).toBe(422);
    expect(refusals().map(({ why }) => why)).toEqual([
      'passkey_wrong',
      'passkey_not_begun',
      'passkey_not_begun',
    ]);
  });

  test('another’s passkey after one’s own password, and a second step without its first', async () => {
    const [victim, attacker] = [await someone(), await someone()];
    const half = await showPassword(victim.name);
    const { get } = await ask('/second-step', half);
    const credential = attacker.authenticator.sign(get);
    expect((await send('/second-step', { cookie: half, credential })).status).toBe(422);
    expect(refusals()).toMatchObject([{ why: 'passkey_unknown', actor_name: attacker.name }]);
    const alone = await ask();
    const own = attacker.authenticator.sign(alone.get);
    expect((await send('/second-step', { cookie: alone.cookie, credential: own })).status).toBe(
      422,
    );
    expect(refusals().at(-1)).toMatchObject({ why: 'passkey_not_begun' });
  });

  test('a second step whose password was changed meanwhile', async () => {
    const { authenticator, clerk, name } = await someone();
    const half = await showPassword(name);
    const { get } = await ask('/second-step', half);
    await clerk.post('/support/account/password', {
      present: PASSWORD,
      next: 'umber lantern folds slowly',
      again: 'umber lantern folds slowly',
    });
    const credential = authenticator.sign(get);
    expect((await send('/second-step', { cookie: half, credential })).status).toBe(422);
  });

  test('whoever is disabled, or has come to sign in with the company’s account', async () => {
    for (const change of ['disabled_at = now()', `oidc_identity = 'x ' || id`]) {
      const { authenticator, name } = await someone();
      await desk.database.pool.query(`update reconciler.operators set ${change} where name = $1`, [
        name,
      ]);
      const { cookie, get } = await ask();
      const response = await send('/passkey', { cookie, credential: authenticator.sign(get) });
      expect([change, response.status]).toEqual([change, 422]);
    }
  });

  test.each(['', '{', 'null', '[]', '{"id":"x"}', '"x"', `{"id":"${'a'.repeat(9_000)}"}`])(
    'what is no answer: %.20s',
    async credential => {
      const { cookie } = await ask();
      expect((await send('/passkey', { cookie, credential })).status).toBe(422);
      expect(refusals()).toMatchObject([{ why: 'passkey_wrong' }]);
    },
  );

  test('another site’s form', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    for (const path of ['/passkey', '/passkey/options', '/second-step', '/second-step/options']) {
      expect([path, (await send(path, { headers })).status]).toEqual([path, 403]);
    }
  });
});

test('strangers of one network have a budget, which is told; a known browser has its own', async () => {
  const { authenticator } = await someone();
  const first = await ask();
  const entered = await send('/passkey', {
    cookie: first.cookie,
    credential: authenticator.sign(first.get),
  });
  const device = `__Host-seam-reconciler-device=${cookiesOf(entered)['__Host-seam-reconciler-device']}`;
  const statuses: number[] = [];
  for (let times = 0; times < 60; times++) {
    statuses.push((await send('/passkey', { credential: '{}' })).status);
  }
  expect(statuses).toContain(429);
  const throttled = lines.filter(line => line.includes('"sign_in_throttled"'));
  expect(throttled.length).toBeGreaterThan(0);
  const known = await send('/passkey/options', { cookie: device });
  const { get } = (await known.json()) as Asked;
  const cookie = `${device}; ${COOKIE}=${cookiesOf(known)[COOKIE]}`;
  const response = await send('/passkey', { cookie, credential: authenticator.sign(get) });
  expect(isIn(response)).toBe(true);
});

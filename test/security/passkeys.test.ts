import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Deviation } from '../fixtures/authenticator.ts';
import { isIn, openPasskeyDoor, type PasskeyDoor } from '../fixtures/passkey-door.ts';

/* Whoever tries to come in with a passkey that isn't theirs, or isn't in order. */

let door: PasskeyDoor;
beforeAll(async () => {
  door = await openPasskeyDoor();
});
afterAll(() => door[Symbol.asyncDispose]());
beforeEach(() => door.nextStranger());

test('a passkey alone signs in, and is written down with how and where', async () => {
  const { authenticator, name } = await door.someone();
  const { cookie, get } = await door.ask();
  const response = await door.send('/passkey', { cookie, credential: authenticator.sign(get) });
  expect(isIn(response)).toBe(true);
  const { rows } = await door.desk.database.pool.query(
    `select after from reconciler.audit_log where action = 'sign_in' and actor_name = $1 order by id desc limit 1`,
    [name],
  );
  expect(rows[0].after).toEqual({
    how: 'passkey',
    from: door.address(),
    passkey: 'a laptop',
  });
});

test('a password alone no longer does: it takes the passkey, too', async () => {
  const { authenticator, name } = await door.someone();
  const half = await door.showPassword(name);
  const page = await fetch(`${door.desk.url}/support`, {
    headers: { cookie: half.replace('-passkey', '') },
    redirect: 'manual',
  });
  expect(page.status).toBe(303);
  const { get } = await door.ask('/second-step', half);
  const response = await door.send('/second-step', {
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
    const { authenticator, name } = await door.someone();
    const { cookie, get } = await door.ask();
    const credential = authenticator.sign(get, deviation);
    const response = await door.send('/passkey', { cookie, credential });
    expect([response.status, isIn(response)]).toEqual([422, false]);
    expect(door.refusals()).toMatchObject([
      {
        why: `passkey_${why}`,
        ...(deviation.credentialId === undefined ? { actor_name: name } : {}),
      },
    ]);
    // Used up: also by what was wrong.
    const again = await door.send('/passkey', { cookie, credential: authenticator.sign(get) });
    expect(again.status).toBe(422);
    expect(door.refusals().at(-1)).toMatchObject({ why: 'passkey_not_begun' });
  });

  test('a counter that went back has a row in the audit log', async () => {
    const { authenticator, name } = await door.someone();
    const { cookie, get } = await door.ask();
    await door.send('/passkey', { cookie, credential: authenticator.sign(get, { count: 1 }) });
    const { rows } = await door.desk.database.pool.query(
      `select target, after from reconciler.audit_log where action = 'refused' and actor_name = $1`,
      [name],
    );
    expect(rows).toMatchObject([
      { target: expect.stringMatching(/^passkey:\d+$/), after: { passkey: 'a laptop' } },
    ]);
  });

  test.each(['', '{', 'null', '[]', '{"id":"x"}', '"x"', `{"id":"${'a'.repeat(9_000)}"}`])(
    'what is no answer: %.20s',
    async credential => {
      const { cookie } = await door.ask();
      expect((await door.send('/passkey', { cookie, credential })).status).toBe(422);
      expect(door.refusals()).toMatchObject([{ why: 'passkey_wrong' }]);
    },
  );

  test('another site’s form', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    for (const path of ['/passkey', '/passkey/options', '/second-step', '/second-step/options']) {
      expect([path, (await door.send(path, { headers })).status]).toEqual([path, 403]);
    }
  });
});

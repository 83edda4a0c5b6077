import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { addPasskey, beginPasskey } from '../../src/operators/passkeys/add.ts';
import { operatorActor } from '../../src/operators/sign-in.ts';
import { createAuthenticator, type Deviation } from '../fixtures/authenticator.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { addPasskeyFor, PASSKEY_ORIGIN, RP, sessionFor } from '../fixtures/passkeys.ts';

/* Whoever tries to have a passkey added that isn't in order, or isn't theirs. */

const PASSWORD = 'violet anvil crosses pond';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk({ consoleUrl: PASSKEY_ORIGIN });
});
afterAll(() => desk[Symbol.asyncDispose]());

let number = 0;
/** Somebody new with a password and a passkey. */
const someone = async () => {
  number += 1;
  const clerk = await desk.signIn({
    name: `Someone ${number}`,
    password: PASSWORD,
    role: 'support',
  });
  return { clerk, authenticator: await addPasskeyFor(desk.database, clerk) };
};

describe('a new passkey', () => {
  const tryToAdd = async (deviation: Deviation, name = 'new') => {
    const { clerk } = await someone();
    const session = await sessionFor(desk.database, clerk);
    const options = await beginPasskey(desk.database.pool, session, RP);
    const authenticator = createAuthenticator(PASSKEY_ORIGIN);
    return addPasskey(desk.database.pool, operatorActor(session.operator), session, RP, {
      name,
      credential: authenticator.create(options, deviation),
    });
  };

  test.each<[string, Deviation]>([
    ['another origin', { origin: 'https://evil.example' }],
    ['another relying party', { rpId: 'evil.example' }],
    ['another challenge', { challenge: Buffer.alloc(32).toString('base64url') }],
    ['nobody verified', { isVerified: false }],
    ['what was signed for a sign-in', { type: 'webauthn.get' }],
    ['a frame of another site', { crossOrigin: true }],
  ])('is refused: %s', async (_what, deviation) => {
    await expect(tryToAdd(deviation)).rejects.toMatchObject({ fault: 'invalid' });
  });

  test('with a certificate is refused before anything in that is followed', async () => {
    const fetching = vi.spyOn(globalThis, 'fetch');
    for (const fmt of ['packed', 'tpm', 'android-key', 'apple', 'fido-u2f', 'android-safetynet']) {
      const attStmt = new Map<string, unknown>([['x5c', [Buffer.from('no certificate')]]]);
      const deviation = { attestation: { fmt, attStmt } };
      await expect(tryToAdd(deviation)).rejects.toMatchObject({ fault: 'invalid' });
    }
    const elsewhere = fetching.mock.calls.filter(([url]) => !String(url).startsWith(desk.url));
    fetching.mockRestore();
    expect(elsewhere).toEqual([]);
  });

  test('that somebody else has, isn’t added, and it isn’t said whose it is', async () => {
    const { authenticator } = await someone();
    const other = await desk.signIn({ name: 'Thief', password: PASSWORD, role: 'viewer' });
    await expect(addPasskeyFor(desk.database, other, { authenticator })).rejects.toMatchObject({
      fault: 'invalid',
      message: expect.stringContaining('couldn’t be checked'),
    });
  });

  test('takes what this very session was asked, once', async () => {
    const { clerk } = await someone();
    const other = await someone();
    const { pool } = desk.database;
    const [own, theirs] = [
      await sessionFor(desk.database, clerk),
      await sessionFor(desk.database, other.clerk),
    ];
    const options = await beginPasskey(pool, theirs, RP);
    const given = { name: 'x', credential: createAuthenticator(PASSKEY_ORIGIN).create(options) };
    const actor = operatorActor(own.operator);
    await expect(addPasskey(pool, actor, own, RP, given)).rejects.toMatchObject({
      fault: 'invalid',
    });
    const whose = operatorActor(theirs.operator);
    expect(await addPasskey(pool, whose, theirs, RP, given)).toBe('x');
    await expect(addPasskey(pool, whose, theirs, RP, given)).rejects.toMatchObject({
      fault: 'invalid',
    });
  });
});

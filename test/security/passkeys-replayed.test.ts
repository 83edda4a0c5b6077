import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type Asked,
  cookiesOf,
  isIn,
  openPasskeyDoor,
  PASSKEY_COOKIE,
  PASSWORD,
  type PasskeyDoor,
} from '../fixtures/passkey-door.ts';

/* Answers of passkeys that come twice, too late, from elsewhere, or very often. */

let door: PasskeyDoor;
beforeAll(async () => {
  door = await openPasskeyDoor();
});
afterAll(() => door[Symbol.asyncDispose]());
beforeEach(() => door.nextStranger());

describe('refused', () => {
  test('the same answer a second time', async () => {
    const { authenticator } = await door.someone();
    const { cookie, get } = await door.ask();
    const credential = authenticator.sign(get);
    expect(isIn(await door.send('/passkey', { cookie, credential }))).toBe(true);
    expect((await door.send('/passkey', { cookie, credential })).status).toBe(422);
    expect(door.refusals()).toMatchObject([{ why: 'passkey_not_begun' }]);
    // Nor with a question of its own.
    const other = await door.ask();
    expect((await door.send('/passkey', { cookie: other.cookie, credential })).status).toBe(422);
    expect(door.refusals().at(-1)).toMatchObject({ why: 'passkey_wrong' });
  });

  test('many at once with one answer: one of them is let in', async () => {
    const { authenticator } = await door.someone();
    const { cookie, get } = await door.ask();
    const credential = authenticator.sign(get);
    const all = await Promise.all(
      Array.from({ length: 4 }, () => door.send('/passkey', { cookie, credential })),
    );
    expect(all.filter(isIn)).toHaveLength(1);
  });

  test('what another browser was asked, and what came too late', async () => {
    const { authenticator } = await door.someone();
    const [mine, theirs] = [await door.ask(), await door.ask()];
    const credential = authenticator.sign(theirs.get);
    expect((await door.send('/passkey', { cookie: mine.cookie, credential })).status).toBe(422);
    expect((await door.send('/passkey', { credential })).status).toBe(422);
    await door.desk.database.pool.query(
      `update reconciler.passkey_challenges set expires_at = now() - interval '1 s'`,
    );
    const { cookie } = theirs;
    expect((await door.send('/passkey', { cookie, credential })).status).toBe(422);
    expect(door.refusals().map(({ why }) => why)).toEqual([
      'passkey_wrong',
      'passkey_not_begun',
      'passkey_not_begun',
    ]);
  });

  test('another’s passkey after one’s own password, and a second step without its first', async () => {
    const [victim, attacker] = [await door.someone(), await door.someone()];
    const half = await door.showPassword(victim.name);
    const { get } = await door.ask('/second-step', half);
    const credential = attacker.authenticator.sign(get);
    expect((await door.send('/second-step', { cookie: half, credential })).status).toBe(422);
    expect(door.refusals()).toMatchObject([{ why: 'passkey_unknown', actor_name: attacker.name }]);
    const alone = await door.ask();
    const own = attacker.authenticator.sign(alone.get);
    expect(
      (await door.send('/second-step', { cookie: alone.cookie, credential: own })).status,
    ).toBe(422);
    expect(door.refusals().at(-1)).toMatchObject({ why: 'passkey_not_begun' });
  });

  test('a second step whose password was changed meanwhile', async () => {
    const { authenticator, clerk, name } = await door.someone();
    const half = await door.showPassword(name);
    const { get } = await door.ask('/second-step', half);
    await clerk.post('/support/account/password', {
      present: PASSWORD,
      next: 'umber lantern folds slowly',
      again: 'umber lantern folds slowly',
    });
    const credential = authenticator.sign(get);
    expect((await door.send('/second-step', { cookie: half, credential })).status).toBe(422);
  });

  test('whoever is disabled, or has come to sign in with the company’s account', async () => {
    for (const change of ['disabled_at = now()', `oidc_identity = 'x ' || id`]) {
      const { authenticator, name } = await door.someone();
      await door.desk.database.pool.query(
        `update reconciler.operators set ${change} where name = $1`,
        [name],
      );
      const { cookie, get } = await door.ask();
      const response = await door.send('/passkey', { cookie, credential: authenticator.sign(get) });
      expect([change, response.status]).toEqual([change, 422]);
    }
  });
});

test('strangers of one network have a budget, which is told; a known browser has its own', async () => {
  const { authenticator } = await door.someone();
  const first = await door.ask();
  const entered = await door.send('/passkey', {
    cookie: first.cookie,
    credential: authenticator.sign(first.get),
  });
  const device = `__Host-seam-reconciler-device=${cookiesOf(entered)['__Host-seam-reconciler-device']}`;
  const statuses: number[] = [];
  for (let times = 0; times < 60; times++) {
    statuses.push((await door.send('/passkey', { credential: '{}' })).status);
  }
  expect(statuses).toContain(429);
  const throttled = door.lines.filter(line => line.includes('"sign_in_throttled"'));
  expect(throttled.length).toBeGreaterThan(0);
  const known = await door.send('/passkey/options', { cookie: device });
  const { get } = (await known.json()) as Asked;
  const cookie = `${device}; ${PASSKEY_COOKIE}=${cookiesOf(known)[PASSKEY_COOKIE]}`;
  const response = await door.send('/passkey', { cookie, credential: authenticator.sign(get) });
  expect(isIn(response)).toBe(true);
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { consoleWithheld } from '../../src/config/doors.ts';
import { CONSOLE_ROUTES } from '../../src/console/routes.ts';
import { relyingPartyOf } from '../../src/operators/passkeys/relying-party.ts';
import { type Clerk, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { addPasskeyFor, PASSKEY_ORIGIN } from '../fixtures/passkeys.ts';

const PASSWORD = 'violet anvil crosses pond';
const HERE = '/support/account/passkeys';

describe('SECOND_FACTOR=required', () => {
  let desk: TestDesk;
  let halfIn: Clerk;
  beforeAll(async () => {
    desk = await openDesk({ consoleUrl: PASSKEY_ORIGIN, needsSecondFactor: true });
    halfIn = await desk.signIn({ name: 'Ada', password: PASSWORD, role: 'admin' });
  });
  afterAll(() => desk[Symbol.asyncDispose]());

  const OTHERS = CONSOLE_ROUTES.filter(({ path }) => !path.startsWith('/account/passkeys'));
  test.each(OTHERS)('a password alone opens no $method $path', async ({ method, path }) => {
    const response = await fetch(`${desk.url}/support${path.replaceAll(/:\w+/g, '1')}`, {
      method: method.toUpperCase(),
      redirect: 'manual',
      headers: { cookie: halfIn.cookie },
    });
    expect([response.status, response.headers.get('location')]).toEqual([303, HERE]);
  });

  test('nor the raw queue; only the page that adds a passkey, and signing out', async () => {
    const response = await fetch(`${desk.url}/support/raw-queue`, {
      redirect: 'manual',
      headers: { cookie: halfIn.cookie },
    });
    expect(response.headers.get('location')).toMatch(/^\/support\/sign-in/);
    const page = await halfIn.get(HERE);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Here a password alone isn’t enough');
  });

  test('once one is added, the same session opens everything', async () => {
    const bob = await desk.signIn({ name: 'Bob', password: PASSWORD, role: 'viewer' });
    await addPasskeyFor(desk.database, bob);
    expect((await bob.get('/support')).text).toContain('Needs attention');
    expect((await bob.get('/support/account')).text).toContain('Password and passkey');
  });

  test('a link that an admin or the shell has made stands in for both', async () => {
    expect((await desk.clerks.admin.get('/support')).text).toContain('Needs attention');
  });
});

test('it takes a CONSOLE_URL for which browsers make passkeys', () => {
  const withheld = (CONSOLE_URL: string) =>
    consoleWithheld(parseConfig({ SECOND_FACTOR: 'required', CONSOLE_URL }));
  expect(withheld('https://support.example.com')).toBeNull();
  expect(withheld('http://127.0.0.1:3000')).toBeNull();
  expect(withheld('https://192.0.2.7')).toMatch(/^SECOND_FACTOR must be optional/);
  expect(withheld('https://[2001:db8::1]')).toMatch(/^SECOND_FACTOR must be optional/);
  expect(parseConfig({ SECOND_FACTOR: 'required' }).needsSecondFactor).toBe(true);
  expect(() => parseConfig({ SECOND_FACTOR: 'on' })).toThrow('must be optional or required');
  expect(parseConfig({}).needsSecondFactor).toBe(false);
});

test.each([
  ['https://support.example.com', { id: 'support.example.com', origin: PASSKEY_ORIGIN }],
  ['https://a.example:8443', { id: 'a.example', origin: 'https://a.example:8443' }],
  ['http://127.0.0.1:3000', { id: 'localhost', origin: 'http://localhost:3000' }],
  ['http://[::1]:3000', { id: 'localhost', origin: 'http://localhost:3000' }],
  ['http://support.example.com', null],
  ['https://192.0.2.7', null],
  ['https://[2001:db8::1]', null],
  ['', null],
])('passkeys at "%s" are for %j', (publicUrl, rp) => {
  expect(relyingPartyOf(publicUrl)).toEqual(rp);
});

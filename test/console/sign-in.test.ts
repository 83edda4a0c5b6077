import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { safeNext } from '../../src/console/sign-in/next.ts';
import { disableOperator } from '../../src/operators/change-operator.ts';
import { createSignInLink } from '../../src/operators/sign-in.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { addWithPassword } from '../fixtures/passwords.ts';
import { SHELL } from '../fixtures/shell.ts';

const PASSWORD = 'correct horse battery';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  await add('Ada');
});
afterAll(() => desk[Symbol.asyncDispose]());

const add = (name: string) =>
  addWithPassword(desk.database.pool, { name, role: 'support', password: PASSWORD });

const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${desk.url}${path}`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });

const signIn = (fields: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  post('/support/sign-in', { name: 'ada', password: PASSWORD, ...fields }, headers);

const cookieOf = (response: Response): string =>
  (response.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';

const statusWith = async (cookie: string): Promise<number> =>
  (await fetch(`${desk.url}/support`, { headers: { cookie }, redirect: 'manual' })).status;

describe('where a sign-in leads', () => {
  test.each([
    ['/support/queue?x=1', '/support/queue?x=1'],
    ['/support', '/support'],
    ['/support/a/../b', '/support/b'],
  ])('on to %s', (given, leads) => {
    expect(safeNext(given)).toBe(leads);
  });

  test.each([
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https://evil.example/support',
    'javascript:alert(1)',
    '/support/..//evil.example',
    '/support/../evil',
    '/support/%2e%2e/evil',
    '/support/.%2E/%2e./evil',
    '/support\\..\\..\\evil',
    '/\t/evil.example/support',
    '/supportive',
    '/api/v1/tokens',
    '/support/sign-in?next=/support/sign-in',
    '/support/Sign-In/link?key=of-somebody-else',
    '/support/sign-out',
    '',
    null,
  ])('never to %j', given => {
    expect(safeNext(given)).toBe('/support');
  });

  test('is what the form said, so long as it is ours', async () => {
    const to = async (next: string) => (await signIn({ next })).headers.get('location');
    expect(await to('/support/account')).toBe('/support/account');
    expect(await to('//evil.example')).toBe('/support');
  });
});

describe('the cookie', () => {
  test('is for our server alone, and of a new token each time', async () => {
    const [one, other] = [await signIn(), await signIn()];
    expect(one.status).toBe(303);
    const set = one.headers.getSetCookie()[0] ?? '';
    expect(set).toMatch(/^seam-reconciler=[\w-]{43};/);
    expect(set).toMatch(/; HttpOnly/i);
    expect(set).toMatch(/; SameSite=Lax/i);
    expect(set).toMatch(/; Path=\//i);
    expect(set).not.toMatch(/; (?:Secure|Domain|Expires|Max-Age)/i);
    expect(cookieOf(other)).not.toBe(cookieOf(one));
  });

  test.each([{ production: true }, { consoleUrl: 'https://support.example.com' }])(
    'is Secure and bound to the host with %j',
    async config => {
      await using there = await openDesk(config);
      await addWithPassword(there.database.pool, {
        name: 'Ada',
        role: 'support',
        password: PASSWORD,
      });
      const response = await fetch(`${there.url}/support/sign-in`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ name: 'Ada', password: PASSWORD }).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      const set = response.headers.getSetCookie()[0] ?? '';
      expect(set).toMatch(/^__Host-seam-reconciler=/);
      expect(set).toMatch(/; Secure/i);
    },
  );

  test('of before the sign-in is of no use after it: nobody can have planted it', async () => {
    const before = cookieOf(await signIn());
    const after = cookieOf(await signIn({}, { cookie: before }));
    expect(after).not.toBe(before);
    expect(await statusWith(before)).toBe(303);
    expect(await statusWith(after)).toBe(200);
    const planted = 'seam-reconciler=planted';
    expect(cookieOf(await signIn({}, { cookie: planted }))).not.toBe(planted);
  });
});

describe('a session that is over', () => {
  const end = async (how: string): Promise<string> => {
    const cookie = cookieOf(await signIn());
    await desk.database.pool.query(
      `update reconciler.sessions set ${how} where token_hash = sha256($1::bytea)`,
      [cookie.split('=')[1]],
    );
    return cookie;
  };

  test.each([`expires_at = now() - interval '1 s'`, `seen_at = now() - interval '8 hours 1 s'`])(
    'of a page leads to the sign-in, which says so, and back (%s)',
    async how => {
      const cookie = await end(how);
      const response = await fetch(`${desk.url}/support/account?x=1`, { headers: { cookie } });
      const text = await response.text();
      expect(response.url).toContain('/support/sign-in');
      expect(text).toContain('Your session has ended');
      expect(text).toContain('name="next" value="/support/account?x=1"');
    },
  );

  test('of a form says that nothing was done, and leads back to the page', async () => {
    const cookie = await end(`expires_at = now() - interval '1 s'`);
    const referer = `${desk.url}/support/connections/x`;
    const response = await post('/support/connections/x/retry', {}, { cookie, referer });
    const text = await response.text();
    expect(response.status).toBe(403);
    expect(text).toContain('nothing was done');
    expect(text).toContain('next=%2Fsupport%2Fconnections%2Fx');
  });

  test('is that of everybody who is disabled, at once, and signs nobody in', async () => {
    await add('Bob');
    const cookie = cookieOf(await signIn({ name: 'Bob' }));
    expect(await statusWith(cookie)).toBe(200);
    await disableOperator(desk.database.pool, SHELL, 'bob');
    expect(await statusWith(cookie)).toBe(303);
    expect((await signIn({ name: 'Bob' })).status).toBe(422);
  });
});

describe('a link', () => {
  const linkFor = async (name: string, minutes = 5) =>
    createSignInLink(desk.database.pool, (await add(name)).id, minutes);

  test('signs in once, when its button is pressed: a preview of it uses nothing up', async () => {
    const key = await linkFor('Cleo');
    await fetch(`${desk.url}/support/sign-in/link?key=${key}`);
    expect((await post('/support/sign-in/link', { key })).status).toBe(303);
    expect((await post('/support/sign-in/link', { key })).status).toBe(422);
  });

  test('of somebody who was disabled, or that is too old, signs nobody in', async () => {
    const key = await linkFor('Dora');
    await disableOperator(desk.database.pool, SHELL, 'dora');
    expect((await post('/support/sign-in/link', { key })).status).toBe(422);
    const old = await linkFor('Emil', -1);
    expect((await post('/support/sign-in/link', { key: old })).status).toBe(422);
  });
});

test.each(['/support/sign-in', '/support/sign-in/link'])(
  'another site can sign nobody in: %s',
  async path => {
    const fields = { name: 'ada', password: PASSWORD };
    const ways = [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }];
    for (const headers of ways) {
      const response = await post(path, fields, headers);
      expect(response.status).toBe(403);
      expect(response.headers.getSetCookie()).toEqual([]);
    }
  },
);

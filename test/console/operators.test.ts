import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addOperator, listOperators } from '../../src/operators/operators.ts';
import { type Clerk, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { addWithPassword } from '../fixtures/passwords.ts';
import { SHELL } from '../fixtures/shell.ts';

let desk: TestDesk;
let admin: Clerk;
beforeAll(async () => {
  desk = await openDesk();
  admin = desk.clerks.admin;
});
afterAll(() => desk[Symbol.asyncDispose]());

const named = async (name: string) => {
  const found = (await listOperators(desk.database.pool)).find(each => each.name === name);
  if (found === undefined) throw new Error(`no operator ${name}`);
  return found;
};

const audit = async (target: string) => {
  const { rows } = await desk.database.pool.query<{ action: string }>(
    'select action, actor_name, before, after from reconciler.audit_log where target = $1 order by id',
    [target],
  );
  return rows;
};

const secretIn = (page: string): string =>
  /<code id="secret">([^<]+)<\/code>/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';

const signInWith = async (link: string) => {
  const { searchParams, hash } = new URL(link, desk.url);
  searchParams.set('key', new URLSearchParams(hash.slice(1)).get('key') ?? '');
  const response = await fetch(`${desk.url}/support/sign-in/link`, {
    method: 'POST',
    redirect: 'manual',
    body: searchParams.toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  const cookie = (response.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  return { cookie, to: response.headers.get('location') };
};

const statusOf = async (path: string, cookie: string): Promise<number> =>
  (await fetch(`${desk.url}${path}`, { headers: { cookie }, redirect: 'manual' })).status;

test('an admin adds an operator, whose link is shown once, leads to their account, and works once', async () => {
  const shown = await admin.post('/support/operators/add', {
    name: 'Ada',
    role: 'support',
    with: 'link',
  });
  expect(shown.status).toBe(200);
  const link = secretIn(shown.text);
  expect(link).toMatch(/\/support\/sign-in\/link\?next=%2Fsupport%2Faccount#key=[\w-]{43}$/);
  const { id } = await named('Ada');
  expect((await admin.get(`/support/operators/${id}`)).text).not.toContain('sign-in/link');
  const { cookie, to } = await signInWith(link);
  expect(to).toBe('/support/account');
  expect(await statusOf('/support', cookie)).toBe(200);
  expect((await signInWith(link)).cookie).toBe('');
  expect(await audit(`operator:${id}`)).toMatchObject([
    { action: 'add_operator', actor_name: 'a admin', after: { role: 'support' } },
    { action: 'change_operator', actor_name: 'a admin' },
    { action: 'sign_in', actor_name: 'Ada', after: { how: 'link' } },
  ]);
});

test('what was typed wrongly is told where it was, and kept; a password is not', async () => {
  const fields = { name: 'Bob', role: 'support', with: 'password', password: 'too short' };
  const shown = await admin.post('/support/operators/add', fields);
  expect(shown.status).toBe(422);
  expect(shown.text).toContain('href="#password"');
  expect(shown.text).toContain('value="Bob"');
  expect(shown.text).not.toContain('too short');
  const taken = await admin.post('/support/operators/add', {
    ...fields,
    name: 'A ADMIN',
    with: 'link',
  });
  expect(taken.status).toBe(422);
  expect(taken.text).toContain('href="#name"');
});

test('another role holds at once for what is open, and is recorded', async () => {
  const { id } = await named('a viewer');
  const { cookie } = desk.clerks.viewer;
  expect(await statusOf('/support/operators', cookie)).toBe(403);
  await admin.post(`/support/operators/${id}/role`, { role: 'admin' });
  expect(await statusOf('/support/operators', cookie)).toBe(200);
  await admin.post(`/support/operators/${id}/role`, { role: 'viewer' });
  expect(await statusOf('/support/operators', cookie)).toBe(403);
  expect((await audit(`operator:${id}`)).slice(-2)).toMatchObject([
    { action: 'change_operator', before: { role: 'viewer' }, after: { role: 'admin' } },
    { action: 'change_operator', before: { role: 'admin' }, after: { role: 'viewer' } },
  ]);
});

test('whoever is disabled is out at once, and comes in again when enabled', async () => {
  const { id } = await named('a on-call');
  const { cookie } = desk.clerks['on-call'];
  expect(await statusOf('/support', cookie)).toBe(200);
  await admin.post(`/support/operators/${id}/disable`);
  expect(await statusOf('/support', cookie)).toBe(303);
  const refused = await admin.post(`/support/operators/${id}/link`);
  expect(refused.status).toBe(409);
  const enabled = await admin.post(`/support/operators/${id}/enable`);
  expect(enabled.text).toContain('can sign in again');
  const { cookie: anew } = await signInWith(
    secretIn((await admin.post(`/support/operators/${id}/link`)).text),
  );
  expect(await statusOf('/support', anew)).toBe(200);
});

test('the last admin can be neither disabled nor made less, also by two at once', async () => {
  const { id } = await named('a admin');
  for (const [path, fields] of [
    [`/support/operators/${id}/disable`, {}],
    [`/support/operators/${id}/role`, { role: 'viewer' }],
  ] as const) {
    const shown = await admin.post(path, fields);
    expect(shown.status).toBe(409);
    expect(shown.text).toContain('last admin');
  }
  const other = await addOperator(desk.database.pool, SHELL, {
    name: 'Zoe',
    role: 'admin',
    password: null,
  });
  const both = await Promise.all([
    admin.post(`/support/operators/${id}/role`, { role: 'support' }),
    desk.call('admin', 'PATCH', `/operators/${other.id}`, { body: { disabled: true } }),
  ]);
  expect(both.filter(({ status }) => status === 409).length).toBe(1);
  const admins = (await listOperators(desk.database.pool)).filter(
    each => each.role === 'admin' && each.disabled_at === null,
  );
  expect(admins.length).toBe(1);
});

describe('an operator’s own account', () => {
  const enter = async (name: string): Promise<Clerk> => {
    const password = 'a password to change';
    await addWithPassword(desk.database.pool, { name, role: 'viewer', password });
    return desk.signIn({ name, password });
  };
  const change = (clerk: Clerk, present: string, next: string, again = next) =>
    clerk.post('/support/account/password', { present, next, again });

  test('changes the password for the present one only; other browsers are signed out', async () => {
    const clerk = await enter('Fay');
    const elsewhere = await desk.signIn({ name: 'Fay', password: 'a password to change' });
    expect((await change(clerk, 'guessed', 'another long password')).status).toBe(422);
    const differs = await change(clerk, 'a password to change', 'another long password', 'other');
    expect(differs.text).toContain('href="#again"');
    expect((await elsewhere.get('/support')).text).toContain('Needs attention');
    const done = await change(clerk, 'a password to change', 'another long password');
    expect(done.text).toContain('Password changed');
    expect((await elsewhere.get('/support')).text).toContain('Your session has ended');
    await desk.signIn({ name: 'Fay', password: 'another long password' });
  });

  test('signs out everywhere else', async () => {
    const clerk = await enter('Guy');
    const elsewhere = await desk.signIn({ name: 'Guy', password: 'a password to change' });
    expect((await clerk.get('/support/account')).text).toContain('1 other browser');
    await clerk.post('/support/account/sign-out-elsewhere');
    expect((await elsewhere.get('/support')).text).toContain('Your session has ended');
    expect((await clerk.get('/support/account')).text).toContain('Only here');
  });
});

test('a token is shown once, opens the API until it is revoked, and a second click makes no second one', async () => {
  const admin = await desk.signIn({
    name: 'Root',
    password: 'the password of root',
    role: 'admin',
  });
  const once = crypto.randomUUID();
  const created = await admin.post('/support/tokens/create', { name: 'ci', role: 'viewer', once });
  const secret = secretIn(created.text);
  expect(secret).toMatch(/^srk_[\w-]{43}$/);
  const again = await admin.post('/support/tokens/create', { name: 'ci', role: 'viewer', once });
  expect(again.text).toContain('This was already done');
  const list = await admin.get('/support/tokens');
  expect(list.text).not.toContain(secret);
  const ids = [...list.text.matchAll(/tokens\/(\d+)">ci</g)];
  expect(ids.length).toBe(1);
  const call = () =>
    fetch(`${desk.url}/api/v1/tokens`, { headers: { authorization: `Bearer ${secret}` } });
  expect((await call()).status).toBe(403);
  const { rows } = await desk.database.pool.query(
    `select id from reconciler.api_tokens where name = 'ci'`,
  );
  await admin.post(`/support/tokens/${rows[0].id}/revoke`);
  expect((await call()).status).toBe(401);
});

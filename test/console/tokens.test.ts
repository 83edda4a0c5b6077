import { afterAll, beforeAll, expect, test } from 'vitest';
import { disableOperator } from '../../src/operators/change-operator.ts';
import { callWith } from '../fixtures/api.ts';
import { type Clerk, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { SHELL } from '../fixtures/shell.ts';
import { addToken } from '../fixtures/tokens.ts';

const served = (id: string, name: string) => ({ id, name, apiKey: null, webhookSecrets: [] });

let desk: TestDesk;
let admin: Clerk;
beforeAll(async () => {
  desk = await openDesk({ workspaces: [served('ws_1', 'Production'), served('ws_2', 'Test')] });
  admin = await desk.signIn({ name: 'Ada', password: 'the password of ada', role: 'admin' });
});
afterAll(() => desk[Symbol.asyncDispose]());

const secretIn = (page: string): string =>
  /<code id="secret">([^<]+)<\/code>/.exec(page)?.[1] ?? '';
const idOf = async (table: 'api_tokens' | 'operators', name: string): Promise<number> => {
  const { rows } = await desk.database.pool.query<{ id: number }>(
    `select id::int from reconciler.${table} where name = $1`,
    [name],
  );
  return rows[0]?.id ?? 0;
};

test('an admin makes a token of their own that names permissions and workspaces, and expires', async () => {
  const made = await admin.post('/support/tokens/create', {
    name: 'nightly',
    role: 'support',
    days: '7',
    permission: ['view', 'retry'],
    workspace: ['ws_2'],
  });
  const secret = secretIn(made.text);
  expect(made.text).toContain('It expires');
  const list = await admin.get('/support/tokens');
  expect(list.text).toContain('only: See connections, lists, the queue and the audit log; Retry');
  expect(list.text).toContain('in Test (ws_2)');
  const { body } = await desk.call('admin', 'GET', '/tokens');
  expect(body).toMatchObject({
    tokens: expect.arrayContaining([
      expect.objectContaining({ name: 'nightly', owner: 'Ada', workspaces: ['ws_2'] }),
    ]),
  });
  const noted = await callWith(desk, secret, 'POST', '/connections/x/notes', { text: 'x' });
  expect(noted).toMatchObject({ status: 403, message: expect.stringContaining('"note"') });
});

test('what can’t be comes back with what was chosen, and makes nothing', async () => {
  const refused = await admin.post('/support/tokens/create', {
    name: 'too much',
    role: 'viewer',
    days: '30',
    permission: ['pause_queue'],
  });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('The role &quot;viewer&quot; doesn');
  expect(refused.text).toMatch(/value="pause_queue" checked/);
  expect(refused.text).toMatch(/value="30" selected/);
  const forever = { name: 'for ever', role: 'viewer', days: '99999' };
  expect((await admin.post('/support/tokens/create', forever)).status).toBe(422);
  expect(await idOf('api_tokens', 'for ever')).toBe(0);
});

test('its owner rotates it: the new secret is shown once, the old one works until the overlap ends', async () => {
  const made = await admin.post('/support/tokens/create', { name: 'turned', role: 'viewer' });
  const old = secretIn(made.text);
  const path = `/support/tokens/${await idOf('api_tokens', 'turned')}`;
  const turned = await admin.post(`${path}/rotate`, { overlap: '1', days: '90' });
  const secret = secretIn(turned.text);
  expect(turned.text).toContain('The old secret works until');
  const statuses = async () =>
    Promise.all(
      [old, secret].map(async each => (await callWith(desk, each, 'GET', '/attention')).status),
    );
  expect(await statuses()).toEqual([200, 200]);
  expect((await admin.get(path)).text).toContain('<dt>Old secret</dt>');
  expect((await admin.get(path)).text).not.toContain(secret);
  expect((await admin.post(`${path}/rotate`, { overlap: 'x' })).status).toBe(422);
  await admin.post(`${path}/rotate`, { overlap: '0' });
  expect(await statuses()).toEqual([401, 401]);
});

test('another admin can revoke it, but is never shown a secret of someone else’s', async () => {
  await admin.post('/support/tokens/create', { name: 'of ada', role: 'admin' });
  const path = `/support/tokens/${await idOf('api_tokens', 'of ada')}`;
  const { admin: another } = desk.clerks;
  expect((await another.get(path)).text).toContain('Only Ada can rotate it');
  const refused = await another.post(`${path}/rotate`, { overlap: '24' });
  expect(refused.status).toBe(403);
  expect(secretIn(refused.text)).toBe('');
  expect((await another.post(`${path}/revoke`)).text).toContain('no longer works');
});

test('tokens are listed on their owner’s page and account, and end when the owner is disabled', async () => {
  const { pool } = desk.database;
  const given = { name: 'of support', role: 'support', owner: 'a support' } as const;
  await addToken(pool, given);
  const path = `/support/operators/${await idOf('operators', 'a support')}`;
  expect((await admin.get(path)).text).toContain('>of support</a>');
  expect((await admin.get(path)).text).not.toContain('>nightly</a>');
  const own = await desk.clerks.support.get('/support/account');
  expect(own.text).toContain('Your API tokens');
  expect(own.text).not.toContain('href="/support/tokens');
  await disableOperator(pool, SHELL, 'a support');
  const page = await admin.get(`/support/tokens/${await idOf('api_tokens', 'of support')}`);
  expect(page.text).toContain('Revoked');
  expect((await admin.get('/support/tokens/4711')).status).toBe(404);
});

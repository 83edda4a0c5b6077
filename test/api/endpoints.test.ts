import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSecretBox } from '../../src/endpoints/secrets.ts';
import { callWith } from '../fixtures/api.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { valuesIn, wordColumns } from '../fixtures/dump.ts';
import { addToken } from '../fixtures/tokens.ts';

const KEY = 'a key with which secrets of endpoints are sealed';
const TARGET = 'https://app.example/hook?key=of-the-url';

let desk: TestDesk;
let admin: string;
beforeAll(async () => {
  desk = await openDesk({ endpointSecretsKeys: [KEY], endpointPrivateNetworks: [] });
  admin = (
    await addToken(desk.database.pool, {
      name: 'manages endpoints',
      role: 'admin',
      owner: 'a admin',
      permissions: ['view', 'manage_endpoints', 'replay', 'send_again'],
    })
  ).secret;
});
afterAll(() => desk[Symbol.asyncDispose]());

const call = (method: string, path: string, body?: unknown, secret = admin) =>
  callWith(desk, secret, method, path, body);
const query = async (text: string, values: unknown[] = []) =>
  (await desk.database.pool.query(text, values)).rows;

/** With a key, as a program sends what it may have to send again. */
const once = async (key: string, path: string, body: unknown) => {
  const response = await fetch(`${desk.url}/api/v1${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${admin}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

/** In which columns a text stands as it is. */
const standsIn = async (text: string): Promise<string[]> => {
  const found: string[] = [];
  for (const each of await wordColumns(desk.database.pool)) {
    const values = await valuesIn(desk.database.pool, each);
    if (values.some(value => value.includes(text))) found.push(`${each.table}.${each.column}`);
  }
  return found;
};

test('an endpoint is added once, and its secret is told once and stored nowhere as it is', async () => {
  const wanted = { name: 'production', target: TARGET, types: ['account.linked'] };
  const added = await once('add-1', '/endpoints', wanted);
  expect(added).toMatchObject({
    status: 201,
    body: {
      endpoint: { id: 1, kind: 'http', target: 'https://app.example/hook', state: 'enabled' },
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
      warning: null,
    },
  });
  const again = await once('add-1', '/endpoints', wanted);
  expect(again).toMatchObject({ status: 409, body: { error: { type: 'conflict' } } });
  const secret = String(added.body.secret);
  const [{ sealed }] = await query('select sealed from reconciler.endpoint_secrets');
  expect(createSecretBox([KEY]).open(sealed)).toBe(secret);
  expect(await standsIn(secret.slice('whsec_'.length))).toEqual([]);
  expect(await query('select count(*)::int as endpoints from reconciler.endpoints')).toEqual([
    { endpoints: 1 },
  ]);
});

test('what follows the ? of its URL is shown to nobody, and is in no audit row', async () => {
  for (const path of ['/endpoints', '/endpoints/1']) {
    expect(JSON.stringify((await call('GET', path)).body)).not.toContain('of-the-url');
  }
  expect(await standsIn('of-the-url')).toEqual(['endpoints.target']);
});

test('its secret is rotated: the former one signs until the overlap ends', async () => {
  const rotated = await once('rotate-1', '/endpoints/1/rotate', {
    overlap_hours: 2,
    why: 'routine',
  });
  expect(rotated.status).toBe(201);
  const { secret } = rotated.body as { secret: string };
  expect(await standsIn(secret.slice('whsec_'.length))).toEqual([]);
  expect(
    (await once('rotate-1', '/endpoints/1/rotate', { overlap_hours: 2, why: 'routine' })).status,
  ).toBe(409);
  const { body } = await call('GET', '/endpoints/1');
  const { secrets } = body as { secrets: { until: string | null }[] };
  expect(secrets.map(({ until }) => until === null)).toEqual([true, false]);
});

test('it is changed, disabled, enabled and removed', async () => {
  const changed = await call('PATCH', '/endpoints/1', { types: null, per_second: 7 });
  expect(changed.body).toMatchObject({
    endpoint: { types: null, per_second: 7, name: 'production' },
  });
  expect((await call('POST', '/endpoints/1/disable', { why: ' ' })).status).toBe(422);
  const disabled = await call('POST', '/endpoints/1/disable', { why: 'maintenance' });
  expect(disabled.body).toMatchObject({
    endpoint: { state: 'disabled', disabled_because: 'person' },
  });
  expect((await call('POST', '/endpoints/1/disable', { why: 'again' })).status).toBe(409);
  expect((await call('POST', '/endpoints/1/replay', { states: 'all' })).status).toBe(409);
  const enabled = await call('POST', '/endpoints/1/enable', { missed: 'send' });
  expect(enabled).toMatchObject({
    status: 200,
    body: { owed: 0, endpoint: { id: 1, state: 'enabled' } },
  });
  expect((await call('DELETE', '/endpoints/1?why=gone')).body).toEqual({ removed: true });
  expect((await call('GET', '/endpoints/1')).status).toBe(404);
  const rows = await query(
    `select action, why from reconciler.audit_log where target = 'endpoint:1' order by id`,
  );
  expect(rows.map(({ action }) => action)).toEqual([
    'add_endpoint',
    'rotate_endpoint',
    'change_endpoint',
    'disable_endpoint',
    'enable_endpoint',
    'remove_endpoint',
  ]);
});

test.each([
  ['a place inside', { name: 'x', target: 'https://169.254.169.254/latest/meta-data' }],
  ['an address in another guise', { name: 'x', target: 'https://[::ffff:10.0.0.1]/' }],
  ['no TLS', { name: 'x', target: 'http://app.example/' }],
  ['credentials', { name: 'x', target: 'https://ada:secret@app.example/' }],
  ['a queue of ours', { name: 'x', kind: 'queue', target: 'looks' }],
  ['no such type', { name: 'x', target: TARGET, types: ['account.stolen'] }],
  ['no such workspace', { name: 'x', target: TARGET, workspaces: ['elsewhere'] }],
  ['too fast', { name: 'x', target: TARGET, per_second: 1_000_000 }],
  ['a field that nobody knows', { name: 'x', target: TARGET, secret: 'whsec_mine' }],
])('%s is refused, by its field', async (_what, body) => {
  const { status, body: answer } = await call('POST', '/endpoints', body);
  expect(status).toBe(422);
  expect(JSON.stringify(answer)).not.toContain('ada:secret');
  expect(await query('select from reconciler.endpoints')).toEqual([]);
});

test('an admin’s token without the permission, and whoever is less, may look and no more', async () => {
  const [plain] = await Promise.all([
    addToken(desk.database.pool, {
      name: 'plain',
      role: 'admin',
      owner: 'a admin',
      permissions: null,
    }),
  ]);
  await call('POST', '/endpoints', { name: 'looked at', kind: 'queue', target: 'told' });
  const [{ id }] = await query('select id::int from reconciler.endpoints');
  const attempts: readonly [string, string, unknown][] = [
    ['POST', '/endpoints', { name: 'mine', target: 'https://attack.example/' }],
    ['PATCH', `/endpoints/${id}`, { target: 'attack' }],
    ['POST', `/endpoints/${id}/rotate`, {}],
    ['POST', `/endpoints/${id}/test`, undefined],
    ['POST', `/endpoints/${id}/disable`, { why: 'an attack' }],
    ['POST', `/endpoints/${id}/enable`, { missed: 'skip' }],
    ['DELETE', `/endpoints/${id}?why=attack`, undefined],
  ];
  for (const secret of [plain.secret, desk.tokens['on-call'], desk.tokens.viewer]) {
    for (const [method, path, body] of attempts) {
      expect((await call(method, path, body, secret)).status, path).toBe(403);
    }
    expect((await call('GET', '/endpoints', undefined, secret)).status).toBe(200);
  }
  const replays = { states: 'all' };
  expect((await call('POST', `/endpoints/${id}/replay`, replays, desk.tokens.support)).status).toBe(
    403,
  );
  const preview = { ...replays, dry_run: true };
  expect(
    await call('POST', `/endpoints/${id}/replay`, preview, desk.tokens['on-call']),
  ).toMatchObject({ status: 200, body: { matching: 0, sent_again: 0, dry_run: true } });
  expect(
    await call('POST', `/endpoints/${id}/replay`, replays, desk.tokens['on-call']),
  ).toMatchObject({ status: 200, body: { dry_run: false } });
});

test('without a key to seal secrets with, none is made, and it says so', async () => {
  await using without = await openDesk({ endpointSecretsKeys: [] });
  const { secret } = await addToken(without.database.pool, {
    name: 'x',
    role: 'admin',
    owner: 'a admin',
    permissions: ['manage_endpoints'],
  });
  const { status, message } = await callWith(without, secret, 'POST', '/endpoints', {
    name: 'x',
    target: TARGET,
  });
  expect(status).toBe(409);
  expect(message).toContain('ENDPOINT_SECRETS_KEY');
});

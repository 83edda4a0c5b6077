import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createContext } from '../../src/app/context.ts';
import { openDeskRouters } from '../../src/app/desk.ts';
import { startHttpServer } from '../../src/http/server.ts';
import { revokeToken } from '../../src/operators/revoke-tokens.ts';
import { addConnection, DESK_CONFIG, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { silentLog } from '../fixtures/settings.ts';
import { SHELL } from '../fixtures/shell.ts';

/* A program that calls the API has to be told what is wrong, in one form, and nothing may be done by halves. */

const SUBJECT = 'connect_webview:w1';
const RETRY = `/connections/${SUBJECT}/retry`;

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  await addConnection(desk.database, { subject: SUBJECT });
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
});

const send = (path: string, init: RequestInit = {}) =>
  fetch(`${desk.url}/api/v1${path}`, {
    ...init,
    headers: { authorization: `Bearer ${desk.tokens.support}`, ...init.headers },
  });
const errorOf = async (response: Response) =>
  ((await response.json()) as { error: Record<string, unknown> }).error;
const generation = async (): Promise<number> => {
  const { rows } = await desk.database.pool.query<{ generation: string }>(
    'select generation from reconciler.reconciliations where subject = $1',
    [SUBJECT],
  );
  return Number(rows[0]?.generation);
};

const JSON_TYPE = { 'content-type': 'application/json' };

test.each<[string, RequestInit, number, string]>([
  ['JSON that breaks off', { headers: JSON_TYPE, body: '{"a":' }, 400, 'bad_request'],
  ['no UTF-8', { headers: JSON_TYPE, body: Buffer.from([0x7b, 0xff]) }, 400, 'bad_request'],
  [
    'JSON sent as text',
    { headers: { 'content-type': 'text/plain' }, body: '{}' },
    415,
    'unsupported_media_type',
  ],
  ['a form', { body: new URLSearchParams({ a: 'b' }) }, 415, 'unsupported_media_type'],
  ['a body of no type', { body: Buffer.from('{}') }, 415, 'unsupported_media_type'],
  [
    'a packed body',
    { headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: '{}' },
    415,
    'unsupported_media_type',
  ],
  [
    'more than 256 KiB',
    { headers: JSON_TYPE, body: `"${'x'.repeat(300_000)}"` },
    413,
    'payload_too_large',
  ],
  ['a list', { headers: JSON_TYPE, body: '[]' }, 422, 'invalid'],
  ['null', { headers: JSON_TYPE, body: 'null' }, 422, 'invalid'],
  ['a field that nobody knows', { headers: JSON_TYPE, body: '{"force":true}' }, 422, 'invalid'],
  [
    'a hundred thousand brackets',
    { headers: JSON_TYPE, body: '['.repeat(1e5) + ']'.repeat(1e5) },
    422,
    'invalid',
  ],
  ['an empty Idempotency-Key', { headers: { 'idempotency-key': '' } }, 400, 'bad_request'],
  [
    'one of 256 characters',
    { headers: { 'idempotency-key': 'x'.repeat(256) } },
    400,
    'bad_request',
  ],
])('%s is refused, and nothing is done', async (_what, init, status, type) => {
  const before = await generation();
  const response = await send(RETRY, { method: 'POST', ...init });
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(await errorOf(response)).toMatchObject({ type, message: expect.any(String) });
  expect(await generation()).toBe(before);
});

test.each([
  ['no body', {}],
  ['an empty one', { headers: JSON_TYPE, body: '' }],
  ['an empty object', { headers: JSON_TYPE, body: '{}' }],
  [
    'UTF-8 that says so',
    { headers: { 'content-type': 'application/json; charset=utf-8' }, body: '{}' },
  ],
])('where nothing needs to be said, %s is right', async (_what, init) => {
  expect((await send(RETRY, { method: 'POST', ...init })).status).toBe(202);
});

test('what is wrong is told by its place', async () => {
  const response = await send(`${RETRY}?limit=3&x=<b>`, { method: 'POST' });
  expect(response.status).toBe(422);
  expect(await errorOf(response)).toEqual({
    type: 'invalid',
    message: 'query.limit: Unknown field.',
    faults: {
      'query.limit': 'query.limit: Unknown field.',
      'query.x': 'query.x: Unknown field.',
    },
  });
});

test.each([
  ['/connections/%00/retry', 422, 'invalid'],
  ['/connections/%E0%A4%A/retry', 400, 'bad_request'],
  ['/connections/none/retry', 404, 'not_found'],
  ['/nowhere', 404, 'not_found'],
])('POST %s is answered %d', async (path, status, type) => {
  const response = await send(path, { method: 'POST' });
  expect(response.status).toBe(status);
  expect(await errorOf(response)).toMatchObject({ type });
});

test('each answer to a token says how much it may still ask', async () => {
  for (const path of ['/connections', '/connections/none', '/connections?limit=x']) {
    const response = await send(path);
    await response.text();
    expect(response.headers.get('ratelimit-policy')).toBe('"token";q=200;w=4');
    expect(response.headers.get('ratelimit')).toMatch(/^"token";r=1\d\d;t=\d$/);
  }
});

describe('who calls', () => {
  test.each([
    ['nobody', {}],
    ['a stranger', { authorization: 'Bearer srk_guessed' }],
    ['somebody with a password', { authorization: 'Basic YTpi' }],
    ['two words', { authorization: 'Bearer srk_a srk_b' }],
  ])('%s: 401, before anything else is looked at', async (_who, headers) => {
    const body = `"${'x'.repeat(300_000)}"`;
    const response = await fetch(`${desk.url}/api/v1${RETRY}?x=y`, {
      method: 'POST',
      headers,
      body,
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await errorOf(response)).toMatchObject({ type: 'unauthorized' });
  });

  test('a viewer is told which role it takes, and not whether there is such a thing', async () => {
    const answer = await desk.call('viewer', 'POST', '/connections/none/retry');
    expect(answer).toMatchObject({ status: 403, body: { error: { type: 'not_allowed' } } });
  });

  test('a revoked token opens nothing any more', async () => {
    await using other = await openDesk();
    const { rows } = await other.database.pool.query<{ id: string }>(
      `select id from reconciler.api_tokens where role = 'support'`,
    );
    await revokeToken(other.database.pool, SHELL, Number(rows[0]?.id));
    expect((await other.call('support', 'POST', RETRY)).status).toBe(401);
  });
});

describe('methods', () => {
  test.each(['GET', 'PUT', 'DELETE', 'PATCH'])('%s where there is only POST: 405', async method => {
    const response = await send(RETRY, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST, OPTIONS');
    expect(await errorOf(response)).toMatchObject({ type: 'method_not_allowed' });
  });

  test('OPTIONS tells the methods, and lets no other site in', async () => {
    const response = await send(RETRY, {
      method: 'OPTIONS',
      headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('allow')).toBe('POST, OPTIONS');
    expect([...response.headers.keys()].filter(name => name.startsWith('access-control'))).toEqual(
      [],
    );
  });

  test('HEAD is GET without the body', async () => {
    const response = await fetch(`${desk.url}/api/v1/openapi.json`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });
});

test('without a database it says 503, and when to come again', async () => {
  const databaseUrl = 'postgres://nobody@127.0.0.1:1/none';
  await using context = createContext({
    databaseUrl,
    redisUrl: undefined,
    workspaces: DESK_CONFIG.workspaces,
    log: silentLog,
    name: 'test',
    maxConnections: 1,
  });
  await using routers = openDeskRouters(context, { ...DESK_CONFIG, databaseUrl }, null);
  await using server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    ...routers,
    log: silentLog,
  });
  const response = await fetch(`${server.url}/api/v1${RETRY}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${desk.tokens.support}` },
  });
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('10');
  expect(await errorOf(response)).toMatchObject({ type: 'unavailable' });
  const contract = await fetch(`${server.url}/api/v1/openapi.json`);
  expect(contract.status).toBe(200);
  expect(await contract.json()).toHaveProperty('openapi');
});

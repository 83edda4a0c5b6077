import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';

/* Whoever tries what no form of ours sends and no document of ours has: told, and without what they sent. */

const lines: string[] = [];
const log = pino({ level: 'info' }, { write: line => void lines.push(line) });
let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk({}, { log });
});
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(() => {
  lines.length = 0;
});

const told = (): Record<string, unknown>[] =>
  lines
    .map((line): Record<string, unknown> => JSON.parse(line))
    .filter(({ security }) => security === 'input_refused');

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const send = async (path: string, init: RequestInit): Promise<number> => {
  const response = await fetch(`${desk.url}${path}`, { redirect: 'manual', ...init });
  await response.text();
  return response.status;
};

test.each([
  ['a NUL in an address', '/support/connections/%00', {}, 422, 'invalid'],
  ['an address that can’t be read', '/support/connections/%ff', {}, 400, 'bad_request'],
  [
    'a form that is too large',
    '/support/sign-in',
    { method: 'POST', headers: FORM, body: `password=hunter2${'x'.repeat(300_000)}` },
    413,
    'payload_too_large',
  ],
])('%s, from whoever it is', async (_what, path, init, status, why) => {
  expect(await send(path, init)).toBe(status);
  expect(told()).toMatchObject([{ level: 40, why, address: '127.0.0.1' }]);
  expect(lines.join('')).not.toContain('hunter2');
});

test('a value that no form offers, with who sent it', async () => {
  const { admin } = desk.clerks;
  const { status } = await admin.post('/support/operators/1/role', { role: 'hunter2' });
  expect(status).toBe(422);
  expect(told()).toMatchObject([
    { why: 'invalid', actor_name: 'a admin', path: '/support/operators/1/role' },
  ]);
  expect(lines.join('')).not.toContain('hunter2');
});

test('through the API what its document doesn’t have', async () => {
  const authorization = `Bearer ${desk.tokens.admin}`;
  const json = { authorization, 'content-type': 'application/json' };
  const operators = '/api/v1/operators';
  const post = (headers: Record<string, string>, body: string) =>
    send(operators, { method: 'POST', headers, body });
  expect(await post(json, '{"hunter2":1}')).toBe(422);
  expect(await post(json, 'hunter2')).toBe(400);
  expect(await post({ authorization, ...FORM }, 'a=hunter2')).toBe(415);
  expect(told().map(({ why, path }) => [why, path])).toEqual([
    ['invalid', operators],
    ['bad_request', operators],
    ['unsupported_media_type', operators],
  ]);
  expect(lines.join('')).not.toContain('hunter2');
});

test('what is right, or isn’t there, is none', async () => {
  await desk.clerks.viewer.get('/support/connections?state=failed');
  await desk.clerks.viewer.get('/support/nothing');
  await desk.call('viewer', 'GET', '/connections/connect_webview:x');
  expect(told()).toEqual([]);
});

import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandboxSeam } from '../../src/sandbox/seam.ts';
import { createTestDatabase } from '../fixtures/database.ts';
import { openPretendApp } from '../fixtures/pretend.ts';

const stack = new AsyncDisposableStack();
let pretend: Awaited<ReturnType<typeof openPretendApp>>;
let seam: Awaited<ReturnType<typeof startSandboxSeam>>;
beforeAll(async () => {
  const database = stack.use(await createTestDatabase());
  seam = stack.use(await startSandboxSeam());
  pretend = stack.use(await openPretendApp(seam, database.db, 'http://127.0.0.1:1'));
});
afterAll(() => stack.disposeAsync());

/** Node's fetch sends no headers of its own choosing that a browser's would. */
const send = (
  path: string,
  headers: Record<string, string>,
  { method = 'POST', body = '' } = {},
): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const sent = request(`${pretend.url}${path}`, { method, headers }, async response => {
      const text = Buffer.concat(await response.toArray()).toString();
      resolve({ status: response.statusCode ?? 0, text });
    });
    sent.on('error', reject).end(body);
  });

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('a stranger’s page in the same browser', () => {
  test.each([
    ['its origin', { origin: 'https://stranger.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:9' }],
    ['what the browser says of it', { 'sec-fetch-site': 'cross-site' }],
    ['what it says of another port', { 'sec-fetch-site': 'same-site' }],
  ])('changes nothing here: known by %s', async (_by, headers) => {
    const outage = { body: 'on=yes' };
    expect((await send('/app/outage', { ...FORM, ...headers }, outage)).status).toBe(403);
    const command = { body: '{"away":true}' };
    const json = { 'content-type': 'application/json', ...headers };
    expect((await send('/outage', json, command)).status).toBe(403);
    expect(seam.isAway()).toBe(false);
  });

  test('reads nothing either, when its name leads to this machine', async () => {
    const host = { host: 'stranger.example' };
    expect((await send('/app', host, { method: 'GET' })).status).toBe(403);
  });
});

test('its own page starts an outage, and ends it', async () => {
  const own = { ...FORM, origin: pretend.url, 'sec-fetch-site': 'same-origin' };
  expect((await send('/app/outage', own, { body: 'on=yes' })).status).toBe(303);
  expect(seam.isAway()).toBe(true);
  expect((await send('/app', {}, { method: 'GET' })).text).toContain('End the outage');
  expect((await send('/app/outage', own, { body: 'on=no' })).status).toBe(303);
  expect(seam.isAway()).toBe(false);
});

describe('what was entered wrongly', () => {
  test('no user signs up without an id, and the page says why', async () => {
    const { status, text } = await send('/app/users', FORM, { body: 'id=' });
    expect(status).toBe(422);
    expect(text).toContain('A user id must have 1 to 500 characters.');
  });

  test('no account is connected without an e-mail; what was chosen is kept', async () => {
    const id = await pretend.app.open('ada');
    const body = 'do=connect&maker=yale&email=%22%3E%3Cscript%3E';
    const { status, text } = await send(`/app/webviews/${id}`, FORM, { body });
    expect(status).toBe(422);
    expect(text).toContain('value="yale" checked');
    expect(text).toContain('value="&quot;&gt;&lt;script&gt;"');
    expect(text).not.toContain('"><script>');
  });

  test('a webview that there isn’t is said to be none', async () => {
    expect((await send('/app/webviews/none', {}, { method: 'GET' })).status).toBe(404);
  });
});

import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyIn, signInLinkUrl } from '../../src/operators/sign-in-link.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';

/* The attack: to have a link made that leads elsewhere, or to read its key where requests are logged. */

const PUBLIC = 'https://support.example.com';
const FORGED = {
  host: 'evil.example',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'http',
  forwarded: 'host=evil.example',
};

let withUrl: TestDesk;
let without: TestDesk;
beforeAll(async () => {
  [withUrl, without] = await Promise.all([openDesk({ consoleUrl: `${PUBLIC}/` }), openDesk()]);
});
afterAll(async () => {
  await withUrl[Symbol.asyncDispose]();
  await without[Symbol.asyncDispose]();
});

/** fetch sends no forged Host. */
const ask = async (
  url: string,
  method: string,
  headers: Record<string, string>,
  body = '',
): Promise<string> => {
  const sent = httpRequest(url, { method, headers: { ...headers, ...FORGED } }).end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return text(response);
};

const addThroughApi = (desk: TestDesk, name: string) =>
  ask(
    `${desk.url}/api/v1/operators`,
    'POST',
    { authorization: `Bearer ${desk.tokens.admin}`, 'content-type': 'application/json' },
    JSON.stringify({ name, role: 'viewer' }),
  );

test('a link is made of CONSOLE_URL alone, whatever the request says, and its key stands after the #', async () => {
  const answer = await addThroughApi(withUrl, 'Ada');
  expect(answer).not.toContain('evil');
  const { sign_in_link: link } = JSON.parse(answer) as { sign_in_link: string };
  const url = new URL(link);
  expect(url.origin).toBe(PUBLIC);
  expect(url.search).toBe('?next=%2Fsupport%2Faccount');
  expect(url.hash).toMatch(/^#key=[\w-]{43}$/);
});

test('without CONSOLE_URL it is a path, and no page or answer takes a host from the request', async () => {
  const answer = await addThroughApi(without, 'Ada');
  expect(JSON.parse(answer)).toMatchObject({
    sign_in_link: expect.stringMatching(/^\/support\/sign-in\/link\?next=[^#]*#key=/),
  });
  const { cookie } = without.clerks.admin;
  const pages = ['/support', '/support/operators', '/support/sign-in?next=/support/queue'];
  for (const path of pages) {
    expect(await ask(`${without.url}${path}`, 'GET', { cookie })).not.toContain('evil');
  }
  expect(await ask(`${without.url}/api/v1/openapi.json`, 'GET', {})).not.toContain('evil');
});

test('a page of another site is not let in by a Host that it has chosen', async () => {
  const page = await ask(
    `${withUrl.url}/support/sign-in`,
    'POST',
    { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
    'name=a&password=b',
  );
  expect(page).toContain('sent from another site');
});

test('a key in the query, where proxies log it, comes into no page and signs nobody in', async () => {
  const key = 'k'.repeat(43);
  const page = await (await fetch(`${without.url}/support/sign-in/link?key=${key}`)).text();
  expect(page).not.toContain(key);
  expect(page).toContain('sign-in-link.js');
});

test.each([
  ['k3y_-', 'k3y_-'],
  [signInLinkUrl(PUBLIC, 'k3y_-'), 'k3y_-'],
  [`  ${signInLinkUrl(PUBLIC, 'k3y_-', '/support/account')}\n`, 'k3y_-'],
  ['#key=k3y_-&x=1', 'k3y_-'],
])('what is pasted by hand may be the key or the whole link: %j', (pasted, key) => {
  expect(keyIn(pasted)).toBe(key);
});

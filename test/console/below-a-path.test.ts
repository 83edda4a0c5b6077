import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONSOLE_ROUTES } from '../../src/console/routes.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import type { TestDesk } from '../fixtures/desk.ts';
import { silentLog } from '../fixtures/settings.ts';
import { pagesOf } from '../fixtures/site/pages.ts';
import { openFullDesk } from '../fixtures/site/site.ts';
import { ORDINARY } from '../fixtures/site/words.ts';

/* The console as another app has it: `app.use('/locks', router)`. */

const BASE = '/locks';
/** Whatever of ours would lead out of the path. */
const OUTSIDE = /(?<!\/locks)\/(?:support|api\/v1)(?=[/?#"'&<\s]|$)/g;
const ADDRESSES =
  /\s(?:href|src|action|formaction|hx-get|hx-post|data-copy|data-passkey|content)="(\/[^"]*)"/g;

let desk: TestDesk;
/** The same at the root. */
let root: HttpServer;
beforeAll(async () => {
  desk = await openFullDesk(ORDINARY, { below: BASE });
  const { routers } = desk;
  root = await startHttpServer({ host: '127.0.0.1', port: 0, routers, log: silentLog });
});
afterAll(async () => {
  await root[Symbol.asyncDispose]();
  await desk[Symbol.asyncDispose]();
});

const shown = async (url: string): Promise<{ status: number; text: string }> => {
  const { cookie } = desk.clerks.admin;
  const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
  const location = response.headers.get('location') ?? '';
  return { status: response.status, text: `${location}\n${await response.text()}` };
};

/** What differs from one look to the next. */
const settled = (text: string): string =>
  text
    .replaceAll(/(name="(?:csrf|once)" value|data-tag)="[^"]*"/g, '$1')
    .replaceAll(/<time [^>]*>[^<]*<\/time>/g, '<time>')
    .replaceAll(/\b(?:just now|\d+ (?:ms|s|min|h|d)(?: ago)?)\b/g, 'soon');

const addresses = Object.values(pagesOf(ORDINARY)).flatMap(urls => {
  if (urls === 'download') return [];
  const { error, full, empty, more = [] } = urls;
  return [
    full,
    empty,
    ...(typeof error === 'string' && error !== 'broken' ? [error] : []),
    ...more,
  ];
});
const EVERY = [
  ...new Set([
    ...addresses,
    '/support/sign-in',
    '/support/sign-in/link',
    '/support/sign-in/second-step',
    '/support/nothing',
    '/support/connections/%00',
  ]),
];

describe('every page below a path', () => {
  test.each(EVERY)('%s leads nowhere outside, and is the page at the root', async address => {
    const below = await shown(`${desk.url}${BASE}${address}`);
    expect(below.text.match(OUTSIDE) ?? []).toEqual([]);
    for (const [, each = ''] of below.text.matchAll(ADDRESSES)) {
      expect(each).toMatch(/^\/locks\/support(?:[/?#]|$)/);
    }
    const above = await shown(`${root.url}${address}`);
    expect(below.status).toBe(above.status);
    const moved = below.text.replaceAll(/(?:\/|%2F)locks(?=(?:\/|%2F)support)/g, '');
    expect(settled(moved)).toBe(settled(above.text));
  });
});

const somewhere = (path: string): string => path.replaceAll(/:\w+/g, '404404');

describe('every form below a path', () => {
  test.each(CONSOLE_ROUTES.filter(({ method }) => method === 'post'))(
    '$path, sent with nothing in it, leads nowhere outside',
    async ({ path }) => {
      const answer = await desk.clerks.admin.post(`${BASE}/support${somewhere(path)}`);
      expect(answer.url).toMatch(/^\/locks\/support/);
      expect(answer.text.match(OUTSIDE) ?? []).toEqual([]);
      expect(answer.status).toBeLessThan(500);
    },
  );

  test.each(CONSOLE_ROUTES)('$method $path: a stranger is sent to sign in', async route => {
    const url = `${desk.url}${BASE}/support${somewhere(route.path)}`;
    const response = await fetch(url, { method: route.method.toUpperCase(), redirect: 'manual' });
    const text = await response.text();
    expect(text.match(OUTSIDE) ?? []).toEqual([]);
    if (route.method === 'post') return;
    const location = new URL(response.headers.get('location') ?? '', 'http://app');
    expect(location.pathname).toBe('/locks/support/sign-in');
    expect(location.searchParams.get('next')).toMatch(/^\/locks\/support/);
  });
});

test.each(['', '/', '/api/queues'])('the raw queue%s leads nowhere outside', async path => {
  const { status, text } = await shown(`${desk.url}${BASE}/support/raw-queue${path}`);
  expect(status).toBe(200);
  expect(text.match(OUTSIDE) ?? []).toEqual([]);
  if (path !== '/api/queues') expect(text).toContain('/locks/support/raw-queue/');
});

test('what pages load is served below the path', async () => {
  const { text } = await shown(`${desk.url}${BASE}/support`);
  const assets = [...text.matchAll(/"(\/locks\/support\/assets\/[^"]+)"/g)].map(([, at]) => at);
  expect(assets.length).toBeGreaterThan(8);
  for (const asset of assets) {
    const response = await fetch(`${desk.url}${asset}`);
    await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toContain('immutable');
  }
});

test('beside the path there is nothing of ours', async () => {
  for (const path of [
    '/support',
    '/support/sign-in',
    '/api/v1/openapi.json',
    '/locksmith/support',
  ]) {
    expect((await shown(desk.url + path)).status).toBe(404);
  }
});

test('the API is there, too, and says so', async () => {
  const response = await fetch(`${desk.url}${BASE}/api/v1/openapi.json`);
  expect(await response.json()).toMatchObject({ servers: [{ url: '/locks/api/v1' }] });
  const above = await fetch(`${root.url}/api/v1/openapi.json`);
  expect(await above.json()).toMatchObject({ servers: [{ url: '/api/v1' }] });
  expect((await desk.call('viewer', 'GET', '/queue')).status).toBe(200);
});

import type { Express } from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Options } from '../../src/library/options.ts';
import type { Reconciler } from '../../src/library/types.ts';
import { type Ground, openApp, openGround } from '../fixtures/library.ts';
import { addWithPassword } from '../fixtures/passwords.ts';

/* The console in an app that is somebody else's: where it is offered, where it isn't, and whose the host is. */

const PASSWORD = 'violet anvil crosses pond';

let ground: Ground;
beforeAll(async () => {
  ground = await openGround();
  const { pool } = ground.database;
  await addWithPassword(pool, { name: 'Ada', role: 'support', password: PASSWORD });
});
afterAll(() => ground[Symbol.asyncDispose]());

/** An app whose customers have a help page at `/support`, too. */
const withHelpPage = (their: Express, { router }: Reconciler): void => {
  their.use(router);
  their.get(['/support', '/support/sign-in'], (_request, response) => {
    response.send('their help page');
  });
};

const open = (console: Options['console']) => openApp({ ...ground.options, console }, withHelpPage);

describe('without an address that can be trusted /support is the app’s', () => {
  test.each([
    [undefined, 'info', 'console.url is missing'],
    [{}, 'info', 'console.url is missing'],
    [{ url: 'http://support.example.com' }, 'error', 'console.url must start with https://'],
    [
      { url: 'https://192.0.2.1', secondFactor: 'required' },
      'error',
      'console.secondFactor must be optional',
    ],
  ] as const)('%j', async (console, level, words) => {
    await using app = await open(console);
    for (const path of ['/support', '/support/sign-in']) {
      const response = await fetch(`${app.url}${path}`);
      expect(await response.text()).toBe('their help page');
      expect([...response.headers.keys()]).not.toContain('x-request-id');
    }
    expect((await fetch(`${app.url}/support/queue`)).status).toBe(404);
    expect((await fetch(`${app.url}/api/v1/openapi.json`)).status).toBe(200);
    const said = app.lines.map(line => JSON.parse(line)).filter(({ msg }) => /console/.test(msg));
    expect(said).toHaveLength(1);
    expect(said[0].msg).toContain(`/support is left to the app: ${words}`);
    expect(said[0].msg).not.toMatch(/[A-Z]{4,}|NODE_ENV/);
    expect(said[0].level).toBe({ info: 30, error: 50 }[level]);
  });
});

test('with an address of this machine it is there', async () => {
  await using app = await open({ url: 'http://localhost:3000' });
  const response = await fetch(`${app.url}/support/sign-in`);
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('Sign in');
  expect(app.lines.join('')).not.toContain('is left to the app');
});

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

test('at the root the host is the app’s: no TLS for all of it, and nothing that it stores is emptied', async () => {
  await using app = await open({ url: 'https://app.example.com' });
  const post = (path: string, fields: Record<string, string>, cookie = '') =>
    fetch(`${app.url}/support${path}`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams(fields).toString(),
      headers: { ...FORM, cookie, origin: 'https://app.example.com' },
    });
  const entered = await post('/sign-in', { name: 'Ada', password: PASSWORD, next: '' });
  const cookie = (entered.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  expect(cookie).toMatch(/^__Host-seam-reconciler=\w/);
  const page = await fetch(`${app.url}/support`, { headers: { cookie } });
  expect(page.status).toBe(200);
  expect(page.headers.get('strict-transport-security')).toBeNull();
  const [, csrf = ''] = /name="csrf" value="([^"]+)"/.exec(await page.text()) ?? [];
  const left = await post('/sign-out', { csrf }, cookie);
  expect(left.headers.get('location')).toBe('/support/sign-in');
  expect(left.headers.get('clear-site-data')).toBe('"cache"');
  expect(left.headers.get('strict-transport-security')).toBeNull();
});

describe('where its address has a path, and the router is at the root', () => {
  test.each([
    ['/locks/support/sign-in', 200],
    ['/LOCKS/support/sign-in', 200],
    ['/locks/api/v1/openapi.json', 200],
    // As by a proxy that has taken the path away.
    ['/support/sign-in', 200],
    ['/locks', 404],
    ['/locks/api/v1/orders', 404],
    ['/lockssupport/sign-in', 404],
    ['/locks/locks/support/sign-in', 404],
    ['/doors/support/sign-in', 404],
  ])('%s is answered %i', async (path, status) => {
    await using app = await openApp({
      ...ground.options,
      console: { url: 'http://localhost:3000/locks' },
    });
    const response = await fetch(`${app.url}${path}`);
    const text = await response.text();
    expect(response.status).toBe(status);
    if (status === 404) expect(text).toContain('Cannot GET');
    else expect(response.headers.has('x-request-id')).toBe(true);
    if (path.endsWith('sign-in') && status === 200) expect(text).toContain('/locks/support/');
  });
});

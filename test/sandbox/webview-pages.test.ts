import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSeam } from '../../src/seam/client.ts';
import { createTestDatabase } from '../fixtures/database.ts';
import { openPretendApp } from '../fixtures/pretend.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';

/* A webview that an app creates over Seam's API leads to a page that plays it, and back. */

const BACK = 'http://127.0.0.1:4999/locks/attempts/1';
const FAILED = 'https://app.example/sorry';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const CONNECT = 'do=connect&maker=august&email=ada%40locks.example';
const { signal } = new AbortController();

const stack = new AsyncDisposableStack();
let seam: TestSeam;
let pretend: Awaited<ReturnType<typeof openPretendApp>>;
beforeAll(async () => {
  const database = stack.use(await createTestDatabase());
  seam = stack.use(await startTestSeam());
  pretend = stack.use(await openPretendApp(seam, database.db, 'http://127.0.0.1:1'));
  // Where nobody takes webhooks, none is sent.
  pretend.app.setLosing(true);
});
afterAll(() => stack.disposeAsync());

const create = async (options: object = {}): Promise<{ id: string; url: string }> => {
  const request = { customMetadata: { id: 'ada' }, ...options };
  const { connectWebviewId: id, url } = await createSeam(seam).createConnectWebview(
    request,
    signal,
  );
  return { id, url };
};

const submit = (url: string, body: string): Promise<Response> =>
  fetch(url, { method: 'POST', body, headers: FORM, redirect: 'manual' });

test('its address is the page’s, and the account gets its metadata', async () => {
  const { id, url } = await create();
  expect(url).toBe(`${pretend.url}/app/webviews/${id}`);
  expect((await submit(url, CONNECT)).status).toBe(303);
  const { connected_account_id: accountId } =
    seam.fake.database.connect_webviews.find(each => each.connect_webview_id === id) ?? {};
  const account = seam.fake.database.connected_accounts.find(
    each => each.connected_account_id === accountId,
  );
  expect(account?.custom_metadata).toEqual({ id: 'ada' });
});

describe('where the user is sent afterwards', () => {
  test.each([
    ['connect', { customRedirectUrl: BACK, customRedirectFailureUrl: FAILED }, CONNECT, BACK],
    ['fail', { customRedirectUrl: BACK, customRedirectFailureUrl: FAILED }, 'do=fail', FAILED],
    ['fail, with one address for both', { customRedirectUrl: BACK }, 'do=fail', BACK],
    ['cancel', { customRedirectUrl: BACK }, 'do=cancel', BACK],
  ])('%s', async (_what, options, body, expected) => {
    const { url } = await create(options);
    const answer = await submit(url, body);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, expected]);
  });

  test('its form may lead there, and nowhere else', async () => {
    const { url } = await create({
      customRedirectUrl: BACK,
      customRedirectFailureUrl: 'locks://x',
    });
    const policy = (await fetch(url)).headers.get('content-security-policy');
    expect(policy).toContain("form-action 'self' http://127.0.0.1:4999 locks:;");
    const { url: plain } = await create();
    expect((await fetch(plain)).headers.get('content-security-policy')).toContain(
      "form-action 'self';",
    );
  });
});

test('it offers the makers that the webview accepts, and takes no other', async () => {
  const { url } = await create({ acceptedProviders: ['yale'] });
  const text = await (await fetch(url)).text();
  expect(text).toContain('value="yale" checked');
  expect(text).not.toContain('value="august"');
  expect((await submit(url, CONNECT)).status).toBe(422);
});

import { Router } from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { addWithPassword } from '../fixtures/passwords.ts';

const PASSWORD = 'violet anvil crosses pond';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

const post = (url: string, fields: Record<string, string>, cookie = ''): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(fields).toString(),
    headers: { ...FORM, cookie },
  });

const signIn = (console: string, next: string): Promise<Response> =>
  post(`${console}/sign-in`, { name: 'Ada', password: PASSWORD, next });

const cookieOf = (response: Response): string =>
  (response.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';

const addAda = ({ database }: TestDesk) =>
  addWithPassword(database.pool, { name: 'Ada', role: 'support', password: PASSWORD });

describe('below a path', () => {
  const stack = new AsyncDisposableStack();
  let desk: TestDesk;
  beforeAll(async () => {
    desk = stack.use(await openDesk({}, { below: '/locks' }));
    await addAda(desk);
    for (const number of [1, 2, 3]) {
      const subject = `connect_webview:w${number}`;
      await addConnection(desk.database, { subject, reason: 'user_not_found' });
    }
  });
  afterAll(() => stack.disposeAsync());

  const CASE = '/locks/support/connections/connect_webview%3Aw1';

  test('a sign-in leads on to where somebody was, and its cookies are for nothing else', async () => {
    const entered = await signIn(`${desk.url}/locks/support`, '/locks/support/queue?x=1');
    expect(entered.status).toBe(303);
    expect(entered.headers.get('location')).toBe('/locks/support/queue?x=1');
    for (const cookie of entered.headers.getSetCookie()) {
      expect(cookie).toContain('; Path=/locks/support; ');
    }
    const { status } = await fetch(`${desk.url}/locks/support`, {
      headers: { cookie: cookieOf(entered) },
      redirect: 'manual',
    });
    expect(status).toBe(200);
  });

  test.each([
    '/support/queue',
    '/',
    '/locksmith/support',
    '/locks/api/v1',
    '/locks/../support',
    '//stranger.example/locks/support',
    '/locks/support/sign-out',
    '/locks/support/Sign-In/link',
  ])('a sign-in never leads to %s', async next => {
    const entered = await signIn(`${desk.url}/locks/support`, next);
    expect(entered.headers.get('location')).toBe('/locks/support');
  });

  test('a sign-out takes its cookie away, and nothing that the app keeps in the browser', async () => {
    const cookie = cookieOf(await signIn(`${desk.url}/locks/support`, ''));
    const page = await fetch(`${desk.url}/locks/support`, { headers: { cookie } });
    const [, csrf = ''] = /name="csrf" value="([^"]+)"/.exec(await page.text()) ?? [];
    const left = await post(`${desk.url}/locks/support/sign-out`, { csrf }, cookie);
    expect(left.headers.get('location')).toBe('/locks/support/sign-in');
    expect(left.headers.getSetCookie()).toEqual([
      'seam-reconciler=; Max-Age=0; Path=/locks/support; HttpOnly; SameSite=Lax',
    ]);
    expect(left.headers.get('clear-site-data')).toBe('"cache"');
    const over = await fetch(`${desk.url}/locks/support`, {
      headers: { cookie },
      redirect: 'manual',
    });
    expect(over.headers.get('location')).toMatch(
      /^\/locks\/support\/sign-in\?next=%2Flocks%2Fsupport/,
    );
  });

  test('a form does its work, and leads back to its case in its list', async () => {
    const { cookie } = desk.clerks.support;
    const page = await fetch(desk.url + CASE, { headers: { cookie } });
    const [, csrf = ''] = /name="csrf" value="([^"]+)"/.exec(await page.text()) ?? [];
    const sent = await fetch(`${desk.url}${CASE}/notes`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ csrf, once: crypto.randomUUID(), text: 'They call back.' }),
      headers: { ...FORM, cookie, referer: `${desk.url}${CASE}?from=state%3Dopen` },
    });
    expect(sent.status).toBe(303);
    expect(sent.headers.get('location')).toBe(`${CASE}?from=state%3Dopen`);
    expect((await desk.clerks.support.get(CASE)).text).toContain('They call back.');
  });

  test('a bulk run is previewed and started', async () => {
    const { support } = desk.clerks;
    const planned = await support.post('/locks/support/bulk-runs/plan', { query: 'state=failed' });
    expect(planned.url).toMatch(/^\/locks\/support\/bulk-runs\/\d+$/);
    expect(planned.text).toContain('Start retry of 3');
    const started = await support.post(`${planned.url}/start`, { why: 'users were imported' });
    expect(started.url).toBe(planned.url);
    expect(started.text).toContain('Started retry of 3.');
  });

  test('what was refused comes back in its form, and a draft is found wherever the console is', async () => {
    const dismiss = '/locks/support/connections/connect_webview%3Aw2/dismiss';
    const fields = { draft: 'dismiss connect_webview:w2', action: dismiss, page: dismiss };
    const { support } = desk.clerks;
    const kept = await support.post('/locks/support/drafts', {
      ...{ ...fields, why: 'half a sen', typed: 'why' },
    });
    expect(JSON.parse(kept.text)).toEqual({ kept: true });
    expect((await support.get(dismiss)).text).toContain('half a sen</textarea>');
    const drafts = await support.get('/locks/support/drafts');
    expect(drafts.text).toContain(`href="${dismiss}"`);
    const { rows } = await desk.database.pool.query(
      `select fields ->> '@page' as page from reconciler.drafts`,
    );
    expect(rows).toEqual([{ page: dismiss.slice('/locks'.length) }]);

    const discarded = await support.post('/locks/support/drafts/discard', { draft: fields.draft });
    expect(discarded.url).toBe(dismiss);
    expect(discarded.text).toContain('Draft discarded.');

    await desk.clerks.admin.post(dismiss, { why: 'A test of ours.' });
    const refused = await support.post(dismiss, { why: 'Ticket 4711', typed: 'why' });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('Ticket 4711');
  });

  test('a form of another path’s console has no draft here', async () => {
    const kept = await desk.clerks.support.post('/locks/support/drafts', {
      ...{ draft: 'dismiss connect_webview:w2', why: 'x', typed: 'why' },
      action: '/doors/support/connections/connect_webview%3Aw2/dismiss',
    });
    expect(kept.status).toBe(422);
  });

  test('a sign-in link without CONSOLE_URL has the path', async () => {
    const shown = await desk.clerks.admin.post('/locks/support/operators/add', {
      ...{ name: 'Cleo', role: 'viewer' },
    });
    expect(shown.text).toContain(
      '/locks/support/sign-in/link?next=%2Flocks%2Fsupport%2Faccount#key=',
    );
  });
});

describe('with CONSOLE_URL', () => {
  const LINK =
    'https://app.example.com/locks/support/sign-in/link?next=%2Flocks%2Fsupport%2Faccount#key=';

  test.each([
    ['below a path that the app has', '/locks', '/locks'],
    ['behind a proxy that takes the path away', '', ''],
    ['behind one that leaves it', '', '/locks'],
  ])('%s: links are whole, and its cookies for there', async (_what, below, asked) => {
    await using desk = await openDesk({ consoleUrl: 'https://app.example.com/locks/' }, { below });
    await addAda(desk);
    const entered = await signIn(`${desk.url}${asked}/support`, '/locks/support/queue');
    expect(entered.headers.get('location')).toBe('/locks/support/queue');
    const cookies = entered.headers.getSetCookie();
    expect(cookies[0]).toMatch(
      /^__Secure-seam-reconciler=[^;]+; Path=\/locks\/support; HttpOnly; Secure; SameSite=Lax$/,
    );
    // Of a host that has others on it, the app speaks for itself.
    expect(entered.headers.get('strict-transport-security')).toBeNull();
    const body = { name: 'Cleo', role: 'viewer' };
    const response = await fetch(`${desk.url}${asked}/api/v1/operators`, {
      method: 'POST',
      headers: { authorization: `Bearer ${desk.tokens.admin}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ sign_in_link: expect.stringContaining(LINK) });
    const document = await fetch(`${desk.url}${asked}/api/v1/openapi.json`);
    expect(await document.json()).toMatchObject({
      servers: [{ url: 'https://app.example.com/locks/api/v1' }],
    });
  });

  test('that says another path: each page says what to change, and webhooks and the API go on', async () => {
    const consoleUrl = 'https://app.example.com';
    await using desk = await openDesk({ consoleUrl }, { below: '/locks' });
    const answer = await fetch(`${desk.url}/locks/support/queue`);
    const text = await answer.text();
    expect(answer.status).toBe(503);
    expect(text).toContain('CONSOLE_URL must end with /locks');
    const [, style = ''] = /rel="stylesheet" href="([^"]+)"/.exec(text) ?? [];
    expect((await fetch(desk.url + style)).status).toBe(200);
    expect((await fetch(`${desk.url}/locks/api/v1/openapi.json`)).status).toBe(200);
  });
});

test('two consoles of one host sign nobody out of the other', async () => {
  await using doors = await openDesk();
  const beside = [Router().use('/doors', ...doors.routers)];
  await using desk = await openDesk({}, { below: '/locks', beside });
  for (const each of [doors, desk]) await addAda(each);
  const [locksIn, doorsIn] = [
    await signIn(`${desk.url}/locks/support`, ''),
    await signIn(`${desk.url}/doors/support`, ''),
  ];
  const paths = [locksIn, doorsIn].map(
    ({ headers }) => /Path=([^;]+)/.exec(headers.getSetCookie()[0] ?? '')?.[1],
  );
  expect(paths).toEqual(['/locks/support', '/doors/support']);
});

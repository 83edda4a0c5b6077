import { afterAll, beforeAll, expect, test } from 'vitest';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { runHere } from '../fixtures/here.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { onlyWorkspace } from '../fixtures/settings.ts';

/* A user's account is disconnected: whoever is on the phone with them makes a webview for it, from its case or the API. */

let seam: TestSeam;
let desk: TestDesk;
let accountId: string;
let subject: string;
const created: Record<string, unknown>[] = [];
beforeAll(async () => {
  seam = await startTestSeam();
  desk = await openDesk({
    workspaces: onlyWorkspace({ apiKey: seam.apiKey }),
    seamEndpoint: seam.endpoint,
  });
  const webviewId = await seam.createWebview({ id: 'u1', plan: 'gold' });
  ({ accountId } = await seam.completeWebview(webviewId, { email: 'ada@locks.example' }));
  subject = `connected_account:${accountId}`;
  await desk.database.pool.query(
    `insert into reconciler.users (id, name) values ('u1', 'Ada Lovelace')`,
  );
  await addConnection(desk.database, { subject, state: 'linked', accountId, claimedUserId: 'u1' });
  await addConnection(desk.database, { subject: 'connect_webview:unfinished' });
  seam.interfere((path, body) => {
    if (path === '/connect_webviews/create') created.push(body);
    return null;
  });
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await seam[Symbol.asyncDispose]();
});

test('from the case, after a look at what it will be; the link is shown once', async () => {
  const { support } = desk.clerks;
  const path = `/support/connections/${encodeURIComponent(subject)}`;
  expect((await support.get(path)).text).toContain('Send a new webview…');
  expect((await support.get(`${path}/reconnect`)).text).toContain('Ada Lovelace');
  const once = crypto.randomUUID();
  const shown = await support.post(`${path}/reconnect`, { once });
  expect(shown.status).toBe(200);
  const [, url = ''] = /id="url" readonly value="([^"]+)"/.exec(shown.text) ?? [];
  expect(url).toMatch(/connect_webview_id=/);
  expect(created.splice(0)).toEqual([
    expect.objectContaining({ custom_metadata: { id: 'u1', plan: 'gold' } }),
  ]);
  const again = await support.post(`${path}/reconnect`, { once });
  expect(again.text).toContain('One was already created');
  expect(again.text).not.toContain(url);
  expect(created).toEqual([]);
  const webview = new URL(url.replaceAll('&amp;', '&')).searchParams.get('connect_webview_id');
  const own = await support.get(`/support/connections/connect_webview:${webview}`);
  expect(own.text).toContain(`Created to reconnect the account ${accountId}.`);
});

test('what goes wrong is said in the place of the link', async () => {
  const { support, viewer } = desk.clerks;
  const path = `/support/connections/${encodeURIComponent(subject)}/reconnect`;
  seam.interfere(() => response => response.writeHead(503).end('{}'));
  const away = await support.post(path);
  seam.interfere(null);
  expect(away).toMatchObject({ status: 422, text: expect.stringContaining('Try again') });
  seam.interfere(
    () => response =>
      response
        .writeHead(401, { 'content-type': 'application/json' })
        .end('{"error":{"type":"unauthorized","message":"no such key"}}'),
  );
  const keyless = await support.post(path);
  seam.interfere(null);
  expect(keyless.text).toMatch(/An engineer must fix the workspace.{1,5}s API key/);
  expect(keyless.text).not.toContain('Try again');
  const unfinished = await support.get('/support/connections/connect_webview:unfinished/reconnect');
  expect(unfinished).toMatchObject({
    status: 409,
    text: expect.stringContaining('No account is known here yet'),
  });
  expect((await viewer.post(path)).status).toBe(403);
});

test('over the API, for a token that may', async () => {
  const path = `/accounts/${accountId}/reconnect-webview`;
  const { status, body } = await desk.call('support', 'POST', path, {
    body: { accepted_providers: ['august'], custom_redirect_url: 'https://app.example/done' },
  });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    url: expect.stringMatching(/^https?:/),
    user_id: 'u1',
    connected_account_id: accountId,
    accepted_providers: ['august'],
    account_is_gone: false,
  });
  expect((await desk.call('viewer', 'POST', path, { body: {} })).status).toBe(403);
  const none = await desk.call('support', 'POST', '/accounts/none/reconnect-webview', { body: {} });
  expect(none).toMatchObject({
    status: 404,
    body: { error: { message: expect.stringMatching(/Seam has no connected account "none"/) } },
  });
});

test('not where somebody unlinked the account by hand: all three say what to do first', async () => {
  const { support } = desk.clerks;
  const path = `/support/connections/${encodeURIComponent(subject)}`;
  const { pool } = desk.database;
  const { rows } = await pool.query(
    `insert into reconciler.links
            (connected_account_id, user_id, linked_by_run, unlinked_at, unlinked_because, unlinked_claim)
     values ($1, 'u1', 0, now(), 'unlinked_by_hand', 'unknown') returning id`,
    [accountId],
  );
  expect((await support.get(path)).text).not.toContain('Send a new webview…');
  const told = expect.stringMatching(/unlinked the account .* by hand: link it to a user first/);
  for (const reply of [
    await support.get(`${path}/reconnect`),
    await support.post(`${path}/reconnect`, { once: crypto.randomUUID() }),
  ]) {
    expect(reply).toMatchObject({ status: 409, text: told });
  }
  const api = await desk.call('support', 'POST', `/accounts/${accountId}/reconnect-webview`, {
    body: {},
  });
  expect(api).toMatchObject({ status: 409, body: { error: { message: told } } });
  const printed = await runHere(['webview', 'reconnect', accountId], {
    DATABASE_URL: desk.database.url,
    SEAM_API_KEY: seam.apiKey,
    SEAM_ENDPOINT: seam.endpoint,
  });
  expect(printed).toMatchObject({ code: 4, stdout: '', stderr: told });
  expect(created).toEqual([]);
  await pool.query('delete from reconciler.links where id = $1', [rows[0].id]);
  expect((await support.get(path)).text).toContain('Send a new webview…');
});

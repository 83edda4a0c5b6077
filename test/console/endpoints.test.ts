import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'svix';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Clerk, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { insertRows } from '../fixtures/site/insert.ts';

const served = (id: string, name: string) => ({ id, name, apiKey: null, webhookSecrets: [] });

/** What the app was sent, and what it answers. */
const app = {
  status: 200,
  answer: '',
  sent: [] as { headers: Record<string, string>; body: string }[],
};
const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  app.sent.push({ headers, body });
  response.writeHead(app.status).end(app.answer);
});

let desk: TestDesk;
let admin: Clerk;
let url = '';
beforeAll(async () => {
  desk = await openDesk({ workspaces: [served('ws_1', 'Production'), served('ws_2', 'Test')] });
  ({ admin } = desk.clerks);
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=hidden-part`;
});
afterAll(async () => {
  server.close();
  await desk[Symbol.asyncDispose]();
});
beforeEach(async () => {
  Object.assign(app, { status: 200, answer: '', sent: [] });
  await desk.database.pool.query('truncate reconciler.endpoints, reconciler.audit_log cascade');
});

const secretIn = (page: string): string =>
  /<code id="secret">([^<]+)<\/code>/.exec(page)?.[1] ?? '';

const add = async (fields: Record<string, string | string[]> = {}) => {
  const given = { name: 'Billing', kind: 'http', target: url, per_second: '20', ...fields };
  const shown = await admin.post('/support/endpoints/add', given);
  const { rows } = await desk.database.pool.query<{ id: number }>(
    'select id::int from reconciler.endpoints where name = $1',
    [given.name],
  );
  return { ...shown, id: rows[0]?.id ?? 0, path: `/support/endpoints/${rows[0]?.id}` };
};

const audits = async () =>
  (
    await desk.database.pool.query(
      'select action, target, actor_name, face, why from reconciler.audit_log order by id',
    )
  ).rows;

test('an admin adds one: its secret is shown this once, and a test message is signed with it', async () => {
  const added = await add({ type: ['account.linked', 'account.deleted'], workspace: ['ws_2'] });
  const secret = secretIn(added.text);
  expect(secret).toMatch(/^whsec_/);
  expect(added.headers.get('cache-control')).toBe('no-store');
  const list = (await admin.get('/support/endpoints')).text;
  expect(list).toContain('Linked to a user; Account deleted');
  expect(list).toContain('of Test (ws_2)');
  expect(list).toContain('Nothing sent yet');
  const one = (await admin.get(added.path)).text;
  for (const text of [list, one]) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain('hidden-part');
  }
  expect(one).toContain('at most 20 a second');

  app.answer = '<b>thanks</b>';
  const tested = await admin.post(`${added.path}/test`);
  expect(tested.text).toMatch(
    /The test message<\/span> was delivered: the app answered 200 in \d+ ms/,
  );
  expect(tested.text).toContain('&lt;b&gt;thanks&lt;/b&gt;');
  const [sent] = app.sent;
  new Webhook(secret).verify(sent?.body ?? '', sent?.headers ?? {});
  expect(JSON.parse(sent?.body ?? '')).toMatchObject({ type: 'endpoint.test' });
  app.status = 500;
  const refused = await admin.post(`${added.path}/test`);
  expect(refused.text).toMatch(
    /role="alert"><p><strong>The test message was not delivered:<\/strong> The app answered 500/,
  );
  expect((await audits()).map(({ action }) => action)).toEqual([
    'add_endpoint',
    'test_endpoint',
    'test_endpoint',
  ]);
});

test('what can’t be comes back by field with what was typed, and adds nothing', async () => {
  const refused = await add({
    name: '<b>x</b>',
    target: 'https://user:word@app.example/"><script>',
    per_second: 'many',
    type: ['account.linked', 'none'],
    workspace: ['ws_9'],
  });
  expect(refused.status).toBe(422);
  for (const field of ['target', 'types', 'workspaces', 'per-second']) {
    expect(refused.text).toContain(`<a href="#${field}">`);
    expect(refused.text).toContain(`aria-describedby="${field}-fault"`);
  }
  expect(refused.text).toContain('value="&lt;b&gt;x&lt;/b&gt;"');
  expect(refused.text).toMatch(/value="account.linked" checked/);
  expect(refused.text).toMatch(/value="ws_9" checked/);
  expect(refused.text).not.toContain('"><script>');
  expect(refused.id).toBe(0);
  expect((await add({ kind: 'pigeon' })).text).toContain('<a href="#kind">');
});

test('a queue has no secret', async () => {
  const added = await add({ kind: 'queue', target: 'app-jobs' });
  expect(secretIn(added.text)).toBe('');
  expect(added.url).toBe(added.path);
  expect(added.text).toContain('Endpoint &quot;Billing&quot; is added.');
  expect(added.text).toContain('Jobs in a BullMQ queue: queue <code>app-jobs</code>');
  expect(added.text).not.toContain('Signing secret');
});

test('its secret is rotated: the new one is shown once, and the old one signs until the overlap ends', async () => {
  const added = await add();
  const rotated = await admin.post(`${added.path}/rotate`, { overlap: '1' });
  const secrets = [secretIn(added.text), secretIn(rotated.text)];
  expect(new Set(secrets).size).toBe(2);
  expect(rotated.text).toContain('Messages are also signed with the old one until');
  await admin.post(`${added.path}/test`);
  const [sent] = app.sent;
  for (const secret of secrets) {
    expect(() => new Webhook(secret).verify(sent?.body ?? '', sent?.headers ?? {})).not.toThrow();
  }
  expect((await admin.get(added.path)).text).not.toContain(secrets[1]);
  expect((await admin.post(`${added.path}/rotate`, { overlap: 'x' })).status).toBe(422);
});

test('a change that leaves the address out keeps it, and one that names it takes it', async () => {
  const { path, id } = await add({ type: ['account.linked'] });
  const form = (await admin.get(`${path}/change`)).text;
  expect(form).toMatch(/value="account.linked" checked/);
  expect(form).not.toContain('hidden-part');
  const changed = await admin.post(`${path}/change`, {
    name: 'Accounts',
    target: '',
    per_second: '7',
    why: 'renamed',
  });
  expect(changed.text).toContain('Endpoint &quot;Accounts&quot; is changed.');
  const stored = async () =>
    (
      await desk.database.pool.query(
        'select name, target, types, per_second from reconciler.endpoints where id = $1',
        [id],
      )
    ).rows[0];
  expect(await stored()).toEqual({ name: 'Accounts', target: url, types: null, per_second: 7 });
  const target = 'https://app.example/other';
  await admin.post(`${path}/change`, { name: 'Accounts', target, per_second: '7' });
  expect(await stored()).toMatchObject({ target });
  const refused = await admin.post(`${path}/change`, {
    name: '',
    target: 'ftp://x',
    per_second: '0',
  });
  expect(refused.status).toBe(422);
  for (const field of ['name', 'target', 'per-second']) {
    expect(refused.text).toContain(`<a href="#${field}">`);
  }
});

test('it is disabled with a reason, which whoever finds it so reads, and enabled with or without what it missed', async () => {
  const { path } = await add();
  const without = await admin.post(`${path}/disable`, { why: ' ' });
  expect(without.status).toBe(422);
  expect(without.text).toContain('<a href="#why">');
  const form = { why: 'It is <b>moved</b>', once: 'this form' };
  await admin.post(`${path}/disable`, form);
  const disabled = await admin.post(`${path}/disable`, form);
  expect(disabled.text).toContain('already done');
  expect(disabled.text).toMatch(/Disabled<\/span> by a admin, .*“It is &lt;b&gt;moved&lt;\/b&gt;”/);
  const { viewer } = desk.clerks;
  expect((await viewer.get('/support/endpoints')).text).toContain(
    '“It is &lt;b&gt;moved&lt;/b&gt;”',
  );
  await insertRows(desk.database.pool, 'links', [
    { connected_account_id: 'a1', user_id: 'ada', linked_by_run: 1 },
  ]);
  const enabled = await admin.post(`${path}/enable`, { missed: 'send' });
  expect(enabled.text).toContain('Enabled. To be sent, in order: 1.');
  await admin.post(`${path}/disable`, { why: 'again' });
  await insertRows(desk.database.pool, 'links', [
    { connected_account_id: 'a2', user_id: 'ada', linked_by_run: 1 },
  ]);
  const skipped = await admin.post(`${path}/enable`, { missed: 'skip' });
  expect(skipped.text).toContain('Enabled. Nothing waits to be sent.');
  expect((await audits()).map(({ action, why }) => [action, why])).toEqual([
    ['add_endpoint', null],
    ['disable_endpoint', 'It is <b>moved</b>'],
    ['enable_endpoint', null],
    ['disable_endpoint', 'again'],
    ['enable_endpoint', null],
  ]);
});

test('a removed one is gone, with its reason in the audit log; a second click says that it was done', async () => {
  const { path, id } = await add();
  expect((await admin.post(`${path}/remove`, { why: '' })).status).toBe(422);
  const form = { why: 'not needed', once: 'this form' };
  const removed = await admin.post(`${path}/remove`, form);
  expect(removed.url).toBe('/support/endpoints');
  expect(removed.text).toContain('Endpoint &quot;Billing&quot; is removed.');
  const again = await admin.post(`${path}/remove`, form);
  expect(again).toMatchObject({ status: 200, url: '/support/endpoints' });
  expect(again.text).toContain('already done');
  expect((await admin.get(path)).status).toBe(404);
  expect(await audits()).toContainEqual({
    action: 'remove_endpoint',
    target: `endpoint:${id}`,
    actor_name: 'a admin',
    face: 'console',
    why: 'not needed',
  });
});

test('a replay says first how many it would be, and sends these', async () => {
  const { path, id } = await add();
  const { pool } = desk.database;
  const account = `of ${id}`;
  await insertRows(pool, 'links', [
    { connected_account_id: account, user_id: 'grace', linked_by_run: 1 },
  ]);
  await admin.get(path);
  await pool.query(`update reconciler.sendings set state = 'dead', finished_at = now()`);
  expect((await admin.get(path)).text).toContain('What was given up');
  const { 'on-call': onCall } = desk.clerks;
  const query = 'states=dead&user=grace&since=1h&type=account.linked';
  const preview = await onCall.get(`${path}/replay?${query}`);
  expect(preview.text).toContain('Nothing has been sent yet.');
  expect(preview.text).toContain('Send 1 again');
  expect(preview.text).toContain('of the user grace, Linked to a user');
  const state = async () =>
    (await pool.query('select state from reconciler.sendings where endpoint_id = $1', [id])).rows;
  expect(await state()).toEqual([{ state: 'dead' }]);
  const other = await onCall.get(`${path}/replay?states=dead&user=nobody`);
  expect(other.text).toContain('No message matches');
  expect(other.text).not.toMatch(/Send \d+ again/);
  const ofAccount = await onCall.get(`${path}/replay?states=dead&account=${account}`);
  expect(ofAccount.text).toContain(`about the account ${account}`);
  expect(ofAccount.text).toContain('Send 1 again');
  const elsewhere = await onCall.get(`${path}/replay?states=dead&account=another`);
  expect(elsewhere.text).toContain('No message matches');
  const wrong = await onCall.get(`${path}/replay?states=dead&since=yesterday&type=none`);
  expect(wrong.status).toBe(422);
  expect(wrong.text).toContain('<a href="#since">');
  const sent = await onCall.post(`${path}/replay`, {
    states: 'dead',
    user: 'grace',
    since: '1h',
    type: 'account.linked',
  });
  expect(sent.text).toContain('To be sent again, in order: 1.');
  expect(await state()).toEqual([{ state: 'waiting' }]);
});

test('what it has not taken is listed, with when the next try is once its rest is over', async () => {
  const { path, id } = await add();
  const { pool } = desk.database;
  const account = `waits for ${id}`;
  await insertRows(pool, 'links', [
    { connected_account_id: account, user_id: 'grace', linked_by_run: 1 },
  ]);
  await admin.get(path);
  await pool.query(
    `update reconciler.sendings set attempts = 3, due_at = now() + interval '150 minutes' where endpoint_id = $1`,
    [id],
  );
  const fails = `update reconciler.endpoints set failing_since = now(), failures = 3, fault = 'It broke.', rest_until = $2
                  where id = $1`;
  await pool.query(fails, [id, new Date(0)]);
  const { text } = await admin.get(path);
  expect(text).toMatch(/It broke\. Next attempt .*in 2 h</);
  expect(text).toContain('What waits longest');
  expect(text).toContain(`connected_account%3Awaits+for+${id}`);
  expect(text).not.toContain('What was given up');
});

test('a viewer reads how it stands and is shown which role each button takes', async () => {
  const { path } = await add();
  const { viewer, support } = desk.clerks;
  for (const clerk of [viewer, support]) {
    const { text } = await clerk.get(path);
    expect(text).not.toMatch(/<form [^>]*action="[^"]*endpoints/);
    expect(text).toMatch(/disabled>Change…<\/button> <small>requires the role admin/);
    expect(text).toMatch(/disabled>Replay…<\/button> <small>requires the role on-call/);
    expect((await clerk.get('/support/endpoints')).text).toMatch(
      /disabled>Add endpoint<\/button> <small>requires the role admin/,
    );
    expect((await clerk.post(`${path}/disable`, { why: 'x' })).status).toBe(403);
  }
});

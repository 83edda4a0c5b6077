import { Webhook } from 'svix';
import { expect, test } from 'vitest';
import { useEndpointPages } from '../fixtures/endpoint-pages.ts';

const pages = useEndpointPages();
const { app, secretIn, add, audits } = pages;

test('an admin adds one: its secret is shown this once, and a test message is signed with it', async () => {
  const added = await add({ type: ['account.linked', 'account.deleted'], workspace: ['ws_2'] });
  const secret = secretIn(added.text);
  expect(secret).toMatch(/^whsec_/);
  expect(added.headers.get('cache-control')).toBe('no-store');
  const list = (await pages.admin.get('/support/endpoints')).text;
  expect(list).toContain('Linked to a user; Account deleted');
  expect(list).toContain('of Test (ws_2)');
  expect(list).toContain('Nothing sent yet');
  const one = (await pages.admin.get(added.path)).text;
  for (const text of [list, one]) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain('hidden-part');
  }
  expect(one).toContain('at most 20 a second');

  app.answer = '<b>thanks</b>';
  const tested = await pages.admin.post(`${added.path}/test`);
  expect(tested.text).toMatch(
    /The test message<\/span> was delivered: the app answered 200 in \d+ ms/,
  );
  expect(tested.text).toContain('&lt;b&gt;thanks&lt;/b&gt;');
  const [sent] = app.sent;
  new Webhook(secret).verify(sent?.body ?? '', sent?.headers ?? {});
  expect(JSON.parse(sent?.body ?? '')).toMatchObject({ type: 'endpoint.test' });
  app.status = 500;
  const refused = await pages.admin.post(`${added.path}/test`);
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
  const rotated = await pages.admin.post(`${added.path}/rotate`, { overlap: '1' });
  const secrets = [secretIn(added.text), secretIn(rotated.text)];
  expect(new Set(secrets).size).toBe(2);
  expect(rotated.text).toContain('Messages are also signed with the old one until');
  await pages.admin.post(`${added.path}/test`);
  const [sent] = app.sent;
  for (const secret of secrets) {
    expect(() => new Webhook(secret).verify(sent?.body ?? '', sent?.headers ?? {})).not.toThrow();
  }
  expect((await pages.admin.get(added.path)).text).not.toContain(secrets[1]);
  expect((await pages.admin.post(`${added.path}/rotate`, { overlap: 'x' })).status).toBe(422);
});

test('a change that leaves the address out keeps it, and one that names it takes it', async () => {
  const { path, id } = await add({ type: ['account.linked'] });
  const form = (await pages.admin.get(`${path}/change`)).text;
  expect(form).toMatch(/value="account.linked" checked/);
  expect(form).not.toContain('hidden-part');
  const changed = await pages.admin.post(`${path}/change`, {
    name: 'Accounts',
    target: '',
    per_second: '7',
    why: 'renamed',
  });
  expect(changed.text).toContain('Endpoint &quot;Accounts&quot; is changed.');
  const stored = async () =>
    (
      await pages.desk.database.pool.query(
        'select name, target, types, per_second from reconciler.endpoints where id = $1',
        [id],
      )
    ).rows[0];
  expect(await stored()).toEqual({
    name: 'Accounts',
    target: pages.url,
    types: null,
    per_second: 7,
  });
  const target = 'https://app.example/other';
  await pages.admin.post(`${path}/change`, { name: 'Accounts', target, per_second: '7' });
  expect(await stored()).toMatchObject({ target });
  const refused = await pages.admin.post(`${path}/change`, {
    name: '',
    target: 'ftp://x',
    per_second: '0',
  });
  expect(refused.status).toBe(422);
  for (const field of ['name', 'target', 'per-second']) {
    expect(refused.text).toContain(`<a href="#${field}">`);
  }
});

import { expect, test } from 'vitest';
import { useEndpointPages } from '../fixtures/endpoint-pages.ts';
import { insertRows } from '../fixtures/site/insert.ts';

const pages = useEndpointPages();
const { add, audits } = pages;

test('it is disabled with a reason, which whoever finds it so reads, and enabled with or without what it missed', async () => {
  const { path } = await add();
  const without = await pages.admin.post(`${path}/disable`, { why: ' ' });
  expect(without.status).toBe(422);
  expect(without.text).toContain('<a href="#why">');
  const form = { why: 'It is <b>moved</b>', once: 'this form' };
  await pages.admin.post(`${path}/disable`, form);
  const disabled = await pages.admin.post(`${path}/disable`, form);
  expect(disabled.text).toContain('already done');
  expect(disabled.text).toMatch(/Disabled<\/span> by a admin, .*“It is &lt;b&gt;moved&lt;\/b&gt;”/);
  const { viewer } = pages.desk.clerks;
  expect((await viewer.get('/support/endpoints')).text).toContain(
    '“It is &lt;b&gt;moved&lt;/b&gt;”',
  );
  await insertRows(pages.desk.database.pool, 'links', [
    { connected_account_id: 'a1', user_id: 'ada', linked_by_run: 1 },
  ]);
  const enabled = await pages.admin.post(`${path}/enable`, { missed: 'send' });
  expect(enabled.text).toContain('Enabled. To be sent, in order: 1.');
  await pages.admin.post(`${path}/disable`, { why: 'again' });
  await insertRows(pages.desk.database.pool, 'links', [
    { connected_account_id: 'a2', user_id: 'ada', linked_by_run: 1 },
  ]);
  const skipped = await pages.admin.post(`${path}/enable`, { missed: 'skip' });
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
  expect((await pages.admin.post(`${path}/remove`, { why: '' })).status).toBe(422);
  const form = { why: 'not needed', once: 'this form' };
  const removed = await pages.admin.post(`${path}/remove`, form);
  expect(removed.url).toBe('/support/endpoints');
  expect(removed.text).toContain('Endpoint &quot;Billing&quot; is removed.');
  const again = await pages.admin.post(`${path}/remove`, form);
  expect(again).toMatchObject({ status: 200, url: '/support/endpoints' });
  expect(again.text).toContain('already done');
  expect((await pages.admin.get(path)).status).toBe(404);
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
  const { pool } = pages.desk.database;
  const account = `of ${id}`;
  await insertRows(pool, 'links', [
    { connected_account_id: account, user_id: 'grace', linked_by_run: 1 },
  ]);
  await pages.admin.get(path);
  await pool.query(`update reconciler.sendings set state = 'dead', finished_at = now()`);
  expect((await pages.admin.get(path)).text).toContain('What was given up');
  const { 'on-call': onCall } = pages.desk.clerks;
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
  const { pool } = pages.desk.database;
  const account = `waits for ${id}`;
  await insertRows(pool, 'links', [
    { connected_account_id: account, user_id: 'grace', linked_by_run: 1 },
  ]);
  await pages.admin.get(path);
  await pool.query(
    `update reconciler.sendings set attempts = 3, due_at = now() + interval '150 minutes' where endpoint_id = $1`,
    [id],
  );
  const fails = `update reconciler.endpoints set failing_since = now(), failures = 3, fault = 'It broke.', rest_until = $2
                  where id = $1`;
  await pool.query(fails, [id, new Date(0)]);
  const { text } = await pages.admin.get(path);
  expect(text).toMatch(/It broke\. Next attempt .*in 2 h</);
  expect(text).toContain('What waits longest');
  expect(text).toContain(`connected_account%3Awaits+for+${id}`);
  expect(text).not.toContain('What was given up');
});

test('a viewer reads how it stands and is shown which role each button takes', async () => {
  const { path } = await add();
  const { viewer, support } = pages.desk.clerks;
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

import { afterAll, beforeAll, expect, test } from 'vitest';
import { callWith } from '../fixtures/api.ts';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { runHere } from '../fixtures/here.ts';

/* People copy ids from where they see them, with their kind before it or without: both lead to the same. */

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  const { pool } = desk.database;
  await pool.query(
    `insert into reconciler.connected_accounts (connected_account_id, workspace_id, state, state_since,
             user_identifier, custom_metadata, errors, warnings, accepted_capabilities, read_by_run)
     values ('a1', null, 'connected', now(), '{}', '{}', '[]', '[]', '[]', 1)`,
  );
  // A webview that only its account's connection names.
  await addConnection(desk.database, { subject: 'connected_account:a1', accountId: 'a1' });
  await pool.query(
    `update reconciler.reconciliations set connect_webview_id = 'w1', reason = 'user_not_found'`,
  );
  // An account that only its webview's connection names.
  await addConnection(desk.database, {
    subject: 'connect_webview:w2',
    accountId: 'a2',
    reason: 'user_not_found',
  });
});
afterAll(() => desk[Symbol.asyncDispose]());

const call = (method: string, path: string, body?: unknown) =>
  callWith(desk, desk.tokens.admin, method, path, body);
const shell = (...args: string[]) =>
  runHere([...args, '--json'], { DATABASE_URL: desk.database.url, LOG_LEVEL: 'error' });

const OF_ONE = ['a1', 'connected_account:a1', 'w1', 'connect_webview:w1'];
const OF_TWO = ['a2', 'connected_account:a2', 'w2', 'connect_webview:w2'];

test.each([
  ...OF_ONE.map(id => [id, 'connected_account:a1']),
  ...OF_TWO.map(id => [id, 'connect_webview:w2']),
])('%s is a connection, for API and commands', async (id, subject) => {
  const path = `/connections/${encodeURIComponent(id)}`;
  expect(await call('GET', path)).toMatchObject({ status: 200, body: { subject } });
  expect((await call('GET', `${path}/timeline`)).status).toBe(200);
  expect((await call('POST', `${path}/notes`, { text: 'seen' })).status).toBe(201);
  const shown = await shell('show', id);
  expect(JSON.parse(shown.stdout)).toMatchObject({ matches: [{ subject }] });
});

test.each(OF_ONE)('%s is an account, for API and commands', async id => {
  const account = { connected_account_id: 'a1' };
  expect(await call('GET', `/accounts/${encodeURIComponent(id)}`)).toMatchObject({
    status: 200,
    body: account,
  });
  const shown = await shell('account', 'show', id);
  expect(JSON.parse(shown.stdout)).toMatchObject({ accounts: [account] });
});

test.each(['a1', 'connected_account:a1'])('messages are listed by %s', async account => {
  const listed = await call('GET', `/messages?account=${encodeURIComponent(account)}`);
  expect(listed.status).toBe(200);
  const commanded = await shell('message', 'list', '--account', account);
  expect(commanded.code).toBe(0);
});

test('a bulk run takes them, each case once', async () => {
  const planned = await call('POST', '/bulk-runs', { subjects: [...OF_ONE, ...OF_TWO] });
  expect(planned).toMatchObject({ status: 201, body: { total: 2 } });
  const { id } = planned.body as { id: number };
  const { body } = await call('GET', `/bulk-runs/${id}/items`);
  const { items } = body as { items: { subject: string }[] };
  expect(items.map(({ subject }) => subject).toSorted()).toEqual([
    'connect_webview:w2',
    'connected_account:a1',
  ]);
});

test('what names nothing is nothing in a bulk run, either', async () => {
  const planned = await call('POST', '/bulk-runs', { subjects: ['connected_account:none'] });
  expect(planned.status).toBeGreaterThanOrEqual(400);
  expect((await call('POST', '/bulk-runs', { subjects: ['a\u0000'] })).status).toBe(422);
});

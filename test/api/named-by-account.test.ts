import { afterAll, beforeAll, expect, test } from 'vitest';
import { callWith } from '../fixtures/api.ts';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';

/* A webview led to the account, so no connection is called as messages are about it. */

const SUBJECT = 'connect_webview:w1';
let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  await addConnection(desk.database, { subject: SUBJECT, state: 'linked', accountId: 'a1' });
});
afterAll(() => desk[Symbol.asyncDispose]());

const call = (method: string, path: string, body?: unknown) =>
  callWith(desk, desk.tokens.support, method, `/connections/${path}`, body);

test.each(['connected_account:a1', 'a1', 'w1', SUBJECT])('a connection is got as %s', async id => {
  expect(await call('GET', id)).toMatchObject({ status: 200, body: { subject: SUBJECT } });
  expect(await call('POST', `${id}/notes`, { text: `by ${id}` })).toMatchObject({ status: 201 });
});

test('what leads to nothing is not found', async () => {
  for (const id of ['connected_account:a2', 'a2', 'connected_account:w1']) {
    expect((await call('GET', id)).status, id).toBe(404);
  }
});

test('what leads to several accounts is refused, with their ids', async () => {
  for (const id of ['a3', 'a4']) {
    const subject = `connect_webview:of ${id}`;
    await addConnection(desk.database, {
      subject,
      accountId: id,
      claimedUserId: 'ada',
      state: 'linked',
    });
  }
  const { status, message } = await call('GET', 'ada');
  expect(status).toBe(409);
  expect(message).toMatch(/leads to 2 accounts.*a3/);
});

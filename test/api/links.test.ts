import { afterAll, beforeAll, expect, test } from 'vitest';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  await desk.database.pool.query(
    `insert into reconciler.users (id, name, email) values ('ada', 'Ada', 'ada@locks.example'), ('bob', null, null)`,
  );
});
afterAll(() => desk[Symbol.asyncDispose]());

const add = async (name: string) => {
  const subject = `connect_webview:${name}`;
  const accountId = `account_${name}`;
  await addConnection(desk.database, { subject, accountId, reason: 'metadata_id_missing' });
  return { subject, accountId, path: `/connections/${encodeURIComponent(subject)}` };
};
const link = (path: string, body: unknown, key?: string) =>
  desk.call('support', 'POST', `${path}/link`, { body, ...(key === undefined ? {} : { key }) });

test('a program finds the user, links, and takes it back', async () => {
  const found = await desk.call('support', 'GET', '/users?q=ada%40');
  expect(found).toMatchObject({
    status: 200,
    body: { users: [{ id: 'ada', name: 'Ada', email: 'ada@locks.example', accounts: 0 }] },
  });
  const { subject, accountId, path } = await add('w1');
  const linked = await link(path, { user_id: 'ada', why: 'ticket 4711' });
  expect(linked).toMatchObject({
    status: 200,
    body: {
      subject,
      connected_account_id: accountId,
      user_id: 'ada',
      former_user_id: null,
      look_asked: true,
    },
  });
  const { audit_id } = linked.body as { audit_id: number };
  const undo = `${path}/links/${audit_id}/undo`;
  expect(await desk.call('support', 'POST', undo)).toMatchObject({
    status: 200,
    body: { user_id: null, former_user_id: 'ada' },
  });
  expect(await desk.call('support', 'POST', undo)).toMatchObject({
    status: 409,
    body: { error: { type: 'conflict', message: expect.stringContaining('already undone') } },
  });
});

test('the same Idempotency-Key links once, and is answered alike', async () => {
  const { path } = await add('w2');
  const body = { user_id: 'ada', why: 'ticket 4711' };
  const first = await link(path, body, 'key 1');
  const second = await link(path, body, 'key 1');
  expect(second).toMatchObject({ status: first.status, body: first.body as object });
});

test('what can’t be right is told by field', async () => {
  const { path } = await add('w3');
  expect(await link(path, { user_id: 'nobody', why: '' })).toMatchObject({
    status: 422,
    body: {
      error: { type: 'invalid', faults: { user_id: expect.anything(), why: expect.anything() } },
    },
  });
  expect(await link(path, { user_id: 'ada', why: 'x', extra: 1 })).toMatchObject({ status: 422 });
  expect(
    await link('/connections/connect_webview%3Anone', { user_id: 'ada', why: 'x' }),
  ).toMatchObject({ status: 404 });
});

test('a program that saw it otherwise than it is may say so', async () => {
  const { path } = await add('w4');
  await link(path, { user_id: 'bob', why: 'ticket 4711', seen_user_id: null });
  expect(
    await link(path, { user_id: 'ada', why: 'ticket 4711', seen_user_id: null }),
  ).toMatchObject({ status: 409, body: { error: { message: expect.stringContaining('bob') } } });
});

test('a program unlinks, reads who did and why, and takes it back', async () => {
  const { subject, accountId, path } = await add('w5');
  await link(path, { user_id: 'ada', why: 'ticket 4711' });
  const unlink = (body: unknown, key?: string) =>
    desk.call('support', 'POST', `${path}/unlink`, { body, ...(key === undefined ? {} : { key }) });
  expect(await unlink({ why: 'x', seen_user_id: 'bob' })).toMatchObject({
    status: 409,
    body: { error: { message: expect.stringContaining('now linked to ada') } },
  });
  expect(await unlink({ why: ' ' })).toMatchObject({
    status: 422,
    body: { error: { type: 'invalid', faults: { why: expect.anything() } } },
  });
  const unlinked = await unlink({ why: 'not hers', seen_user_id: 'ada' }, 'key 5');
  const { audit_id } = unlinked.body as { audit_id: number };
  expect(unlinked).toMatchObject({
    status: 200,
    body: { subject, connected_account_id: accountId, former_user_id: 'ada', look_asked: true },
  });
  expect(await unlink({ why: 'not hers', seen_user_id: 'ada' }, 'key 5')).toMatchObject({
    status: 200,
    body: { audit_id },
  });
  expect(await unlink({ why: 'not hers' })).toMatchObject({
    status: 409,
    body: { error: { message: expect.stringContaining("isn't linked to anyone") } },
  });
  expect(await desk.call('viewer', 'GET', path)).toMatchObject({
    status: 200,
    body: { user_id: null, unlinked: { user_id: 'ada', why: 'not hers', audit_id, subject } },
  });
  const undo = `${path}/links/${audit_id}/undo`;
  expect(await desk.call('support', 'POST', undo)).toMatchObject({
    status: 200,
    body: { user_id: 'ada', former_user_id: null },
  });
  expect(await desk.call('support', 'GET', path)).toMatchObject({
    body: { user_id: 'ada', unlinked: null },
  });
});

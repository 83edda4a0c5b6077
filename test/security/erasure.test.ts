import { afterAll, beforeAll, expect, test } from 'vitest';
import { LEAST_ROLES, ROLES } from '../../src/access/permissions.ts';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { whereStands } from '../fixtures/dump.ts';

/* Whoever may not erase somebody, or read all there is of them, doesn't; and what is answered keeps nothing. */

let desk: TestDesk;
const USER = 'qq5m-user';

beforeAll(async () => {
  desk = await openDesk();
  await addConnection(desk.database, {
    subject: 'connect_webview:w',
    reason: 'user_not_found',
    claimedUserId: USER,
  });
});
afterAll(() => desk[Symbol.asyncDispose]());

const audited = async (): Promise<string[]> => {
  const { rows } = await desk.database.pool.query(
    `select actor_name || ' ' || action || ' ' || target as done from reconciler.audit_log
      where action in ('erase_person', 'export_person') order by id`,
  );
  return rows.map(row => String(row.done));
};
const body = { why: 'they asked' };

test('both are for admins alone', () => {
  expect([LEAST_ROLES.erase_person, LEAST_ROLES.export_person]).toEqual(['admin', 'admin']);
});

test.each(ROLES.filter(role => role !== 'admin'))('%s: a token can do neither', async role => {
  const read = await desk.call(role, 'GET', `/users/${USER}/personal-data`);
  expect(read.status).toBe(403);
  const erased = await desk.call(role, 'POST', `/users/${USER}/erasure`, { body });
  expect(erased.status).toBe(403);
  expect(JSON.stringify([read.body, erased.body])).not.toContain('connect_webview');
});

test('what was refused is on record, and nobody’s id with it: some are too short to be found there again', async () => {
  const { rows } = await desk.database.pool.query(
    `select after->>'path' as path from reconciler.audit_log where action = 'refused'`,
  );
  expect(new Set(rows.map(({ path }) => path))).toEqual(
    new Set(['GET /api/v1/users/{id}/personal-data', 'POST /api/v1/users/{id}/erasure']),
  );
});

test('whoever has no token learns nothing', async () => {
  for (const [method, path] of [
    ['GET', 'personal-data'],
    ['POST', 'erasure'],
  ] as const) {
    const answer = await fetch(`${desk.url}/api/v1/users/${USER}/${path}`, { method });
    expect(answer.status).toBe(401);
  }
  const { rows } = await desk.database.pool.query(
    'select claimed_user_id from reconciler.reconciliations',
  );
  expect(rows).toEqual([{ claimed_user_id: USER }]);
  expect(await audited()).toEqual([]);
});

test('to read it is an export, and audited before it is read', async () => {
  const { status, body: told } = await desk.call('admin', 'GET', `/users/${USER}/personal-data`);
  expect(status).toBe(200);
  expect(told).toMatchObject({
    user_id: USER,
    tables: { reconciliations: [{ subject: 'connect_webview:w', claimed_user_id: USER }] },
  });
  expect(await audited()).toEqual([`a admin export_person user:${USER}`]);
});

test('a reason is insisted on, and an id that can be one', async () => {
  const path = `/users/${USER}/erasure`;
  expect((await desk.call('admin', 'POST', path, { body: {} })).status).toBe(422);
  expect((await desk.call('admin', 'POST', path, { body: { why: ' ' } })).status).toBe(422);
  expect((await desk.call('admin', 'POST', '/users/%20/erasure', { body })).status).toBe(422);
});

test('an Idempotency-Key that names the user is refused: it would be kept', async () => {
  const path = `/users/${USER}/erasure`;
  const { status, body: told } = await desk.call('admin', 'POST', path, {
    body,
    key: `of ${USER}`,
  });
  expect(status).toBe(422);
  expect(told).toMatchObject({ error: { faults: { 'idempotency-key': expect.any(String) } } });
});

test('the answer, the key and the audit row of an erasure keep nothing of the user', async () => {
  const note = { body: { text: `called ${USER}` }, key: 'a note' };
  const path = `/connections/${encodeURIComponent('connect_webview:w')}/notes`;
  const noted = await desk.call('support', 'POST', path, note);
  expect(noted.status).toBeLessThan(300);
  const order = { body: { why: `${USER} asked us` }, key: 'erasure 1' };
  const erased = await desk.call('admin', 'POST', `/users/${USER}/erasure`, order);
  expect(erased).toMatchObject({
    status: 200,
    body: { finished: true, user_is_still_there: false },
  });
  expect(await whereStands(desk.database.pool, 'qq5m')).toEqual([]);
  const again = await desk.call('admin', 'POST', `/users/${USER}/erasure`, order);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(again.body).toEqual(erased.body);
  // The note's answer is gone: that it was done is told, and it isn't done twice.
  expect(await desk.call('support', 'POST', path, note)).toMatchObject({ status: 409 });
  expect(await whereStands(desk.database.pool, 'qq5m')).toEqual([]);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { drizzle, sql } from '../../../src/db/drizzle.ts';
import { reconciliations } from '../../../src/db/schema.ts';
import { LOOKED_UP, standingCondition } from '../../../src/support/finding/standing-condition.ts';
import { addConnection, openDesk, type TestDesk } from '../../fixtures/desk.ts';
import { addAccount } from '../../fixtures/finding.ts';

const SINCE = new Date('2026-11-22T14:00:00Z');

let desk: TestDesk;
const add = async (id: string, state: string, set = '') => {
  await addAccount(desk.database, { id, email: `${id}@locks.example` });
  await desk.database.pool.query(
    `update reconciler.connected_accounts set state = $2, state_since = $3, account_type = 'august' ${set}
      where connected_account_id = $1`,
    [id, state, SINCE],
  );
  await desk.database.pool.query(
    `insert into reconciler.links (connected_account_id, user_id, linked_by_run) values ($1, 'user_' || $1::text, 1)`,
    [id],
  );
  await addConnection(desk.database, {
    subject: `connect_webview:w_${id}`,
    state: 'linked',
    accountId: id,
    claimedUserId: `tenant-9:${id}`,
  });
};
beforeAll(async () => {
  desk = await openDesk();
  await add('works', 'connected');
  await add('out', 'disconnected');
  await add('asked', 'reauthorization_requested');
  await add(
    'elsewhere',
    'connected',
    `, errors = '[{"error_code":"devices_connected_to_other_account"}]'`,
  );
  await add('deleted', 'deleted', ', deleted_at = now()');
  // The account has another subject: still one case.
  await addConnection(desk.database, {
    subject: 'connected_account:out',
    state: 'linked',
    accountId: 'out',
    claimedUserId: 'tenant-9:out',
  });
});
afterAll(() => desk[Symbol.asyncDispose]());

const listed = async (query: string, role: 'support' | 'viewer' = 'support') => {
  const { body } = await desk.call(role, 'GET', `/connections?${query}`);
  const { connections, count } = body as { connections: { case: string }[]; count: number };
  expect(count).toBe(connections.length);
  return connections.map(row => row.case.replace('connected_account:', '')).sort();
};

test.each([
  ['standing=disconnected', ['out']],
  ['standing=reauthorization_requested', ['asked']],
  ['standing=devices_elsewhere', ['elsewhere']],
  ['standing=gone', ['deleted']],
  ['standing=being_deleted', []],
  ['standing=working', ['works']],
  ['maker=august&standing=disconnected', ['out']],
  ['maker=yale', []],
  ['pattern=tenant-9:o', ['out']],
  ['assigned=nobody&standing=disconnected', ['out']],
  ['snoozed=yes', []],
  ['', ['asked', 'deleted', 'elsewhere', 'out', 'works']],
])('a list by %j has each case once', async (query, cases) => {
  expect(await listed(query)).toEqual(cases);
});

test.each([
  ['looked up', LOOKED_UP],
  ['held against each row', LOOKED_UP + 1],
  ['asked of each row', null],
])('those that stopped are the same, %s', async (_how, fewest) => {
  const { rows } = await drizzle(desk.database.pool).execute<{ account: string }>(sql`
    select distinct connected_account_id as account from ${reconciliations}
     where ${standingCondition('disconnected', fewest)}`);
  expect(rows).toEqual([{ account: 'out' }]);
});

test('nobody who may not see e-mails finds one out by how it begins', async () => {
  await addConnection(desk.database, {
    subject: 'connect_webview:e',
    claimedUserId: 'ada@app.example',
  });
  expect(await listed('pattern=ada', 'support')).toEqual(['connect_webview:e']);
  expect(await listed('pattern=ada', 'viewer')).toEqual([]);
  expect(await listed('pattern=tenant-9:o', 'viewer')).toEqual(['out']);
});

test('the home page counts what stopped, and leads to it; what works is apart', async () => {
  const { body } = await desk.call('support', 'GET', '/attention');
  expect(body).toMatchObject({
    standings: [
      { standing: 'disconnected', connections: 1, people: 1, oldest_at: SINCE.toISOString() },
      { standing: 'reauthorization_requested', connections: 1 },
      { standing: 'devices_elsewhere', connections: 1, oldest_at: null },
      { standing: 'gone', connections: 1 },
    ],
  });
  const { text } = await desk.clerks.viewer.get('/support');
  expect(text).toContain('href="/support/connections?standing=disconnected">Review 1');
  const settled = await desk.clerks.viewer.get('/support?tab=settled');
  expect(settled.text).toContain('state=linked&amp;standing=working">Review 1');
  expect(settled.text).toContain('Linked, but: disconnected');
});

test('no badge of what stopped says only that it is linked', async () => {
  const { text } = await desk.clerks.support.get('/support/connections?standing=devices_elsewhere');
  expect(text).toContain('Linked, devices elsewhere');
  expect(text).toContain('href="/support/connections/connected_account%3Aelsewhere?from=');
});

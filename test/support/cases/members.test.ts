import { afterAll, beforeAll, expect, test } from 'vitest';
import { isLeadOf } from '../../../src/support/cases/leads.ts';
import { caseNamed, casesOf } from '../../../src/support/cases/members.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';

let database: TestDatabase;

type Given = { account?: string; webview?: string; workspace?: string; state?: string };
let added = 0;
const add = async (subject: string, given: Given = {}): Promise<void> => {
  const { state = 'linked', account = null, webview = null, workspace = null } = given;
  added += 1;
  await database.pool.query(
    `insert into reconciler.reconciliations
       (subject, generation, observed_generation, state, reason, unavailable_since,
        connected_account_id, connect_webview_id, workspace_id, updated_at)
     values ($1, 3, case $2 when 'retrying' then 2 else 3 end, $2,
             case when $2 in ('failed', 'retrying') then 'user_not_found' end, null, $3, $4, $5,
             now() - interval '1 h' + $6 * interval '1 s')`,
    [subject, state, account, webview, workspace, added],
  );
};

beforeAll(async () => {
  database = await createTestDatabase();
  // An account with two webviews: the first was read, of the second only the account's event says so.
  await add('connect_webview:w1', {
    account: 'a',
    webview: 'w1',
    workspace: 'one',
    state: 'failed',
  });
  await add('connect_webview:w2', { webview: 'w2', workspace: 'one', state: 'retrying' });
  await add('connected_account:a', { account: 'a', webview: 'w2', workspace: 'one' });
  // What a stranger says of it.
  await add('connect_webview:x', { account: 'a', webview: 'x', workspace: 'two', state: 'failed' });
  // A webview that led to an account of which nobody spoke by its own name; and one that led nowhere.
  await add('connect_webview:w3', { account: 'b', webview: 'w3' });
  await add('connect_webview:w4', { webview: 'w4', state: 'no_action' });
});
afterAll(() => database[Symbol.asyncDispose]());

const OF_A = {
  key: 'connected_account:a',
  lead: 'connect_webview:w1',
  subjects: ['connect_webview:w1', 'connect_webview:w2', 'connected_account:a'],
  accountId: 'a',
  workspaceId: 'one',
};

test.each(['connected_account:a', 'connect_webview:w1', 'connect_webview:w2', 'w1', 'w2'])(
  'an account and its webviews are one case, by %s',
  async text => {
    const found = await caseNamed(database.pool, text);
    expect(found).toMatchObject(OF_A);
    expect(found.webviewIds.toSorted()).toEqual(['w1', 'w2']);
  },
);

test('what another workspace says of an account is a case of its own', async () => {
  expect(await caseNamed(database.pool, 'connect_webview:x')).toMatchObject({
    lead: 'connect_webview:x',
    subjects: ['connect_webview:x'],
    workspaceId: 'two',
  });
});

test('and is called by itself, so that what people keep of it is not kept of the other', async () => {
  const { pool } = database;
  expect((await caseNamed(pool, 'connect_webview:x')).key).toBe('connect_webview:x');
  const found = await casesOf(pool, ['connect_webview:x', 'connect_webview:w1']);
  expect([...found.values()].map(({ key }) => key)).toEqual([
    'connect_webview:x',
    'connected_account:a',
  ]);
  // Of an account that has no subject of its own, too: its name leads to one of the two.
  await add('connect_webview:y', { account: 'c', webview: 'y', workspace: 'one' });
  await add('connect_webview:z', { account: 'c', webview: 'z', workspace: 'two', state: 'failed' });
  const { lead } = await caseNamed(pool, 'connected_account:c');
  expect(lead).toBe('connect_webview:z');
  expect((await caseNamed(pool, 'connect_webview:z')).key).toBe('connected_account:c');
  expect((await caseNamed(pool, 'connect_webview:y')).key).toBe('connect_webview:y');
  await pool.query(
    `delete from reconciler.reconciliations where subject in ('connect_webview:y', 'connect_webview:z')`,
  );
});

test('a case is found by an account that has no subject', async () => {
  const expected = { key: 'connected_account:b', lead: 'connect_webview:w3' };
  expect(await caseNamed(database.pool, 'b')).toMatchObject(expected);
  expect(await caseNamed(database.pool, 'connected_account:b')).toMatchObject(expected);
});

test('a webview that led to no account is a case', async () => {
  expect(await caseNamed(database.pool, 'w4')).toEqual({
    key: 'connect_webview:w4',
    lead: 'connect_webview:w4',
    subjects: ['connect_webview:w4'],
    accountId: null,
    webviewIds: ['w4'],
    workspaceId: null,
  });
});

test('nothing of ours is no case', async () => {
  await expect(caseNamed(database.pool, 'nothing')).rejects.toMatchObject({ fault: 'not_found' });
});

test('the cases of many subjects are read at once', async () => {
  const found = await casesOf(database.pool, ['connect_webview:w4', 'gone', 'connected_account:a']);
  expect([...found.keys()]).toEqual(['connect_webview:w4', 'connected_account:a']);
  expect(found.get('connected_account:a')).toMatchObject(OF_A);
});

test('of each case one subject leads', async () => {
  const { rows } = await database.pool.query<{ subject: string }>(
    `select subject from reconciler.reconciliations r where ${isLeadOf('r')} order by subject`,
  );
  expect(rows.map(({ subject }) => subject)).toEqual([
    'connect_webview:w1',
    'connect_webview:w2',
    'connect_webview:w3',
    'connect_webview:w4',
    'connect_webview:x',
  ]);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createReconciler } from '../../src/library/index.ts';
import { type Ground, openGround } from '../fixtures/library.ts';
import { OTHER_SECRET, SECRET } from '../fixtures/settings.ts';

/* Whose accounts accountsOf() tells of: a user's, however the id is spelt, and those of the workspaces that are served. */

const ADA = '5c1f7f6a-8d0e-4a49-b0c7-3f1f0a2e9b10';
const GONE = '5c1f7f6a-8d0e-4a49-b0c7-3f1f0a2e9b11';

let ground: Ground;
beforeAll(async () => {
  ground = await openGround();
  const { pool } = ground.database;
  await pool.query(`create table public.people (id uuid primary key)`);
  await pool.query(`insert into public.people values ($1)`, [ADA]);
  for (const [account, user, workspace] of [
    ['hotel', ADA, 'w1'],
    ['flat', ADA, 'w2'],
    ['unsaid', ADA, null],
    ['left', GONE, 'w1'],
  ]) {
    await pool.query(
      `insert into reconciler.connected_accounts
              (connected_account_id, workspace_id, user_identifier, custom_metadata, errors, warnings, accepted_capabilities,
               read_by_run, state)
       values ($1, $2, '{}', '{}', '[]', '[]', '[]', 1, 'connected')`,
      [account, workspace],
    );
    await pool.query(
      'insert into reconciler.links (connected_account_id, user_id, linked_by_run) values ($1, $2, 1)',
      [account, user],
    );
  }
});
afterAll(() => ground[Symbol.asyncDispose]());

const KEY = 'seam_test_another_key';

test('an id as the app spells it is that of the user, as for connect()', async () => {
  await using reconciler = createReconciler({
    ...ground.options,
    users: { table: 'public.people' },
  });
  const idsOf = async (userId: string) =>
    (await reconciler.accountsOf(userId)).map(account => account.connected_account_id).toSorted();
  expect(await idsOf(ADA)).toEqual(['flat', 'hotel', 'unsaid']);
  expect(await idsOf(ADA.toUpperCase())).toEqual(['flat', 'hotel', 'unsaid']);
  // Whom the table has no more; and what can be no id of it.
  expect(await idsOf(GONE)).toEqual(['left']);
  expect(await idsOf('ada')).toEqual([]);
});

test('where the workspaces have ids, those of others are left out', async () => {
  const { databaseUrl, seam } = ground.options;
  const idsOf = async (...ids: string[]) => {
    const workspaces = ids.map((id, at) => ({
      id,
      apiKey: `${KEY}${at}`,
      webhookSecret: [SECRET, OTHER_SECRET][at] ?? '',
    }));
    await using reconciler = createReconciler({
      ...{ databaseUrl, workspaces, users: { table: 'public.people' } },
      seam: { endpoint: seam?.endpoint },
      logLevel: 'silent',
    });
    const accounts = await reconciler.accountsOf(ADA);
    return accounts.map(account => account.connected_account_id).toSorted();
  };
  expect(await idsOf('w1')).toEqual(['hotel', 'unsaid']);
  expect(await idsOf('w2', 'w1')).toEqual(['flat', 'hotel', 'unsaid']);
  expect(await idsOf('w3')).toEqual(['unsaid']);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { addConnection } from '../fixtures/desk.ts';
import { whereStands } from '../fixtures/dump.ts';
import { runHere } from '../fixtures/here.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(`insert into reconciler.users (id) values ('grace-1906')`);
  await addConnection(database, {
    subject: 'connect_webview:w1',
    reason: 'user_not_found',
    claimedUserId: 'hopper-1906',
  });
});
afterAll(() => database[Symbol.asyncDispose]());

const erase = (user: string, ...more: string[]) =>
  runHere(['erase', '--user', user, ...more], { DATABASE_URL: database.url });

test('a dry run prints what there is, and changes nothing', async () => {
  const { code, stdout } = await erase('hopper-1906', '--dry-run');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    user_id: 'hopper-1906',
    dry_run: true,
    complete: true,
    tables: { reconciliations: [{ subject: 'connect_webview:w1' }] },
  });
  expect(await whereStands(database.pool, 'hopper-1906')).toContain(
    'reconciliations.claimed_user_id',
  );
});

test('without a reason, or a yes, nothing is done', async () => {
  expect((await erase('hopper-1906')).code).toBe(2);
  const asked = await erase('hopper-1906', '--why', 'they asked');
  expect(asked).toMatchObject({ code: 4, stderr: expect.stringContaining('--yes') });
  expect(await whereStands(database.pool, 'hopper-1906')).toContain(
    'reconciliations.claimed_user_id',
  );
});

test('it erases, and says how much', async () => {
  const { code, stdout, stderr } = await erase('hopper-1906', '--why', 'they asked', '--yes');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/reconciliations +1\n/);
  expect(stdout).toContain("In place of the user's id it now says erased:");
  expect(await whereStands(database.pool, 'hopper-1906')).toEqual([]);
});

test('of a user whom the app still has, it says so', async () => {
  const { code, stdout, stderr } = await erase(
    'grace-1906',
    '--why',
    'they asked',
    '--yes',
    '--json',
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    finished: true,
    user_is_still_there: true,
    counts: {},
  });
  expect(stderr).toBe('');
});

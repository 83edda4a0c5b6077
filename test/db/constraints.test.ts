import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tieColumns } from '../../src/db/constraints.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database[Symbol.asyncDispose]();
});

const constraints = async () => {
  const { rows } = await client.query<{ name: string; valid: boolean }>(
    `select conname as name, convalidated as valid from pg_constraint
      where conrelid = 'reconciler.reconciliations'::regclass and contype = 'c' order by 1`,
  );
  return rows;
};

test('what versions before wrote that says two things is mended, and loses nothing', async () => {
  const before = await constraints();
  expect(before.length).toBeGreaterThan(3);
  for (const { name } of before) {
    await client.query(`alter table reconciler.reconciliations drop constraint ${name}`);
  }
  await client.query(`
    insert into reconciler.reconciliations (subject, generation, observed_generation, state, reason) values
      ('connect_webview:right', 2, 2, 'linked', null),
      ('connect_webview:linked-and-owed', 3, 2, 'linked', null),
      ('connect_webview:retried-by-nobody', 2, 2, 'retrying', 'user_not_found'),
      ('connect_webview:ahead', 2, 5, 'pending', null),
      ('connect_webview:dismissed', 2, 2, 'dismissed', 'user_not_found'),
      ('connect_webview:dismissed-somehow', 2, 2, 'dismissed', 'user_not_found');
    insert into reconciler.audit_log (actor, actor_name, role, face, action, target, why) values
      ('operator:1', 'Ada', 'support', 'console', 'dismiss', 'connect_webview:dismissed', 'A test of ours.')`);
  await tieColumns(client);
  expect(await constraints()).toEqual(before);
  const { rows } = await client.query(
    `select split_part(subject, ':', 2) as name, state, generation::int, observed_generation::int as observed,
            dismissed_by as by, dismissed_why as why
       from reconciler.reconciliations order by 1`,
  );
  const owed = { state: 'pending', by: null, why: null };
  expect(rows).toEqual([
    { name: 'ahead', generation: 6, observed: 5, ...owed },
    {
      name: 'dismissed',
      state: 'dismissed',
      generation: 2,
      observed: 2,
      by: 'Ada',
      why: 'A test of ours.',
    },
    {
      name: 'dismissed-somehow',
      state: 'dismissed',
      generation: 2,
      observed: 2,
      by: 'unknown',
      why: 'not recorded',
    },
    { name: 'linked-and-owed', generation: 3, observed: 2, ...owed },
    { name: 'retried-by-nobody', generation: 3, observed: 2, ...owed },
    { name: 'right', state: 'linked', generation: 2, observed: 2, by: null, why: null },
  ]);
});

test('cut off half way, it goes on: what was added and not validated is', async () => {
  const before = await constraints();
  await client.query(`
    alter table reconciler.reconciliations drop constraint reconciliations_owed;
    alter table reconciler.reconciliations add constraint reconciliations_owed
      check ((state in ('pending', 'retrying')) = (observed_generation < generation)) not valid`);
  expect(await constraints()).not.toEqual(before);
  await tieColumns(client);
  expect(await constraints()).toEqual(before);
});

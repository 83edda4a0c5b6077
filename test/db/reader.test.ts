import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readerStatements } from '../../src/db/grants.ts';
import { PUBLIC_VIEWS } from '../../src/db/public-views.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { openPool } from '../fixtures/pools.ts';
import { createRole, type TestRole } from '../fixtures/roles.ts';

/* The app's own role, with what `grants --reader` prints. */

let database: TestDatabase;
let migrator: TestRole;
let role: TestRole;
let reader: pg.Pool & AsyncDisposable;
beforeAll(async () => {
  database = await createTestDatabase();
  migrator = await createRole(database, name => [
    `grant usage, create on schema reconciler_public to ${name}`,
  ]);
  role = await createRole(database, name => {
    const statements = readerStatements(name, migrator.name);
    // Twice: after an upgrade they are carried out again.
    return [...statements, ...statements];
  });
  await database.pool.query(
    `insert into reconciler.links (connected_account_id, user_id, linked_by_run) values ('acc', 'ada', 1)`,
  );
  reader = openPool(role.url);
});
afterAll(async () => {
  await reader[Symbol.asyncDispose]();
  await role[Symbol.asyncDispose]();
  await migrator[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

describe('the app’s role', () => {
  test.each(Object.keys(PUBLIC_VIEWS))('reads %s', async view => {
    await reader.query(`select * from reconciler_public.${view}`);
  });

  test('sees by the views what is in tables that it may not read', async () => {
    const { rows } = await reader.query('select user_id from reconciler_public.user_accounts');
    expect(rows).toEqual([{ user_id: 'ada' }]);
  });

  test.each([
    ['link_history', 'links_whose_idx'],
    ['messages', 'messages_whose_idx'],
  ])('finds what %s has of one user by an index', async (view, index) => {
    const client = await reader.connect();
    try {
      await client.query('begin; set local enable_seqscan = off');
      const { rows } = await client.query(
        `explain select * from reconciler_public.${view} where user_id = 'ada'`,
      );
      expect(rows.map(row => row['QUERY PLAN']).join(' ')).toContain(` ${index} `);
      await client.query('rollback');
    } finally {
      client.release();
    }
  });

  test('reads, changes and calls nothing else of ours', async () => {
    const { rows } = await reader.query(
      `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace,
              unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as can
        where n.nspname in ('reconciler', 'bullmq', 'reconciler_public') and c.relkind in ('r', 'p', 'v', 'm')
          and has_table_privilege(c.oid, can) and not (n.nspname = 'reconciler_public' and can = 'select')`,
    );
    expect(rows).toEqual([]);
    for (const statement of [
      'select * from reconciler.links',
      'select * from reconciler.deliveries',
      `update reconciler_public.link_history set user_id = 'eve'`,
      `delete from reconciler_public.messages`,
      'create view reconciler_public.own as select 1',
      `select reconciler.tell('a', 'b', 'c', 'd', 'user', 'e', '{}')`,
    ]) {
      await expect(reader.query(statement), statement).rejects.toThrow(
        /permission denied|cannot (update|delete from) view/,
      );
    }
  });

  test('listens without being granted anything', async () => {
    const client = await reader.connect();
    const heard = new Promise(resolve => client.once('notification', resolve));
    await client.query('listen reconciler');
    await database.pool.query(`select pg_notify('reconciler', '7')`);
    expect(await heard).toMatchObject({ channel: 'reconciler', payload: '7' });
    client.release(true);
  });

  test('has the views that later versions bring', async () => {
    const later = openPool(migrator.url);
    await later.query('create view reconciler_public.later as select 1 as one');
    await reader.query('select one from reconciler_public.later');
    await later.query('drop view reconciler_public.later');
    await later[Symbol.asyncDispose]();
  });
});

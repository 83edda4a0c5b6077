import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import { createUserDirectory } from '../../src/users/directory.ts';
import type { UsersTableError } from '../../src/users/errors.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { silentLog } from '../fixtures/settings.ts';
import { thrownBy } from '../fixtures/their-users.ts';

/* What is told where the type of their ids isn't served: done as it says, a look-up goes by an index. */

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('template0');
});
afterAll(() => database[Symbol.asyncDispose]());

/** As a process does, with one connection. */
const look = (table: string) => {
  const own = openDatabase({ url: database.url, name: 'test', max: 1, log: silentLog });
  return { own, users: createUserDirectory(own.pool, { schema: 'public', table, idColumn: 'id' }) };
};
const remedyOf = async (table: string): Promise<string> => {
  const { own, users } = look(table);
  await using _own = own;
  return ((await thrownBy(users.check())) as UsersTableError).remedy;
};

const TYPES = ['bytea', 'oid', 'inet'] as const;

test.each(TYPES)('ids of type %s', async type => {
  const table = `of_${type}`;
  await database.pool.query(`
    create table ${table} (id ${type} primary key);
    insert into ${table} select ${type === 'inet' ? `'10.0.0.0'::inet + n` : `n::text::${type}`}
      from generate_series(1, 20000) n;
    analyze ${table}`);
  const remedy = await remedyOf(table);
  const view = `${table}_as_text`;
  const told = /create view .*$/s.exec(remedy)?.[0] ?? '';
  expect(told).toMatch(/create view .*create index on /s);
  await database.pool.query(`${told.replace('…', view)} analyze ${table}`);

  const { own, users } = look(view);
  await using _own = own;
  const { rows: ids } = await own.pool.query<{ id: string }>(`select id from ${view} limit 1`);
  const id = String(ids[0]?.id);
  expect(await users.find(id)).toEqual({ kind: 'found', userId: id });
  await users.findAll([id]);
  const { rows } = await own.pool.query<{ name: string }>(
    'select name from pg_prepared_statements',
  );
  for (const [name, given] of [
    ['find-user-by-text', `'${id}'`],
    ['find-users-by-text', `array['${id}']`],
  ] as const) {
    expect(rows.map(row => row.name)).toContain(name);
    const plan = await own.pool.query(`explain (format json) execute "${name}"(${given})`);
    expect(JSON.stringify(plan.rows)).toContain('Index Cond');
    expect(JSON.stringify(plan.rows)).not.toContain('"Seq Scan"');
  }
});

test('where Postgres allows no such index, none is told', async () => {
  await database.pool.query(`
    create type tag as enum ('ada');
    create table of_enum (id tag);
    create table of_time (id timestamptz);
    create view of_view as select 1::oid as id`);
  for (const table of ['of_enum', 'of_time', 'of_view']) {
    expect(await remedyOf(table)).toMatch(/as text: create view … as select [^;]*;$/);
  }
});

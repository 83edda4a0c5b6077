import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import { createUserDirectory, type UserDirectory } from '../../src/users/directory.ts';
import { UsersTableError } from '../../src/users/errors.ts';
import type { Lookup } from '../../src/users/id-type.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { silentLog } from '../fixtures/settings.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('template0');
});
afterAll(() => database[Symbol.asyncDispose]());

type Settings = Parameters<typeof createUserDirectory>[1];

/** Asks as one process does: with settings and a pool of its own. */
const withDirectory = async <T>(
  settings: Partial<Settings>,
  use: (directory: UserDirectory) => Promise<T>,
): Promise<T> => {
  await using own = openDatabase({ url: database.url, name: 'test', max: 2, log: silentLog });
  const table = { schema: null, table: 'users', idColumn: 'id', ...settings };
  return await use(createUserDirectory(own.pool, table));
};
const find = (table: string, id: string): Promise<Lookup> =>
  withDirectory({ table }, directory => directory.find(id));

const NONE = { kind: 'none' };
const IMPOSSIBLE = { kind: 'impossible', why: expect.stringMatching(/\w/) };
const found = (userId: string) => ({ kind: 'found', userId });

const NIL = '00000000-0000-0000-0000-000000000000';
const UUID = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';
const INJECTIONS = [
  "' or '1'='1",
  "ada'; drop table text_users; --",
  '$1',
  '%',
  'ada\\',
  '"ada"',
  "ada' union select 'eve",
];

beforeAll(async () => {
  await database.pool.query(`
    create domain user_id as uuid check (value <> '${NIL}');
    create table text_users (id text primary key);
    create table varchar_users (id varchar(5) primary key);
    create table uuid_users (id uuid primary key);
    create table domain_users (id user_id primary key);
    create table int2_users (id int2 primary key);
    create table int4_users (id int4 primary key);
    create table int8_users (id int8 primary key);
    insert into text_users values ('ada'), ('Ada'), (' ada '), ('ключ-😀'), ('7');
    insert into varchar_users values ('adama');
    insert into uuid_users values ('${UUID}');
    insert into domain_users values ('${UUID}');
    insert into int2_users values (0), (7), (-7), (32767), (-32768);
    insert into int4_users values (0), (7), (-7), (2147483647), (-2147483648);
    insert into int8_users values (0), (7), (-7), (9223372036854775807), (-9223372036854775808);
  `);
});

describe('users with texts as ids', () => {
  test.each(['ada', 'Ada', ' ada ', 'ключ-😀', '7'])('"%s" is found, as it is spelt', async id => {
    expect(await find('text_users', id)).toEqual(found(id));
  });

  test.each(['ADA', 'ada ', 'ad', '', '07', 'x'.repeat(500), ...INJECTIONS])(
    '"%s" is nobody',
    async id => {
      expect(await find('text_users', id)).toEqual(NONE);
    },
  );

  test('an id that no text in Postgres can hold is told as such, not as an SQL error', async () => {
    expect(await find('text_users', 'ada\u0000')).toEqual(IMPOSSIBLE);
    expect(await find('varchar_users', '\u0000')).toEqual(IMPOSSIBLE);
  });

  test('an id that is too long for the column does not find whom its beginning names', async () => {
    expect(await find('varchar_users', 'adama')).toEqual(found('adama'));
    expect(await find('varchar_users', 'adamant')).toEqual(NONE);
    expect(await find('varchar_users', 'adama ')).toEqual(NONE);
  });
});

describe.each(['uuid_users', 'domain_users'])('users with UUIDs as ids (%s)', table => {
  test.each([UUID, UUID.toUpperCase()])(
    'are found, and named in the spelling of their own table: %s',
    async id => {
      expect(await find(table, id)).toEqual(found(UUID));
    },
  );

  test.each([UUID.replace('a', 'b'), NIL])('are not found where there is none: %s', async id => {
    expect(await find(table, id)).toEqual(NONE);
  });

  test.each([
    'ada',
    '',
    '42',
    `${UUID} `,
    `\n${UUID}`,
    UUID.slice(1),
    `${UUID}0`,
    UUID.replace('a', 'g'),
    `${UUID}\u0000`,
    ...INJECTIONS,
  ])('can’t have the id %j, and that is no SQL error', async id => {
    expect(await find(table, id)).toEqual(IMPOSSIBLE);
  });
});

describe.each([
  ['int2_users', 2n ** 15n],
  ['int4_users', 2n ** 31n],
  ['int8_users', 2n ** 63n],
])('users with numbers as ids (%s)', (table, limit) => {
  test.each(['0', '7', '-7', `${limit - 1n}`, `${-limit}`])('%s is found', async id => {
    expect(await find(table, id)).toEqual(found(id));
  });

  test('8 is nobody', async () => {
    expect(await find(table, '8')).toEqual(NONE);
  });

  test.each([
    `${limit}`,
    `${-limit - 1n}`,
    '9'.repeat(500),
    '',
    ' 7',
    '7\n',
    '7\u0000',
    ...'ada 007 +7 -0 1e3 7.0 0x7 1_000 ٧ NaN'.split(' '),
    ...INJECTIONS,
  ])('nobody can have the id %j, and that is no SQL error', async id => {
    expect(await find(table, id)).toEqual(IMPOSSIBLE);
  });
});

test('nothing that was looked for above has changed their tables', async () => {
  const { rows } = await database.pool.query('select count(*)::int as n from text_users');
  expect(rows).toEqual([{ n: 5 }]);
});

describe('their table', () => {
  test.each([
    ['Our App', 'User Accounts', 'User Id'],
    ['select', 'table', 'order'],
    ['a.b', 'c.d', 'e.f'],
    ['qu"ote', "qu'ote", '"; drop table text_users; --'],
  ])('may have any names: %s, %s, %s', async (schema, table, idColumn) => {
    const quoted = [schema, table, idColumn].map(name => `"${name.replaceAll('"', '""')}"`);
    await database.pool.query(`
      create schema ${quoted[0]};
      create table ${quoted[0]}.${quoted[1]} (${quoted[2]} text);
      insert into ${quoted[0]}.${quoted[1]} values ('ada');`);
    await withDirectory({ schema, table, idColumn }, async directory => {
      await directory.check();
      expect(await directory.find('ada')).toEqual(found('ada'));
      expect(await directory.find('eve')).toEqual(NONE);
    });
  });

  test('may be a view, and may have other columns, some dropped', async () => {
    await database.pool.query(`
      create table people (old_id int, name text, person_id int8);
      alter table people drop column old_id;
      insert into people values ('Ada', 7);
      create view customers as select person_id as id from people;`);
    expect(await find('customers', '7')).toEqual(found('7'));
    await withDirectory({ table: 'people', idColumn: 'old_id' }, directory =>
      expect(directory.check()).rejects.toThrow(/^USERS_ID_COLUMN: .*no column "old_id"/),
    );
  });

  test('is only read: a user who has no right to write is enough', async () => {
    await database.pool.query(`
      create role reader_of_${process.pid} nologin;
      grant select on text_users to reader_of_${process.pid};`);
    try {
      await using own = openDatabase({ url: database.url, name: 'test', max: 1, log: silentLog });
      await own.pool.query(`set role reader_of_${process.pid}`);
      const table = { schema: 'public', table: 'text_users', idColumn: 'id' };
      expect(await createUserDirectory(own.pool, table).find('ada')).toEqual(found('ada'));
    } finally {
      await database.pool.query(`
        drop owned by reader_of_${process.pid};
        drop role reader_of_${process.pid};`);
    }
  });

  test.each([
    ['table', { table: 'nowhere' }, /^USERS_TABLE: .*"nowhere"/],
    ['schema', { schema: 'nowhere', table: 'text_users' }, /^USERS_TABLE: .*"nowhere"/],
    ['table of that case', { table: 'TEXT_USERS' }, /^USERS_TABLE: .*"TEXT_USERS"/],
    ['column', { table: 'text_users', idColumn: 'uid' }, /^USERS_ID_COLUMN: .*"uid"/],
    [
      'column but Postgres’s own',
      { table: 'text_users', idColumn: 'ctid' },
      /^USERS_ID_COLUMN: .*no column/,
    ],
  ])('is told by its setting when there is no such %s', async (_name, settings, message) => {
    await withDirectory(settings, async directory => {
      const error: unknown = await directory.check().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UsersTableError);
      expect(error).toMatchObject({ message: expect.stringMatching(message) });
      await expect(directory.find('ada')).rejects.toThrow(UsersTableError);
    });
  });

  test.each(['jsonb', 'timestamptz', 'text[]', 'float8', 'boolean'])(
    'is told by its setting when its ids are of a type that can’t be one: %s',
    async type => {
      const table = `odd_${type.replace('[]', 's')}`;
      await database.pool.query(`create table ${table} (id ${type})`);
      await withDirectory({ table }, async directory => {
        await expect(directory.check()).rejects.toThrow(/^USERS_ID_COLUMN: .*not supported/);
        await expect(directory.find('ada')).rejects.toThrow(UsersTableError);
      });
    },
  );

  test('may be made after a first call that failed: the next one finds it', async () => {
    await withDirectory({ table: 'late' }, async directory => {
      await expect(directory.find('ada')).rejects.toThrow(UsersTableError);
      await database.pool.query("create table late (id text); insert into late values ('ada')");
      expect(await directory.find('ada')).toEqual(found('ada'));
    });
  });

  test('that can’t be reached throws: an outage is never "no such user"', async () => {
    const own = openDatabase({ url: database.url, name: 'test', max: 1, log: silentLog });
    const table = { schema: null, table: 'text_users', idColumn: 'id' };
    const directory = createUserDirectory(own.pool, table);
    expect(await directory.find('ada')).toEqual(found('ada'));
    await own[Symbol.asyncDispose]();
    await expect(directory.find('ada')).rejects.toThrow();
  });
});

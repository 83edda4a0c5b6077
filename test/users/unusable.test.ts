import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { UserDirectory } from '../../src/users/directory.ts';
import type { UsersTableError } from '../../src/users/errors.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { expectFault, expectFine, openTheirUsers, thrownBy } from '../fixtures/their-users.ts';

/* A table that is there, and that our role can't make use of: told by its cause, with what to do. */

let database: TestDatabase;
let theirs: Awaited<ReturnType<typeof openTheirUsers>>;
let users: UserDirectory;
beforeAll(async () => {
  database = await createTestDatabase('template0');
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  theirs = await openTheirUsers(database);
  users = theirs.look('people');
});
afterEach(() => theirs[Symbol.asyncDispose]());

describe('a right that is missing', () => {
  test('is told with the very statements that give it, and found when it is given', async () => {
    const usage = `grant usage on schema "${theirs.schema}" to "${theirs.role}";`;
    const select = `grant select on "${theirs.schema}"."people" to "${theirs.role}";`;
    await expectFault(users, /no right to read/, `Its owner runs: ${usage} ${select}`);
    await theirs.run(usage);
    await expectFault(users, /no right to read/, `Its owner runs: ${select}`);
    await theirs.run(select);
    await expectFine(users);
    await theirs.run(`revoke select on app.people from ${theirs.role}`);
    await expect(users.find('ada')).rejects.toThrow(/no right to read/);
    await theirs.run(`grant select (id) on app.people to ${theirs.role}`);
    await expectFine(users);
    expect(await users.isEmpty()).toBe(false);
  });

  test('of a view that reads with the caller’s rights is told as Postgres does', async () => {
    await theirs.run(`create view app.shown with (security_invoker) as select id from app.people;
               grant usage on schema ${theirs.schema} to ${theirs.role}; grant select on app.shown to ${theirs.role}`);
    users = theirs.look('shown');
    await expectFault(users, /permission denied for table people/, 'Fix what Postgres names');
    await theirs.grantAll();
    await expectFine(users);
  });
});

test('what the last look-up came to is known without another', async () => {
  expect(users.lastFault()).toBeUndefined();
  await thrownBy(users.find('ada'));
  expect(users.lastFault()?.message).toMatch(/no right to read/);
  await theirs.grantAll();
  expect(users.lastFault()).not.toBeNull();
  await users.check();
  expect(users.lastFault()).toBeNull();
  await theirs.run(`revoke select on app.people from ${theirs.role}`);
  for (const asked of [
    () => users.find('ada'),
    () => users.findAll(['ada']),
    () => users.filter(['ada']),
    () => users.check(),
  ]) {
    await theirs.grantAll();
    await users.find('ada');
    expect(users.lastFault()).toBeNull();
    await theirs.run(`revoke select on app.people from ${theirs.role}`);
    await thrownBy(asked());
    expect(users.lastFault()?.message).toMatch(/no right to read/);
  }
});

describe('what may be a users table', () => {
  test.each([
    ['partitioned', 'create table app.parts (id text) partition by hash (id)'],
    ['materialized', 'create materialized view app.parts as select id from app.people'],
    ['inherited', 'create table app.parts (id text)'],
  ])('%s: served', async (kind, create) => {
    await theirs.run(create);
    if (kind === 'partitioned') {
      await theirs.run(`create table app.part0 partition of app.parts for values with (modulus 2, remainder 0);
                 create table app.part1 partition of app.parts for values with (modulus 2, remainder 1);
                 insert into app.parts select id from app.people`);
    }
    if (kind === 'inherited') await theirs.run('alter table app.people inherit app.parts');
    await theirs.grantAll();
    users = theirs.look('parts');
    await expectFine(users);
  });

  test('a foreign table, also when its server is away or has no login for us', async () => {
    const { hostname, port, username, password } = new URL(database.url);
    const server = `server_${theirs.schema}`;
    await theirs.run(`create extension if not exists postgres_fdw;
      create server ${server} foreign data wrapper postgres_fdw
        options (host '${hostname}', port '1', dbname '${new URL(database.url).pathname.slice(1)}');
      create foreign table app.far (id text) server ${server}
        options (schema_name '${theirs.schema}', table_name 'people')`);
    await theirs.grantAll();
    users = theirs.look('far');
    await expectFault(users, /user mapping not found/, 'Fix what Postgres names');
    await theirs.run(`create user mapping for ${theirs.role} server ${server} options
      (user '${username}', password '${password}', password_required 'false')`);
    await expectFault(users, /could not connect to server/, 'Fix what Postgres names');
    await theirs.run(`alter server ${server} options (set port '${port}')`);
    await expectFine(users);
  });

  test.each([
    'create sequence app.odd',
    'create index odd on app.people (tenant)',
    'create type app.odd as (id text)',
  ])('not this, which is refused by its setting: %s', async create => {
    await theirs.run(create);
    await theirs.grantAll();
    const error = await thrownBy(theirs.look('odd').check());
    expect(error).toMatchObject({
      message: expect.stringMatching(/no table or view/),
      isSetting: true,
    });
  });

  test('a type that can’t be matched is served through a view that has it as text, as is told', async () => {
    await theirs.run(`create type app.tag as enum ('ada', 'bob');
               create domain app.mark as app.tag; create table app.tagged (id app.mark);
               insert into app.tagged values ('ada')`);
    await theirs.grantAll();
    users = theirs.look('tagged');
    await expectFault(
      users,
      /mark \(tag\) are not supported/,
      'create view … as select "id"::text',
    );
    await theirs.run('create view app.as_text as select id::text as id from app.tagged');
    await theirs.grantAll();
    users = theirs.look('as_text');
    await expectFine(users);
  });

  test('a view that fails, or takes too long, is told as that', async () => {
    await theirs.run(`create function app.fails() returns text language plpgsql as
                 'begin raise exception ''a secret of theirs''; end';
               create view app.broken as select app.fails() as id;
               create function app.sleeps() returns text language sql as
                 'select pg_sleep(60)::text';
               create view app.slow as select app.sleeps() as id`);
    await theirs.grantAll();
    users = theirs.look('broken');
    await expectFault(users, /can't be read \(SQLSTATE P0001\)$/, 'log');
    users = theirs.look('slow', { timeout: '500ms' });
    await expectFault(users, /could not be read in time/, 'index');
  });

  test('that is in another schema than the one that is named is hinted at', async () => {
    const elsewhere = theirs.look('people', { schema: 'public' });
    const error = await thrownBy(elsewhere.check());
    expect(error).toMatchObject({ isSetting: true });
    expect((error as UsersTableError).message).toMatch(/no table "public"\."people".*\(but ".*"/);
  });
});

import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import { createUserDirectory, type UserDirectory } from '../../src/users/directory.ts';
import { UsersTableError } from '../../src/users/errors.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { silentLog } from '../fixtures/settings.ts';

/* A table that is there, and that our role can't make use of: told by its cause, with what to do. */

const ROLE = `reader_${randomBytes(6).toString('hex')}`;
let database: TestDatabase;
let opened: AsyncDisposableStack;
let schema: string;
let users: UserDirectory;

beforeAll(async () => {
  database = await createTestDatabase('template0');
  await database.pool.query(`create role ${ROLE} login password 'of-the-test'`);
});
afterAll(async () => {
  await database.pool.query(`drop owned by ${ROLE}; drop role ${ROLE}`);
  await database[Symbol.asyncDispose]();
});

beforeEach(async () => {
  opened = new AsyncDisposableStack();
  schema = `app_${randomBytes(6).toString('hex')}`;
  await database.pool.query(`
    create schema ${schema};
    create table ${schema}.people (id text primary key, tenant int not null default 1);
    insert into ${schema}.people values ('ada', 1), ('eve', 2);`);
  users = look('people');
});
afterEach(() => opened.disposeAsync());

const run = (sql: string) => database.pool.query(sql.replaceAll('app.', `${schema}.`));
/** Asks as a process does: with one table, a pool of its own, and no rights but those that a test gives it. */
const look = (table: string, given: { schema?: string; timeout?: string } = {}) => {
  const url = new URL(database.url);
  url.username = ROLE;
  url.password = 'of-the-test';
  const ours = opened.use(openDatabase({ url: url.href, name: 'test', max: 1, log: silentLog }));
  const { timeout } = given;
  if (timeout !== undefined) {
    ours.pool.on('connect', client => void client.query(`set statement_timeout = '${timeout}'`));
  }
  return createUserDirectory(ours.pool, { schema: given.schema ?? schema, table, idColumn: 'id' });
};
const grantAll = () =>
  run(`grant usage on schema ${schema} to ${ROLE};
       grant select on all tables in schema ${schema} to ${ROLE}`);
const FOUND = { kind: 'found', userId: 'ada' };

/** Says it of a look-up, of the check, and of many at once. */
const expectFault = async (told: RegExp, remedy: RegExp | string): Promise<void> => {
  for (const asked of [
    () => users.check(),
    () => users.find('nobody'),
    () => users.findAll(['nobody']),
  ]) {
    const error: unknown = await asked().then(
      answer => answer,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(UsersTableError);
    expect(error).toMatchObject({ message: expect.stringMatching(told), isSetting: false });
    expect((error as UsersTableError).remedy).toMatch(remedy);
  }
};
const expectFine = async (): Promise<void> => {
  await users.check();
  expect(await users.find('ada')).toEqual(FOUND);
  expect(await users.find('nobody')).toEqual({ kind: 'none' });
};

describe('a right that is missing', () => {
  test('is told with the very statements that give it, and found when it is given', async () => {
    const usage = `grant usage on schema "${schema}" to "${ROLE}";`;
    const select = `grant select on "${schema}"."people" to "${ROLE}";`;
    await expectFault(/no right to read/, `Its owner runs: ${usage} ${select}`);
    await run(usage);
    await expectFault(/no right to read/, `Its owner runs: ${select}`);
    await run(select);
    await expectFine();
    await run(`revoke select on app.people from ${ROLE}`);
    await expect(users.find('ada')).rejects.toThrow(/no right to read/);
    await run(`grant select (id) on app.people to ${ROLE}`);
    await expectFine();
    expect(await users.isEmpty()).toBe(false);
  });

  test('of a view that reads with the caller’s rights is told as Postgres does', async () => {
    await run(`create view app.shown with (security_invoker) as select id from app.people;
               grant usage on schema ${schema} to ${ROLE}; grant select on app.shown to ${ROLE}`);
    users = look('shown');
    await expectFault(/permission denied for table people/, 'Fix what Postgres names');
    await grantAll();
    await expectFine();
  });
});

describe('row level security', () => {
  beforeEach(async () => {
    await run('alter table app.people enable row level security');
    await grantAll();
  });

  test('without a policy for us hides all users: that, not "no such user"', async () => {
    await run('create policy theirs on app.people for select to pg_monitor using (true)');
    await run('create policy writes on app.people for insert with check (true)');
    await expectFault(/row level security on .*"people" hides all users/, 'using (true)');
  });

  test('with a condition may hide whom we don’t find; whom we see is found', async () => {
    await run('create policy tenants on app.people for select using (tenant = 1)');
    await expectFault(/row level security on .*"people" may hide users/, 'using (true)');
    expect(await users.find('ada')).toEqual(FOUND);
    expect(await users.filter(['ada', 'eve'])).toEqual(['ada']);
    await expect(users.find('eve')).rejects.toThrow(/may hide/);
    // A view of those who may be found is the way to mean it so.
    await run(`create view app.members as select id from app.people where tenant = 1`);
    await grantAll();
    users = look('members');
    await expectFine();
    expect(await users.find('eve')).toEqual({ kind: 'none' });
  });

  test('that shows us everybody is fine, by the remedy as it is told, and else where it is restricted', async () => {
    const error: unknown = await users.check().catch((thrown: unknown) => thrown);
    const remedy = /create policy .*?;/.exec((error as UsersTableError).remedy)?.[0];
    await run(String(remedy));
    await expectFine();
    await run('create policy tenants on app.people as restrictive using (tenant = 1)');
    await expectFault(/may hide users/, 'policy');
    await run('alter table app.people disable row level security');
    await expectFine();
  });

  test('that is switched on later is noticed at the first user who isn’t found', async () => {
    await run('alter table app.people disable row level security');
    await expectFine();
    await run('alter table app.people enable row level security');
    await expect(users.find('ada')).rejects.toThrow(/hides all users/);
  });

  test('of what a view reads with our rights counts, too', async () => {
    await run(`create view app.within with (security_invoker = on) as select id from app.people;
               create view app.shown with (security_invoker) as select id from app.within`);
    await grantAll();
    users = look('shown');
    await expectFault(/row level security on .*"people" hides all/, / on ".*"."people" for/);
    await run('alter view app.within set (security_invoker = off)');
    await expectFine();
  });
});

describe('what may be a users table', () => {
  test.each([
    ['partitioned', 'create table app.parts (id text) partition by hash (id)'],
    ['materialized', 'create materialized view app.parts as select id from app.people'],
    ['inherited', 'create table app.parts (id text)'],
  ])('%s: served', async (kind, create) => {
    await run(create);
    if (kind === 'partitioned') {
      await run(`create table app.part0 partition of app.parts for values with (modulus 2, remainder 0);
                 create table app.part1 partition of app.parts for values with (modulus 2, remainder 1);
                 insert into app.parts select id from app.people`);
    }
    if (kind === 'inherited') await run('alter table app.people inherit app.parts');
    await grantAll();
    users = look('parts');
    await expectFine();
  });

  test('a foreign table, also when its server is away or has no login for us', async () => {
    const { hostname, port, username, password } = new URL(database.url);
    const server = `server_${schema}`;
    await run(`create extension if not exists postgres_fdw;
      create server ${server} foreign data wrapper postgres_fdw
        options (host '${hostname}', port '1', dbname '${new URL(database.url).pathname.slice(1)}');
      create foreign table app.far (id text) server ${server}
        options (schema_name '${schema}', table_name 'people')`);
    await grantAll();
    users = look('far');
    await expectFault(/user mapping not found/, 'Fix what Postgres names');
    await run(`create user mapping for ${ROLE} server ${server} options
      (user '${username}', password '${password}', password_required 'false')`);
    await expectFault(/could not connect to server/, 'Fix what Postgres names');
    await run(`alter server ${server} options (set port '${port}')`);
    await expectFine();
  });

  test.each([
    ['a sequence', 'create sequence app.odd'],
    ['an index', 'create index odd on app.people (tenant)'],
    ['a composite type', 'create type app.odd as (id text)'],
  ])('%s is refused by its setting', async (_what, create) => {
    await run(create);
    await grantAll();
    const error: unknown = await look('odd')
      .check()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      message: expect.stringMatching(/no table or view/),
      isSetting: true,
    });
  });

  test('a type that can’t be matched is served through a view that has it as text, as is told', async () => {
    await run(`create type app.tag as enum ('ada', 'bob');
               create domain app.mark as app.tag; create table app.tagged (id app.mark);
               insert into app.tagged values ('ada')`);
    await grantAll();
    users = look('tagged');
    await expectFault(/mark \(tag\) are not supported/, 'create view … as select "id"::text');
    await run('create view app.as_text as select id::text as id from app.tagged');
    await grantAll();
    users = look('as_text');
    await expectFine();
  });

  test('a view that fails, or takes too long, is told as that', async () => {
    await run(`create function app.fails() returns text language plpgsql as
                 'begin raise exception ''a secret of theirs''; end';
               create view app.broken as select app.fails() as id;
               create function app.sleeps() returns text language sql as
                 'select pg_sleep(60)::text';
               create view app.slow as select app.sleeps() as id`);
    await grantAll();
    users = look('broken');
    await expectFault(/can't be read \(SQLSTATE P0001\)$/, 'log');
    users = look('slow', { timeout: '100ms' });
    await expectFault(/could not be read in time/, 'index');
  });

  test('that is in another schema than the one that is named is hinted at', async () => {
    const elsewhere = look('people', { schema: 'public' });
    const error: unknown = await elsewhere.check().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ isSetting: true });
    expect((error as UsersTableError).message).toMatch(/no table "public"\."people".*\(but ".*"/);
  });
});

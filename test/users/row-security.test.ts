import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { UserDirectory } from '../../src/users/directory.ts';
import type { UsersTableError } from '../../src/users/errors.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import {
  expectFault,
  expectFine,
  FOUND,
  openTheirUsers,
  thrownBy,
} from '../fixtures/their-users.ts';

/* Users whom row level security hides from our role are not said to be nobody. */

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

describe('row level security', () => {
  beforeEach(async () => {
    await theirs.run('alter table app.people enable row level security');
    await theirs.grantAll();
  });

  test('without a policy for us hides all users: that, not "no such user"', async () => {
    await theirs.run('create policy theirs on app.people for select to pg_monitor using (true)');
    await theirs.run('create policy writes on app.people for insert with check (true)');
    await expectFault(users, /row level security on .*"people" hides all users/, 'using (true)');
  });

  test('with a condition may hide whom we don’t find: that is told with it, and whom we see is found', async () => {
    await theirs.run('create policy tenants on app.people for select using (tenant = 1)');
    const hidden = /row level security on .*"people" may hide users .* using \(true\)/;
    expect(await users.find('ada')).toEqual(FOUND);
    expect(await users.filter(['ada', 'eve'])).toEqual(['ada']);
    const none = { kind: 'none', hidden: expect.stringMatching(hidden) };
    expect(await users.find('eve')).toEqual(none);
    expect(await users.findAll(['ada', 'eve'])).toEqual(
      new Map<string, unknown>([
        ['ada', FOUND],
        ['eve', none],
      ]),
    );
    expect(await users.check()).toMatchObject({ hidden: { remedy: expect.any(String) } });
    // A view of those who may be found is the way to mean it so.
    await theirs.run(`create view app.members as select id from app.people where tenant = 1`);
    await theirs.grantAll();
    users = theirs.look('members');
    await expectFine(users);
  });

  test('whose condition lets us see nobody hides all', async () => {
    await theirs.run('create policy tenants on app.people for select using (tenant = 3)');
    await expectFault(users, /row level security on .*"people" may hide users/, 'using (true)');
    await theirs.run("insert into app.people values ('carol', 3)");
    expect(await users.find('ada')).toMatchObject({ kind: 'none' });
  });

  test('that shows us everybody is fine, by the remedy as it is told, and else where it is restricted', async () => {
    const error = await thrownBy(users.check());
    const remedy = /create policy .*?;/.exec((error as UsersTableError).remedy)?.[0];
    await theirs.run(String(remedy));
    await expectFine(users);
    await theirs.run('create policy tenants on app.people as restrictive using (tenant = 1)');
    expect(await users.check()).toMatchObject({ hidden: { message: expect.any(String) } });
    await theirs.run('alter table app.people disable row level security');
    await expectFine(users);
  });

  test('that is switched on later is noticed at the first user who isn’t found', async () => {
    await theirs.run('alter table app.people disable row level security');
    await expectFine(users);
    await theirs.run('alter table app.people enable row level security');
    await expect(users.find('ada')).rejects.toThrow(/hides all users/);
  });

  test('of what a view reads with our rights counts, too', async () => {
    await theirs.run(`create view app.within with (security_invoker = on) as select id from app.people;
               create view app.shown with (security_invoker) as select id from app.within`);
    await theirs.grantAll();
    users = theirs.look('shown');
    await expectFault(users, /row level security on .*"people" hides all/, / on ".*"."people" for/);
    await theirs.run('alter view app.within set (security_invoker = off)');
    await expectFine(users);
  });
});

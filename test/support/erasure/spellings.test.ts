import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { erasePerson } from '../../../src/support/erasure/erase.ts';
import { personalDataOf } from '../../../src/support/erasure/report.ts';
import { linkByHand } from '../../../src/support/links/link.ts';
import { type HandDesk, openHandDesk } from '../../fixtures/by-hand.ts';
import { whereStands } from '../../fixtures/dump.ts';
import { connectAs, type Somebody, somebody, takeInEvents } from '../../fixtures/life.ts';
import { SHELL } from '../../fixtures/shell.ts';

/* The app's table and the metadata spell an id differently: whichever is given, all of the person goes. */

const forever = new AbortController().signal;
const UUID = 'ab12cd34-9c0b-4ef8-bb6d-6bb9bd380a11';

/** A desk whose users have ids of this type. */
const openWith = async (type: string): Promise<HandDesk> => {
  const site = await openHandDesk();
  await site.database.pool.query(`
    create extension if not exists citext;
    delete from reconciler.users;
    alter table reconciler.users alter column id type ${type} using id::${type}`);
  return site;
};
const addUser = ({ database }: HandDesk, id: string) =>
  database.pool.query('insert into reconciler.users (id) values ($1)', [id]);
const removeUser = ({ database }: HandDesk, id: string) =>
  database.pool.query('delete from reconciler.users where id::text = $1', [id]);
const erase = ({ desk }: HandDesk, userId: string) =>
  erasePerson(desk, SHELL, { userId, why: 'they asked' }, forever);

/** Somebody whom the table has in small letters, and metadata in capitals. */
const connectInCapitals = async (site: HandDesk, id: string): Promise<Somebody> => {
  const who = { ...somebody(id), userId: id.toUpperCase() };
  await addUser(site, id);
  const { accountId, events } = await connectAs(site, who);
  expect(await site.history(accountId)).toEqual([{ user: id, because: null }]);
  // Before that, its metadata spelt it in a third way, which only an old event knows.
  const spelt = id.replace(/^./, first => first.toUpperCase());
  const old = {
    ...events[0],
    event_id: `old-${accountId}`,
    connected_account_custom_metadata: { id: spelt },
  };
  await takeInEvents(site, [old]);
  return who;
};

describe('of a column that ignores capitals', () => {
  let site: HandDesk;
  beforeAll(async () => {
    site = await openWith('citext');
  });
  afterAll(() => site[Symbol.asyncDispose]());

  test.each([
    ['as the table has it', 'zq1kx', (id: string) => id],
    ['as the metadata have it', 'zq2kx', (id: string) => id.toUpperCase()],
    ['as nobody has it', 'zq3kx', (id: string) => id.replace('kx', 'Kx')],
  ])('given %s', async (_how, id, spell) => {
    await connectInCapitals(site, id);
    const told = await personalDataOf(site.desk, SHELL, spell(id));
    expect(told.user_id).toBe(id);
    expect(Object.keys(told.tables)).toEqual(
      expect.arrayContaining(['deliveries', 'links', 'reconciliations', 'connect_webviews']),
    );
    expect(JSON.stringify(told.tables)).toContain('old-');
    expect(await erase(site, spell(id))).toMatchObject({
      finished: true,
      user_is_still_there: true,
    });
    expect(await whereStands(site.database.pool, id)).toEqual(['users.id']);
  });

  test.each([
    ['as the table had it', 'zq4kx', (id: string) => id],
    ['as the metadata have it', 'zq5kx', (id: string) => id.toUpperCase()],
  ])('of whom the table has no more, given %s', async (_how, id, spell) => {
    await connectInCapitals(site, id);
    await removeUser(site, id);
    expect(await erase(site, spell(id))).toMatchObject({ user_is_still_there: false });
    expect(await whereStands(site.database.pool, id)).toEqual([]);
  });

  test('a link by hand to another forgets whom the metadata named', async () => {
    const id = 'zq6kx';
    await addUser(site, id);
    await addUser(site, 'bob');
    const lived = await connectAs(site, { ...somebody('mark'), userId: id.toUpperCase() });
    await linkByHand(site.desk, SHELL, lived.webview, { userId: 'bob', why: 'it is Bob’s' });
    await erase(site, id);
    expect(await whereStands(site.database.pool, id)).toEqual(['users.id']);
    expect(await site.shown(lived.account)).toMatchObject({ user: 'bob' });
  });

  test('what a claim names is kept as the table spells it', async () => {
    await connectInCapitals(site, 'zq7kx');
    const { rows } = await site.database.pool.query(
      `select distinct claimed_user_id as id from reconciler.reconciliations
        where lower(claimed_user_id) = 'zq7kx'`,
    );
    expect(rows).toEqual([{ id: 'zq7kx' }]);
  });
});

test.each([true, false])('a uuid goes in every form, the user still there: %s', async isThere => {
  await using site = await openWith('uuid');
  await connectInCapitals(site, UUID);
  if (!isThere) await removeUser(site, UUID);
  await erase(site, `{${UUID.replaceAll('-', '')}}`);
  expect(await whereStands(site.database.pool, UUID)).toEqual(isThere ? ['users.id'] : []);
});

test('where capitals count, another user who differs in them is left alone', async () => {
  await using site = await openWith('text');
  await addUser(site, 'zq8kx');
  await addUser(site, 'ZQ8KX');
  const [one, other] = [
    await connectAs(site, { ...somebody('one'), userId: 'zq8kx' }),
    await connectAs(site, { ...somebody('other'), userId: 'ZQ8KX' }),
  ];
  const { pseudonym } = await erase(site, 'zq8kx');
  expect(await site.history(one.accountId)).toEqual([{ user: pseudonym, because: null }]);
  expect(await site.history(other.accountId)).toEqual([{ user: 'ZQ8KX', because: null }]);
});

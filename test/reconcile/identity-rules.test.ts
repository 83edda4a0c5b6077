import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { beginComparison } from '../../src/drift/records.ts';
import { walk } from '../../src/drift/walk.ts';
import { createSeam } from '../../src/seam/client.ts';
import { rulesOf } from '../fixtures/claims.ts';
import { openIdentities, type World } from '../fixtures/identities.ts';

let site: Awaited<ReturnType<typeof openIdentities>>;

beforeAll(async () => {
  site = await openIdentities();
  await site.addKey('u_opaque', 'ada');
  await site.addKey('u_stale', 'somebody who has left');
});
afterAll(() => site[Symbol.asyncDispose]());
beforeEach(() => site.forget());

const NOTHING: World = { account: {}, webviews: [{}, {}] };
const forever = new AbortController().signal;
const all = () => [...site.webviews, site.account];

describe('a user is found by each name that Seam has for them', () => {
  test.each<[string, World, string]>([
    ['account.metadata.id', { ...NOTHING, account: { id: 'ada' } }, 'ada'],
    ['webview.metadata.id', { ...NOTHING, webviews: [{ id: 'bob' }, { id: 'ada' }] }, 'ada'],
    ['account.customer_key', { ...NOTHING, account: { id: 'bob', customerKey: 'ada' } }, 'ada'],
    ['webview.customer_key', { ...NOTHING, webviews: [{}, { customerKey: 'ada' }] }, 'ada'],
    ['user_identity', { ...NOTHING, userIdentity: 'ada' }, 'ada'],
    ['mapping', { ...NOTHING, account: { id: 'u_opaque' } }, 'ada'],
    ['mapping', { ...NOTHING, webviews: [{}, { id: 'u_opaque' }] }, 'ada'],
    ['mapping, account.metadata.id', { ...NOTHING, account: { id: 'bob' } }, 'bob'],
    ['user_identity, account.metadata.id', { ...NOTHING, account: { id: 'bob' } }, 'bob'],
    [
      'user_identity, account.metadata.id',
      { ...NOTHING, account: { id: 'bob' }, userIdentity: null },
      'bob',
    ],
  ])('%s', async (rules, world, userId) => {
    site.say(world);
    await site.lookAt(rulesOf(rules), all());
    expect(await site.linkedTo()).toBe(userId);
    const [named] = rules.split(', ').slice(-1);
    expect(await site.caseOf(site.account)).toMatchObject({
      claimed_user_id: userId,
      named_by: named,
      also_named_by: null,
    });
  });

  test.each<[string, World, string, string]>([
    [
      'mapping',
      { ...NOTHING, account: { id: 'ada' } },
      'metadata_id_invalid',
      "the key in the account's metadata: it is no key that we have given to one of our users",
    ],
    [
      'mapping',
      { ...NOTHING, account: { id: 'u_stale' } },
      'user_not_found',
      "the key in the account's metadata names an id that no user has",
    ],
    [
      'account.customer_key, account.metadata.id',
      { ...NOTHING, account: { id: 'ada', customerKey: '' } },
      'metadata_id_invalid',
      "the account's customer key: it is empty",
    ],
    [
      'account.customer_key, account.metadata.id',
      { ...NOTHING, account: { id: 'ada', customerKey: 'who' } },
      'user_not_found',
      "the account's customer key names an id that no user has",
    ],
    [
      'user_identity',
      { ...NOTHING, userIdentity: null },
      'metadata_id_missing',
      'neither the account nor the webview carries one',
    ],
  ])(
    '%s: what names nobody is told, and no later rule asked',
    async (rules, world, reason, detail) => {
      site.say(world);
      expect(await site.lookAt(rulesOf(rules), [site.account])).toMatchObject({ reason, detail });
      expect(await site.linkedTo()).toBeNull();
    },
  );

  test('Seam is asked for a user identity once, and only where a rule reads it', async () => {
    site.say({ ...NOTHING, account: { id: 'ada' }, userIdentity: 'ada' });
    const asked = async (rules: string): Promise<number> => {
      const before = site.seam.calls.length;
      await site.lookAt(rulesOf(rules), [site.account]);
      const calls = site.seam.calls.slice(before);
      return calls.filter(({ path }) => path === '/user_identities/get').length;
    };
    expect(await asked('account.metadata.id, webview.metadata.id')).toBe(0);
    expect(await asked('account.metadata.id, user_identity')).toBe(1);
  });
});

describe('two rules that name different users', () => {
  const RULES = 'account.metadata.id, webview.metadata.id, account.customer_key';
  const TWO: World = { account: { id: 'ada', customerKey: 'bob' }, webviews: [{}, { id: 'who' }] };

  test('the first wins, and the case says so', async () => {
    site.say(TWO);
    await site.lookAt(rulesOf(RULES), all());
    expect(await site.linkedTo()).toBe('ada');
    // Who is no user of ours contradicts nobody.
    expect(await site.caseOf(site.account)).toMatchObject({
      state: 'linked',
      named_by: 'account.metadata.id',
      also_named_by: 'account.customer_key',
    });
  });

  test('a person is asked, where that is set: nothing is linked, and what is linked stays', async () => {
    site.say(TWO);
    const ending = await site.lookAt(rulesOf(RULES, 'ask'), all());
    expect(ending).toMatchObject({
      reason: 'conflict',
      detail: 'account.metadata.id and account.customer_key name different users',
      nextLookInMs: null,
    });
    expect(await site.linkedTo()).toBeNull();
    expect(await site.caseOf(site.account)).toMatchObject({ state: 'failed', reason: 'conflict' });
    site.say({ ...TWO, account: { id: 'bob', customerKey: 'bob' } });
    await site.lookAt(rulesOf(RULES, 'ask'), all());
    expect(await site.linkedTo()).toBe('bob');
    site.say(TWO);
    await site.lookAt(rulesOf(RULES, 'ask'), all());
    expect(await site.linkedTo()).toBe('bob');
    expect(await site.caseOf(site.account)).toMatchObject({ reason: 'conflict' });
  });

  test('two spellings of one user are no two users', async () => {
    site.say({ account: { id: 'ada', customerKey: 'u_opaque' }, webviews: [{}, {}] });
    await site.database.pool.query(
      `insert into reconciler.user_keys (key, user_id) values ('ada', 'ada') on conflict do nothing`,
    );
    await site.lookAt(rulesOf('mapping, account.metadata.id', 'ask'), [site.account]);
    expect(await site.linkedTo()).toBe('ada');
  });
});

describe('a comparison says the same of an account as a run', () => {
  const TWO: World = { account: { id: 'ada', customerKey: 'bob' }, webviews: [{}, {}] };
  const drift = async (identity: ReturnType<typeof rulesOf>) => {
    const { pool } = site.database;
    const seam = createSeam(site.seam);
    const { users } = site.reconciler;
    const comparer = {
      pool,
      users,
      identity,
      workspaces: [{ id: null, seam }],
      mostGonePercent: 10,
    };
    const done = await walk(comparer, await beginComparison(pool), () => undefined, forever);
    return done.counts;
  };

  test.each<[string, World]>([
    ['account.customer_key', { ...NOTHING, account: { customerKey: 'ada' } }],
    ['webview.customer_key', { ...NOTHING, webviews: [{}, { customerKey: 'ada' }] }],
    ['user_identity', { ...NOTHING, userIdentity: 'ada' }],
    ['mapping', { ...NOTHING, webviews: [{}, { id: 'u_opaque' }] }],
    ['account.metadata.id, account.customer_key', TWO],
  ])('%s', async (rules, world) => {
    const identity = rulesOf(rules);
    site.say(world);
    await site.lookAt(identity, all());
    expect(await drift(identity)).toEqual({ linked_right: 1 });
    await site.database.pool.query('delete from reconciler.links');
    expect(await drift(identity)).toEqual({ not_linked: 1 });
  });

  test('where a person is asked', async () => {
    const ask = rulesOf('account.metadata.id, account.customer_key', 'ask');
    site.say(TWO);
    await site.lookAt(ask, all());
    expect(await drift(ask)).toEqual({ names_two_users: 1 });
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { UserIdentity } from '../../../src/config/user-identity.ts';
import type { Subject } from '../../../src/model/subject.ts';
import { createSeam, type Seam } from '../../../src/seam/client.ts';
import { updateAccount } from '../../../src/support/accounts/update.ts';
import { linkByHand } from '../../../src/support/links/link.ts';
import { type HandDesk, openHandDesk } from '../../fixtures/by-hand.ts';
import { rulesOf } from '../../fixtures/claims.ts';
import { look, owe } from '../../fixtures/reconciler.ts';
import { SHELL } from '../../fixtures/shell.ts';

/* Whoever says at Seam whose an account is gets that, or is told why not: never somebody else. */

const IDENTITY = 'f7c4b4a4-4c8a-4a53-9a9e-4f3f2f0d6a01';
const HELP = expect.stringContaining('Link the account to the user by hand first');
const { signal } = new AbortController();

let hand: HandDesk;
let seam: Seam;
let told: Record<string, unknown>[] = [];
/** What Seam shows of every account, besides. */
let shown: Record<string, unknown> = {};
beforeAll(async () => {
  hand = await openHandDesk();
  seam = createSeam(hand.seam);
  hand.seam.amend((path, answer) => {
    if (path === '/connected_accounts/get') Object.assign(answer.connected_account ?? {}, shown);
  });
  hand.seam.interfere((path, body) => {
    if (path === '/connected_accounts/update') told.push(body);
    if (path !== '/user_identities/get') return null;
    const found = { user_identity: { user_identity_id: IDENTITY, user_identity_key: 'ada' } };
    return response =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(found));
  });
});
afterEach(() => {
  told = [];
  shown = {};
});
afterAll(() => hand[Symbol.asyncDispose]());

const news = async (identity: UserIdentity, subject: Subject) => {
  await owe(hand.database, subject);
  return look({ ...hand.reconciler, identity }, subject);
};
/** By hand, once a run has seen it. */
const link = async (identity: UserIdentity, account: Subject, userId: string) => {
  await news(identity, account);
  const desk = { ...hand.desk, config: { ...hand.desk.config, identity } };
  await linkByHand(desk, SHELL, account, { userId, why: 'they called' });
};
const update = (
  identity: UserIdentity,
  accountId: string,
  change: Partial<Parameters<typeof updateAccount>[3]>,
) =>
  updateAccount(
    {
      db: hand.database.db,
      seam,
      users: hand.reconciler.users,
      identity,
      request: async () => true,
      workspaceId: null,
      lookLimitMs: 0,
      signal,
      log: hand.desk.log,
    },
    SHELL,
    accountId,
    { metadata: {}, ...change },
  );
const userOf = async (subject: Subject) => (await hand.shown(subject)).user;

describe.each([
  ['account.customer_key', { customer_key: 'ada' }],
  ['webview.metadata.id', {}],
  ['user_identity', { user_identity_id: IDENTITY }],
])('where %s comes first, and names ada', (first, shows) => {
  const identity = rulesOf(`${first}, account.metadata.owner`);

  test('an account isn’t given to bob by a rule that comes after, and Seam is told nothing', async () => {
    shown = shows;
    const { account, accountId } = await hand.connect({ id: 'ada' });
    await news(identity, account);
    expect(await update(identity, accountId, { userId: 'bob' })).toEqual({
      kind: 'refused',
      why: 'named_otherwise',
      faults: [expect.stringContaining(`The rule ${first} of USER_IDENTITY comes first`), HELP],
    });
    expect(told).toEqual([]);
    expect(await userOf(account)).toBe('ada');
  });

  test('one that is bob’s by hand stays his when Seam is told so, too', async () => {
    shown = shows;
    const { account, accountId } = await hand.connect({ id: 'ada' });
    await link(identity, account, 'bob');
    expect(await update(identity, accountId, { userId: 'bob' })).toMatchObject({ kind: 'updated' });
    expect(told).toMatchObject([{ custom_metadata: { owner: 'bob' } }]);
    expect(await news(identity, account)).toMatchObject({ outcome: 'kept' });
    expect(await userOf(account)).toBe('bob');
    expect(await update(identity, accountId, { userId: 'ada' })).toMatchObject({ kind: 'updated' });
    expect(await news(identity, account)).toMatchObject({ outcome: 'relinked' });
    expect(await userOf(account)).toBe('ada');
  });
});

describe('where a person is asked, and the webview names ada for good', () => {
  const ask = rulesOf('account.metadata.id, webview.metadata.id', 'ask');

  test('a link by hand to bob stands when Seam is told so, until it says something else', async () => {
    const { account, accountId } = await hand.connect({ id: 'ada' });
    await link(ask, account, 'bob');
    expect(await update(ask, accountId, { userId: 'bob' })).toMatchObject({ kind: 'updated' });
    expect(await news(ask, account)).toMatchObject({ outcome: 'kept' });
    expect(await hand.shown(account)).toMatchObject({ state: 'linked', user: 'bob' });
    hand.rename(accountId, {});
    expect(await news(ask, account)).toMatchObject({ outcome: 'relinked' });
    expect(await userOf(account)).toBe('ada');
  });

  test('an account that a run has linked to ada isn’t half given to bob', async () => {
    const { account, accountId } = await hand.connect({ id: 'ada' });
    expect(await update(ask, accountId, { userId: 'bob' })).toEqual({
      kind: 'refused',
      why: 'named_otherwise',
      faults: [expect.stringContaining('The rule webview.metadata.id of USER_IDENTITY'), HELP],
    });
    expect(told).toEqual([]);
    expect(await news(ask, account)).toMatchObject({ outcome: 'already_linked' });
  });

  test('ada is had back from bob, who had it by hand: nothing speaks against her', async () => {
    const { account, accountId } = await hand.connect({ id: 'ada' });
    await link(ask, account, 'bob');
    expect(await update(ask, accountId, { userId: 'ada' })).toMatchObject({ kind: 'updated' });
    expect(await news(ask, account)).toMatchObject({ outcome: 'relinked' });
  });
});

describe('where a rule reads the customer key', () => {
  const byKey = rulesOf('account.customer_key');
  const fault = expect.stringContaining('The customer_key says which user the account belongs to');

  test('it names nobody but the user who is named as such, and who is there', async () => {
    const { accountId } = await hand.connect({ plan: 'gold' });
    const parts = { customerKey: 'zoe' };
    expect(await update(byKey, accountId, { parts })).toMatchObject({ faults: [fault] });
    expect(await update(byKey, accountId, { parts, userId: 'bob' })).toMatchObject({
      faults: [fault],
    });
    expect(await update(byKey, accountId, { parts, userId: 'zoe' })).toMatchObject({
      why: 'no_such_user',
    });
    expect(told).toEqual([]);
    const bob = { parts: { customerKey: 'bob' }, userId: 'bob' };
    expect(await update(byKey, accountId, bob)).toMatchObject({ kind: 'updated' });
    expect(told).toEqual([{ connected_account_id: accountId, customer_key: 'bob' }]);
  });

  test('of a webview only, an account’s is a customer like any other', async () => {
    const { accountId } = await hand.connect({ plan: 'gold' });
    const ofWebviews = rulesOf('webview.customer_key, account.metadata.id');
    const parts = { customerKey: 'hotel-7' };
    expect(await update(ofWebviews, accountId, { parts })).toMatchObject({ kind: 'updated' });
  });
});

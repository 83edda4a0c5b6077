import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createSeam } from '../../../src/seam/client.ts';
import { reconnectWebview } from '../../../src/support/accounts/reconnect.ts';
import { linkByHand } from '../../../src/support/links/link.ts';
import { unlinkByHand } from '../../../src/support/links/unlink.ts';
import { clerk, type HandDesk, openHandDesk } from '../../fixtures/by-hand.ts';
import { rulesOf } from '../../fixtures/claims.ts';
import { SHELL } from '../../fixtures/shell.ts';

/* An account is connected again by the same user, from the same provider, and loses nothing by it. */

let hand: HandDesk;
const created: Record<string, unknown>[] = [];
beforeAll(async () => {
  hand = await openHandDesk();
  hand.seam.interfere((path, body) => {
    if (path === '/connect_webviews/create') created.push(body);
    return null;
  });
});
afterEach(() => {
  created.length = 0;
  hand.seam.amend(null);
});
afterAll(() => hand[Symbol.asyncDispose]());

const { signal } = new AbortController();
const reconnect = (
  id: string,
  request: Parameters<typeof reconnectWebview>[3] = {},
  actor = clerk('carol'),
  identity = hand.desk.config.identity,
) =>
  reconnectWebview(
    {
      ...hand.desk.config,
      identity,
      db: hand.database.db,
      users: hand.desk.users,
      seam: createSeam(hand.seam),
      workspaceId: null,
    },
    actor,
    id,
    request,
    signal,
  );
const made = async (...args: Parameters<typeof reconnect>) => {
  const made = await reconnect(...args);
  if (made.kind === 'refused') throw new Error(made.faults.join(' '));
  return made;
};
/** Seam shows these of every account. */
const showing = (fields: object): void =>
  hand.seam.amend((_path, answer) =>
    Object.assign((answer.connected_account as object) ?? {}, fields),
  );

describe('the webview', () => {
  test('is like the account, which Seam shows, and is expected from its user', async () => {
    const { accountId, webview } = await hand.connect({ id: 'ada', plan: 'gold', beta: true });
    showing({ accepted_capabilities: ['lock', 'camera'], automatically_manage_new_devices: false });
    const { connectWebviewId, ...told } = await made(accountId, {
      customRedirectUrl: 'app://done',
    });
    expect(created).toEqual([
      {
        custom_metadata: { id: 'ada', plan: 'gold', beta: true },
        accepted_providers: ['august'],
        accepted_capabilities: ['lock', 'camera'],
        automatically_manage_new_devices: false,
        custom_redirect_url: 'app://done',
      },
    ]);
    expect(told).toMatchObject({
      kind: 'created',
      userId: 'ada',
      connectedAccountId: accountId,
      providers: ['august'],
      isGone: false,
    });
    const { rows } = await hand.database.pool.query(
      `select e.user_id, e.connected_account_id, r.state, l.actor_name, l.after
         from reconciler.expected_webviews e
         join reconciler.reconciliations r on r.subject = 'connect_webview:' || e.connect_webview_id
         join reconciler.audit_log l on l.target = r.subject and l.action = 'create_webview'
        where e.connect_webview_id = $1`,
      [connectWebviewId],
    );
    expect(rows).toEqual([
      {
        user_id: 'ada',
        connected_account_id: accountId,
        state: 'pending',
        actor_name: 'carol',
        after: {
          user_id: 'ada',
          metadata_keys: ['plan', 'beta'],
          redirects_to: ['app://done'],
          reconnects: accountId,
        },
      },
    ]);
    // By whatever leads to that one account.
    expect((await made(webview.slice('connect_webview:'.length))).connectedAccountId).toBe(
      accountId,
    );
  });

  test('is from the provider that its user chose, where that is known, or from those that are named', async () => {
    const { accountId } = await hand.connect({ id: 'ada' });
    await hand.database.pool.query(
      `update reconciler.connect_webviews set selected_provider = 'yale_access' where connected_account_id = $1`,
      [accountId],
    );
    await made(accountId);
    await made(accountId, { acceptedProviders: ['yale', 'august'] });
    expect(created.map(body => body.accepted_providers)).toEqual([
      ['yale_access'],
      ['yale', 'august'],
    ]);
  });

  test('is for whom the account is linked to, whoever its metadata name', async () => {
    const { accountId, webview } = await hand.connect({ id: 'ada', plan: 'gold' });
    await linkByHand(hand.desk, SHELL, webview, { userId: 'bob', why: 'a present' });
    expect(await made(accountId)).toMatchObject({ userId: 'bob' });
    expect(created[0]?.custom_metadata).toEqual({ id: 'bob', plan: 'gold' });
  });

  test('names a customer only where the account has none: else it would show an error', async () => {
    const { accountId } = await hand.connect({ id: 'ada' });
    await hand.database.pool.query(
      `update reconciler.connect_webviews set customer_key = 'hotel-7' where connected_account_id = $1`,
      [accountId],
    );
    await made(accountId);
    showing({ customer_key: 'hotel-7' });
    await made(accountId);
    expect(created.map(body => body.customer_key)).toEqual(['hotel-7', undefined]);
  });

  test.each([
    ['account.customer_key, account.metadata.id', { id: 'bob' }, 'bob'],
    // A customer key that no rule reads names no user of ours, and is kept.
    ['account.metadata.uid, mapping', { id: expect.stringMatching(/^u_/) }, 'ada'],
    ['webview.customer_key, mapping', { id: expect.stringMatching(/^u_/) }, undefined],
  ])('by the rules %s names nobody who had the account before', async (rules, named, key) => {
    const { accountId, webview } = await hand.connect({ id: 'ada', uid: 'ada', plan: 'gold' });
    await hand.database.pool.query(
      `update reconciler.connect_webviews set customer_key = 'ada' where connected_account_id = $1`,
      [accountId],
    );
    await linkByHand(hand.desk, SHELL, webview, { userId: 'bob', why: 'a present' });
    const identity = rulesOf(rules);
    await made(accountId, {}, clerk('carol'), identity);
    const uid = rules.includes('uid') ? {} : { uid: 'ada' };
    expect(created[0]?.custom_metadata).toEqual({ ...uid, plan: 'gold', ...named });
    expect(created[0]?.customer_key).toBe(key);
  });

  test('of an account that Seam has deleted is made all the same, and it is told', async () => {
    const { accountId, account } = await hand.connect({ id: 'ada', plan: 'gold' });
    hand.seam.fake.database.deleteConnectedAccount({ connected_account_id: accountId });
    expect(await made(accountId)).toMatchObject({ isGone: true, userId: 'ada' });
    expect(created[0]?.custom_metadata).toEqual({ id: 'ada', plan: 'gold' });
    expect(account).toContain(accountId);
  });

  test('is made once for one request', async () => {
    const { accountId } = await hand.connect({ id: 'ada' });
    const actor = clerk('carol', 'one click');
    await made(accountId, {}, actor);
    await expect(reconnect(accountId, {}, actor)).rejects.toThrow();
    expect(created.length).toBe(1);
  });
});

describe('is refused, and Seam makes nothing,', () => {
  const refusal = async (...args: Parameters<typeof reconnect>) => {
    const refused = await reconnect(...args);
    expect(created).toEqual([]);
    return refused.kind === 'refused'
      ? { why: refused.why, said: refused.faults.join(' ') }
      : refused;
  };

  test('where it has to be for one user, and the account is another’s by now, or nobody’s', async () => {
    const { webview, accountId } = await hand.connect({ id: 'ada' });
    const forAda = { userId: 'ada' };
    expect(await made(accountId, forAda)).toMatchObject({ userId: 'ada' });
    created.length = 0;
    await linkByHand(hand.desk, SHELL, webview, { userId: 'bob', why: 'a present' });
    const notTheirs = { why: 'not_theirs', said: expect.stringMatching(/not this user's/) };
    expect(await refusal(accountId, forAda)).toEqual(notTheirs);
    expect(await refusal(accountId, { userId: 'no such user' })).toEqual(notTheirs);
    const { accountId: nobodys } = await hand.connect({ plan: 'gold' });
    expect(await refusal(nobodys, forAda)).toEqual(notTheirs);
    expect(await made(accountId, { userId: 'bob' })).toMatchObject({ userId: 'bob' });
  });

  test('where nobody says whose the account is, or that user is gone', async () => {
    const { accountId } = await hand.connect({ plan: 'gold' });
    expect(await refusal(accountId)).toEqual({
      why: 'no_such_user',
      said: expect.stringMatching(/Nothing says whose .* link it to a user first/),
    });
    const { accountId: other } = await hand.connect({ id: 'zoe' });
    expect(await refusal(other)).toEqual({
      why: 'no_such_user',
      said: expect.stringMatching(/of the user "zoe", and no user has that id/),
    });
  });

  test('where somebody has unlinked it by hand: it would be linked to the same user again', async () => {
    const { accountId, webview } = await hand.connect({ id: 'ada' });
    await unlinkByHand(hand.desk, clerk('dave'), webview, { why: 'a neighbour’s' });
    expect(await refusal(accountId)).toEqual({
      why: 'ended_by_hand',
      said: expect.stringMatching(/unlinked the account .* by hand: link it to a user first/),
    });
    await linkByHand(hand.desk, SHELL, webview, { userId: 'bob', why: 'his after all' });
    expect(await made(accountId)).toMatchObject({ userId: 'bob' });
  });

  test('where an id leads to several accounts, or what is asked for can’t be', async () => {
    await hand.connect({ id: 'bob' });
    await hand.connect({ id: 'bob' });
    expect(await refusal('bob')).toMatchObject({ why: 'not_one' });
    const { accountId } = await hand.connect({ id: 'ada' });
    expect(await refusal(accountId, { customRedirectUrl: 'nowhere' })).toMatchObject({
      why: 'bad_input',
      said: expect.stringMatching(/full URL/),
    });
    const metadata = { id: 'ada', [`k${'x'.repeat(40)}`]: 'v' };
    hand.rename(accountId, metadata);
    expect(await refusal(accountId)).toMatchObject({
      why: 'bad_input',
      said: expect.stringMatching(/41 characters.*change them with account update/),
    });
  });

  test('to whoever may create no webviews', async () => {
    const { accountId } = await hand.connect({ id: 'ada' });
    await expect(refusal(accountId, {}, { ...SHELL, role: 'viewer' })).rejects.toMatchObject({
      fault: 'not_allowed',
    });
  });
});

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { byMetadataKey } from '../../../src/config/user-identity.ts';
import { openDatabase } from '../../../src/db/client.ts';
import { createSeam } from '../../../src/seam/client.ts';
import { deleteAccount } from '../../../src/support/accounts/delete.ts';
import { withAccountLease } from '../../../src/support/accounts/lease.ts';
import { type AccountUpdater, updateAccount } from '../../../src/support/accounts/update.ts';
import { clerk, type HandDesk, openHandDesk } from '../../fixtures/by-hand.ts';
import { silentLog } from '../../fixtures/settings.ts';
import { until } from '../../fixtures/wait.ts';

let hand: HandDesk;
const { signal } = new AbortController();
const stack = new AsyncDisposableStack();
/** As two processes have it: each with connections of its own, and its own way to Seam. */
let one: AccountUpdater;
let other: AccountUpdater;
beforeAll(async () => {
  hand = stack.use(await openHandDesk());
  const process = (): AccountUpdater => {
    const { url } = hand.database;
    const opened = stack.use(openDatabase({ url, name: 'test', max: 2, log: silentLog }));
    const seam = createSeam({
      apiKey: hand.seam.apiKey,
      endpoint: hand.seam.endpoint,
    });
    return {
      db: opened.db,
      seam,
      users: hand.desk.users,
      identity: byMetadataKey('id'),
      request: async () => true,
      workspaceId: null,
      lookLimitMs: 0,
      signal,
      log: silentLog,
    };
  };
  [one, other] = [process(), process()];
});
afterEach(() => hand.seam.interfere(null));
afterAll(() => stack.disposeAsync());

const admin = (name: string) => ({ ...clerk(name), role: 'admin' as const });
const update = (
  by: AccountUpdater,
  id: string,
  metadata: Record<string, string>,
  userId?: string,
) => updateAccount(by, admin('carol'), id, { metadata, userId });
const atSeam = (id: string) =>
  hand.seam.fake.database.connected_accounts.find(a => a.connected_account_id === id)
    ?.custom_metadata;
const leases = async () =>
  (await hand.database.pool.query('table reconciler.account_changes')).rows;
const audited = async (id: string) =>
  (
    await hand.database.pool.query<{ action: string; after: unknown }>(
      'select action, after from reconciler.audit_log where target = $1 order by id',
      [`connected_account:${id}`],
    )
  ).rows;

test('of two that change an account at once, neither change is lost, and both say so', async () => {
  const { accountId } = await hand.connect({ id: 'ada' });
  const results = await Promise.all([
    update(one, accountId, { plan: 'gold' }),
    update(other, accountId, { tier: 'two' }),
    update(one, accountId, {}, 'bob'),
  ]);
  expect(results.map(({ kind }) => kind)).toEqual(['updated', 'updated', 'updated']);
  expect(atSeam(accountId)).toEqual({ id: 'bob', plan: 'gold', tier: 'two' });
  expect(await leases()).toEqual([]);
});

test('while one changes it, another is told to try again, and Seam hears nothing of them', async () => {
  const { accountId } = await hand.connect({ id: 'ada' });
  const before = hand.seam.calls.length;
  await withAccountLease(one.db.$client, accountId, { signal, log: silentLog }, async () => {
    const at = withAccountLease(
      other.db.$client,
      accountId,
      { signal, waitMs: 300, log: silentLog },
      () => Promise.reject(new Error('both have it')),
    );
    await expect(at).rejects.toMatchObject({
      fault: 'conflict',
      message: expect.stringMatching(/right now.*Try again/),
    });
  });
  expect(hand.seam.calls.length).toBe(before);
});

test('a deletion waits for a change that is under way', async () => {
  const { accountId } = await hand.connect({ id: 'ada' });
  let isGivenBack = false;
  const change = withAccountLease(
    one.db.$client,
    accountId,
    { signal, log: silentLog },
    async () => {
      await until('the deletion to wait', async () => {
        const { rows } = await hand.database.pool.query(
          `select from pg_stat_activity where query like '%account_changes%' and pid <> pg_backend_pid()`,
        );
        return rows.length > 0;
      });
      expect(hand.seam.calls.some(call => call.path.endsWith('/delete'))).toBe(false);
      isGivenBack = true;
    },
  );
  const deleted = await deleteAccount(other, admin('dave'), accountId, 'ticket');
  await change;
  expect(isGivenBack).toBe(true);
  expect(deleted).toMatchObject({ kind: 'deleted', seam: 'deleted' });
});

test('what a process leaves that died lapses by itself', async () => {
  const { accountId } = await hand.connect({ id: 'ada' });
  await hand.database.pool.query(
    `insert into reconciler.account_changes values ($1, 'dead', now() + interval '1 s')`,
    [accountId],
  );
  expect(await update(one, accountId, { plan: 'gold' })).toMatchObject({ seam: 'updated' });
});

/** As if this process had been frozen just then: its time is over, and somebody else has been there. */
const freeze = async (accountId: string) => {
  await hand.database.pool.query(
    `update reconciler.account_changes set until = now() - interval '1 s' where connected_account_id = $1`,
    [accountId],
  );
  expect(await update(other, accountId, { tier: 'two' })).toMatchObject({ overtaken: false });
};

test('one that wakes after its time, before it writes, writes nothing', async () => {
  const { accountId } = await hand.connect({ id: 'ada' });
  const seam: AccountUpdater['seam'] = {
    ...one.seam,
    getConnectedAccount: async (id, until) => {
      const answer = await one.seam.getConnectedAccount(id, until);
      await freeze(accountId);
      return answer;
    },
  };
  await expect(update({ ...one, seam }, accountId, { plan: 'gold' })).rejects.toMatchObject({
    fault: 'conflict',
  });
  expect(atSeam(accountId)).toEqual({ id: 'ada', tier: 'two' });
});

test('one that wakes after its time and writes says that it may have undone another', async () => {
  const { accountId } = await hand.connect({ id: 'ada' });
  const seam: AccountUpdater['seam'] = {
    ...one.seam,
    updateConnectedAccount: async (id, changes, until) => {
      await freeze(accountId);
      return one.seam.updateConnectedAccount(id, changes, until);
    },
  };
  const result = await update({ ...one, seam }, accountId, { plan: 'gold' });
  expect(result).toMatchObject({ overtaken: true, agrees: false });
  expect((await audited(accountId)).at(-1)).toMatchObject({
    action: 'update_account',
    after: { overtaken: true },
  });
});

test('a Seam that says yes and keeps what it had is told of, with what stands', async () => {
  const { accountId } = await hand.connect({ id: 'ada' });
  hand.seam.interfere(path =>
    path === '/connected_accounts/update' || path === '/connected_accounts/delete'
      ? response =>
          response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')
      : null,
  );
  expect(await update(one, accountId, { plan: 'gold' })).toMatchObject({
    seam: 'differs',
    custom_metadata: { id: 'ada' },
    agrees: false,
  });
  expect(await deleteAccount(one, admin('dave'), accountId, 'ticket')).toMatchObject({
    seam: 'still_shown',
    agrees: false,
  });
  expect((await audited(accountId)).map(({ after }) => after)).toContainEqual({
    seam: 'still_shown',
  });
});

test('an account that is gone right after Seam said yes: what was done is written down, and looked at', async () => {
  const { accountId } = await hand.connect({ id: 'ada' });
  let isChanged = false;
  hand.seam.interfere(path => {
    if (path === '/connected_accounts/update') isChanged = true;
    if (path !== '/connected_accounts/get' || !isChanged) return null;
    return response =>
      response
        .writeHead(404, { 'content-type': 'application/json' })
        .end('{"error":{"type":"connected_account_not_found","message":"gone"}}');
  });
  expect(await update(one, accountId, { plan: 'gold' })).toMatchObject({
    kind: 'updated',
    seam: 'differs',
    custom_metadata: {},
    agrees: false,
    looks_owed: expect.arrayContaining([`connected_account:${accountId}`]),
  });
  expect((await audited(accountId)).map(({ action }) => action)).toEqual([
    'ask_update_account',
    'update_account',
  ]);
});

test('a change whose end nobody knows keeps others off for a while, one that Seam refused does not', async () => {
  const { accountId } = await hand.connect({ id: 'ada' });
  const answer = (status: number) =>
    hand.seam.interfere(path =>
      path === '/connected_accounts/update'
        ? response => response.writeHead(status).end('no')
        : null,
    );
  answer(401);
  await expect(update(one, accountId, { plan: 'gold' })).rejects.toThrow();
  expect(await leases()).toEqual([]);
  answer(503);
  await expect(update(one, accountId, { plan: 'gold' })).rejects.toThrow();
  expect(await leases()).toMatchObject([{ connected_account_id: accountId }]);
});

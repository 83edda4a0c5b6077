import { afterAll, beforeAll, expect, test } from 'vitest';
import { byMetadataKey } from '../../../src/config/user-identity.ts';
import { reconcile } from '../../../src/reconcile/run.ts';
import { erasePerson } from '../../../src/support/erasure/erase.ts';
import { createUserDirectory } from '../../../src/users/directory.ts';
import { owe } from '../../fixtures/reconciler.ts';
import { SHELL } from '../../fixtures/shell.ts';
import {
  eventOf,
  FLATS,
  HOTELS,
  openTwoWorkspaces,
  type TwoWorkspaces,
} from '../../fixtures/two-workspaces.ts';

/* Whoever has the webhook secret of another workspace brings nobody back. */

const { signal } = new AbortController();
let both: TwoWorkspaces;
beforeAll(async () => {
  both = await openTwoWorkspaces();
});
afterAll(() => both[Symbol.asyncDispose]());

test('what another workspace says of an account is no news of whoever was erased', async () => {
  const { pool } = both.database;
  const { accountId, account, webview, events } = await both.connect('ada');
  await both.take(HOTELS, ...events);
  await both.settle();
  expect(await both.linkedTo(accountId)).toBe('ada');
  const eraser = {
    pool,
    users: createUserDirectory(pool, { schema: 'reconciler', table: 'users', idColumn: 'id' }),
    profiles: { ofIds: async () => new Map() },
    config: { identity: byMetadataKey('id') },
  };
  const order = { userId: 'ada', why: 'they asked' };
  const { pseudonym } = await erasePerson(eraser as never, SHELL, order, signal);

  const event = (fields = {}) =>
    eventOf('connected_account.connected', {
      connected_account_id: accountId,
      connected_account_custom_metadata: {},
      ...fields,
    });
  const checkAll = async () => {
    for (const subject of [account, webview] as const) {
      await owe(both.database, subject);
      const hotels = both.reconcilers[HOTELS];
      if (hotels !== undefined) await reconcile(hotels, subject, 'replay', signal);
    }
    const { rows } = await pool.query(
      `select a.custom_metadata as account, w.custom_metadata as webview from reconciler.connected_accounts a
         join reconciler.connect_webviews w using (connected_account_id) where a.connected_account_id = $1`,
      [accountId],
    );
    return { linked: await both.linkedTo(accountId), shown: rows };
  };
  const asErased = { linked: pseudonym, shown: [{ account: {}, webview: {} }] };

  // As it comes, before it is judged; where it contradicts itself; and once it is set aside.
  await both.store(FLATS, event());
  expect(await checkAll()).toEqual(asErased);
  await both.take(FLATS, event({ workspace_id: HOTELS }));
  expect(await both.setAside()).toHaveLength(2);
  expect(await checkAll()).toEqual(asErased);

  await both.take(HOTELS, event());
  expect(await checkAll()).toMatchObject({ linked: 'ada', shown: [{ account: { id: 'ada' } }] });
});

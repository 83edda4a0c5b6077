import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEventClaim } from '../../src/reconcile/event-claim.ts';
import { rulesOf } from '../fixtures/claims.ts';
import { openReconciler } from '../fixtures/reconciler.ts';

let site: Awaited<ReturnType<typeof openReconciler>>;

beforeAll(async () => {
  site = await openReconciler();
  await site.database.pool.query(
    `insert into reconciler.user_keys (key, user_id) values ('u_opaque', 'ada')`,
  );
});
afterAll(() => site[Symbol.asyncDispose]());

const CONNECTED = 'connected_account.connected';
const LOGGED_IN = 'connect_webview.login_succeeded';
const event = (metadata: object, customer_key?: string, event_type = CONNECTED) => ({
  event_type,
  connected_account_id: 'account_1',
  connected_account_custom_metadata: metadata,
  ...(customer_key === undefined ? {} : { customer_key }),
});

test.each<[string, object, string | null]>([
  ['account.metadata.id, webview.metadata.id', event({ id: 'ada' }), 'ada'],
  // Nobody knows what the webview says.
  ['webview.metadata.id, account.metadata.id', event({ id: 'ada' }), null],
  ['user_identity, account.metadata.id', event({ id: 'ada' }), null],
  ['account.metadata.id, user_identity', event({ id: 'ada' }), 'ada'],
  ['account.customer_key', event({}, 'bob'), 'bob'],
  // Not every event shows it, so that it isn't there says nothing.
  ['account.customer_key, account.metadata.id', event({ id: 'ada' }), null],
  ['account.metadata.id, account.customer_key', event({ id: 'ada' }), 'ada'],
  // Of a webview's event it is the webview's.
  ['account.customer_key', event({}, 'bob', LOGGED_IN), null],
  ['webview.customer_key', event({}, 'bob', LOGGED_IN), 'bob'],
  ['webview.customer_key', event({}, 'bob'), null],
  ['mapping', event({ id: 'u_opaque' }), 'ada'],
  ['mapping', event({ id: 'ada' }), null],
  ['mapping, account.metadata.id', event({ id: 'bob' }), 'bob'],
  // Without one of the account's, the webview's key would count.
  ['mapping, account.customer_key', event({}, 'bob'), null],
  // What differs is for Seam, or a person, to say.
  ['account.metadata.id, account.customer_key', event({ id: 'ada' }, 'bob'), null],
  ['account.metadata.id, account.customer_key', event({ id: 'ada' }, 'who'), 'ada'],
  ['account.metadata.id, account.customer_key', event({ id: '' }, 'bob'), null],
])('%s: of an event, what it shows and no more: %j', async (rules, told, userId) => {
  const { database, reconciler } = site;
  const sources = { pool: database.pool, users: reconciler.users, identity: rulesOf(rules) };
  const claim = await readEventClaim(sources, Buffer.from(JSON.stringify(told)));
  expect(claim).toEqual(userId === null ? null : { accountId: 'account_1', userId });
});

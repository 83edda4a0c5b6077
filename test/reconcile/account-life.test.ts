import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Subject } from '../../src/model/subject.ts';
import type { Reconciler } from '../../src/reconcile/run.ts';
import { listAccounts } from '../../src/support/accounts/accounts.ts';
import { findMatches } from '../../src/support/cases/find.ts';
import type { TestDatabase } from '../fixtures/database.ts';
import { look as lookWith, openReconciler, owe as oweIn } from '../fixtures/reconciler.ts';
import type { TestSeam } from '../fixtures/seam.ts';
import { SHELL } from '../fixtures/shell.ts';

let opened: Awaited<ReturnType<typeof openReconciler>>;
let database: TestDatabase;
let seam: TestSeam;
let reconciler: Reconciler;

beforeAll(async () => {
  opened = await openReconciler();
  ({ database, seam, reconciler } = opened);
});
afterAll(() => opened[Symbol.asyncDispose]());

const owe = (subject: Subject) => oweIn(database, subject);
const look = (subject: Subject) => lookWith(reconciler, subject);
const connect = async () => {
  const webviewId = await seam.createWebview({ id: 'ada' });
  const { accountId } = await seam.completeWebview(webviewId, { email: 'a@l.example' });
  const webview: Subject = `connect_webview:${webviewId}`;
  const subject: Subject = `connected_account:${accountId}`;
  await owe(webview);
  await look(webview);
  return { webview, subject, accountId };
};

/** As the inbox stores it. @param minutesAgo when it occurred at Seam, and when we received it */
const deliver = async (
  subject: Subject,
  type: string,
  body: string,
  minutesAgo: { occurred: number; received: number },
) => {
  await database.pool.query(
    `insert into reconciler.deliveries
            (event_id, event_type, subject, body, signature, occurred_at, received_at)
     values ($1, $2, $3, $4, '{}', now() - $5 * interval '1 min', now() - $6 * interval '1 min')`,
    [randomUUID(), type, subject, Buffer.from(body), minutesAgo.occurred, minutesAgo.received],
  );
  await owe(subject);
};
const REQUESTED = 'connected_account.reauthorization_requested';
const stateOf = async (subject: Subject) =>
  (await findMatches(database.db, SHELL, subject))[0]?.account_state;

test('a request for a new authorization that the account can not show stands until somebody signs in', async () => {
  const { webview, subject } = await connect();
  await deliver(subject, REQUESTED, '{}', { occurred: 10, received: 9 });
  expect(await look(subject)).toMatchObject({ outcome: 'account_updated' });
  expect(await stateOf(subject)).toBe('reauthorization_requested');
  // Signed in before that, told late.
  await deliver(webview, 'connected_account.connected', '{}', { occurred: 11, received: 1 });
  await look(webview);
  expect(await stateOf(subject)).toBe('reauthorization_requested');
  await deliver(subject, 'connected_account.disconnected', '{}', { occurred: 5, received: 5 });
  await look(subject);
  expect(await stateOf(subject)).toBe('reauthorization_requested');
  await deliver(webview, 'connected_account.connected', '{}', { occurred: 2, received: 2 });
  await look(webview);
  expect(await stateOf(subject)).toBe('connected');
});

test('a request that the account shows is over once it shows it no more', async () => {
  const { subject, accountId } = await connect();
  const [event] = await seam.changeAccount(accountId, 'request-reauthorization');
  await deliver(subject, REQUESTED, JSON.stringify(event), { occurred: 1, received: 1 });
  await look(subject);
  expect(await stateOf(subject)).toBe('reauthorization_requested');
  await owe(subject);
  expect(await look(subject)).toMatchObject({ outcome: 'already_linked' });
  const account = seam.fake.database.connected_accounts.find(
    a => a.connected_account_id === accountId,
  );
  Object.assign(account ?? {}, { warnings: [] });
  await owe(subject);
  expect(await look(subject)).toMatchObject({ outcome: 'account_updated' });
  expect(await stateOf(subject)).toBe('connected');
});

test('an account that Seam goes on showing after its deletion was told lives on, until it is gone', async () => {
  const { subject, accountId } = await connect();
  await deliver(subject, 'connected_account.deleted', '{}', { occurred: 1, received: 1 });
  expect(await look(subject)).toMatchObject({ reason: 'deletion_pending' });
  await database.pool.query(
    `update reconciler.deliveries set received_at = now() - interval '3 min' where subject = $1`,
    [subject],
  );
  expect(await look(subject)).toMatchObject({ outcome: 'already_linked', nextLookInMs: null });
  seam.fake.database.deleteConnectedAccount({ connected_account_id: accountId });
  await owe(subject);
  expect(await look(subject)).toMatchObject({ outcome: 'account_deleted' });
  // The word of it may be pruned; the row keeps it.
  await database.pool.query('delete from reconciler.deliveries where subject = $1', [subject]);
  await owe(subject);
  expect(await look(subject)).toMatchObject({ outcome: 'account_deleted' });
  expect(await stateOf(subject)).toBe('deleted');
});

test('rows of a version without states are told by what they hold, and filtered so', async () => {
  const disconnected = [{ error_code: 'bridge_disconnected' }];
  const limit = { error_code: 'salto_ks_subscription_limit_exceeded' };
  const asked = [{ warning_code: 'account_reauthorization_requested' }];
  await database.pool.query(
    `insert into reconciler.connected_accounts
            (connected_account_id, user_identifier, custom_metadata, errors, warnings,
             accepted_capabilities, deleted_at, read_by_run)
     values ('old_1', '{}', '{}', $1, $2, '[]', null, 0), ('old_2', '{}', '{}', '[]', $2, '[]', null, 0),
            ('old_3', '{}', '{}', $1, '[]', '[]', now(), 0), ('old_4', '{}', '{}', '[]', '[7]', '[]', null, 0),
            ('old_5', '{}', '{}', '["odd"]', '[]', '[]', null, 0), ('old_6', '{}', '{}', $3, '[]', '[]', null, 0),
            ('old_7', '{}', '{}', $4, '[]', '[]', null, 0), ('old_8', '{}', '{}', $1, $5, '[]', null, 0)`,
    [
      JSON.stringify(disconnected),
      JSON.stringify(asked),
      JSON.stringify([limit]),
      JSON.stringify([{ ...limit, is_connected_account_error: true }]),
      JSON.stringify([{ warning_code: 'being_deleted' }]),
    ],
  );
  for (const [id, state] of [
    ['old_1', 'disconnected'],
    ['old_2', 'reauthorization_requested'],
    ['old_3', 'deleted'],
    ['old_4', 'connected'],
    ['old_5', 'disconnected'],
    ['old_6', 'connected'],
    ['old_7', 'disconnected'],
    ['old_8', 'being_deleted'],
  ] as const) {
    const found = await listAccounts(database.db, SHELL, { state, limit: 100 });
    expect(found.map(account => account.connected_account_id)).toContain(id);
  }
  const all = await listAccounts(database.db, SHELL, { limit: 2 });
  expect(all).toHaveLength(2);
});

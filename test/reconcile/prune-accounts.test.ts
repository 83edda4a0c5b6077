import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Subject } from '../../src/model/subject.ts';
import { previewPrune, prune, pruneSome } from '../../src/reconcile/prune.ts';
import { look, openReconciler, owe } from '../fixtures/reconciler.ts';

let opened: Awaited<ReturnType<typeof openReconciler>>;
const { signal } = new AbortController();

beforeAll(async () => {
  opened = await openReconciler();
});
afterAll(() => opened[Symbol.asyncDispose]());
beforeEach(() =>
  query(
    'truncate reconciler.reconciliations, reconciler.connected_accounts, reconciler.connect_webviews cascade',
  ),
);

const query = (text: string, values: unknown[] = []) => opened.database.pool.query(text, values);

const addAccounts = () =>
  query(
    `insert into reconciler.connected_accounts
            (connected_account_id, user_identifier, custom_metadata, display_name, customer_key, errors,
             warnings, accepted_capabilities, deleted_at, state, read_by_run)
     select id, '{"email":"ada@example.com"}', '{"id":"ada"}', 'Ada', 'ada', '[{"message":"of Ada"}]', '[]',
            '["lock"]', now() - days * interval '1 day', 'deleted', 1
       from (values ('old', 91), ('young', 89), ('there', null)) as t(id, days)`,
  );
const addWebviews = () =>
  query(
    `insert into reconciler.connect_webviews
            (connect_webview_id, status, connected_account_id, custom_metadata, customer_key, read_by_run)
     select 'to ' || coalesce(account, 'none') || ' ' || n, 'authorized', account, '{"id":"ada"}', 'ada', 1
       from (values ('old'), ('young'), ('there'), (null)) as t(account), generate_series(1, 2) n`,
  );
const metadata = async () =>
  Object.fromEntries(
    (
      await query(
        `select connect_webview_id as id,
                custom_metadata || jsonb_strip_nulls(jsonb_build_object('key', customer_key)) as said
           from reconciler.connect_webviews`,
      )
    ).rows.map(({ id, said }) => [id, said]),
  );
/** What the preview says goes. */
const pruneAsPreviewed = async () => {
  const { accounts } = await previewPrune(opened.database.pool, 90);
  expect(await prune(opened.database.pool, 90, signal)).toMatchObject({ accounts });
  return accounts;
};

test('what a deleted account says of a person goes, and that it was deleted stays', async () => {
  await addAccounts();
  expect(await pruneAsPreviewed()).toBe(1);
  const { rows } = await query(
    `select connected_account_id as id, user_identifier, custom_metadata, display_name, customer_key, errors,
            deleted_at is not null as deleted, state
       from reconciler.connected_accounts order by 1`,
  );
  expect(rows[0]).toEqual({
    id: 'old',
    user_identifier: {},
    custom_metadata: {},
    display_name: null,
    customer_key: null,
    errors: [],
    deleted: true,
    state: 'deleted',
  });
  expect(rows.slice(1)).toMatchObject([{ display_name: 'Ada' }, { display_name: 'Ada' }]);
  expect(await pruneAsPreviewed()).toBe(0);
});

test('with it go the metadata of the webviews that led to it, and of no others', async () => {
  await addAccounts();
  await addWebviews();
  expect(await pruneSome(opened.database.pool, 90, signal)).toMatchObject({ accounts: 1 });
  const ada = { id: 'ada', key: 'ada' };
  expect(await metadata()).toEqual({
    ...{ 'to old 1': {}, 'to old 2': {} },
    ...{ 'to young 1': ada, 'to young 2': ada, 'to there 1': ada, 'to there 2': ada },
    ...{ 'to none 1': ada, 'to none 2': ada },
  });
  const { rows } = await query(
    `select status, connected_account_id as account from reconciler.connect_webviews
      where connect_webview_id = 'to old 1'`,
  );
  expect(rows).toEqual([{ status: 'authorized', account: 'old' }]);
});

test('a webview that somebody has in hand is passed over, and nobody waits', async () => {
  await addAccounts();
  await addWebviews();
  const holder = await opened.database.pool.connect();
  try {
    await holder.query('begin');
    await holder.query(
      `select from reconciler.connect_webviews where connect_webview_id = 'to old 1' for update`,
    );
    expect(await prune(opened.database.pool, 90, signal)).toMatchObject({ accounts: 1 });
  } finally {
    await holder.query('rollback');
    holder.release();
  }
  expect(await metadata()).toMatchObject({ 'to old 1': { id: 'ada' }, 'to old 2': {} });
});

const age = () =>
  query(`update reconciler.connected_accounts set deleted_at = deleted_at - interval '91 days'
          where deleted_at > now() - interval '1 h'`);

test('what a check stores again of the webview of an account that was emptied goes again, also of one we never knew', async () => {
  const { database, seam, reconciler } = opened;
  const webviewId = await seam.createWebview({ id: 'ada' });
  const { accountId } = await seam.completeWebview(webviewId, { email: 'a@l.example' });
  const webview: Subject = `connect_webview:${webviewId}`;
  seam.fake.database.deleteConnectedAccount({ connected_account_id: accountId });
  await query(
    `insert into reconciler.deliveries (event_id, event_type, subject, body, signature)
     values ('gone', 'connected_account.deleted', 'connected_account:' || $1, '', '{}')`,
    [accountId],
  );
  const check = async () => {
    await owe(database, webview);
    await look(reconciler, webview);
  };
  await check();
  expect((await metadata())[webviewId]).toMatchObject({ id: 'ada' });
  await age();
  expect(await pruneAsPreviewed()).toBe(1);
  expect((await metadata())[webviewId]).toEqual({});

  // Somebody has it checked once more, and Seam still shows the webview.
  await check();
  expect((await metadata())[webviewId]).toMatchObject({ id: 'ada' });
  expect(await pruneAsPreviewed()).toBe(1);
  expect((await metadata())[webviewId]).toEqual({});
  expect(await pruneAsPreviewed()).toBe(0);
});

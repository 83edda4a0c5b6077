import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Subject } from '../../src/model/subject.ts';
import { beginRun } from '../../src/reconcile/begin.ts';
import { look as lookWith, openReconciler, owe as oweIn } from '../fixtures/reconciler.ts';

let opened: Awaited<ReturnType<typeof openReconciler>>;

beforeAll(async () => {
  opened = await openReconciler();
});
afterAll(() => opened[Symbol.asyncDispose]());

const query = async (text: string, values: unknown[]) =>
  (await opened.database.pool.query(text, values)).rows;
const owe = (subject: Subject) => oweIn(opened.database, subject);
const look = (subject: Subject) => lookWith(opened.reconciler, subject);
const connect = async (id: string) => {
  const webviewId = await opened.seam.createWebview({ id });
  const { accountId } = await opened.seam.completeWebview(webviewId, { email: 'a@l.example' });
  const webview: Subject = `connect_webview:${webviewId}`;
  const account: Subject = `connected_account:${accountId}`;
  return { webview, account, accountId };
};
/** In Seam's answers the account's metadata are these from now on. */
const showAccount = (metadata: Record<string, unknown>) =>
  opened.seam.amend((path, answer) => {
    if (path !== '/connected_accounts/get') return;
    Object.assign(answer.connected_account as object, { custom_metadata: metadata });
  });
const standingOf = async (subject: Subject) => {
  const [row] = await query(
    `select state, reason, attempts, generation::int, observed_generation::int as observed
       from reconciler.reconciliations where subject = $1`,
    [subject],
  );
  return row;
};
type Other = Readonly<{ state: string; reason: string | null; isOwed: boolean }>;
/** A webview's case of the same account, as it stands. */
const addOther = async (accountId: string, { state, reason, isOwed }: Other): Promise<Subject> => {
  const subject: Subject = `connect_webview:${randomUUID()}`;
  await query(
    `insert into reconciler.reconciliations
            (subject, connected_account_id, generation, observed_generation, state, reason, attempts, due_at,
             dismissed_by, dismissed_why)
     values ($1, $2, 3, $3, $4, $5, 2, now() + interval '1 hour',
             case when $4 = 'dismissed' then 'Alan' end, case when $4 = 'dismissed' then 'done with' end)`,
    [subject, accountId, isOwed ? 2 : 3, state, reason],
  );
  return subject;
};
const failed = (reason: string): Other => ({ state: 'failed', reason, isOwed: false });
const retrying = (reason: string): Other => ({ state: 'retrying', reason, isOwed: true });

describe('once a run has linked the account', () => {
  test("the account's own case is settled, which came before its webview was known", async () => {
    const { webview, account, accountId } = await connect('ada');
    showAccount({});
    await owe(account);
    expect(await look(account)).toMatchObject({ reason: 'metadata_id_missing' });
    await owe(webview);
    expect(await look(webview)).toMatchObject({ outcome: 'linked' });
    opened.seam.amend(null);
    expect(await standingOf(account)).toEqual({
      state: 'linked',
      reason: null,
      attempts: 0,
      generation: 1,
      observed: 1,
    });
    // And where a run finds it linked already.
    const late = await addOther(accountId, failed('user_not_found'));
    await owe(webview);
    expect(await look(webview)).toMatchObject({ outcome: 'already_linked' });
    expect(await standingOf(late)).toMatchObject({ state: 'linked', observed: 3 });
  });

  test("so is its webview's, which is being tried again", async () => {
    const { webview, account } = await connect('nobody');
    await owe(webview);
    expect(await look(webview)).toMatchObject({ reason: 'user_not_found' });
    expect(await standingOf(webview)).toMatchObject({ state: 'retrying' });
    showAccount({ id: 'ada' });
    await owe(account);
    expect(await look(account)).toMatchObject({ outcome: 'linked' });
    opened.seam.amend(null);
    expect(await standingOf(webview)).toMatchObject({ state: 'linked', reason: null, observed: 1 });
  });

  test.each([
    failed('metadata_id_missing'),
    failed('metadata_id_invalid'),
    failed('user_not_found'),
    failed('account_not_found'),
    failed('deletion_pending'),
    retrying('user_not_found'),
  ])('$reason ($state) is over', async other => {
    const { webview, accountId } = await connect('ada');
    const subject = await addOther(accountId, other);
    await owe(webview);
    await look(webview);
    const over = { state: 'linked', reason: null, attempts: 0, generation: 3, observed: 3 };
    expect(await standingOf(subject)).toEqual(over);
  });

  test.each([
    retrying('webview_pending'),
    retrying('seam_unavailable'),
    failed('internal_error'),
    { state: 'dismissed', reason: 'user_not_found', isOwed: false },
    { state: 'pending', reason: null, isOwed: true },
    { state: 'no_action', reason: null, isOwed: false },
  ])('$state ($reason) stays as it is', async other => {
    const { webview, accountId } = await connect('ada');
    const subject = await addOther(accountId, other);
    const before = await standingOf(subject);
    await owe(webview);
    await look(webview);
    expect(await standingOf(subject)).toEqual(before);
  });
});

test('a case that a run is at sees for itself', async () => {
  const { webview, accountId } = await connect('ada');
  const subject = await addOther(accountId, retrying('user_not_found'));
  await query('update reconciler.reconciliations set due_at = now() where subject = $1', [subject]);
  expect(await beginRun(opened.database.pool, subject, 'backoff')).toMatchObject({ kind: 'begun' });
  await owe(webview);
  await look(webview);
  expect(await standingOf(subject)).toMatchObject({ state: 'retrying', observed: 2 });
});

test('a case that somebody holds is not waited for', async () => {
  const { webview, accountId } = await connect('ada');
  const subject = await addOther(accountId, failed('user_not_found'));
  const holder = await opened.database.pool.connect();
  await holder.query('begin');
  await holder.query('select from reconciler.reconciliations where subject = $1 for update', [
    subject,
  ]);
  await owe(webview);
  expect(await look(webview)).toMatchObject({ outcome: 'linked' });
  await holder.query('rollback');
  holder.release();
  expect(await standingOf(subject)).toMatchObject({ state: 'failed' });
});

test('a case that failed at the same time as another linked is settled, whichever wrote first', async () => {
  for (let round = 0; round < 10; round++) {
    const { webview, account } = await connect('ada');
    showAccount({});
    await Promise.all([owe(webview), owe(account)]);
    await Promise.all([look(webview), look(account)]);
    // Where the account's run had read first and was overtaken, it is still owed, and looks again.
    if ((await standingOf(account))?.observed === 0) await look(account);
    if ((await standingOf(webview))?.observed === 0) await look(webview);
    expect(await standingOf(webview)).toMatchObject({ state: 'linked' });
    expect(await standingOf(account)).toMatchObject({ state: 'linked', observed: 1 });
  }
  opened.seam.amend(null);
});

describe('once an account is known to be deleted, also one that nobody was linked to', () => {
  test.each([
    { state: 'linked', reason: null, isOwed: false },
    failed('metadata_id_missing'),
    failed('account_not_found'),
    retrying('deletion_pending'),
  ])('$state ($reason) becomes no_action', async other => {
    const { account, accountId } = await connect('nobody');
    const subject = await addOther(accountId, other);
    const unlike = await addOther(accountId, failed('internal_error'));
    opened.seam.fake.database.deleteConnectedAccount({ connected_account_id: accountId });
    await query(
      `insert into reconciler.deliveries (event_id, event_type, subject, body, signature)
       values ($1, 'connected_account.deleted', $2, '', '{}')`,
      [randomUUID(), account],
    );
    await owe(account);
    expect(await look(account)).toMatchObject({ outcome: 'account_deleted' });
    expect(await standingOf(subject)).toMatchObject({
      state: 'no_action',
      reason: null,
      generation: 3,
      observed: 3,
    });
    expect(await standingOf(unlike)).toMatchObject({ state: 'failed' });
  });
});

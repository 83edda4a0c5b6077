import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Subject } from '../../src/model/subject.ts';
import { apply } from '../../src/reconcile/apply.ts';
import { beginRun, type Run } from '../../src/reconcile/begin.ts';
import { decide } from '../../src/reconcile/decide.ts';
import { gather } from '../../src/reconcile/gather.ts';
import type { Reconciler } from '../../src/reconcile/run.ts';
import { findMatches } from '../../src/support/cases/find.ts';
import type { TestDatabase } from '../fixtures/database.ts';
import { look as lookWith, openReconciler, owe as oweIn } from '../fixtures/reconciler.ts';
import type { TestSeam } from '../fixtures/seam.ts';
import { SHELL } from '../fixtures/shell.ts';

let opened: Awaited<ReturnType<typeof openReconciler>>;
let database: TestDatabase;
let seam: TestSeam;
let reconciler: Reconciler;
const { signal } = new AbortController();

beforeAll(async () => {
  opened = await openReconciler();
  ({ database, seam, reconciler } = opened);
});
afterAll(() => opened[Symbol.asyncDispose]());

const owe = (subject: Subject) => oweIn(database, subject);
const look = (subject: Subject) => lookWith(reconciler, subject);
const begin = async (subject: Subject): Promise<Run> => {
  const beginning = await beginRun(database.pool, subject, 'delivery');
  if (beginning.kind !== 'begun') throw new Error(beginning.kind);
  return beginning.run;
};
const connect = async (id: string, accountId?: string) => {
  const webviewId = await seam.createWebview({ id });
  const account = { email: 'a@l.example', ...(accountId === undefined ? {} : { accountId }) };
  const completion = await seam.completeWebview(webviewId, account);
  const webview: Subject = `connect_webview:${webviewId}`;
  const subject: Subject = `connected_account:${completion.accountId}`;
  return { webview, subject, accountId: completion.accountId };
};
const linkedUser = async (subject: Subject) =>
  (await findMatches(database.db, SHELL, subject))[0]?.user_id;
const announceDeletion = async (subject: Subject, accountId: string): Promise<void> => {
  seam.fake.database.deleteConnectedAccount({ connected_account_id: accountId });
  await database.pool.query(
    `insert into reconciler.deliveries (event_id, event_type, subject, body, signature)
     values ($1, 'connected_account.deleted', $2, '', '{}')`,
    [randomUUID(), subject],
  );
  await owe(subject);
};

test('a slow run does not bring back the link of an account that a later one found deleted', async () => {
  for (const known of [true, false]) {
    const { webview, subject, accountId } = await connect('ada');
    await owe(webview);
    if (known) {
      await look(webview);
      await owe(webview);
    }
    const slow = await begin(webview);
    const oldFacts = await gather(reconciler, slow, signal);
    await announceDeletion(subject, accountId);
    expect(await look(subject)).toMatchObject({ outcome: 'account_deleted' });
    const late = await apply(reconciler, slow, { kind: 'facts', facts: oldFacts }, decide);
    expect(late).toMatchObject({ outcome: 'superseded', nextLookInMs: 0 });
    expect(await look(webview)).toMatchObject({ outcome: 'account_deleted' });
    expect(await linkedUser(subject)).toBeNull();
  }
});

test('an old webview that is looked at again does not take the account from its later owner', async () => {
  const { webview: first, accountId } = await connect('ada');
  await owe(first);
  await look(first);
  const { webview: second } = await connect('bob', accountId);
  await owe(second);
  expect(await look(second)).toMatchObject({ outcome: 'relinked' });
  seam.amend((path, answer) => {
    if (path === '/connected_accounts/get') {
      Object.assign(answer.connected_account as object, { custom_metadata: {} });
    }
  });
  await owe(first);
  expect(await look(first)).toMatchObject({ outcome: 'already_linked' });
  seam.amend(null);
  expect(await linkedUser(first)).toBe('bob');
});

test('each reason has its own tries', async () => {
  const webviewId = await seam.createWebview({ id: 'ada' });
  const webview: Subject = `connect_webview:${webviewId}`;
  await owe(webview);
  for (let tries = 0; tries < 4; tries++) await look(webview);
  const { accountId } = await seam.completeWebview(webviewId, { email: 'a@l.example' });
  seam.fake.database.deleteConnectedAccount({ connected_account_id: accountId });
  expect(await look(webview)).toMatchObject({ reason: 'account_not_found' });
  expect((await findMatches(database.db, SHELL, webview))[0]).toMatchObject({
    state: 'retrying',
    attempts: 1,
  });
});

test.each([
  ['NUL in a name', { display_name: 'a\u0000b' }],
  ['half an emoji in the identifier', { user_identifier: { email: 'x\ud83d@l.example' } }],
  ['NUL in a key and in an error', { errors: [{ 'a\u0000': ['\u0000'] }] }],
])('%s keeps nobody from being linked', async (_what, fields) => {
  const { webview } = await connect('ada');
  seam.amend((path, answer) => {
    if (path === '/connected_accounts/get') {
      Object.assign(answer.connected_account as object, fields);
    }
  });
  await owe(webview);
  expect(await look(webview)).toMatchObject({ outcome: 'linked' });
  seam.amend(null);
});

test('an id that no text can hold is told as invalid', async () => {
  const { webview } = await connect('a\u0000da');
  await owe(webview);
  expect(await look(webview)).toMatchObject({ reason: 'metadata_id_invalid' });
});

test("metadata at Seam's limits (50 keys of 40 characters, 500 each) are stored whole", async () => {
  const { webview, accountId } = await connect('ada');
  const rest = Array.from({ length: 49 }, (_, n) => [`key_${n}_`.padEnd(40, 'x'), 'é'.repeat(500)]);
  const metadata = { id: 'ada', ...Object.fromEntries(rest) };
  seam.amend((path, answer) => {
    if (path === '/connected_accounts/get') {
      Object.assign(answer.connected_account as object, { custom_metadata: metadata });
    }
  });
  await owe(webview);
  expect(await look(webview)).toMatchObject({ outcome: 'linked' });
  seam.amend(null);
  const { rows } = await database.pool.query(
    'select custom_metadata from reconciler.connected_accounts where connected_account_id = $1',
    [accountId],
  );
  expect(rows).toEqual([{ custom_metadata: metadata }]);
});

test("an account without an id is its webview's user's", async () => {
  const { webview, subject, accountId } = await connect('ada');
  seam.amend((path, answer) => {
    if (path === '/connected_accounts/get') {
      Object.assign(answer.connected_account as object, { custom_metadata: {} });
    }
  });
  await owe(webview);
  await look(webview);
  await database.pool.query('delete from reconciler.links where connected_account_id = $1', [
    accountId,
  ]);
  await owe(subject);
  await look(subject);
  seam.amend(null);
  expect(await linkedUser(subject)).toBe('ada');
});

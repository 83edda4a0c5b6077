import { afterAll, beforeAll, expect, test } from 'vitest';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { onlyWorkspace } from '../fixtures/settings.ts';

/* Whoever is on call changes and deletes an account in Seam from its case. */

let seam: TestSeam;
let desk: TestDesk;
let accountId: string;
let path: string;
const asked: string[] = [];
beforeAll(async () => {
  seam = await startTestSeam();
  desk = await openDesk({
    workspaces: onlyWorkspace({ apiKey: seam.apiKey }),
    seamEndpoint: seam.endpoint,
  });
  const webviewId = await seam.createWebview({ id: 'u1', plan: 'gold', api_key: 'hunter-two' });
  ({ accountId } = await seam.completeWebview(webviewId, { email: 'ada@locks.example' }));
  const subject = `connected_account:${accountId}`;
  path = `/support/connections/${encodeURIComponent(subject)}`;
  await desk.database.pool.query(
    `insert into reconciler.users (id, name) values ('u1', 'Ada'), ('u2', 'Grace')`,
  );
  await addConnection(desk.database, { subject, state: 'linked', accountId, claimedUserId: 'u1' });
  seam.interfere(where => {
    asked.push(where);
    return null;
  });
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await seam[Symbol.asyncDispose]();
});

const atSeam = () =>
  seam.fake.database.connected_accounts.find(each => each.connected_account_id === accountId);
const hiddenIn = (page: string, name: string): string =>
  (new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
const FIELDS = {
  key: ['plan', 'api_key'],
  'value-0': 'silver',
  'new-key-0': 'tenant',
  'new-value-0': 'north',
  user_id: '',
  why: 'ticket 4711',
};
const changes = (): number => asked.filter(where => where === '/connected_accounts/update').length;

test('metadata: what they are, what they become, and only then Seam is told; a second click tells it nothing', async () => {
  const clerk = desk.clerks['on-call'];
  expect((await clerk.get(path)).text).toContain('Change metadata in Seam…');
  const form = await clerk.get(`${path}/metadata`);
  expect(form.status).toBe(200);
  expect(form.text).toContain('gold');
  expect(form.text).not.toContain('hunter-two');
  const preview = await clerk.post(`${path}/metadata`, { ...FIELDS, step: 'preview' });
  expect(preview.status).toBe(200);
  expect(preview.text).toContain('Change 2 keys in Seam');
  expect(changes()).toBe(0);
  const edited = await clerk.post(`${path}/metadata`, { ...FIELDS, step: 'edit' });
  expect(edited.text).toContain('value="silver"');
  const once = crypto.randomUUID();
  const change = { ...FIELDS, step: 'change', seen: hiddenIn(preview.text, 'seen'), once };
  const done = await clerk.post(`${path}/metadata`, change);
  expect(done.text).toContain('Changed in Seam.');
  expect(atSeam()?.custom_metadata).toEqual({
    id: 'u1',
    plan: 'silver',
    tenant: 'north',
    api_key: 'hunter-two',
  });
  expect((await clerk.post(`${path}/metadata`, change)).text).toContain('already done');
  expect(changes()).toBe(1);
});

test('metadata: what somebody has changed meanwhile is not overwritten unseen, and what was typed stays', async () => {
  const clerk = desk.clerks['on-call'];
  const typed = { ...FIELDS, 'value-0': 'bronze', 'remove-1': 'yes' };
  const preview = await clerk.post(`${path}/metadata`, { ...typed, step: 'preview' });
  const account = atSeam();
  if (account !== undefined) account.custom_metadata = { ...account.custom_metadata, plan: 'lead' };
  const seen = hiddenIn(preview.text, 'seen');
  const late = await clerk.post(`${path}/metadata`, { ...typed, step: 'change', seen });
  expect(late.status).toBe(409);
  expect(late.text).toContain('Someone has changed these keys');
  expect(late.text).toContain('value="bronze"');
  expect(atSeam()?.custom_metadata).toMatchObject({ plan: 'lead', api_key: 'hunter-two' });
});

test('metadata: each fault is said, and what was typed stays', async () => {
  const clerk = desk.clerks['on-call'];
  const faulty = await clerk.post(`${path}/metadata`, {
    ...FIELDS,
    step: 'preview',
    user_id: 'nobody',
    'new-key-0': 'id',
    why: '',
  });
  expect(faulty.status).toBe(422);
  expect(faulty.text).toContain('None of our users has the id');
  expect(faulty.text).toContain('says which user the account belongs to');
  expect(faulty.text).toContain('Write a note');
  expect(faulty.text).toContain('value="silver"');
  expect((await desk.clerks.support.post(`${path}/metadata`, FIELDS)).status).toBe(403);
});

test('deleting takes its name or id, and a note; then the case tells of it', async () => {
  const clerk = desk.clerks['on-call'];
  const wrong = await clerk.post(`${path}/delete-at-seam`, {
    account_name: 'another',
    why: 'ticket 1',
  });
  expect(wrong.status).toBe(422);
  expect(wrong.text).toContain('neither the name nor the id');
  expect(wrong.text).toContain('ticket 1');
  const silent = await clerk.post(`${path}/delete-at-seam`, { account_name: accountId, why: ' ' });
  expect(silent.status).toBe(422);
  expect(silent.text).toContain(`value="${accountId}"`);
  const { support } = desk.clerks;
  expect((await support.get(`${path}/delete-at-seam`)).status).toBe(403);
  expect(atSeam()).toBeDefined();
  const gone = await clerk.post(`${path}/delete-at-seam`, {
    account_name: accountId,
    why: 'she moved',
  });
  expect(gone.text).toContain('Deleted in Seam.');
  expect(atSeam()).toBeUndefined();
  const { rows } = await desk.database.pool.query(
    `select why from reconciler.audit_log where action = 'delete_account'`,
  );
  expect(rows).toEqual([{ why: 'she moved' }]);
});

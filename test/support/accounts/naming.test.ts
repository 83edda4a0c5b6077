import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { UserIdentity } from '../../../src/config/user-identity.ts';
import type { Subject } from '../../../src/model/subject.ts';
import { createSeam, type Seam } from '../../../src/seam/client.ts';
import { updateAccount } from '../../../src/support/accounts/update.ts';
import { createWebview, type WebviewRequest } from '../../../src/support/accounts/webview.ts';
import { findSubjects } from '../../../src/support/cases/find-subjects.ts';
import { erasePerson } from '../../../src/support/erasure/erase.ts';
import { linkByHand } from '../../../src/support/links/link.ts';
import { type HandDesk, openHandDesk } from '../../fixtures/by-hand.ts';
import { rulesOf } from '../../fixtures/claims.ts';
import { look, owe } from '../../fixtures/reconciler.ts';
import { SHELL } from '../../fixtures/shell.ts';

const forever = new AbortController().signal;

let hand: HandDesk;
let seam: Seam;
beforeAll(async () => {
  hand = await openHandDesk();
  seam = createSeam(hand.seam);
  await hand.database.pool.query(
    `insert into reconciler.users (id) values ('lovelace_1815'), ('hopper_1906')`,
  );
});
afterEach(() => {
  hand.seam.interfere(null);
  hand.seam.amend(null);
});
afterAll(() => hand[Symbol.asyncDispose]());

const MAPPING = rulesOf('mapping');

const create = (identity: UserIdentity, request: Partial<WebviewRequest> = {}) =>
  createWebview(
    {
      db: hand.database.db,
      users: hand.reconciler.users,
      seam,
      workspaceId: null,
      identity,
      webviewLookAfterMinutes: 15,
    },
    SHELL,
    { userId: 'lovelace_1815', metadata: {}, ...request },
    forever,
  );
const created = async (identity: UserIdentity, request: Partial<WebviewRequest> = {}) => {
  const creation = await create(identity, request);
  if (creation.kind !== 'created') throw new Error(JSON.stringify(creation));
  const { value } = await seam.getConnectWebview(creation.connectWebviewId, forever);
  return { id: creation.connectWebviewId, metadata: value?.customMetadata ?? {} };
};
const keys = async (): Promise<string[]> => {
  const { rows } = await hand.database.pool.query<{ key: string }>(
    'select key from reconciler.user_keys order by key',
  );
  return rows.map(({ key }) => key);
};
const news = async (identity: UserIdentity, subject: Subject) => {
  await owe(hand.database, subject);
  return look({ ...hand.reconciler, identity }, subject);
};
const deskWith = (identity: UserIdentity) => ({
  ...hand.desk,
  config: { ...hand.desk.config, identity },
});
const update = (identity: UserIdentity, accountId: string, userId: string) =>
  updateAccount(
    {
      db: hand.database.db,
      seam,
      users: hand.reconciler.users,
      identity,
      request: async () => true,
      workspaceId: null,
      lookLimitMs: 0,
      signal: forever,
      log: hand.desk.log,
    },
    SHELL,
    accountId,
    { userId, metadata: {} },
  );

describe('a user by a key of ours', () => {
  let webview: Subject;
  let accountId: string;

  test('is told to Seam by nothing else, and found by it', async () => {
    const bodies: string[] = [];
    hand.seam.interfere((_path, body) => {
      bodies.push(JSON.stringify(body));
      return null;
    });
    const { id, metadata } = await created(MAPPING, { metadata: { plan: 'gold' } });
    webview = `connect_webview:${id}`;
    expect(metadata).toEqual({ id: expect.stringMatching(/^u_[\w-]{24}$/), plan: 'gold' });
    expect(bodies.join()).not.toContain('lovelace');
    ({ accountId } = await hand.seam.completeWebview(id, { email: 'x@l.example' }));
    expect(await news(MAPPING, webview)).toMatchObject({ outcome: 'linked' });
    expect(await hand.shown(webview)).toMatchObject({ user: 'lovelace_1815' });
    const found = await findSubjects(hand.database.pool, [String(metadata.id)]);
    expect(found.map(({ subject }) => subject)).toContain(webview);
    expect(found.map(({ foundBy }) => foundBy)).toContain('user_key');
  });

  test('has one key, also after a webview that Seam refused', async () => {
    const before = await keys();
    const failing = () => (response: import('node:http').ServerResponse) =>
      response.writeHead(503).end();
    hand.seam.interfere(failing);
    await expect(create(MAPPING, { userId: 'hopper_1906' })).rejects.toThrow();
    hand.seam.interfere(null);
    const after = await keys();
    expect(after).toHaveLength(before.length + 1);
    const { metadata } = await created(MAPPING, { userId: 'hopper_1906' });
    expect(after).toContain(metadata.id);
    expect(await keys()).toEqual(after);
  });

  test('can be put into an account that is there, and the audit log has who it is', async () => {
    expect(await update(MAPPING, accountId, 'hopper_1906')).toMatchObject({ kind: 'updated' });
    const { value } = await seam.getConnectedAccount(accountId, forever);
    expect(await keys()).toContain(value?.customMetadata.id);
    expect(await news(MAPPING, `connected_account:${accountId}`)).toMatchObject({
      outcome: 'relinked',
    });
    const { rows } = await hand.database.pool.query(
      `select before, after from reconciler.audit_log where action = 'update_account' order by id desc limit 1`,
    );
    expect(rows[0]).toMatchObject({
      before: { user_id: 'lovelace_1815' },
      after: { user_id: 'hopper_1906' },
    });
  });

  test('whose data is erased has no key any more, and a key that comes back leads to nobody', async () => {
    const { metadata } = await created(MAPPING, { userId: 'hopper_1906' });
    const key = String(metadata.id);
    await hand.database.pool.query(`delete from reconciler.users where id = 'hopper_1906'`);
    const order = { userId: 'hopper_1906', why: 'they asked' };
    await erasePerson(deskWith(MAPPING), SHELL, order, forever);
    expect(await keys()).not.toContain(key);
    const { rows } = await hand.database.pool.query(
      `select custom_metadata::text as text from reconciler.connected_accounts
       union all select custom_metadata::text from reconciler.connect_webviews
       union all select user_id from reconciler.links`,
    );
    const left = rows.map(({ text }) => text).join();
    expect(left).not.toContain(key);
    expect(left).not.toContain('hopper_1906');
    const again = await hand.seam.createWebview({ id: key });
    await hand.seam.completeWebview(again, { email: 'y@l.example' });
    expect(await news(MAPPING, `connect_webview:${again}`)).toMatchObject({
      reason: 'metadata_id_invalid',
    });
  });
});

describe('a user by the other names', () => {
  const BOTH = rulesOf('account.customer_key, webview.metadata.owner');

  test('is told wherever a rule reads it', async () => {
    let asked: Record<string, unknown> = {};
    hand.seam.interfere((path, body) => {
      if (path === '/connect_webviews/create') asked = body;
      return null;
    });
    const { metadata } = await created(BOTH);
    expect(metadata).toEqual({ owner: 'lovelace_1815' });
    expect(asked.customer_key).toBe('lovelace_1815');
  });

  test('no one else is named there', async () => {
    expect(await create(BOTH, { customerKey: 'somebody' })).toMatchObject({
      kind: 'invalid',
      faults: [expect.stringContaining('The customer_key says whose the webview is')],
    });
    // Also where we write our own key, and the customer key would decide.
    const first = rulesOf('webview.customer_key, mapping');
    expect(await create(first, { customerKey: 'somebody' })).toMatchObject({
      faults: [expect.stringContaining('The customer_key says whose the webview is')],
    });
    expect(await create(MAPPING, { customerKey: 'hotel-7' })).toMatchObject({ kind: 'created' });
    expect(await create(BOTH, { metadata: { owner: 'x' } })).toMatchObject({
      faults: [expect.stringContaining('"owner" is reserved')],
    });
    expect(await create(rulesOf('user_identity'))).toMatchObject({
      faults: [expect.stringContaining('a webview can’t name a user')],
    });
  });

  test('can’t be put into an account’s metadata that no rule reads', async () => {
    const { accountId } = await hand.connect({ id: 'ada' });
    expect(await update(BOTH, accountId, 'bob')).toMatchObject({
      kind: 'refused',
      faults: [expect.stringContaining('No rule of USER_IDENTITY reads an account’s metadata')],
    });
  });

  test('an account is found by its customer key', async () => {
    hand.seam.amend((path, answer) => {
      if (path !== '/connected_accounts/get') return;
      (answer.connected_account as Record<string, unknown>).customer_key = 'customer 4711';
    });
    const { webview } = await hand.connect({ id: 'ada' });
    const found = await findSubjects(hand.database.pool, ['customer 4711']);
    expect(found).toMatchObject([{ subject: webview, foundBy: 'customer_key' }]);
  });
});

test('a link by hand settles what two rules say differently, until they say something else', async () => {
  const ask = rulesOf('account.metadata.id, account.customer_key', 'ask');
  let customerKey = 'bob';
  hand.seam.amend((path, answer) => {
    if (path !== '/connected_accounts/get') return;
    (answer.connected_account as Record<string, unknown>).customer_key = customerKey;
  });
  const { account, accountId } = await hand.connect({ id: 'ada' });
  const order = (userId: string) => ({ userId, why: 'they called' });
  expect(await news(ask, account)).toMatchObject({ reason: 'conflict' });
  // Also to the one whom the first rule names.
  for (const userId of ['bob', 'ada']) {
    await linkByHand(deskWith(ask), SHELL, account, order(userId));
    expect(await news(ask, account)).toMatchObject({ outcome: 'kept' });
    expect(await hand.shown(account)).toMatchObject({ state: 'linked', user: userId });
  }
  customerKey = 'lovelace_1815';
  expect(await news(ask, account)).toMatchObject({ reason: 'conflict' });
  expect(await hand.shown(account)).toMatchObject({ user: 'ada' });
  hand.rename(accountId, { id: 'lovelace_1815' });
  expect(await news(ask, account)).toMatchObject({ outcome: 'relinked' });
});

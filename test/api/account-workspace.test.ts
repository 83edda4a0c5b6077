import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSeam } from '../../src/seam/client.ts';
import { reconnectWebview } from '../../src/support/accounts/reconnect.ts';
import { createUserDirectory } from '../../src/users/directory.ts';
import { addConnection, DESK_CONFIG, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { SHELL } from '../fixtures/shell.ts';

/*
 * Ada's one account is of one workspace, and the newest of her cases of another: what is done for ada is done to the
 * account, in its own workspace, and what the account carries goes to no other.
 */

const [HOTELS, FLATS] = ['hotels', 'flats'];

let seam: TestSeam;
let desk: TestDesk;
let accountId: string;
const keys: Record<string, string> = {};
beforeAll(async () => {
  seam = await startTestSeam();
  for (const id of [HOTELS, FLATS]) keys[id] = await seam.addWorkspace(id);
  desk = await openDesk({
    workspaces: [HOTELS, FLATS].map(id => ({
      id,
      name: id,
      apiKey: keys[id] ?? null,
      webhookSecrets: [],
    })),
    seamEndpoint: seam.endpoint,
  });
  const webviewId = await seam.createWebview({ id: 'ada', plan: 'of hotels' }, HOTELS);
  ({ accountId } = await seam.completeWebview(webviewId, { email: 'ada@l.example' }));
  const { database } = desk;
  const { pool } = database;
  await pool.query(`insert into reconciler.users (id) values ('ada'), ('grace')`);
  const now = Date.now();
  await addConnection(database, {
    subject: 'connect_webview:of-flats',
    reason: 'webview_pending',
    claimedUserId: 'ada',
    updatedAt: new Date(now),
  });
  await addConnection(database, {
    subject: `connected_account:${accountId}`,
    state: 'linked',
    accountId,
    claimedUserId: 'ada',
    updatedAt: new Date(now - 60_000),
  });
  await pool.query(
    `update reconciler.reconciliations set workspace_id = case when subject like 'connect_webview:%' then $1 else $2 end`,
    [FLATS, HOTELS],
  );
  await pool.query(
    `insert into reconciler.connected_accounts
            (connected_account_id, user_identifier, custom_metadata, errors, warnings,
             accepted_capabilities, state_since, state, read_by_run, workspace_id)
     values ($1, '{}', '{"id": "ada"}', '[]', '[]', '[]', now(), 'connected', 1, $2)`,
    [accountId, HOTELS],
  );
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await seam[Symbol.asyncDispose]();
});

const webviewsOf = (workspace: string) =>
  seam.fake.database.connect_webviews.filter(({ workspace_id: id }) => id === workspace);

test('a webview to connect it again', async () => {
  const asked: Record<string, unknown>[] = [];
  seam.interfere((path, sent) => {
    if (path === '/connect_webviews/create') asked.push(sent);
    return null;
  });
  const { status, body } = await desk.call('support', 'POST', '/accounts/ada/reconnect-webview', {
    body: {},
    key: randomUUID(),
  });
  expect({ status, body }).toMatchObject({
    status: 201,
    body: { connected_account_id: accountId, user_id: 'ada', account_is_gone: false },
  });
  const { connect_webview_id: id } = body as { connect_webview_id: string };
  expect(webviewsOf(HOTELS).map(each => each.connect_webview_id)).toContain(id);
  expect(asked).toMatchObject([{ custom_metadata: { id: 'ada', plan: 'of hotels' } }]);
  expect(webviewsOf(FLATS)).toEqual([]);
});

test('a webview for one user, who no longer has the account, is refused and not made', async () => {
  const ask = (user_id: string) =>
    desk.call('support', 'POST', `/accounts/${accountId}/reconnect-webview`, {
      body: { user_id },
      key: randomUUID(),
    });
  const before = webviewsOf(HOTELS).length;
  expect(await ask('grace')).toMatchObject({
    status: 409,
    body: { error: { type: 'conflict', message: expect.stringMatching(/not this user's/) } },
  });
  expect(webviewsOf(HOTELS)).toHaveLength(before);
  expect(await ask('ada')).toMatchObject({ status: 201, body: { user_id: 'ada' } });
});

test('a change of it', async () => {
  const body = { metadata: { plan: 'gold' }, wait_seconds: 0 };
  const key = randomUUID();
  expect(await desk.call('on-call', 'PATCH', '/accounts/ada', { body, key })).toMatchObject({
    status: 200,
    body: { connected_account_id: accountId, seam: 'updated' },
  });
});

test('in another workspace there is no webview for it, whoever asks', async () => {
  const { database } = desk;
  const made = await reconnectWebview(
    {
      ...DESK_CONFIG,
      db: database.db,
      users: createUserDirectory(database.pool, DESK_CONFIG.users),
      seam: createSeam({ apiKey: keys[FLATS] ?? '', endpoint: seam.endpoint }),
      workspaceId: FLATS,
    },
    SHELL,
    accountId,
    {},
    new AbortController().signal,
  );
  expect(made).toMatchObject({
    kind: 'refused',
    faults: [expect.stringContaining('belongs to the Seam workspace hotels, not to flats')],
  });
  expect(webviewsOf(FLATS)).toEqual([]);
});

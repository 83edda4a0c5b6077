import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { API_ROUTES } from '../../src/api/routes.ts';
import { callWith } from '../fixtures/api.ts';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { addToken } from '../fixtures/tokens.ts';

/* A token that is limited to one Seam workspace learns nothing of another, and changes nothing there. */

const [OURS, THEIRS] = ['workspace_ours', 'workspace_theirs'];
const served = (id: string) => ({
  id,
  name: id.replace('workspace_', ''),
  apiKey: null,
  webhookSecrets: [],
});

let desk: TestDesk;
let limited: string;
beforeAll(async () => {
  desk = await openDesk({ workspaces: [served(OURS), served(THEIRS)] });
  const { database } = desk;
  for (const [which, id] of [
    ['ours', OURS],
    ['theirs', THEIRS],
  ]) {
    await addConnection(database, {
      subject: `connect_webview:${which}`,
      accountId: `account_${which}`,
      claimedUserId: 'ada',
      reason: 'user_not_found',
    });
    await addConnection(database, {
      subject: `connected_account:account_${which}`,
      accountId: `account_${which}`,
      claimedUserId: 'ada',
    });
    await database.pool.query(
      `update reconciler.reconciliations set workspace_id = $1 where connected_account_id = $2`,
      [id, `account_${which}`],
    );
  }
  await addConnection(database, { subject: 'connect_webview:nobodys' });
  limited = (
    await addToken(database.pool, {
      name: 'ours only',
      role: 'admin',
      owner: 'a admin',
      workspaces: [OURS],
    })
  ).secret;
});
afterAll(() => desk[Symbol.asyncDispose]());

const call = (method: string, path: string, body?: unknown) =>
  callWith(desk, limited, method, path, body);

/** What each route needs to get past its schemas. */
const BODIES: Readonly<Record<string, unknown>> = {
  addOperator: { name: 'more', role: 'viewer' },
  createToken: { name: 'more', role: 'viewer' },
  planBulkRun: { filter: { state: 'failed' } },
  declineBulkRun: { why: 'an attack' },
  linkConnection: { user_id: 'ada', why: 'an attack' },
  unlinkConnection: { why: 'an attack' },
  dismissConnection: { why: 'an attack' },
  addNote: { text: 'an attack' },
  assignConnection: { to: 'nobody' },
  snoozeConnection: { until: 'news' },
  silenceAlerts: { until: '2h', why: 'an attack' },
  eraseUser: { why: 'an attack' },
  addEndpoint: { name: 'mine', target: 'https://attack.example/' },
  changeEndpoint: { target: 'https://attack.example/' },
  disableEndpoint: { why: 'an attack' },
  enableEndpoint: { missed: 'send' },
  replayMessages: { states: 'all' },
};
const QUERIES: Readonly<Record<string, string>> = {
  search: '?q=ada',
  findUsers: '?q=ada',
  deleteAccount: '?why=attack',
  removeEndpoint: '?why=attack',
};

describe('what covers the whole installation is refused', () => {
  const routes = API_ROUTES.filter(({ reach }) => reach === 'installation');
  test.each(routes.map(route => [route.operationId, route] as const))('%s', async (name, route) => {
    const path = `${route.path.replaceAll(/\{\w+\}/g, '1')}${QUERIES[name] ?? ''}`;
    const body = route.method === 'get' ? undefined : (BODIES[name] ?? {});
    const { status, message } = await call(route.method.toUpperCase(), path, body);
    expect(status).toBe(403);
    expect(message).toContain('limited to the Seam workspaces');
  });
});

describe('a connection of the other workspace isn’t there', () => {
  const routes = API_ROUTES.filter(({ reach }) => reach === 'connection' || reach === 'account');
  test.each(routes.map(route => [route.operationId, route] as const))('%s', async (name, route) => {
    const ask = (which: string) => {
      const path = route.path
        .replace('{subject}', encodeURIComponent(`connect_webview:${which}`))
        .replace('{account_id}', `account_${which}`)
        .replaceAll(/\{\w+\}/g, '1');
      const body = route.method === 'get' ? undefined : (BODIES[name] ?? {});
      return call(route.method.toUpperCase(), `${path}${QUERIES[name] ?? ''}`, body);
    };
    const [theirs, none, nobodys] = [await ask('theirs'), await ask('none'), await ask('nobodys')];
    expect([theirs.status, none.status, nobodys.status]).toEqual([404, 404, 404]);
    expect(theirs.message.replaceAll('theirs', 'none')).toBe(none.message);
  });

  test('and nothing was written there', async () => {
    const { rows } = await desk.database.pool.query(
      `select (select count(*)::int from reconciler.notes) as notes,
              (select count(*)::int from reconciler.audit_log where target like '%theirs%') as changes`,
    );
    expect(rows).toEqual([{ notes: 0, changes: 0 }]);
  });
});

test('its own is there, by its subject or its id', async () => {
  for (const id of ['connect_webview:ours', 'ours', 'account_ours']) {
    expect((await call('GET', `/connections/${id}`)).status).toBe(200);
  }
  const note = await call('POST', '/connections/ours/notes', { text: 'seen' });
  expect(note.status).toBe(201);
});

test('a user’s id leads nowhere: it could lead to connections of both', async () => {
  expect((await call('POST', '/connections/ada/retry')).status).toBe(404);
});

test('an account that another workspace has a part in isn’t there either', async () => {
  await addConnection(desk.database, { subject: 'connect_webview:mixed', accountId: 'mixed' });
  await addConnection(desk.database, { subject: 'connected_account:mixed', accountId: 'mixed' });
  await desk.database.pool.query(
    `update reconciler.reconciliations
        set workspace_id = case when subject like 'connect_webview:%' then $1 else $2 end
      where connected_account_id = 'mixed'`,
    [OURS, THEIRS],
  );
  expect((await call('GET', '/connections/connect_webview:mixed')).status).toBe(404);
});

test('nor a webview that led to one, though its own event names no account', async () => {
  const { pool } = desk.database;
  await addConnection(desk.database, { subject: 'connect_webview:led' });
  await addConnection(desk.database, { subject: 'connected_account:led', accountId: 'led' });
  await pool.query(
    `update reconciler.reconciliations set workspace_id = $1, connect_webview_id = 'led' where subject like '%:led'`,
    [OURS],
  );
  expect((await call('GET', '/connections/connect_webview:led')).status).toBe(200);
  await addConnection(desk.database, { subject: 'connect_webview:claims', accountId: 'led' });
  await pool.query(
    `update reconciler.reconciliations set workspace_id = $1 where subject = 'connect_webview:claims'`,
    [THEIRS],
  );
  for (const what of ['', '/timeline', '/shift']) {
    expect((await call('GET', `/connections/connect_webview:led${what}`)).status).toBe(404);
  }
  await pool.query(
    `delete from reconciler.reconciliations where subject like '%:led' or subject = 'connect_webview:claims'`,
  );
});

test('a list is of its own workspace, asked for or not', async () => {
  const subjects = async (query: string) => {
    const { status, body } = await call('GET', `/connections${query}`);
    const { connections = [] } = body as { connections?: { subject: string }[] };
    return { status, subjects: connections.map(({ subject }) => subject).toSorted() };
  };
  // A row a case: the webview that led to the account of ours isn’t one of its own.
  const ours = ['connect_webview:mixed', 'connected_account:account_ours'];
  expect(await subjects('')).toEqual({ status: 200, subjects: ours });
  expect(await subjects(`?workspace=${OURS}&named=ada`)).toMatchObject({ subjects: ours.slice(1) });
  expect((await subjects(`?workspace=${THEIRS}`)).status).toBe(403);
});

test('what an app reads of accounts and links is of its own workspace, too', async () => {
  const { pool } = desk.database;
  for (const [id, workspace] of [
    ['account_ours', OURS],
    ['account_theirs', THEIRS],
  ]) {
    await pool.query(
      `insert into reconciler.connected_accounts
              (connected_account_id, workspace_id, user_identifier, custom_metadata, errors, warnings, accepted_capabilities, state, read_by_run)
       values ($1, $2, '{}', '{}', '[]', '[]', '[]', 'connected', 1)`,
      [id, workspace],
    );
    await pool.query(
      `insert into reconciler.links (connected_account_id, user_id, linked_by_run) values ($1, 'eve', 1)`,
      [id],
    );
  }
  for (const path of ['/accounts', '/users/eve/accounts', '/links']) {
    const told = JSON.stringify((await call('GET', path)).body);
    expect(told, path).toContain('account_ours');
    expect(told, path).not.toContain('theirs');
    expect((await call('GET', `${path}?workspace=${THEIRS}`)).status, path).toBe(403);
  }
});

test('the queue of its own workspace is paused, and no other', async () => {
  const pause = (workspace_id?: string | null) =>
    call('POST', '/queue/pause', {
      why: 'to see',
      ...(workspace_id === undefined ? {} : { workspace_id }),
    });
  expect((await pause(THEIRS)).status).toBe(403);
  expect((await pause()).body).toMatchObject({ pause: { workspace_id: OURS } });
  expect((await call('POST', '/queue/resume', { workspace_id: null })).status).toBe(403);
  expect((await call('POST', '/queue/resume')).status).toBe(200);
});

test('a token of two workspaces says which it means, and no workspace is made up', async () => {
  const { pool } = desk.database;
  const given = { name: 'both', role: 'admin', owner: 'a admin' } as const;
  const { secret } = await addToken(pool, { ...given, workspaces: [OURS, THEIRS] });
  expect((await callWith(desk, secret, 'GET', '/connections')).status).toBe(422);
  expect((await callWith(desk, secret, 'GET', `/connections?workspace=${OURS}`)).status).toBe(200);
  const full = (await addToken(pool, given)).secret;
  const create = (workspaces: string[]) =>
    callWith(desk, full, 'POST', '/tokens', { name: 'more', role: 'viewer', workspaces });
  expect((await create(['workspace_of_nobody'])).status).toBe(422);
  expect((await create(['ours'])).body).toMatchObject({ token: { workspaces: [OURS] } });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { onlyWorkspace } from '../fixtures/settings.ts';

/* What the API has Seam do: it is done once, somebody is named for it, and no link that signs in is kept. */

let seam: TestSeam;
let desk: TestDesk;
beforeAll(async () => {
  seam = await startTestSeam();
  desk = await openDesk({
    workspaces: onlyWorkspace({ apiKey: seam.apiKey }),
    seamEndpoint: seam.endpoint,
  });
  await desk.database.pool.query(`insert into reconciler.users (id) values ('ada'), ('grace')`);
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await seam[Symbol.asyncDispose]();
});

const audit = async (target: string) => {
  const { rows } = await desk.database.pool.query(
    `select action, actor_name, face, before, after, why from reconciler.audit_log
      where target = $1 order by id`,
    [target],
  );
  return rows;
};
const callsTo = (path: string): number => seam.calls.filter(call => call.path === path).length;
const away = () =>
  seam.interfere(() => response => response.writeHead(503).end('{"error":"out for lunch"}'));

type Webview = { connect_webview_id: string; url: string };

describe('a Connect Webview', () => {
  const create = (body: object, key?: string) =>
    desk.call('support', 'POST', '/webviews', { body, ...(key === undefined ? {} : { key }) });

  test('is created for a user, and whoever made it is named without the link', async () => {
    const { status, body } = await create({ user_id: 'ada', metadata: { plan: 'gold' } });
    const { connect_webview_id: id, url } = body as Webview;
    expect(status).toBe(201);
    expect(body).toMatchObject({ user_id: 'ada', url: expect.stringMatching(/^https?:/) });
    const rows = await audit(`connect_webview:${id}`);
    expect(rows).toEqual([
      {
        action: 'create_webview',
        actor_name: 'a support',
        face: 'api',
        before: null,
        after: { user_id: 'ada', metadata_keys: ['plan'], redirects_to: [] },
        why: null,
      },
    ]);
    expect(JSON.stringify(rows)).not.toContain(url);
    const shown = seam.fake.database.connect_webviews.find(w => w.connect_webview_id === id);
    expect(shown?.custom_metadata).toEqual({ id: 'ada', plan: 'gold' });
  });

  test('asked for twice with one key is made once, and its link is kept nowhere', async () => {
    const key = randomUUID();
    const before = callsTo('/connect_webviews/create');
    const first = await create({ user_id: 'ada' }, key);
    const second = await create({ user_id: 'ada' }, key);
    expect([first.status, second.status]).toEqual([201, 409]);
    expect(callsTo('/connect_webviews/create')).toBe(before + 1);
    const { rows } = await desk.database.pool.query(
      'select status, answer from reconciler.api_answers where key = $1',
      [key],
    );
    expect(rows).toEqual([{ status: 201, answer: null }]);
    // As after a crash before the answer: the audit row knows that it was done.
    await desk.database.pool.query('delete from reconciler.api_answers where key = $1', [key]);
    expect((await create({ user_id: 'ada' }, key)).status).toBe(409);
    expect(callsTo('/connect_webviews/create')).toBe(before + 1);
  });

  test('is as it was asked for, in the words of Seam', async () => {
    const options = {
      provider_category: 'stable',
      excluded_providers: ['yale'],
      accepted_capabilities: ['lock', 'of_tomorrow'],
      custom_redirect_url: 'app://done',
      device_selection_mode: 'single',
      wait_for_device_creation: true,
      automatically_manage_new_devices: false,
      customer_key: 'hotel-7',
    };
    const bodies: unknown[] = [];
    seam.interfere((path, body) => {
      if (path === '/connect_webviews/create') bodies.push(body);
      return null;
    });
    const { status } = await create({ user_id: 'ada', ...options });
    seam.interfere(null);
    expect(status).toBe(201);
    expect(bodies).toEqual([{ custom_metadata: { id: 'ada' }, ...options }]);
  });

  test.each([
    [{ user_id: 'ada', accepted_capabilities: ['Locks!'] }, /can't be a capability/],
    [{ user_id: 'nobody' }, /no such user/],
    [{ user_id: 'ada', metadata: { id: 'grace' } }, /USER_METADATA_KEY/],
    [{ user_id: 'ada', provider_category: 'stable', accepted_providers: ['august'] }, /not both/],
    [{ user_id: 'ada', custom_redirect_url: 'javascript:alert(1)' }, /page or an app/],
    [{ user_id: 'ada', device_selection_mode: 'all' }, /body.device_selection_mode/],
    [{ user_id: 'ada', workspace: 'elsewhere' }, /only one is configured/],
  ])('%j is refused', async (body, message) => {
    const before = callsTo('/connect_webviews/create');
    expect(await create(body)).toMatchObject({
      status: 422,
      body: { error: { type: 'invalid', message: expect.stringMatching(message) } },
    });
    expect(callsTo('/connect_webviews/create')).toBe(before);
  });

  test('while Seam is away it says so, and the same request may come again', async () => {
    const key = randomUUID();
    away();
    const refused = await create({ user_id: 'ada' }, key);
    seam.interfere(null);
    expect(refused).toMatchObject({ status: 502, body: { error: { type: 'seam_unavailable' } } });
    expect((await create({ user_id: 'ada' }, key)).status).toBe(201);
  });

  test('without a key for Seam it names the setting', async () => {
    await using without = await openDesk();
    const answer = await without.call('support', 'POST', '/webviews', { body: { user_id: 'ada' } });
    expect(answer).toMatchObject({
      status: 409,
      body: { error: { type: 'refused', message: expect.stringMatching(/SEAM_API_KEY/) } },
    });
  });
});

describe('a connected account', () => {
  const connect = async (): Promise<string> => {
    const webviewId = await seam.createWebview({ id: 'ada', plan: 'basic', phone: '555' });
    const { accountId } = await seam.completeWebview(webviewId, { email: 'ada@locks.example' });
    return accountId;
  };
  const change = (method: string, path: string, body?: object, key?: string) =>
    desk.call('on-call', method, path, {
      ...(body === undefined ? {} : { body }),
      ...(key === undefined ? {} : { key }),
    });

  test('is mended at Seam, and the log says who, whose, which keys, and why', async () => {
    const id = await connect();
    const body = {
      user_id: 'grace',
      metadata: { plan: '', beta: true },
      why: 'ticket 7',
      wait_seconds: 0,
    };
    const { status, body: answer } = await change('PATCH', `/accounts/${id}`, body);
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      seam: 'updated',
      custom_metadata: { id: 'grace', phone: '555', beta: true },
      looks_owed: [`connected_account:${id}`],
    });
    const row = {
      actor_name: 'a on-call',
      face: 'api',
      before: { user_id: 'ada' },
      after: { user_id: 'grace', set: ['beta'], removed: ['plan'] },
      why: 'ticket 7',
    };
    expect(await audit(`connected_account:${id}`)).toEqual([
      { action: 'ask_update_account', ...row },
      { action: 'update_account', ...row },
    ]);
  });

  test('is shown from here, and from Seam only when asked', async () => {
    const id = await connect();
    await change('PATCH', `/accounts/${id}`, { user_id: 'ada', wait_seconds: 0 });
    const before = seam.calls.length;
    expect(await change('GET', `/accounts/${id}`)).toMatchObject({
      status: 200,
      body: { here: null, seam: { kind: 'not_told' } },
    });
    expect(seam.calls.length).toBe(before);
    expect(await change('GET', `/accounts/${id}?ask_seam=true`)).toMatchObject({
      status: 200,
      body: { seam: { kind: 'shown', custom_metadata: { id: 'ada' } } },
    });
    expect((await change('GET', `/accounts/${id}?ask_seam=maybe`)).status).toBe(422);
    expect((await change('GET', '/accounts/none')).status).toBe(404);
  });

  test('is deleted for a reason, once', async () => {
    const id = await connect();
    const path = `/accounts/${id}?wait_seconds=0`;
    expect(await change('DELETE', path)).toMatchObject({
      status: 422,
      body: { error: { faults: { 'query.why': 'query.why: It is missing.' } } },
    });
    const key = randomUUID();
    const deleted = await change('DELETE', `${path}&why=closed`, undefined, key);
    expect(deleted).toMatchObject({ status: 200, body: { seam: 'deleted' } });
    const again = await change('DELETE', `${path}&why=closed`, undefined, key);
    expect(again).toMatchObject({ status: 200, body: deleted.body });
    expect(await audit(`connected_account:${id}`)).toMatchObject([
      { action: 'ask_delete_account', why: 'closed' },
      { action: 'delete_account', after: { seam: 'deleted' }, why: 'closed' },
    ]);
    expect((await change('GET', `/accounts/${id}`)).body).toMatchObject({
      here: { state: 'connected' },
    });
  });

  test('that Seam did not say it deleted is told as asked for, not as deleted', async () => {
    const id = await connect();
    const key = randomUUID();
    const path = `/accounts/${id}?wait_seconds=0&why=closed`;
    away();
    const refused = await change('DELETE', path, undefined, key);
    seam.interfere(null);
    expect(refused.status).toBe(502);
    const actions = async () =>
      (await audit(`connected_account:${id}`)).map(({ action }) => action);
    expect(await actions()).toEqual(['ask_delete_account']);
    expect((await change('DELETE', path, undefined, key)).status).toBe(200);
    expect(await actions()).toEqual(['ask_delete_account', 'ask_delete_account', 'delete_account']);
  });

  test.each([
    ['PATCH', '/accounts/x', {}, 422],
    ['PATCH', '/accounts/x', { user_id: 'nobody' }, 422],
    ['PATCH', '/accounts/x', { user_id: 'ada', wait_seconds: 0 }, 404],
    ['DELETE', '/accounts/x?why=y&wait_seconds=0', undefined, 404],
  ])('%s %s %j is answered as it should be', async (method, path, body, status) => {
    expect((await change(method, path, body)).status).toBe(status);
  });
});

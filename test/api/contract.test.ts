import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';

/* What an app reads instead of our tables: whose which account is, and what becomes of it. */

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(async () => {
  await query(
    `truncate reconciler.links, reconciler.connected_accounts, reconciler.connect_webviews, reconciler.told,
              reconciler.outbox, reconciler.messages, reconciler.reconciliations, reconciler.retention_cursors cascade`,
  );
});

const query = (sql: string, values: unknown[] = []) => desk.database.pool.query(sql, values);
const get = async (path: string, role: 'viewer' | 'support' = 'support') => {
  const { status, body } = await desk.call(role, 'GET', path);
  return { status, body } as { status: number; body: Record<string, unknown> };
};

type Account = { state?: string | null; workspace?: string | null; name?: string };
const addAccount = (id: string, { state = 'connected', workspace = null, name }: Account = {}) =>
  query(
    `insert into reconciler.connected_accounts
            (connected_account_id, workspace_id, account_type, account_type_display_name, display_name,
             user_identifier, custom_metadata, errors, warnings, accepted_capabilities, state, state_since, read_by_run)
     values ($1, $2, 'august', 'August', $3, '{}', '{}', '[]', '[]', '[]', $4,
             case when $4::text is not null then '2026-11-22T14:00:00Z'::timestamptz end, 1)`,
    [id, workspace, name ?? null, state],
  );
const link = (id: string, user: string) =>
  query(
    `with ended as (
       update reconciler.links set unlinked_at = now(), unlinked_because = 'relinked'
        where connected_account_id = $1 and unlinked_at is null)
     select 1`,
    [id],
  ).then(() =>
    query(
      `insert into reconciler.links (connected_account_id, user_id, linked_by_run) values ($1, $2, 1)`,
      [id, user],
    ),
  );
const ids = (body: Record<string, unknown>): string[] =>
  (body.accounts as { connected_account_id: string }[]).map(each => each.connected_account_id);

describe('the accounts of a user', () => {
  test('are those that are linked to them now', async () => {
    await addAccount('a1', { name: 'ada@locks.example' });
    await addAccount('a2');
    await addAccount('a3');
    await query(
      `insert into reconciler.connect_webviews (connect_webview_id, status, connected_account_id, custom_metadata, read_by_run)
       values ('w1', 'authorized', 'a1', '{}', 1)`,
    );
    await link('a1', 'ada');
    await link('a2', 'ada');
    await link('a2', 'grace');
    const { status, body } = await get('/users/ada/accounts');
    expect(status).toBe(200);
    expect(body).toEqual({
      accounts: [
        {
          connected_account_id: 'a1',
          workspace_id: null,
          user_id: 'ada',
          linked_at: expect.stringMatching(/^\d{4}-.*Z$/),
          is_provisional: false,
          account_type: 'august',
          account_type_display_name: 'August',
          display_name: 'ada@locks.example',
          state: 'connected',
          state_since: '2026-11-22T14:00:00.000Z',
          connect_webview_id: 'w1',
        },
      ],
      next_cursor: null,
      position: expect.any(Number),
    });
    expect(ids((await get('/users/grace/accounts')).body)).toEqual(['a2']);
    expect((await get('/users/nobody/accounts')).body).toMatchObject({ accounts: [] });
  });

  test('say no more to a viewer than other lists', async () => {
    await addAccount('a1', { name: 'ada@locks.example' });
    await link('a1', 'ada@app.example');
    const { body } = await get('/users/ada%40app.example/accounts', 'viewer');
    expect(JSON.stringify(body)).not.toMatch(/ada@/);
    expect(ids(body)).toEqual(['a1']);
  });

  test('are there before Seam has shown them, as soon as a signed event says so', async () => {
    await query(
      `insert into reconciler.links (connected_account_id, user_id, linked_by_run, provisional_event_id, provisional_subject)
       values ('a9', 'ada', 0, 'e9', 'connect_webview:w9')`,
    );
    await addConnection(desk.database, { subject: 'connect_webview:w9', accountId: 'a9' });
    await query(`update reconciler.reconciliations set workspace_id = 'ours'`);
    const told = {
      connected_account_id: 'a9',
      workspace_id: 'ours',
      is_provisional: true,
      state: null,
      connect_webview_id: 'w9',
    };
    for (const path of [
      '/users/ada/accounts',
      '/accounts',
      '/accounts?workspace=ours&linked=true',
    ]) {
      expect((await get(path)).body, path).toMatchObject({ accounts: [told] });
    }
    for (const path of ['?workspace=theirs', '?linked=false', '?state=connected']) {
      expect((await get(`/accounts${path}`)).body, path).toMatchObject({ accounts: [] });
    }
  });
});

describe('the list of all accounts', () => {
  beforeEach(async () => {
    await addAccount('a1', { workspace: 'ours' });
    await addAccount('a2', { workspace: 'ours', state: 'disconnected' });
    await addAccount('a3', { workspace: 'theirs' });
    await addAccount('a4', { state: null });
    await link('a1', 'ada');
    await link('a2', 'ada');
    await link('a4', `erased:${'0'.repeat(24)}`);
  });

  test.each([
    ['', ['a1', 'a2', 'a3', 'a4']],
    ['?user=ada', ['a1', 'a2']],
    ['?user=ada&state=disconnected', ['a2']],
    ['?user=ada&linked=false', []],
    ['?state=connected', ['a1', 'a3', 'a4']],
    ['?workspace=ours', ['a1', 'a2']],
    ['?workspace=ours&state=connected&linked=true', ['a1']],
    ['?linked=true', ['a1', 'a2']],
    // An erased user is nobody.
    ['?linked=false', ['a3', 'a4']],
  ])('%s', async (filter, found) => {
    expect(ids((await get(`/accounts${filter}`)).body)).toEqual(found);
  });

  test('has each once, page by page', async () => {
    const walked: string[] = [];
    for (let cursor: unknown = ''; cursor !== null; ) {
      const { body } = await get(`/accounts?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      walked.push(...ids(body));
      cursor = body.next_cursor;
    }
    expect(walked).toEqual(['a1', 'a2', 'a3', 'a4']);
  });

  test('tells of nobody where the user was erased', async () => {
    const { body } = await get('/accounts?linked=false');
    expect(JSON.stringify(body)).not.toContain('erased');
  });
});

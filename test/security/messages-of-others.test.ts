import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callWith } from '../fixtures/api.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { addToken } from '../fixtures/tokens.ts';

/* What the app is told of one Seam workspace is nothing for a token of another: also where both have a user of one id. */

const [OURS, THEIRS] = ['workspace_ours', 'workspace_theirs'];
const served = (id: string) => ({ id, name: id, apiKey: null, webhookSecrets: [] });

let desk: TestDesk;
let limited: string;
const ids = { ours: randomUUID(), theirs: randomUUID(), nobodys: randomUUID() };

beforeAll(async () => {
  desk = await openDesk({ workspaces: [served(OURS), served(THEIRS)] });
  const { pool } = desk.database;
  await pool.query(
    `insert into reconciler.endpoints (name, kind, target, created_by) values ('the app', 'queue', 'told', 'root')`,
  );
  const told = (which: keyof typeof ids, workspace: string | null) =>
    pool.query(
      `with told as (
         insert into reconciler.messages (message_id, type, about, sequence, at, workspace_id, user_id,
                                          connected_account_id, data)
         values ($1, 'account.linked', 'connected_account:' || $2::text, 1, now(), $3, 'ada', $2, '{}')
         returning position, about)
       insert into reconciler.sendings (endpoint_id, position, about) select 1, position, about from told`,
      [ids[which], `account_${which}`, workspace],
    );
  await told('theirs', THEIRS);
  await told('ours', OURS);
  await told('nobodys', null);
  const given = { name: 'ours', role: 'admin', owner: 'a admin', workspaces: [OURS] } as const;
  limited = (await addToken(pool, given)).secret;
});
afterAll(() => desk[Symbol.asyncDispose]());

const get = async (path: string, secret = limited) => callWith(desk, secret, 'GET', path);
const accountsIn = async (query: string, secret?: string) => {
  const { status, body } = await get(`/messages${query}`, secret);
  const { messages = [] } = body as { messages?: { connected_account_id: string }[] };
  return { status, accounts: messages.map(each => each.connected_account_id) };
};

test.each(['', '?after=0', '?user=ada', '?types=account.linked&limit=1'])(
  'a list %s has those of its own workspace and no others',
  async query => {
    expect(await accountsIn(query)).toEqual({ status: 200, accounts: ['account_ours'] });
  },
);

test.each(['?account=account_theirs', '?about=connected_account:account_theirs', '?after=2'])(
  'of the others it learns nothing, asked for by name (%s)',
  async query => {
    expect(await accountsIn(query)).toEqual({ status: 200, accounts: [] });
  },
);

test('one without a limit has them all, so the test could fail', async () => {
  const all = await accountsIn('?after=0', desk.tokens.viewer);
  expect(all.accounts).toEqual(['account_theirs', 'account_ours', 'account_nobodys']);
});

test('one message of the others isn’t there, to read or to send', async () => {
  const none = randomUUID();
  for (const which of ['theirs', 'nobodys'] as const) {
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/send'],
    ]) {
      const ask = (id: string) =>
        callWith(
          desk,
          limited,
          method ?? '',
          `/messages/${id}${path}`,
          method === 'POST' ? {} : undefined,
        );
      const [other, nothing] = [await ask(ids[which]), await ask(none)];
      expect([other.status, nothing.status]).toEqual([404, 404]);
      expect(other.message).toBe(nothing.message);
    }
  }
  const { rows } = await desk.database.pool.query(
    `select count(*)::int as told from reconciler.audit_log where action = 'send_again'`,
  );
  expect(rows).toEqual([{ told: 0 }]);
});

test('its own is sent again, and put down to its owner', async () => {
  const sent = await callWith(desk, limited, 'POST', `/messages/${ids.ours}/send`, { why: 'lost' });
  expect(sent).toMatchObject({ status: 200, body: { endpoints: [1] } });
  const { rows } = await desk.database.pool.query(
    `select actor_name, target, why from reconciler.audit_log where action = 'send_again'`,
  );
  expect(rows).toEqual([
    { actor_name: expect.any(String), target: 'connected_account:account_ours', why: 'lost' },
  ]);
});

test('where messages go is nothing for it: an endpoint is told of all workspaces', async () => {
  expect((await get('/endpoints')).status).toBe(403);
  expect((await get('/endpoints/1')).status).toBe(403);
});

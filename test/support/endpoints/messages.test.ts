import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listMessages, messagesOf, readMessage } from '../../../src/support/endpoints/messages.ts';
import { readEndpoint } from '../../../src/support/endpoints/read.ts';
import { addConnection } from '../../fixtures/desk.ts';
import { SHELL } from '../../fixtures/shell.ts';
import { openTelling, someone, type Telling, tokenFor } from '../../fixtures/telling.ts';

const ADA = 'ada@app.example';
let site: Telling;
let endpoint: number;
let positions: number[];
beforeAll(async () => {
  site = await openTelling();
  endpoint = await site.add({ name: 'crm' });
  positions = await site.tell(
    { user: ADA },
    { account: 'a2', user: 'bob', workspace: 'flats' },
    {
      type: 'account.unlinked',
      user: null,
      data: { before: { user_id: ADA }, because: 'unlinked_by_hand' },
    },
    {
      type: 'connection.needs_attention',
      account: 'a3',
      user: null,
      workspace: null,
      data: { claimed_user_id: ADA, description: `no such user ${ADA}` },
    },
  );
  await site.end(endpoint, positions[0] ?? 0, 'delivered', 3);
});
afterAll(() => site[Symbol.asyncDispose]());

const NONE = { messages: [], more: false };
const [viewer, support] = [someone('viewer'), someone('support')];
const at = (...places: readonly number[]) => places.map(place => positions[place]);
const list = async (given: object = {}, actor = SHELL) =>
  (await listMessages(site.desk, actor, { limit: 50, ...given })).messages.map(
    ({ position }) => position,
  );

describe('messages', () => {
  test('are listed newest first, and after a position oldest first', async () => {
    expect(await list()).toEqual(at(3, 2, 1, 0));
    expect(await list({ after: 0, limit: 2 })).toEqual(at(0, 1));
    expect(await list({ after: positions[1] })).toEqual(at(2, 3));
    expect(await list({ after: positions[0], before: positions[3] })).toEqual(at(1, 2));
    expect(await list({ before: positions[3], limit: 2 })).toEqual(at(2, 1));
    expect(await list({ about: 'connected_account:a2' })).toEqual(at(1));
  });

  test('are told with whether there are more', async () => {
    const more = async (given: object) =>
      (await listMessages(site.desk, SHELL, { limit: 50, ...given })).more;
    expect(await more({ limit: 3 })).toBe(true);
    expect(await more({ limit: 4 })).toBe(false);
    expect(await more({ after: positions[1], limit: 1 })).toBe(true);
    expect(await more({ after: positions[2], limit: 1 })).toBe(false);
  });

  test('are not gone on with from a position after which some are missing', async () => {
    const beyond = list({ after: (positions[3] ?? 0) + 1_000 });
    await expect(beyond).rejects.toMatchObject({ fault: 'gone' });
    const { pool } = site.database;
    const note = `insert into reconciler.retention_cursors (name, first, second) values ('messages', $1, '')`;
    await pool.query(note, [positions[1]]);
    try {
      await expect(list({ after: positions[0] })).rejects.toMatchObject({ fault: 'gone' });
      expect(await list({ after: positions[1] })).toEqual(at(2, 3));
      expect(await list({ after: 0 })).toEqual(at(0, 1, 2, 3));
    } finally {
      await pool.query(`delete from reconciler.retention_cursors where name = 'messages'`);
    }
  });

  test('of a user are also those that tell that an account is theirs no more', async () => {
    expect(await list({ user: ADA })).toEqual(at(2, 0));
  });

  test('that were committed a moment ago are among them, and are sent', async () => {
    await site.commit({ account: 'a9' });
    site.news();
    const { messages } = await listMessages(site.desk, SHELL, { account: 'a9', limit: 50 });
    const [last, ...others] = messages;
    expect(last).toMatchObject({ about: 'connected_account:a9', sequence: 1 });
    expect(others).toEqual([]);
    expect(site.news()).toEqual([endpoint]);
  });

  test('are those of its workspaces for a token that is limited', async () => {
    const flats = tokenFor('flats');
    expect(await list({}, flats)).toEqual(at(1));
    expect(await list({ user: ADA }, flats)).toEqual([]);
    const id = await site.messageAt(positions[0] ?? 0);
    await expect(readMessage(site.desk, flats, id)).rejects.toMatchObject({ fault: 'not_found' });
    expect(await messagesOf(site.desk, flats, 'connected_account:a1', 50)).toEqual(NONE);
    expect(
      (await messagesOf(site.desk, tokenFor('hotels'), 'connected_account:a1', 50)).messages,
    ).toHaveLength(2);
  });

  test.each([
    ['types', { types: ['account.link'] }],
    ['user', { user: '' }],
    ['about', { about: 'x', account: 'y' }],
    ['after', { after: -1 }],
    ['before', { before: 1.5 }],
    ['limit', { limit: 1_001 }],
    ['limit', { limit: 0 }],
    ['until', { since: new Date(2), until: new Date(1) }],
  ])('can’t be listed with such %s: %j', async (field, given) => {
    await expect(list(given)).rejects.toMatchObject({
      fault: 'invalid',
      faults: { [field]: expect.any(String) },
    });
  });

  test('hide from a viewer who somebody is, and what the app answered', async () => {
    const id = await site.messageAt(positions[0] ?? 0);
    const seen = [
      await listMessages(site.desk, viewer, { limit: 50 }),
      await readMessage(site.desk, viewer, id),
      await messagesOf(site.desk, viewer, 'connected_account:a1', 50),
      await readEndpoint(site.desk, viewer, endpoint),
    ];
    expect(JSON.stringify(seen)).not.toMatch(/ada@|bob@/);
    expect(await readMessage(site.desk, viewer, id)).toMatchObject({
      userId: expect.stringContaining('•••'),
      sendings: [{ tries: [{ answer: null, status: 204 }, { status: 500 }, { status: 500 }] }],
    });
    expect(await readMessage(site.desk, support, id)).toMatchObject({
      userId: ADA,
      sendings: [{ tries: [{ answer: 'no room for bob@app.example' }, {}, {}] }],
    });
  });

  test('hold what an app answered without what lets somebody in', async () => {
    const secret = `whsec_${'a'.repeat(32)}`;
    await site.database.pool.query(`update reconciler.send_attempts set answer = $1`, [
      `{"error":"bad ${secret}"}`,
    ]);
    const id = await site.messageAt(positions[0] ?? 0);
    for (const actor of [support, someone('admin')]) {
      expect(JSON.stringify(await readMessage(site.desk, actor, id))).not.toContain(secret);
    }
  });
});

test('of a case are those of its account and of the webviews that led to it', async () => {
  const { pool } = site.database;
  const account = 'connected_account:b1';
  await addConnection(site.database, { subject: account, state: 'linked', accountId: 'b1' });
  await addConnection(site.database, {
    subject: 'connect_webview:w1',
    accountId: 'b1',
    state: 'linked',
  });
  await site.tell({ account: 'b1' });
  await pool.query(
    `insert into reconciler.outbox (type, about, sequence, connect_webview_id, data)
     values ('webview.login_failed', 'connect_webview:w1', 1, 'w1', '{}')`,
  );
  for (const subject of [account, 'connect_webview:w1']) {
    const { messages: told } = await messagesOf(site.desk, support, subject, 50);
    expect(told.map(({ type }) => type)).toEqual(['webview.login_failed', 'account.linked']);
    expect(told[1]?.sendings).toMatchObject([
      { endpointId: endpoint, endpointName: 'crm', state: 'waiting', failedAttempts: 0, tries: [] },
    ]);
  }
  const page = (limit: number) => messagesOf(site.desk, support, account, limit);
  expect(await page(1)).toMatchObject({ messages: [{ about: 'connect_webview:w1' }], more: true });
  expect(await page(2)).toMatchObject({ messages: [{}, {}], more: false });
  expect(await messagesOf(site.desk, support, 'connected_account:nobody', 50)).toEqual(NONE);
});

test('an endpoint is read with what waits for it and the newest tries', async () => {
  const shown = await readEndpoint(site.desk, support, endpoint);
  expect(shown).toMatchObject({ dead: { number: 0, isCapped: false }, state: 'enabled' });
  expect(shown.waiting.number).toBeGreaterThanOrEqual(3);
  expect(shown.oldestWaitingAt).toBeInstanceOf(Date);
  expect(shown.attempts.map(({ status }) => status)).toEqual([204, 500, 500]);
  expect(shown.attempts[0]).toMatchObject({
    type: 'account.linked',
    messageId: await site.messageAt(positions[0] ?? 0),
    durationMs: 12,
  });
});

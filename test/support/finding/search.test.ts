import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addConnection, openDesk, type TestDesk } from '../../fixtures/desk.ts';
import { addAccount } from '../../fixtures/finding.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  const { database } = desk;
  await database.pool.query(
    `insert into reconciler.users (id, name, email) values
       ('ada', 'Ada Lovelace', 'Ada@app.example'), ('bob', 'Bob', 'bob@app.example'),
       ('eve', '<script>alert(1)</script>', 'eve@app.example')`,
  );
  // Of ada: a webview and its account are one connection.
  await addConnection(database, {
    subject: 'connect_webview:w1',
    reason: 'user_not_found',
    accountId: 'a1',
    claimedUserId: 'ada',
  });
  await addConnection(database, {
    subject: 'connected_account:a1',
    state: 'linked',
    accountId: 'a1',
    claimedUserId: 'ada',
  });
  await addAccount(database, { id: 'a1', email: 'Front.Door@locks.example' });
  // Of eve: two.
  for (const n of [2, 3]) {
    const claimedUserId = 'eve';
    await addConnection(database, {
      subject: `connect_webview:w${n}`,
      accountId: `a${n}`,
      claimedUserId,
    });
    await addAccount(database, { id: `a${n}`, email: 'shared@locks.example' });
  }
  await database.pool.query(
    `insert into reconciler.deliveries (event_id, event_type, subject, body, signature)
     values ('event_1', 'connected_account.created', 'connect_webview:w1', '', '{}')`,
  );
});
afterAll(() => desk[Symbol.asyncDispose]());

const whereTo = async (text: string): Promise<string> => {
  const url = `${desk.url}/support/search?${new URLSearchParams({ q: text })}`;
  const { cookie } = desk.clerks.support;
  const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
  return decodeURIComponent(response.headers.get('location') ?? `page ${response.status}`);
};
const searchPage = (text: string, role: 'support' | 'viewer' = 'support') =>
  desk.clerks[role].get(`/support/search?${new URLSearchParams({ q: text })}`);

describe('what names one connection goes straight to its case', () => {
  test.each([
    ['the user’s id', 'ada'],
    ['the user’s e-mail', 'ada@APP.example'],
    ['the account’s e-mail', 'front.door@LOCKS.example'],
    ['the account', 'a1'],
    ['the webview', 'w1'],
    ['the event', 'event_1'],
    ['the subject', 'connect_webview:w1'],
    ['with what was pasted along', ' "user_id": "ADA", '],
    ['the address of a case', 'http://x.example/support/connections/connect_webview%3Aw1'],
  ])('%s', async (_, text) => {
    expect(await whereTo(text)).toBe('/support/connections/connected_account:a1');
  });

  test('an account is found as messages call it, where a webview led to it', async () => {
    expect(await whereTo('connected_account:a2')).toBe('/support/connections/connected_account:a2');
  });
});

describe('what names several is a list of them', () => {
  test('each once, with what it was found by, and no name is markup', async () => {
    const { status, text } = await searchPage('eve');
    expect(status).toBe(200);
    expect(text).toContain('<strong>2 connections</strong>');
    expect(text).toContain('/support/connections/connected_account%3Aa2');
    expect(text).toContain('/support/connections/connected_account%3Aa3');
    expect(text).toContain('>user id</td>');
    expect(text).not.toContain('<script>alert');
    expect(text).toContain('&lt;script&gt;alert');
  });

  test('e-mails are masked for whoever may only look, also when searched by one', async () => {
    // A long one may be broken before its sign.
    const read = (text: string): string => text.replaceAll('<wbr>', '');
    const seen = await searchPage('shared@locks.example');
    expect(read(seen.text).match(/<small>shared@locks\.example/g)).toHaveLength(2);
    const masked = await searchPage('shared@locks.example', 'viewer');
    expect(read(masked.text)).toContain('s•••@l•••.example');
    expect(read(masked.text)).not.toMatch(/<(?:small|td)>[^<]*@(?:locks|app)\.example/);
  });
});

describe('what names none', () => {
  test('is told, with what else to try', async () => {
    const { status, text } = await searchPage(' <b>nobody</b> ');
    expect(status).toBe(200);
    expect(text).toContain(
      'No match for &#39;&lt;b&gt;nobody&lt;/b&gt;&#39;. Check for a typo, or search by connected account id.',
    );
    expect(text).toContain('any part of their name');
  });

  test('a user without a connection is told as a user', async () => {
    const { text } = await searchPage('bob@app.example');
    expect(text).toContain('is one of your users, but no connection names them');
  });

  test('of parts of a name or an e-mail, viewers find nothing: letter by letter they would find one out', async () => {
    expect(await whereTo('LOVEL áda')).toBe('/support/connections/connected_account:a1');
    for (const part of ['ada@a', 'lovel', 'front', 'locks', 'door@locks.example']) {
      expect((await searchPage(part, 'viewer')).text).toContain('No match for');
    }
  });

  test('what can be no id is refused in words', async () => {
    expect((await searchPage('a\0b')).status).toBe(422);
    for (const text of ['x'.repeat(4_001), 'a\u0007b']) {
      const shown = await searchPage(text);
      expect(shown.status).toBe(422);
      expect(shown.text).toContain('role="alert"');
    }
  });
});

test('the API finds the same, masked alike', async () => {
  const { status, body } = await desk.call('viewer', 'GET', '/search?q=front.door@locks.example');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    text: 'front.door@locks.example',
    connections: [
      {
        subject: 'connect_webview:w1',
        case: 'connected_account:a1',
        found_by: 'account_email',
        found_text: null,
        user_name: 'Ada Lovelace',
        user_email: 'A•••@a•••.example',
        account_identifier: 'F•••@l•••.example',
      },
    ],
    total: 1,
    total_is_capped: false,
    next_cursor: null,
    more: false,
    left_out: [],
  });
  const none = await desk.call('viewer', 'GET', '/search?q=bob');
  expect(none.body).toMatchObject({ connections: [], users: [{ user_id: 'bob', name: 'Bob' }] });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addConnection, openDesk, type TestDesk } from '../../fixtures/desk.ts';

/* Search takes whatever the customer gave. */

const REQUEST = '0d9bb8b1-0c58-4c33-a1d1-4d2f1f9d1c11';
const MESSAGE = 'msg_2aBcDeFgHiJkLmNoPqRsTuVwXyZ';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  const { database } = desk;
  const { pool } = database;
  await pool.query(
    `insert into reconciler.users (id, name, email) values
       ('zoe', 'Zoë Müller-Ørsted', 'zoe.m@app.example'), ('alan', 'Alan Turing', 'alan@app.example'),
       ('grace', 'Grace Hopper', 'grace@app.example'), ('idle', 'Ian Idle', 'ian@app.example')`,
  );
  const connections = [
    { id: 'zoes', user: 'zoe', name: null, identifier: { email: 'z.mueller@locks.example' } },
    {
      id: 'moved',
      user: 'alan',
      name: 'Strandhaus Süd',
      identifier: { phone: '+49 89 1234567' },
    },
    { id: 'named', user: 'zoe', name: 'Ferme Élodie', identifier: { username: 'elodie_77' } },
  ];
  for (const { id, user, name, identifier } of connections) {
    await addConnection(database, {
      subject: `connect_webview:w-${id}`,
      state: 'linked',
      accountId: id,
      claimedUserId: user,
    });
    await pool.query(
      `insert into reconciler.connected_accounts
              (connected_account_id, display_name, user_identifier, custom_metadata, errors, warnings,
               accepted_capabilities, state, read_by_run)
       values ($1, $2, $3, '{}', '[]', '[]', '[]', 'connected', 1)`,
      [id, name, identifier],
    );
  }
  await pool.query(
    `insert into reconciler.links (connected_account_id, user_id, linked_by_run, linked_at, unlinked_at)
     values ('zoes', 'zoe', 1, '2026-10-01', null), ('moved', 'alan', 1, '2026-10-01', '2026-11-03T12:00Z'),
            ('moved', 'grace', 0, '2026-11-03T12:00Z', null)`,
  );
  await pool.query(
    `insert into reconciler.notes (subject, text, by) values
       ('connected_account:zoes', 'See ticket 4711: the owner is Müller senior.', 'Maria'),
       ('connected_account:moved', 'ZD-12 and 47110', 'Maria'),
       ('connected_account:named', 'Called from 415-555-0100', 'Maria')`,
  );
  await pool.query(
    `insert into reconciler.audit_log (actor, actor_name, role, face, action, target, why)
     values ('operator:1', 'Maria', 'support', 'console', 'dismiss', 'connect_webview:w-named', 'Asked for in JIRA-99')`,
  );
  await pool.query(
    `insert into reconciler.runs (subject, generation, trigger, seam_request_id)
     values ('connect_webview:w-moved', 1, 'delivery', $1)`,
    [REQUEST],
  );
  await pool.query(
    `insert into reconciler.deliveries (event_id, event_type, subject, body, signature)
     values ('e1', 'connected_account.connected', 'connect_webview:w-zoes', '', $1)`,
    [{ 'svix-id': MESSAGE }],
  );
});
afterAll(() => desk[Symbol.asyncDispose]());

type Answer = {
  connections: { case: string; found_by: string; found_text: string | null }[];
  total: number;
  users: { user_id: string }[];
  next_cursor: string | null;
};
const find = async (text: string, role: 'support' | 'viewer' = 'support'): Promise<Answer> => {
  const { status, body } = await desk.call(
    role,
    'GET',
    `/search?${new URLSearchParams({ q: text })}`,
  );
  expect(status).toBe(200);
  return body as Answer;
};
const found = async (text: string, role?: 'viewer'): Promise<string[]> =>
  (await find(text, role)).connections.map(each => `${each.case.split(':')[1]} ${each.found_by}`);

describe('it is found by', () => {
  test.each([
    ['any word of a name', 'muller', 'zoes user_words'],
    ['without accents, in any case', 'ZOE ORSTED', 'zoes user_words'],
    ['the beginning of a word', 'orst', 'zoes user_words'],
    ['a word of an e-mail', 'mueller', 'zoes account_words'],
    ['a word of the name of an account', 'süd', 'moved account_words'],
    ['its user name', 'Elodie_77', 'named account_words'],
    ['a telephone number', '+49891234567', 'moved telephone'],
    ['the same as it is written at home', '(089) 123 45 67', 'moved telephone'],
    ['the same in a sentence', 'My number is 0049-89-1234567.', 'moved telephone'],
    ['a ticket that a colleague noted', 'ticket #4711', 'zoes note'],
    ['the name of a ticket', 'zd-12', 'moved note'],
    ['a reason that somebody gave', 'JIRA-99', 'named reason_given'],
    ['a request to Seam', REQUEST, 'moved seam_request'],
    ['a message of Svix’s', `It was ${MESSAGE}.`, 'zoes message'],
    ['an event', '"e1"', 'zoes event'],
    ['a whole name beside an e-mail', 'Grace Hopper <grace@else.example>', 'moved user_words'],
  ])('%s', async (_, text, one) => {
    expect(await found(text)).toContain(one);
  });

  test('all words: one that doesn’t match is no match', async () => {
    expect((await found('zoe hopper')).filter(one => !one.endsWith(' alike'))).toEqual([]);
  });

  test('a number alone is no part of another', async () => {
    expect(await found('471')).toEqual([]);
    expect(await found('4711')).toEqual(['zoes note']);
  });
});

test('who was linked before finds it, and is told until when; who is linked now, too', async () => {
  const { connections } = await find('alan@app.example');
  expect(connections).toMatchObject([{ case: 'connected_account:moved' }]);
  expect(connections[0]).toMatchObject({
    found_by: 'user_email',
    found_text: 'its metadata names Alan Turing',
  });
  expect(await found('grace')).toEqual(['moved user']);
  await desk.database.pool.query(
    `update reconciler.reconciliations set claimed_user_id = 'grace' where subject = 'connect_webview:w-moved'`,
  );
  expect((await find('Alan')).connections).toMatchObject([
    {
      case: 'connected_account:moved',
      found_by: 'former_user',
      found_text: 'was Alan Turing’s until 3 Nov 2026',
    },
  ]);
});

test('what is found as a whole comes first, and hides nothing', async () => {
  await desk.database.pool.query(
    `insert into reconciler.users (id, name) values ('muller', 'Somebody Else')`,
  );
  await addConnection(desk.database, {
    subject: 'connected_account:whole',
    accountId: 'whole',
    claimedUserId: 'muller',
    updatedAt: new Date('2020-01-01'),
  });
  const all = await found('muller');
  expect(all[0]).toBe('whole user');
  expect(all).toContain('zoes user_words');
});

test('a name that is misspelt, or a part that begins no word, is found as a similar one, where nothing else is', async () => {
  expect(await found('Strandhuas')).toEqual(['moved alike']);
  expect(await found('randhaus')).toEqual(['moved alike']);
  expect((await find('Hoppper')).connections).toMatchObject([{ case: 'connected_account:moved' }]);
  expect(await found('strandhuas', 'viewer')).toEqual([]);
});

test('a user without a connection is told, beside the connections of others', async () => {
  expect((await find('ian')).users).toMatchObject([{ user_id: 'idle' }]);
});

test('a viewer finds what is whole, and nothing by parts or by what is hidden in a note', async () => {
  expect(await found('+49 89 1234567', 'viewer')).toEqual(['moved telephone']);
  expect(await found('z.mueller@locks.example', 'viewer')).toEqual(['zoes account_email']);
  expect(await found('4711', 'viewer')).toEqual(['zoes note']);
  for (const part of ['orst', '1234567', '089 1234567', '415', '0100', 'strandhaus', 'mueller']) {
    expect(await found(part, 'viewer')).toEqual([]);
  }
});

test('of many, a page is told with how many there are, and the next begins where it ended', async () => {
  const { pool } = desk.database;
  await pool.query(
    `insert into reconciler.reconciliations
            (subject, generation, observed_generation, state, connect_webview_id, connected_account_id, claimed_user_id)
     select 'connect_webview:m' || n, 1, 1, 'linked', 'm' || n, 'many' || n, 'many' from generate_series(1, 67) n
     union all
     select 'connected_account:many' || n, 1, 1, 'linked', null, 'many' || n, 'many' from generate_series(1, 67) n`,
  );
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const query: URLSearchParams = new URLSearchParams({ q: 'many', limit: '20' });
    if (cursor !== null) query.set('cursor', cursor);
    const { body } = await desk.call('support', 'GET', `/search?${query}`);
    const answer = body as Answer;
    expect(answer.total).toBe(67);
    seen.push(...answer.connections.map(each => each.case));
    cursor = answer.next_cursor;
  } while (cursor !== null);
  expect(seen).toHaveLength(67);
  expect(new Set(seen).size).toBe(67);

  const { text } = await desk.clerks.support.get('/support/search?q=many');
  expect(text).toContain('<strong>20 of 67 connections</strong>');
  const [, next = ''] = /href="([^"]+)" rel="next"/.exec(text) ?? [];
  const second = await desk.clerks.support.get(next.replaceAll('&amp;', '&'));
  expect(second.text).toContain('20 more of 67 connections');
});

test('a cursor that no search gave is refused in words', async () => {
  const { status } = await desk.call('support', 'GET', '/search?q=many&cursor=abc');
  expect(status).toBe(422);
});

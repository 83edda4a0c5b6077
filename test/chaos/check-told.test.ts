import { describe, expect, test } from 'vitest';
import type { MessageData } from '../../src/model/message.ts';
import type { Heard, Receipt } from './app.ts';
import type { Books, MessageRow, Standing } from './books.ts';
import { checkTold } from './check-told.ts';

/**
 * One account: linked to ada, moved to grace, disconnected and back; a webview of its own that needs a person. All of it
 * told once, as it should be.
 */
const ACCOUNT = 'connected_account:a1';
const WEBVIEW = 'connect_webview:w9';
let position = 0;
const message = (
  sequence: number,
  type: string,
  userId: string | null,
  data: MessageData,
  about = ACCOUNT,
): MessageRow => ({
  position: ++position,
  messageId: `${about === ACCOUNT ? 'a' : 'w'}${sequence}`,
  type,
  about,
  sequence,
  at: '2026-11-27T12:00:00.000Z',
  workspaceId: 'workspace',
  userId,
  accountId: about === ACCOUNT ? 'a1' : null,
  webviewId: null,
  data,
});
const messages = [
  message(1, 'account.linked', 'ada', { before: { user_id: null } }),
  message(2, 'account.relinked', 'grace', { before: { user_id: 'ada' } }),
  message(1, 'connection.needs_attention', null, attention('user_not_found', null), WEBVIEW),
  message(3, 'account.disconnected', 'grace', { before: { state: 'connected' } }),
  message(4, 'account.reconnected', 'grace', { before: { state: 'disconnected' } }),
];
function attention(reason: string, before: string | null): MessageData {
  return { reason, before: { reason: before } };
}

const standing = (subject: string, more: Partial<Standing>): Standing => ({
  subject,
  accountId: null,
  generation: 1,
  observedGeneration: 1,
  state: 'linked',
  reason: null,
  overdueSeconds: 1,
  ...more,
});
const books: Books = {
  deliveries: [],
  uncounted: [],
  runs: [],
  reconciliations: [
    standing('connect_webview:w1', { accountId: 'a1' }),
    standing(WEBVIEW, { state: 'failed', reason: 'user_not_found' }),
  ],
  links: [
    { id: 1, accountId: 'a1', userId: 'ada', ended: true },
    { id: 2, accountId: 'a1', userId: 'grace', ended: false },
  ],
  accounts: [{ accountId: 'a1', state: 'connected' }],
  messages,
  outbox: [],
  sendings: messages.map(({ messageId }) => ({ messageId, state: 'delivered', attempts: 0 })),
  alerts: [],
  notices: [],
};

const receiptOf = (row: MessageRow, userId = row.userId): Receipt => ({
  messageId: row.messageId,
  body: {
    type: row.type as 'account.linked',
    timestamp: row.at,
    data: {
      message_id: row.messageId,
      position: row.position,
      about: row.about,
      sequence: row.sequence,
      workspace_id: row.workspaceId,
      user_id: userId,
      connected_account_id: row.accountId,
      connect_webview_id: row.webviewId,
      ...row.data,
    },
  },
});
const receipts = messages.map(row => receiptOf(row));
const at = <T>(list: readonly T[], index: number): T => {
  const item = list[index];
  if (item === undefined) throw new Error(`nothing at ${index}`);
  return item;
};
const changed = (index: number, change: Partial<MessageRow>): Books => ({
  ...books,
  messages: messages.map((row, i) => (i === index ? { ...row, ...change } : row)),
});

const problems = (of: Books, told: Partial<Heard> = {}): string[] =>
  checkTold(of, { receipts: of.messages.map(row => receiptOf(row)), complaints: [], ...told }).map(
    ({ kind, id }) => `${kind} ${id}`,
  );

describe('what the app was told is checked', () => {
  test('and found right when it is; also where it hears something again', () => {
    expect(problems(books)).toEqual([]);
    expect(problems(books, { receipts: [...receipts, ...receipts] })).toEqual([]);
    const again = [...receipts.slice(0, 2), at(receipts, 0), ...receipts.slice(1)];
    expect(problems(books, { receipts: again })).toEqual([]);
  });

  test('a message that never came is found, also the last one', () => {
    expect(problems(books, { receipts: receipts.slice(0, -1) })).toEqual(['lost a4']);
    expect(problems(books, { receipts: receipts.slice(1) })).toEqual(
      expect.arrayContaining(['lost a1', `wrong ${ACCOUNT}`]),
    );
  });

  test('what was told and never committed is found', () => {
    const stranger = { ...at(receipts, 4), messageId: 'x' };
    const [, second] = receipts;
    const made = {
      ...stranger,
      body: { ...stranger.body, data: { ...stranger.body.data, sequence: 5 } },
    };
    expect(problems(books, { receipts: [...receipts, made] })).toEqual(['wrong x']);
    expect(second).toBeDefined();
  });

  test('what was told otherwise than it is stored is found', () => {
    const other = [...receipts, receiptOf(at(messages, 4), 'eve')];
    expect(problems(books, { receipts: other })).toEqual(['wrong a4']);
  });

  test('what came before its time is found, and what is told under two ids', () => {
    const turned = [at(receipts, 1), at(receipts, 0), ...receipts.slice(2)];
    expect(problems(books, { receipts: turned })).toContain(`wrong ${ACCOUNT}`);
    const twice = [...receipts, { ...at(receipts, 4), messageId: 'a4 again' }];
    expect(problems(books, { receipts: twice })).toEqual(
      expect.arrayContaining(['wrong a4 again', `doubled ${ACCOUNT}`]),
    );
  });

  test('what nobody of ours may send is found', () => {
    expect(problems(books, { complaints: ['a1 does not verify'] })).toEqual(['wrong the app']);
  });

  test('a feed that is not in the order of its connections is found', () => {
    const [first, second, ...more] = messages;
    const feed = [
      { ...at([first], 0), position: 2 },
      { ...at([second], 0), position: 1 },
      ...more,
    ] as MessageRow[];
    expect(problems({ ...books, messages: feed })).toEqual([`wrong ${ACCOUNT}`]);
  });

  test('what is owed in the end is found, and what was given up', () => {
    const sendings = [
      { messageId: 'a1', state: 'waiting', attempts: 2 },
      { messageId: 'a2', state: 'dead', attempts: 8 },
      ...books.sendings.slice(2),
    ];
    const outbox = [{ messageId: 'a9', about: ACCOUNT }];
    expect(problems({ ...books, sendings, outbox })).toEqual([
      'unsettled a9',
      'unsettled a1',
      'lost a2',
    ]);
  });

  test.each<[string, Books, string]>([
    ['a link that was not told', { ...books, links: [] }, 'wrong a1'],
    [
      'a link of which nothing at all was told',
      {
        ...books,
        links: [...books.links, { id: 3, accountId: 'a2', userId: 'ada', ended: false }],
      },
      'wrong a2',
    ],
    [
      'an account that stands otherwise',
      { ...books, accounts: [{ accountId: 'a1', state: 'disconnected' }] },
      'wrong a1',
    ],
    [
      'an account of which it was not told that it is disconnected',
      { ...books, accounts: [...books.accounts, { accountId: 'a2', state: 'disconnected' }] },
      'wrong a2',
    ],
    [
      'a failure that was not told',
      {
        ...books,
        reconciliations: [
          ...books.reconciliations,
          standing('connect_webview:w7', { state: 'failed', reason: 'conflict' }),
        ],
      },
      'wrong connect_webview:w7',
    ],
    [
      'a failure that is over, and was not told to be',
      { ...books, reconciliations: [at(books.reconciliations, 0), standing(WEBVIEW, {})] },
      `wrong ${WEBVIEW}`,
    ],
    [
      'a failure for another reason',
      { ...books, reconciliations: [standing(WEBVIEW, { state: 'failed', reason: 'conflict' })] },
      `wrong ${WEBVIEW}`,
    ],
    ['a change that is told again', changed(1, { userId: 'ada' }), 'doubled a2'],
    [
      'a change from what was not told',
      changed(1, { data: { before: { user_id: 'eve' } } }),
      'wrong a2',
    ],
    ['a state that is told again', changed(4, { type: 'account.disconnected' }), 'doubled a4'],
    ['a link under a wrong name', changed(1, { type: 'account.linked' }), 'wrong a2'],
    [
      'an end of trouble that nobody was told of',
      changed(3, { type: 'connection.settled', data: { before: { reason: null } } }),
      'doubled a3',
    ],
  ])('%s is found', (_name, of, problem) => {
    expect(problems(of)).toContain(problem);
  });

  test.each<[string, Books]>([
    [
      'while a failure is looked at again, what was told stands',
      { ...books, reconciliations: [standing(WEBVIEW, { state: 'retrying', reason: 'conflict' })] },
    ],
    [
      'an account that is being deleted is told of once it is gone',
      { ...books, accounts: [{ accountId: 'a1', state: 'being_deleted' }] },
    ],
  ])('%s', (_name, of) => {
    expect(problems(of)).toEqual([]);
  });
});

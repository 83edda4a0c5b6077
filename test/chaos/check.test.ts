import { describe, expect, test } from 'vitest';
import type { Heard } from './app.ts';
import type { Books, MessageRow, RunRow, Standing } from './books.ts';
import { check } from './check.ts';
import type { Ledger } from './ledger.ts';
import type { SentMessage } from './sender.ts';

/**
 * One account of ada's, reconnected by grace: two webviews, five events, everything as it should
 * be.
 */
const FIRST = 'connect_webview:w1';
const SECOND = 'connect_webview:w2';

const event = (eventId: string, subject: string, eventType = 'connected_account.connected') => ({
  eventId,
  eventType,
  subject,
  digest: `digest of ${eventId}`,
  tries: 1,
  acknowledged: true,
});
const ledger: Ledger = {
  events: [event('e1', FIRST), event('e2', FIRST), event('e3', SECOND)],
  seam: {
    webviews: [
      { id: 'w1', status: 'authorized', accountId: 'a1', metadata: { id: 'ada' } },
      { id: 'w2', status: 'authorized', accountId: 'a1', metadata: { id: 'grace' } },
    ],
    accounts: [{ id: 'a1', metadata: { id: 'grace' } }],
  },
  owners: new Map([['a1', ['ada', 'grace']]]),
  users: new Set(['ada', 'grace']),
};

const standing = (subject: string, generation: number): Standing => ({
  subject,
  accountId: 'a1',
  generation,
  observedGeneration: generation,
  state: 'linked',
  reason: null,
  overdueSeconds: 5,
});
const run = (id: number, subject: string, startedAt: number, outcome = 'linked'): RunRow => ({
  id,
  subject,
  outcome,
  reason: null,
  startedAt,
  finishedAt: startedAt + 10,
});
const link = (id: number, userId: string, ended: boolean) => ({
  id,
  accountId: 'a1',
  userId,
  ended,
});
const message = (sequence: number, userId: string, was: string | null): MessageRow => ({
  position: sequence,
  messageId: `t${sequence}`,
  type: was === null ? 'account.linked' : 'account.relinked',
  about: 'connected_account:a1',
  sequence,
  at: '2026-11-27T12:00:00.000Z',
  workspaceId: null,
  userId,
  accountId: 'a1',
  webviewId: null,
  data: { before: { user_id: was } },
});
const books: Books = {
  deliveries: ledger.events.map(({ eventId, subject, digest }) => ({ eventId, subject, digest })),
  reconciliations: [standing(FIRST, 2), standing(SECOND, 1)],
  uncounted: [],
  links: [link(1, 'ada', true), link(2, 'grace', false)],
  runs: [run(1, FIRST, 100), run(2, SECOND, 105, 'relinked'), run(3, FIRST, 110, 'already_linked')],
  accounts: [{ accountId: 'a1', state: 'connected' }],
  messages: [message(1, 'ada', null), message(2, 'grace', 'ada')],
  outbox: [],
  sendings: ['t1', 't2'].map(messageId => ({ messageId, state: 'delivered', attempts: 0 })),
};
const receiptOf = (row: MessageRow): Heard['receipts'][number] => ({
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
      user_id: row.userId,
      connected_account_id: row.accountId,
      connect_webview_id: row.webviewId,
      ...row.data,
    },
  },
});
const heardOf = ({ messages }: Pick<Books, 'messages'>): Heard => ({
  receipts: messages.map(receiptOf),
  complaints: [],
});
const heard = heardOf(books);

const problems = (
  changed: Partial<Books>,
  known: Partial<Ledger> = {},
  messages: SentMessage[] = [],
  complaints: string[] = [],
) =>
  check(
    { ...ledger, ...known },
    { ...books, ...changed },
    messages,
    complaints,
    heardOf({ ...books, ...changed }),
  ).problems.map(({ kind, id }) => `${kind} ${id}`);
const changedRow = (change: Partial<Standing>): Partial<Books> => ({
  reconciliations: [standing(FIRST, 2), { ...standing(SECOND, 1), ...change }],
});

describe('the books are checked', () => {
  test('and found right when they are', () => {
    expect(check(ledger, books, [], [], heard)).toEqual({
      problems: [],
      runs: { finished: 3, interrupted: 0 },
      subjects: 2,
      settled: 2,
      stored: 3,
      storedUnacknowledged: 0,
    });
  });

  test('a lost delivery is found', () => {
    expect(problems({ deliveries: books.deliveries.slice(1) })).toContain('lost e1');
  });

  test('what was stored but never acknowledged is no loss, and is counted', () => {
    const events = ledger.events.map(e => (e.eventId === 'e2' ? { ...e, acknowledged: false } : e));
    expect(check({ ...ledger, events }, books, [], [], heard)).toMatchObject({
      problems: [],
      storedUnacknowledged: 1,
    });
  });

  test('a delivery that is stored twice is found', () => {
    const [first] = books.deliveries;
    if (first === undefined) throw new Error('no delivery');
    expect(problems({ deliveries: [...books.deliveries, first] })).toContain('doubled e1');
  });

  test('a body that is not what was sent is found, and so is a stranger', () => {
    const deliveries = [
      ...books.deliveries.map(row => (row.eventId === 'e1' ? { ...row, digest: 'other' } : row)),
      { eventId: 'e9', subject: FIRST, digest: '' },
    ];
    expect(problems({ deliveries })).toEqual(expect.arrayContaining(['wrong e1', 'wrong e9']));
  });

  test('a subject that nothing is known of is found', () => {
    expect(problems({ reconciliations: [standing(FIRST, 2)] })).toEqual([`lost ${SECOND}`]);
  });

  test('a subject that is still owed is found', () => {
    const row = { observedGeneration: 0, state: 'pending' };
    expect(problems(changedRow(row))).toEqual([`unsettled ${SECOND}`]);
  });

  test.each([
    ['another state', { state: 'no_action' }],
    ['a failure', { state: 'failed', reason: 'internal_error' }],
    ['a generation that no delivery explains', { generation: 2, observedGeneration: 2 }],
  ])('%s is found', (_name, row) => {
    expect(problems(changedRow(row))).toContain(`wrong ${SECOND}`);
  });

  test('what is stored and was never counted is found', () => {
    const uncounted = [{ eventId: 'e3', subject: SECOND }];
    expect(problems({ uncounted })).toEqual(['unsettled e3']);
  });

  test('a generation that tries explain is right: what is sent again may be news', () => {
    const events = ledger.events.map(event => ({ ...event, tries: 2 }));
    const row = { generation: 2, observedGeneration: 2 };
    expect(problems(changedRow(row), { events })).toEqual([]);
  });

  test('a generation that leaves out a delivery is found', () => {
    const row = { generation: 0, observedGeneration: 0 };
    expect(problems(changedRow(row))).toEqual([`wrong ${SECOND}`]);
  });

  test('a last run that came to something else is found', () => {
    const runs = [run(1, FIRST, 100), run(2, SECOND, 105, 'account_deleted')];
    expect(problems({ runs })).toEqual([`wrong ${SECOND}`]);
  });

  test('a user who is not there may be waited for, but not be overdue', () => {
    const known = { users: new Set(['ada']) };
    const waiting = { state: 'retrying', reason: 'user_not_found', observedGeneration: 0 };
    const runs = [run(1, FIRST, 100, 'failed'), run(2, SECOND, 105, 'failed')];
    const NEEDS_A_PERSON = {
      type: 'connection.needs_attention',
      data: { reason: 'user_not_found', before: { reason: null } },
    };
    const check = (overdueSeconds: number) =>
      problems(
        {
          reconciliations: [
            { ...standing(FIRST, 2), ...waiting, overdueSeconds },
            { ...standing(SECOND, 1), state: 'failed', reason: 'user_not_found' },
          ],
          links: [],
          messages: [{ ...message(1, 'ada', null), ...NEEDS_A_PERSON }],
          runs,
        },
        known,
      );
    expect(check(-600)).toEqual([]);
    expect(check(600)).toEqual([`unsettled ${FIRST}`]);
  });

  test.each([
    ['a wrong link', [link(1, 'grace', true), link(2, 'ada', false)]],
    ['a link that is missing', [link(1, 'ada', true)]],
    ['a link to a user who never owned it', [link(1, 'eve', true), link(2, 'grace', false)]],
    ['an older link without an end', [link(1, 'ada', false), link(2, 'grace', true)]],
  ])('%s is found', (_name, links) => {
    expect(problems({ links })).toContain('wrong a1');
  });

  test.each([
    ['twice in history', [link(1, 'ada', true), link(2, 'grace', true), link(3, 'grace', false)]],
    ['two current links', [link(1, 'ada', false), link(2, 'grace', false)]],
  ])('%s is found', (_name, links) => {
    expect(problems({ links })).toContain('doubled a1');
  });

  test('a link to an account that Seam has deleted is found', () => {
    const deleted = event('e4', 'connected_account:a1', 'connected_account.deleted');
    const known = {
      events: [...ledger.events, deleted],
      seam: { ...ledger.seam, accounts: [] },
    };
    expect(problems({}, known)).toEqual(
      expect.arrayContaining(['lost e4', 'wrong a1', `wrong ${FIRST}`, `wrong ${SECOND}`]),
    );
  });

  test('two runs of one subject at a time are found, those of two subjects are not', () => {
    const runs = [...books.runs.slice(0, 2), run(3, FIRST, 109.5, 'already_linked')];
    expect(problems({ runs })).toEqual([`overlapping ${FIRST}`]);
  });

  test('interrupted runs are counted, and overlap with nothing', () => {
    const interrupted = [
      { ...run(4, FIRST, 101, 'interrupted'), finishedAt: 200 },
      { ...run(5, SECOND, 101), outcome: null, finishedAt: null },
    ];
    expect(
      check(ledger, { ...books, runs: [...interrupted, ...books.runs] }, [], [], heard),
    ).toMatchObject({ problems: [], runs: { finished: 3, interrupted: 2 } });
  });

  test('a webhook that was given up or badly answered is found, and so is a crash', () => {
    const message = { messageId: 'm1', eventId: 'e1', tries: 3, unanswered: 1 };
    const found = (acknowledged: boolean, refusals: number[]) =>
      problems({}, {}, [{ ...message, acknowledged, refusals }]);
    expect(found(true, [503, 503])).toEqual([]);
    expect(found(true, [503, 500])).toEqual(['unacknowledged e1 (m1)']);
    expect(found(false, [503])).toEqual(['unacknowledged e1 (m1)']);
    expect(problems({}, {}, [], ['serve 0 ended by itself'])).toEqual(['crashed process']);
  });
});

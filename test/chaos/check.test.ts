import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import {
  books,
  changedRow,
  event,
  FIRST,
  heard,
  ledger,
  link,
  message,
  problems,
  quiet,
  run,
  SECOND,
  standing,
} from './right-books.ts';

describe('the books are checked', () => {
  test('and found right when they are', () => {
    expect(check(ledger, books, [], [], heard, quiet)).toEqual({
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
    expect(check({ ...ledger, events }, books, [], [], heard, quiet)).toMatchObject({
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
      check(ledger, { ...books, runs: [...interrupted, ...books.runs] }, [], [], heard, quiet),
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

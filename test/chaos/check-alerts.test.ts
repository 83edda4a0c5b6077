import { describe, expect, test } from 'vitest';
import type { AlertRow, NoticeRow } from './books.ts';
import { checkAlerts, shownTwice } from './check-alerts.ts';
import type { HeardAlerts } from './hearing.ts';

/* Two alerts, of which one is over: told to both channels, the two beginnings in one message. */

const createdAt = new Date('2026-11-28T05:00:00.123Z');
const notice = (id: number, channel: string, kind: string, alertIds: number[]): NoticeRow => ({
  ...{ id, channel, kind, alertIds, createdAt },
  sent: true,
  attempts: 1,
});
const alerts: readonly AlertRow[] = [
  { id: 1, rule: 'key_refused', about: '', isOver: true },
  { id: 2, rule: 'reason_jump', about: 'user_not_found', isOver: false },
];
const notices = [
  notice(1, 'url', 'began', [1, 2]),
  notice(2, 'slack', 'began', [1, 2]),
  notice(3, 'url', 'over', [1]),
  notice(4, 'slack', 'over', [1]),
];
const idOf = (id: number): string => `alert-${createdAt.getTime().toString(36)}-${id}`;
const heard: HeardAlerts = {
  receipts: notices.map(({ id, channel }) => ({ id: idOf(id), channel })),
  told: [
    { id: idOf(1), began: [1, 2], over: [] },
    { id: idOf(3), began: [], over: [1] },
  ],
  complaints: [],
};
const without = (id: number): HeardAlerts => ({
  ...heard,
  receipts: heard.receipts.filter(receipt => receipt.id !== idOf(id)),
  told: heard.told.filter(each => each.id !== idOf(id)),
});
const again = (id: number): HeardAlerts => ({
  ...heard,
  receipts: [...heard.receipts, ...heard.receipts.filter(receipt => receipt.id === idOf(id))],
});
const changed = (id: number, change: Partial<NoticeRow>): readonly NoticeRow[] =>
  notices.map(each => (each.id === id ? { ...each, ...change } : each));
const problems = (of: Partial<Parameters<typeof checkAlerts>[0]>, said = heard): string[] =>
  checkAlerts({ alerts, notices, ...of }, said).map(({ kind, id }) => `${kind} ${id}`);

describe('what was told of alerts is checked', () => {
  test('and found right when it is', () => {
    expect(problems({})).toEqual([]);
    expect(shownTwice(heard)).toBe(0);
  });

  test.each([1, 2, 3, 4])('a message that never came is found (%i)', id => {
    expect(problems({}, without(id))).toContain(`lost ${idOf(id)}`);
  });

  test.each([1, 2, 3, 4])('one that came twice and was tried once is found (%i)', id => {
    expect(problems({}, again(id))).toEqual([`doubled ${idOf(id)}`]);
  });

  test('one that was tried again may come again, under its id; where ids say nothing, it is counted', () => {
    expect(problems({ notices: changed(2, { attempts: 2 }) }, again(2))).toEqual([]);
    expect([shownTwice(again(2)), shownTwice(again(1))]).toEqual([1, 0]);
  });

  test('the same said under another id is found', () => {
    const other = notice(9, 'url', 'began', [2]);
    const said = {
      ...heard,
      receipts: [...heard.receipts, { id: idOf(9), channel: 'url' }],
      told: [...heard.told, { id: idOf(9), began: [2], over: [] }],
    };
    expect(problems({ notices: [...notices, other] }, said)).toEqual([
      'doubled alert 2 reason_jump user_not_found, url',
      'doubled alert 2 reason_jump user_not_found',
    ]);
  });

  test('an alert that nobody was told of is found, on each channel', () => {
    const third = { id: 3, rule: 'no_worker', about: '', isOver: false };
    expect(problems({ alerts: [...alerts, third] })).toEqual([
      'lost alert 3 no_worker, url',
      'lost alert 3 no_worker, slack',
      'lost alert 3 no_worker',
    ]);
  });

  test('an end that was not said is found, and one that was said of what goes on', () => {
    const [first, second] = alerts;
    if (first === undefined || second === undefined) throw new Error('no alerts');
    expect(problems({ alerts: [first, { ...second, isOver: true }] })).toEqual([
      'lost alert 2 reason_jump user_not_found',
    ]);
    expect(problems({ alerts: [{ ...first, isOver: false }, second] })).toEqual([
      'wrong alert 1 key_refused, url',
      'wrong alert 1 key_refused, slack',
    ]);
  });

  test('a beginning that says the end, too, is enough; tried again, it has a number more', () => {
    const both = {
      ...heard,
      receipts: [
        { id: idOf(1), channel: 'url' },
        { id: `${idOf(1)}-1`, channel: 'url' },
        ...without(3).receipts.filter(({ channel }) => channel === 'slack'),
      ],
      told: [
        { id: idOf(1), began: [1, 2], over: [] },
        { id: `${idOf(1)}-1`, began: [1, 2], over: [1] },
      ],
    };
    const less = changed(1, { attempts: 2 }).filter(({ id }) => id !== 3);
    expect(problems({ notices: less }, both)).toEqual([]);
  });

  test('what is owed in the end is found, what nobody of ours has sent, and what is not signed', () => {
    expect(problems({ notices: changed(4, { sent: false }) })).toEqual([`unsettled ${idOf(4)}`]);
    const receipts = [...heard.receipts, { id: 'alert-x-7', channel: 'url' }];
    expect(problems({}, { ...heard, receipts })).toEqual(['wrong alert-x-7']);
    expect(problems({}, { ...heard, complaints: ['no signature'] })).toEqual(['wrong alerts']);
  });
});

import { describe, expect, test } from 'vitest';
import { type Before, evaluate, type Finding } from '../../src/alerts/evaluate.ts';
import { type AlertKey, type Facts, keyOf } from '../../src/alerts/given.ts';
import { ALERT_RULES } from '../../src/model/alert.ts';
import type { Vitals } from '../../src/model/vitals.ts';
import { CASES, diskOf, jump, ofWorkspace } from '../fixtures/alert-cases.ts';
import {
  endpointVitals,
  MEASURED_AT,
  minutesAgo,
  vitalsOf,
  workspaceVitals,
} from '../fixtures/vitals.ts';

const LIMITS = { seamMinutes: 10, backlogMinutes: 10, endpointMinutes: 10, diskPercent: 85 };
const NOTHING_BEFORE: Before = { open: [], lately: [], pending: new Map() };

const factsOf = (of: Partial<Facts> = {}): Facts => ({
  now: MEASURED_AT,
  labelOf: id => (id === null ? null : `Main (${id})`),
  jumps: [],
  webhooks: [],
  ...of,
});

const after = (minutes: number): Date => new Date(MEASURED_AT.getTime() + minutes * 60_000);

/** What is open of one alert, last seen so many minutes before the figures. */
const opened = (alert: AlertKey, seen = 0, lately = 0): Before => ({
  open: [{ ...alert, id: 5, seenAt: new Date(minutesAgo(seen)) }],
  lately: Array.from({ length: lately }, () => alert),
  pending: new Map(),
});

const findingsOf = (
  vitals: Vitals | null,
  before: Before = NOTHING_BEFORE,
  facts: Partial<Facts> = {},
): readonly Finding[] => evaluate(vitals, before, factsOf(facts), LIMITS).findings;

test('each rule has its cases', () => {
  expect(new Set(CASES.map(({ alert }) => alert.rule))).toEqual(new Set(ALERT_RULES));
});

test('where all is well, nothing begins', () => {
  expect(findingsOf(vitalsOf())).toEqual([]);
});

describe.each(CASES)('$what', ({ vitals = vitalsOf(), facts, alert, says, found, notYet }) => {
  test('begins', () => {
    const since = found === undefined ? [] : [[keyOf(alert), after(-found)] as const];
    const before = { ...NOTHING_BEFORE, pending: new Map(since) };
    expect(findingsOf(vitals, before, facts)).toEqual([
      expect.objectContaining({ change: 'begin', ...alert, sentence: expect.stringMatching(says) }),
    ]);
  });

  test('goes on without being begun again', () => {
    expect(findingsOf(vitals, opened(alert), facts)).toEqual([
      { change: 'continue', id: 5, sentence: expect.stringMatching(says) },
    ]);
  });

  test('is over once all was well for a minute', () => {
    expect(findingsOf(vitalsOf(), opened(alert, 0.9))).toEqual([]);
    expect(findingsOf(vitalsOf(), opened(alert, 1))).toEqual([{ change: 'over', id: 5 }]);
  });

  test('is not told before it is worth it', () => {
    for (const [less, lessFacts] of notYet) {
      expect(findingsOf(less, NOTHING_BEFORE, lessFacts)).toEqual([]);
    }
  });
});

describe('what comes and goes', () => {
  const alert = { rule: 'silence', about: '' } as const;

  test('has to be well for longer, the more often it was over within the hour', () => {
    const isOver = (seen: number, lately: number) =>
      findingsOf(vitalsOf(), opened(alert, seen, lately)).length === 1;
    expect([isOver(4.9, 1), isOver(5, 1)]).toEqual([false, true]);
    expect([isOver(14.9, 2), isOver(15, 2)]).toEqual([false, true]);
    expect(isOver(15, 9)).toBe(true);
  });

  test.each([
    ['backlog', ofWorkspace({ oldestDueAt: minutesAgo(6), owed: 1 }), {}],
    ['database_full', diskOf(0.83), {}],
    ['reason_jump', vitalsOf(), jump(15, 0)],
  ] as const)('%s is over only well below what began it', (rule, less, facts) => {
    const about = rule === 'reason_jump' ? 'user_not_found' : '';
    expect(findingsOf(less, NOTHING_BEFORE, facts)).toEqual([]);
    expect(findingsOf(less, opened({ rule, about }, 30), facts)).toEqual([
      expect.objectContaining({ change: 'continue' }),
    ]);
  });
});

describe('what nobody has looked at', () => {
  test.each([
    ['webhook_wrong', 'ws1', vitalsOf(), { webhooks: null }],
    ['webhook_wrong', 'ws1', null, { webhooks: [{ workspaceId: 'ws1', problems: null }] }],
    ['reason_jump', 'user_not_found', vitalsOf(), { jumps: null }],
    ['silence', '', null, {}],
  ] as const)('is not over by that: %s', (rule, about, vitals, facts) => {
    expect(findingsOf(vitals, opened({ rule, about }, 99), facts)).toEqual([]);
  });

  test('a webhook of a workspace that is served no more is', () => {
    const before = opened({ rule: 'webhook_wrong', about: 'ws1' }, 99);
    const webhooks = [{ workspaceId: 'ws2', problems: [] }];
    expect(findingsOf(null, before, { webhooks })).toEqual([{ change: 'over', id: 5 }]);
  });
});

test('what says no time of its own is remembered from when it was found', () => {
  const none = vitalsOf({ endpoints: [endpointVitals({ trouble: 'unsendable' })] });
  const first = evaluate(none, NOTHING_BEFORE, factsOf(), LIMITS);
  const at = (minutes: number) =>
    evaluate(
      none,
      { ...NOTHING_BEFORE, pending: first.pending },
      factsOf({ now: after(minutes) }),
      LIMITS,
    );
  expect([first.findings, at(0.9).findings]).toEqual([[], []]);
  expect(at(1).findings).toEqual([
    expect.objectContaining({ change: 'begin', rule: 'endpoint_failing', since: MEASURED_AT }),
  ]);
  // And forgotten, once it is well.
  const again = evaluate(
    vitalsOf(),
    { ...NOTHING_BEFORE, pending: first.pending },
    factsOf(),
    LIMITS,
  );
  expect([...again.pending]).toEqual([]);
});

test('each workspace and each endpoint is an alert of its own', () => {
  const hold = { reason: 'seam_unauthorized', since: minutesAgo(5) } as const;
  const found = findingsOf(
    vitalsOf({
      workspaces: ['ws1', 'ws2'].map(workspaceId => workspaceVitals({ workspaceId, hold })),
      endpoints: [7, 8].map(id => endpointVitals({ id, trouble: 'switched_off' })),
    }),
  );
  expect(found.map(each => 'about' in each && each.about)).toEqual(['ws1', 'ws2', '7', '8']);
});

test('what was told of some messages is not over as the endpoint begins to take none', () => {
  const failing = (minutes: number) =>
    vitalsOf({
      endpoints: [
        endpointVitals({ trouble: 'failing', since: minutesAgo(minutes), refused: 2, id: 7 }),
      ],
    });
  const before = opened({ rule: 'endpoint_failing', about: '7' });
  const at = (minutes: number) => evaluate(failing(minutes), before, factsOf(), LIMITS).findings;
  const [still] = at(1);
  expect(at(1)).toHaveLength(1);
  expect(still).toMatchObject({
    change: 'continue',
    sentence: expect.stringMatching(/2 messages have failed four times or more\.$/),
  });
  expect(at(11)).toMatchObject([{ sentence: expect.stringContaining('takes no messages') }]);
});

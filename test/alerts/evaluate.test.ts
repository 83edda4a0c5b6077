import { describe, expect, test } from 'vitest';
import { type Before, evaluate, type Finding } from '../../src/alerts/evaluate.ts';
import { type AlertKey, type Facts, keyOf } from '../../src/alerts/given.ts';
import { ALERT_RULES } from '../../src/model/alert.ts';
import type { FailureReason } from '../../src/model/outcome.ts';
import type { Vitals } from '../../src/model/vitals.ts';
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

const held = (reason: FailureReason, minutes: number): Vitals =>
  vitalsOf({ workspaces: [workspaceVitals({ hold: { reason, since: minutesAgo(minutes) } })] });

const ofWorkspace = (of: Parameters<typeof workspaceVitals>[0]): Vitals =>
  vitalsOf({ workspaces: [workspaceVitals(of)] });

const ofEndpoint = (of: Parameters<typeof endpointVitals>[0]): Vitals =>
  vitalsOf({ endpoints: [endpointVitals(of)] });

const driftOf = (findings: Record<string, number>): Vitals =>
  vitalsOf({ drift: { finishedAt: minutesAgo(90), findings, failure: null } });

const diskOf = (diskUsed: number | null): Vitals =>
  vitalsOf({ database: { bytes: 1, connections: null, maxConnections: null, diskUsed } });

const workerSeen = (minutes: number): Vitals =>
  vitalsOf({
    processes: [
      { id: 'a', kind: 'work', works: true, version: '1', seenAt: minutesAgo(minutes) },
      { id: 'b', kind: 'serve', works: false, version: '1', seenAt: minutesAgo(0) },
    ],
  });

type Case = Readonly<{
  what: string;
  vitals?: Vitals;
  facts?: Partial<Facts>;
  alert: AlertKey;
  says: RegExp;
  /** For so many minutes it was found before. */
  found?: number;
  /** The same, and not worth a message yet. */
  notYet: readonly (readonly [Vitals, Partial<Facts>?])[];
}>;

const jump = (fresh: number, usualPerHour: number): Partial<Facts> => ({
  jumps: [{ reason: 'user_not_found', fresh, usualPerHour }],
});

const CASES: readonly Case[] = [
  {
    what: 'a key that Seam rejects',
    vitals: held('seam_unauthorized', 2),
    alert: { rule: 'key_refused', about: '' },
    says: /^Seam rejects our API key, for 2 min: nothing is checked or linked meanwhile\.$/,
    notYet: [[held('seam_unauthorized', 0.5)]],
  },
  {
    what: 'a key that lacks a permission',
    vitals: held('seam_forbidden', 2),
    alert: { rule: 'key_refused', about: '' },
    says: /lacks a permission/,
    notYet: [[held('seam_forbidden', 0.5)]],
  },
  {
    what: 'a workspace that Seam has suspended',
    vitals: ofWorkspace({
      workspaceId: 'ws1',
      hold: { reason: 'workspace_suspended', since: minutesAgo(2) },
    }),
    alert: { rule: 'key_refused', about: 'ws1' },
    says: /^Seam has suspended the workspace for Main \(ws1\), for 2 min/,
    notYet: [],
  },
  {
    what: 'that Seam throttles us',
    vitals: held('seam_rate_limited', 11),
    alert: { rule: 'seam_throttled', about: '' },
    says: /slow down, for 11 min/,
    notYet: [[held('seam_rate_limited', 9)]],
  },
  {
    what: 'that Seam is away',
    vitals: held('seam_unavailable', 11),
    alert: { rule: 'seam_away', about: '' },
    says: /can't be reached.*for 11 min/,
    notYet: [[held('seam_unavailable', 9)], [held('seam_timeout', 9)]],
  },
  {
    what: 'that Seam is away, where nothing is to be checked',
    vitals: ofWorkspace({ backfillFailingSince: minutesAgo(11) }),
    alert: { rule: 'seam_away', about: '' },
    says: /list of events can't be read, for 11 min/,
    notYet: [[ofWorkspace({ backfillFailingSince: minutesAgo(9) })]],
  },
  {
    what: 'that webhooks stopped',
    vitals: ofWorkspace({ silence: { since: minutesAgo(12), events: 3 } }),
    alert: { rule: 'silence', about: '' },
    says: /^No webhook brought Seam's latest 3 events\./,
    notYet: [[vitalsOf()]],
  },
  {
    what: 'a webhook that is registered wrongly',
    facts: { webhooks: [{ workspaceId: 'ws1', problems: ['It is gone.'] }] },
    alert: { rule: 'webhook_wrong', about: 'ws1' },
    says: /for Main \(ws1\) isn't what we need: It is gone\.$/,
    notYet: [
      [vitalsOf(), { webhooks: [{ workspaceId: 'ws1', problems: [] }] }],
      [vitalsOf(), { webhooks: [{ workspaceId: 'ws1', problems: null }] }],
    ],
  },
  {
    what: 'a backlog',
    vitals: ofWorkspace({ owed: 1200, oldestDueAt: minutesAgo(11) }),
    alert: { rule: 'backlog', about: '' },
    says: /due for 11 min, and 1,200 connections wait\.$/,
    notYet: [
      [ofWorkspace({ owed: 1200, oldestDueAt: minutesAgo(9) })],
      [ofWorkspace({ owed: 1, oldestDueAt: minutesAgo(99), pausedSince: minutesAgo(99) })],
    ],
  },
  {
    what: 'deliveries that nobody counts',
    vitals: vitalsOf({ uncounted: 1, uncountedSince: minutesAgo(11) }),
    alert: { rule: 'intake_stuck', about: '' },
    says: /1 stored webhook waits to be counted, the oldest for 11 min\.$/,
    notYet: [[vitalsOf({ uncounted: 1, uncountedSince: minutesAgo(9) })]],
  },
  {
    what: 'messages that get no place in the order',
    vitals: vitalsOf({ unarranged: 2, unarrangedSince: minutesAgo(11) }),
    alert: { rule: 'intake_stuck', about: '' },
    says: /2 messages for your app wait for their place/,
    notYet: [[vitalsOf({ unarranged: 2, unarrangedSince: minutesAgo(9) })]],
  },
  {
    what: 'a reason that comes up far more often',
    facts: jump(21, 0.2),
    alert: { rule: 'reason_jump', about: 'user_not_found' },
    says: /^21 connections have begun to fail within an hour, where less than one is usual: None of our users/,
    notYet: [
      [vitalsOf(), jump(20, 0)],
      [vitalsOf(), jump(50, 10)],
    ],
  },
  {
    what: 'an endpoint that takes nothing',
    vitals: ofEndpoint({ trouble: 'failing', since: minutesAgo(11) }),
    alert: { rule: 'endpoint_failing', about: '7' },
    says: /endpoint "the app" takes no messages, for 11 min/,
    notYet: [
      [ofEndpoint({ trouble: 'failing', since: minutesAgo(9) })],
      [ofEndpoint({ trouble: 'disabled', since: minutesAgo(999) })],
      [ofEndpoint({ trouble: 'dead_letters', dead: 3 })],
    ],
  },
  {
    what: 'an endpoint that was switched off',
    vitals: ofEndpoint({ trouble: 'switched_off', since: minutesAgo(0) }),
    alert: { rule: 'endpoint_failing', about: '7' },
    says: /we have switched it off/,
    notYet: [],
  },
  {
    what: 'what a comparison found for a person',
    vitals: driftOf({ not_linked: 2 }),
    alert: { rule: 'drift_found', about: 'not_linked' },
    says: /found 2 accounts for a person to see to: Not linked, though/,
    notYet: [[driftOf({ gone: 3, deleted: 2, not_linked: 0 })], [vitalsOf({ drift: null })]],
  },
  {
    what: 'that no worker was heard of',
    vitals: workerSeen(3),
    alert: { rule: 'no_worker', about: '' },
    says: /^No worker is running/,
    found: 2,
    // One that was killed long ago is still known when the next one is stopped for a deploy, or nobody could be heard of.
    notYet: [[workerSeen(90)], [workerSeen(0.1)], [vitalsOf({ processes: [] })]],
  },
  {
    what: 'a database that is nearly full',
    vitals: diskOf(0.861),
    alert: { rule: 'database_full', about: '' },
    says: /86 % is in use/,
    notYet: [[diskOf(0.849)], [diskOf(null)]],
  },
];

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

test('that there is no worker is remembered from when it was found', () => {
  const none = vitalsOf({ processes: [] });
  const first = evaluate(none, NOTHING_BEFORE, factsOf(), LIMITS);
  const at = (minutes: number) =>
    evaluate(
      none,
      { ...NOTHING_BEFORE, pending: first.pending },
      factsOf({ now: after(minutes) }),
      LIMITS,
    );
  expect([first.findings, at(1.9).findings]).toEqual([[], []]);
  expect(at(2).findings).toEqual([
    expect.objectContaining({ change: 'begin', rule: 'no_worker', since: MEASURED_AT }),
  ]);
  // And forgotten, once there is one again.
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

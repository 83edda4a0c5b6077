import { expect, test } from 'vitest';
import { CHANGES } from '../../../src/audit-log/record.ts';
import { MESSAGE_TYPES } from '../../../src/model/message.ts';
import { SETTLED_OUTCOMES } from '../../../src/model/outcome.ts';
import { EVENT_TYPES } from '../../../src/seam/events.ts';
import {
  answersTold,
  appTold,
  changeTold,
  eventTold,
  NOTHING_CHANGED,
  runTold,
  severalTimes,
  turnTold,
} from '../../../src/support/cases/timeline-words.ts';

test.each(EVENT_TYPES)('%s is told in plain words, by the maker’s name', type => {
  const { sentence } = eventTold(type, 'August');
  expect(sentence).toMatch(/^(?:August|The user)/);
  expect(sentence).not.toMatch(/[._]|undefined/);
});

test('that a lock lost access is told so, and as bad', () => {
  const told = eventTold('connected_account.disconnected', 'August');
  expect(told).toEqual({ sentence: 'August lost access', mood: 'bad' });
});

test.each([...SETTLED_OUTCOMES, 'interrupted'])(
  'a check that came to %s is told in words',
  outcome => {
    expect(runTold({ outcome, reason: null }).sentence).not.toMatch(/_|undefined/);
  },
);

test.each(CHANGES)('that somebody did %s is told with their name', action => {
  expect(changeTold(action, 'Grace').sentence).toMatch(/^Grace [a-z]/);
});

test('what a newer version wrote is told as it is', () => {
  expect(eventTold('connected_account.moved', 'August').sentence).toContain(
    'connected_account.moved',
  );
  expect(runTold({ outcome: 'failed', reason: 'too_new' }).sentence).toBe('Checked: too_new');
  expect(runTold({ outcome: 'too_new', reason: null }).sentence).toBe('Checked: too_new');
  expect(changeTold('constructor', 'Grace').sentence).toBe('Grace constructor');
});

test('checks that changed nothing are counted', () => {
  expect(severalTimes(NOTHING_CHANGED, 1)).toBe('Checked, nothing changed');
  expect(severalTimes(NOTHING_CHANGED, 14)).toBe('Checked 14 times, nothing changed');
});

test.each(MESSAGE_TYPES)(
  'what an account came to is told of %s, where it came to something',
  type => {
    const turn = turnTold(type, 'August');
    expect(turn !== null).toBe(/^account\.(?:disc|reco|reau|dele)/.test(type));
    if (turn !== null) expect(turn.sentence).toMatch(/^August [a-z ]+$/);
  },
);

const sending = (more: object) => ({
  ...({ endpointId: 1, endpointName: 'app', state: 'delivered', failedAttempts: 0 } as const),
  ...{ dueAt: null, finishedAt: null, tries: [] },
  ...more,
});
const tried = {
  at: new Date(0),
  durationMs: 4,
  status: 500,
  fault: 'It answered 500.',
  answer: 'Ouch',
};

test.each([
  ['nothing where it is sent to none', [], null, 'plain'],
  ['that it was taken', [sending({})], 'app: Delivered', 'plain'],
  [
    'what it answered, and that it was given up',
    [sending({ state: 'dead', failedAttempts: 9, tries: [tried] })],
    'app: Given up after 9 tries: It answered 500., the app answered 500 “Ouch”',
    'bad',
  ],
  ['that it waits', [sending({ state: 'waiting' })], 'app: Waiting', 'warn'],
] as const)('of the app’s answers: %s', (_, sendings, told, mood) => {
  expect(answersTold(sendings)).toBe(told);
  const message = { type: 'account.linked', userId: 'ada', data: {}, sendings } as const;
  expect(appTold(message)).toEqual({ sentence: 'The app was told: Linked to ada', mood });
});

import { expect, test } from 'vitest';
import { CHANGES } from '../../../src/audit-log/record.ts';
import { SETTLED_OUTCOMES } from '../../../src/model/outcome.ts';
import { EVENT_TYPES } from '../../../src/seam/events.ts';
import {
  changeTold,
  checkedTimes,
  eventTold,
  runTold,
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
  expect(checkedTimes(1)).toBe('Checked, nothing changed');
  expect(checkedTimes(14)).toBe('Checked 14 times, nothing changed');
});

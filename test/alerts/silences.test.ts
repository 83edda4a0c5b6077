import { expect, test } from 'vitest';
import { isOwedMessage, isSilenced, type Silence } from '../../src/alerts/silences.ts';
import { MEASURED_AT as NOW } from '../fixtures/vitals.ts';

const at = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);
const ALERT = { rule: 'silence', about: 'ws1' } as const;

const silence = (of: Partial<Silence> = {}): Silence => ({
  rule: null,
  about: null,
  at: at(-10),
  until: at(10),
  endedAt: null,
  ...of,
});

test.each([
  [true, {}],
  [true, { rule: 'silence' }],
  [true, { rule: 'silence', about: 'ws1' }],
  [false, { rule: 'backlog' }],
  [false, { rule: 'silence', about: 'ws2' }],
  [false, { until: NOW }],
  [false, { endedAt: at(-1) }],
  [false, { at: at(1) }],
  [true, { endedAt: at(1) }],
] as const)('%s: %j', (isIt, of) => {
  expect(isSilenced(ALERT, [silence(of)], NOW)).toBe(isIt);
});

test.each([
  ['never told', true, null, []],
  ['told', false, at(-60), []],
  ['never told, and silenced', false, null, [silence()]],
  ['told, and silenced since', false, at(-60), [silence()]],
  ['told before a silence that is over', true, at(-60), [silence({ until: at(-1) })]],
  ['told before a silence that was ended', true, at(-60), [silence({ endedAt: at(-1) })]],
  ['told after it', false, at(-1), [silence({ until: at(-2) })]],
  [
    'told before one of something else',
    false,
    at(-60),
    [silence({ rule: 'backlog', until: at(-1) })],
  ],
  ['silenced by another still', false, at(-60), [silence({ until: at(-1) }), silence()]],
] as const)('%s: owed %s', (_what, isOwed, lastToldAt, silences) => {
  expect(isOwedMessage(ALERT, lastToldAt, silences, NOW)).toBe(isOwed);
});

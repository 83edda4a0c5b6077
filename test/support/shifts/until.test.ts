import { expect, test } from 'vitest';
import { parseUntil } from '../../../src/support/shifts/until.ts';

const read = (text: string, now: string, timeZone = 'UTC'): string | null =>
  parseUntil(text, { now: new Date(now), timeZone, untilNews: true }).until?.toISOString() ?? null;

// A Friday.
const NOW = '2026-11-27T22:30:00.000Z';

test.each([
  ['1h', 'UTC', '2026-11-27T23:30:00.000Z'],
  ['3d', 'UTC', '2026-11-30T22:30:00.000Z'],
  ['tomorrow', 'UTC', '2026-11-28T09:00:00.000Z'],
  // There it is Friday, still, …
  ['tomorrow', 'America/New_York', '2026-11-28T14:00:00.000Z'],
  // … and here Saturday already.
  ['tomorrow', 'Asia/Kolkata', '2026-11-29T03:30:00.000Z'],
  ['monday', 'Europe/Berlin', '2026-11-30T08:00:00.000Z'],
  ['2026-12-01', 'Europe/Berlin', '2026-12-01T08:00:00.000Z'],
  ['2026-12-01T14:00', 'Europe/Berlin', '2026-12-01T13:00:00.000Z'],
  ['2026-12-01T14:00Z', 'Europe/Berlin', '2026-12-01T14:00:00.000Z'],
  ['2026-12-01T14:00+05:30', 'Europe/Berlin', '2026-12-01T08:30:00.000Z'],
  [' news ', 'UTC', null],
])('%s in %s', (text, zone, until) => {
  expect(read(text, NOW, zone)).toBe(until);
});

test('on a Monday, Monday is the next one', () => {
  expect(read('monday', '2026-11-30T07:00:00Z')).toBe('2026-12-07T09:00:00.000Z');
});

test.each([
  // The clocks of Berlin go back in the night, and forward in spring.
  ['2026-10-24T20:00:00Z', '2026-10-25T08:00:00.000Z'],
  ['2026-03-28T20:00:00Z', '2026-03-29T07:00:00.000Z'],
])('nine o’clock is nine by the clocks of the morning after (%s)', (now, until) => {
  expect(read('tomorrow', now, 'Europe/Berlin')).toBe(until);
});

test('an hour that the clocks leave out is the one after', () => {
  expect(read('2026-03-29T02:30', NOW, 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
});

test.each(['', 'soon', '2026-02-30', '2026-12-01T25:00', 'nul\0'])(
  'what is no time is refused: %j',
  text => {
    expect(() => read(text, NOW)).toThrow(
      expect.objectContaining({ fault: 'invalid', faults: { until: expect.any(String) } }),
    );
  },
);

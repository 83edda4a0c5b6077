import { expect, test } from 'vitest';
import { retryAfterMs } from '../../src/endpoints/retry-after.ts';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const SERVER = 'Fri, 27 Nov 2026 11:00:00 GMT';

test.each<[string | undefined, number | null]>([
  ['0', 0],
  ['120', 120_000],
  [' 120 ', 120_000],
  ['Fri, 27 Nov 2026 12:02:00 GMT', 120_000],
  ['Friday, 27-Nov-26 12:02:00 GMT', 120_000],
  ['Fri Nov 27 12:02:00 2026', 120_000],
  ['Fri, 27 Nov 2026 11:00:00 GMT', 0],
  [undefined, null],
  ['', null],
  ['soon', null],
  ['-5', null],
  ['1.5', null],
  ['1e3', null],
  ['99999999999999999999', null],
  ['2026', 2_026_000],
  ['2026-11-27', null],
  ['Fri, 99 Nov 2026 12:02:00 GMT', null],
  ['120, 240', null],
  ['\u0661\u0662', null],
])('%j', (value, ms) => {
  expect(retryAfterMs({ 'retry-after': value }, NOW)).toBe(ms);
});

test('a date is of the clock of whoever says it', () => {
  const headers = { 'retry-after': 'Fri, 27 Nov 2026 11:00:30 GMT', date: SERVER };
  expect(retryAfterMs(headers, NOW)).toBe(30_000);
  expect(retryAfterMs({ ...headers, date: 'some time' }, NOW)).toBe(0);
});

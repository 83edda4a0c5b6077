import { expect, test } from 'vitest';
import { readSpan } from '../../src/cli/moment.ts';
import { parseMoment } from '../../src/model/moment.ts';

const NOW = new Date('2026-11-22T14:00:00Z');
const read = (text: string): string | undefined => parseMoment(text, NOW)?.toISOString();

test.each([
  ['90s', '2026-11-22T13:58:30.000Z'],
  ['3d', '2026-11-19T14:00:00.000Z'],
  ['2w', '2026-11-08T14:00:00.000Z'],
  ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  ['2026-11-20T10:00', '2026-11-20T10:00:00.000Z'],
  ['2026-11-20T10:00:30.5Z', '2026-11-20T10:00:30.500Z'],
  ['2026-11-20T10:00+02:00', '2026-11-20T08:00:00.000Z'],
])('%s is %s', (text, time) => {
  expect(read(text)).toBe(time);
});

test.each([
  '',
  '3',
  '3 days',
  '-3d',
  'yesterday',
  '2026-02-30',
  '2026-13-01',
  '20/11/2026',
  '999999999w',
  '2026-11-20T25:00Z',
])('%j is no moment, and is never guessed at', text => {
  expect(read(text)).toBeUndefined();
});

test('a span ends now, unless it is told otherwise', () => {
  expect(readSpan({ since: '1d' }, NOW)).toEqual({
    since: new Date('2026-11-21T14:00Z'),
    until: NOW,
  });
  expect(readSpan({ since: '2d', until: '1d' }, NOW).until).toEqual(new Date('2026-11-21T14:00Z'));
});

test.each([
  [{ since: 'yesterday' }, "--since 'yesterday' can't be read"],
  [{ since: '1d', until: 'now' }, "--until 'now' can't be read"],
  [{ since: '2999-01-01' }, '--since must be in the past'],
  [{ since: '1d', until: '2999-01-01' }, '--until must be in the past'],
  [{ since: '1d', until: '2d' }, '--until must be later'],
  [{ since: '367d' }, '366 days at most'],
])('%j is refused in words', (options, words) => {
  expect(() => readSpan(options, NOW)).toThrow(words);
});

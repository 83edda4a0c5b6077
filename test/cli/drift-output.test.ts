import { expect, test } from 'vitest';
import { formatProgress } from '../../src/cli/progress.ts';
import { csvLine } from '../../src/support/finding/csv.ts';

test('no cell of a CSV is a formula, and each stays one cell', () => {
  expect(csvLine(['=1+1', '+1', '-1', '@SUM(A1)', '\tx'])).toBe(`'=1+1,'+1,'-1,'@SUM(A1),'\tx`);
  expect(csvLine(['a "b", c', 'two\nlines', null, 'plain'])).toBe(
    '"a ""b"", c","two\nlines",,plain',
  );
});

test('a cell begins no formula where `;`, tabs or line ends part cells, either', () => {
  expect(csvLine(['Ada;=HYPERLINK(1)', 'x;  "@SUM(A1)', 'a\n-1', 'a; b=1'])).toBe(
    `Ada;'=HYPERLINK(1),"x;  ""'@SUM(A1)","a\n'-1",a; b=1`,
  );
});

test('progress has a bar, a rate and the time left', () => {
  expect(formatProgress({ done: 1_200, expected: 4_800, elapsedMs: 8_000 }, 'accounts')).toBe(
    '[######------------------] 1,200 of about 4,800 accounts, 150/s, 24 s left',
  );
  expect(formatProgress({ done: 1, expected: 100_000, elapsedMs: 1_000 }, 'accounts')).toContain(
    '27 h 47 min left',
  );
});

test.each([
  { done: 300, expected: 0, elapsedMs: 2_000 },
  { done: 300, expected: 200, elapsedMs: 2_000 },
])('where nobody knows how many there are it promises nothing: %j', progress => {
  expect(formatProgress(progress, 'accounts')).toBe('300 accounts, 150/s');
});

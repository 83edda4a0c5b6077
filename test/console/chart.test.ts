import { expect, test } from 'vitest';
import { chart, roundUp } from '../../src/console/view/chart.ts';

const MINUTES = [
  '2026-11-22T14:00:00.000Z',
  '2026-11-22T14:01:00.000Z',
  '2026-11-22T14:02:00.000Z',
];
const draw = (values: (number | null)[], kind: 'lines' | 'bars' = 'lines'): string =>
  chart({
    id: 'it',
    title: 'How long <it> took',
    kind,
    minutes: MINUTES,
    series: [{ label: 'p95', values }],
    show: value => `${value} ms`,
    empty: 'Nothing took place.',
  }).toString();

test.each([
  [0, 1],
  [1, 1],
  [1.1, 2],
  [3, 5],
  [7, 10],
  [51, 100],
  [0.03, 0.05],
])('an axis up to %f ends at %f', (value, end) => {
  expect(roundUp(value)).toBeCloseTo(end);
});

test('whoever can’t see the picture has its numbers as a table, the latest first', () => {
  const drawn = draw([4, null, 8]);
  expect(drawn).toContain('role="img" aria-labelledby="it-name it-told"');
  expect(drawn).toMatch(/<title id="it-name">How long &lt;it&gt; took<\/title>/);
  const rows = [...drawn.matchAll(/>(\d\d:\d\d)<\/time><\/th><td class="number">([^<]*)</g)];
  expect(rows.map(([, minute, value]) => [minute, value])).toEqual([
    ['14:02', '8 ms'],
    ['14:00', '4 ms'],
  ]);
});

test('a line has a gap where there is no value, and a value alone is seen as a dot', () => {
  const drawn = draw([4, null, 8]);
  expect(drawn).toContain('d="M0 72M600 24"');
  expect(drawn).toContain('d="M0 72h0.1M600 24h0.1"');
  expect(draw([4, 8, 8])).toContain('d="M0 72L300 24L600 24"');
});

test('bars are no lower than can be seen, and nothing is drawn of nothing', () => {
  expect(draw([1, 1000, 0], 'bars')).toContain('d="M0 120v-2h160v2zM200 120v-120h160v120z"');
  expect(draw([0, null, 0])).toContain('Nothing took place.');
  expect(draw([0, null, 0])).not.toContain('<svg');
});

test('the strict content policy has nothing to refuse', () => {
  expect(draw([4, 5, 6])).not.toMatch(/\sstyle=|<script|\son\w+=/);
});

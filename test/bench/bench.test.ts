import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseOptions } from './options.ts';
import { barChart, plotOf } from './plot.ts';
import { documentText, isMet, type Report, reportText, type Section } from './report.ts';
import { collectRounds, one, percentile, spreadOf } from './stats.ts';

const said: string[] = [];
beforeEach(() => {
  said.length = 0;
  const write = (text: unknown): boolean => said.push(String(text)) > 0;
  vi.spyOn(process.stderr, 'write').mockImplementation(write);
  vi.spyOn(process.stdout, 'write').mockImplementation(write);
});
afterEach(() => void vi.restoreAllMocks());

test('a percentile is a value that was measured, the 99th not the highest of a thousand', () => {
  const values = Array.from({ length: 1_000 }, (_, index) => 1_000 - index);
  expect(percentile(values, 0.5)).toBe(500);
  expect(percentile(values, 0.99)).toBe(990);
  expect(percentile(values, 1)).toBe(1_000);
  expect(percentile([7], 0.01)).toBe(7);
  expect(percentile([], 0.5)).toBeNaN();
});

test('a spread sorts by number, and takes the middle of two for an even count', () => {
  expect(spreadOf([100, 9, 20])).toEqual({ median: 20, min: 9, max: 100 });
  expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 });
});

test('a ratio is taken within each round, so a slow round does not change it', () => {
  const rounds = collectRounds<'ours' | 'theirs', 'rate'>();
  rounds.add({ ours: { rate: 400 }, theirs: { rate: 100 } });
  rounds.add({ ours: { rate: 40 }, theirs: { rate: 10 } });
  rounds.add({ ours: { rate: 300 }, theirs: { rate: 100 } });
  expect(rounds.ratio('rate', 'ours', 'theirs')).toEqual({ median: 4, min: 3, max: 4 });
  expect(rounds.spread('theirs', 'rate')).toEqual({ median: 100, min: 10, max: 100 });
});

const SECTION: Section = {
  id: 'speed',
  title: 'Speed',
  method: 'As fast as it goes.',
  rows: [
    { name: '`ours`', figures: { 'requests/s': { median: 12_345.6, min: 9_000, max: 20_000 } } },
    { name: 'theirs & <co>', figures: { 'requests/s': one(0.012345) } },
  ],
  ratios: [
    { name: 'fast', spread: { median: 4, min: 1, max: 9 }, aim: { op: '>=', value: 4 } },
    { name: 'slow', spread: one(1.31), aim: { op: '<=', value: 1.3 } },
    { name: 'told', spread: one(2), aim: null },
  ],
  plot: { figure: 'requests/s', title: 'Requests per second' },
};
const REPORT: Report = {
  command: 'npm run bench -- --quick',
  date: '2026-01-02',
  machine: { cpu: 'A CPU', cores: 2, memoryGib: 4, node: '24.0.0' },
  sections: [SECTION],
};

test('the report says figures with their spread, and of each ratio whether its aim is met', () => {
  const text = reportText(REPORT);
  expect(text).toContain('| `ours` | 12,346 (9,000–20,000) |');
  expect(text).toContain('| theirs & <co> | 0.0123 |');
  expect(text).toContain('| fast | 4 (1–9) | ≥ 4: met |');
  expect(text).toContain('| slow | 1.31 | ≤ 1.3: missed |');
  expect(text).toContain('| told | 2 |  |');
  expect(SECTION.ratios.map(isMet)).toEqual([true, false, null]);
});

test('the document tells how to repeat it and shows the plot, which a terminal does not', () => {
  const image = '![Requests per second](performance-speed.svg)';
  const document = documentText(REPORT);
  expect(document).toMatch(/^# Performance\n/);
  expect(document).toContain('`npm run bench -- --quick`');
  expect(document).toContain('A CPU, 2 cores, 4 GiB, Node 24.0.0');
  expect(document).toContain(image);
  expect(reportText(REPORT)).not.toContain(image);
});

const numbersOf = (svg: string, pattern: RegExp): number[] =>
  [...svg.matchAll(pattern)].map(match => Number(match[1]));

test('bars are as long as their medians, whiskers reach from least to most, and stay inside', () => {
  const svg = barChart('Speeds', [
    { label: 'full', spread: { median: 100, min: 50, max: 200 } },
    { label: 'half', spread: one(50) },
    { label: 'none', spread: one(Number.NaN) },
  ]);
  const [full = 0, half = 0, ...more] = numbersOf(svg, /class="bar"[^>]* width="([\d.]+)"/g);
  expect(full).toBeGreaterThan(0);
  expect(full / half).toBeCloseTo(2, 1);
  expect(more).toEqual([]);
  const [, left = 0, to = 0] =
    /class="whisker" d="M([\d.]+) [\d.]+H([\d.]+)/.exec(svg)?.map(Number) ?? [];
  const [start = 0] = numbersOf(svg, /class="bar" x="([\d.]+)"/g);
  expect((to - start) / (left - start)).toBeCloseTo(4, 1);
  expect(svg.match(/class="whisker"/g)).toHaveLength(1);
  const [width = 0] = numbersOf(svg, /viewBox="0 0 (\d+)/g);
  expect(Math.max(...numbersOf(svg, / x="([\d.]+)"/g))).toBeLessThan(width);
});

test('a plot can be read aloud, and takes any label as text', () => {
  const svg = plotOf(SECTION) ?? '';
  expect(svg).toMatch(/<svg [^>]*role="img"[^>]*>\n<title id="title">Requests per second<\/title>/);
  expect(svg).toContain('>ours</text>');
  expect(svg).toContain('theirs &#38; &#60;co&#62;');
  expect(svg).toContain('>12,346</text>');
});

test('a plot of the ratios has a bar for each of them, and a section without a plot has none', () => {
  const { plot: _none, ...plain } = SECTION;
  const svg = plotOf({ ...plain, plot: { ratios: true, title: 'Ratios' } }) ?? '';
  expect(svg.match(/class="bar"/g)).toHaveLength(3);
  expect(plotOf(plain)).toBeNull();
});

const KNOWN = ['growth', 'burst'];

test.each([
  { args: ['--only', 'nonsense'], says: 'Choose from: growth, burst' },
  { args: ['--rounds', '0'], says: 'from 1 to 50' },
  { args: ['--rounds', '2.5'], says: 'from 1 to 50' },
  { args: ['--write', '--only', 'burst'], says: 'leave out --only' },
  { args: ['burst'], says: 'too many arguments' },
  { args: ['--fast'], says: 'unknown option' },
  { args: ['--quick', '--write'], says: 'leave out --quick' },
])('$args is a usage error that says what to do', ({ args, says }) => {
  expect(parseOptions(args, KNOWN)).toBe(2);
  expect(said.join('')).toContain(says);
});

test('quick means one round unless another number is asked for; help is no error', () => {
  expect(parseOptions([], KNOWN)).toMatchObject({
    quick: false,
    rounds: 3,
    only: [],
    write: false,
  });
  const quick = { quick: true, rounds: 1, only: ['burst'] };
  expect(parseOptions(['--quick'], KNOWN, ['burst'])).toMatchObject(quick);
  expect(parseOptions(['--quick', '--rounds', '3', '--only', 'burst'], KNOWN)).toMatchObject({
    rounds: 3,
    only: ['burst'],
  });
  expect(parseOptions(['--help'], KNOWN)).toBe(0);
  expect(said.join('')).toMatch(/not with\s+--only/);
});

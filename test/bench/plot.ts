import { figure, type Section } from './report.ts';
import type { Spread } from './stats.ts';

export type Bar = Readonly<{ label: string; spread: Spread }>;

const WIDTH = 720;
const MARGIN = 24;
const HEADING = 56;
const BAR = 16;
/** From one bar to the next, the label above it included. */
const STEP = 48;
/** Kept free on the right for the value of the longest bar. */
const VALUE_WIDTH = 72;

/** Its own background, so that it can be read on any page; dark where the reader's system is. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 16px; font-weight: 600 }
  .paper { fill: #ffffff; stroke: #d0d7de }
  .bar { fill: #4c8dd6 }
  .whisker { stroke: #1f2328; stroke-width: 1.5; fill: none }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .paper { fill: #161b22; stroke: #30363d }
    .whisker { stroke: #e6edf3 }
  }`;

const escapeXml = (text: string): string =>
  text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);

const round = (value: number): number => Math.round(value * 10) / 10;

/**
 * A bar chart as an SVG text: the median of each as a bar from nought, least to most as a whisker, the
 * value beside it. A value that is no number gets no bar.
 */
export const barChart = (title: string, bars: readonly Bar[]): string => {
  const known = bars.flatMap(({ spread }) => [spread.median, spread.max]).filter(Number.isFinite);
  const most = Math.max(0, ...known);
  const toX = (value: number): number =>
    round(most === 0 ? 0 : (value / most) * (WIDTH - 2 * MARGIN - VALUE_WIDTH));
  const height = HEADING + bars.length * STEP + MARGIN / 2;
  const name = escapeXml(title);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${name}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="paper" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="6"/>`,
    `<text class="title" x="${MARGIN}" y="34">${name}</text>`,
    ...bars.map((bar, index) => barText(bar, HEADING + index * STEP, toX)),
    '</svg>',
  ].join('\n')}\n`;
};

const barText = ({ label, spread }: Bar, top: number, toX: (value: number) => number): string => {
  const { median, min, max } = spread;
  const labelled = `<text x="${MARGIN}" y="${top + 12}">${escapeXml(label)}</text>`;
  if (!Number.isFinite(median)) return labelled;
  const y = top + 18;
  const middle = y + BAR / 2;
  const [from, to] = [MARGIN + toX(min), MARGIN + toX(max)];
  return [
    labelled,
    `<rect class="bar" x="${MARGIN}" y="${y}" width="${toX(median)}" height="${BAR}" rx="2"/>`,
    ...(min === max
      ? []
      : [
          `<path class="whisker" d="M${from} ${middle}H${to}M${from} ${middle - 5}v10M${to} ${middle - 5}v10"/>`,
        ]),
    `<text x="${MARGIN + toX(Math.max(median, max)) + 8}" y="${middle + 4}">${figure(median)}</text>`,
  ].join('\n');
};

/** The plot of a section; null where it has none. */
export const plotOf = ({ plot, rows, ratios }: Section): string | null => {
  if (plot === undefined) return null;
  const bars = 'ratios' in plot ? ratios.map(toBar) : rows.flatMap(row => barOf(row, plot.figure));
  return barChart(plot.title, bars);
};

const toBar = ({ name, spread }: Section['ratios'][number]): Bar => ({ label: name, spread });

const barOf = ({ name, figures }: Section['rows'][number], of: string): Bar[] => {
  const spread = figures[of];
  // Labels are Markdown elsewhere; here they are text.
  return spread === undefined ? [] : [{ label: name.replaceAll('`', ''), spread }];
};

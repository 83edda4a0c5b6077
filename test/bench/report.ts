import type { Spread } from './stats.ts';

/** What one contender showed: figure name (with its unit) → median, least and most of the rounds. */
export type Row = Readonly<{ name: string; figures: Readonly<Record<string, Spread>> }>;

/** A ratio of two figures of the same round; the median of all rounds counts. */
export type Ratio = Readonly<{
  name: string;
  spread: Spread;
  /** Null for what is only told. */
  aim: Readonly<{ op: '>=' | '<='; value: number }> | null;
}>;

export type Section = Readonly<{
  id: string;
  title: string;
  /** How it was measured, in a sentence or two. */
  method: string;
  rows: readonly Row[];
  ratios: readonly Ratio[];
  /** For a plot: one of the figures of all rows, or the ratios. */
  plot?: Readonly<{ title: string } & ({ figure: string } | { ratios: true })>;
}>;

type Machine = Readonly<{ cpu: string; cores: number; memoryGib: number; node: string }>;

export type Report = Readonly<{
  command: string;
  date: string;
  machine: Machine;
  sections: readonly Section[];
}>;

export const isMet = ({ aim, spread }: Ratio): boolean | null => {
  if (aim === null) return null;
  return aim.op === '>=' ? spread.median >= aim.value : spread.median <= aim.value;
};

/** Three significant digits, as a person writes them. */
export const figure = (value: number): string => {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
};

const spreadText = ({ median, min, max }: Spread): string =>
  min === max ? figure(median) : `${figure(median)} (${figure(min)}–${figure(max)})`;

const aimText = (ratio: Ratio): string => {
  if (ratio.aim === null) return '';
  const { op, value } = ratio.aim;
  return `${op === '>=' ? '≥' : '≤'} ${figure(value)}: ${isMet(ratio) ? 'met' : 'missed'}`;
};

/** The plot's file, beside the document. */
export const plotFile = ({ id }: Section): string => `performance-${id}.svg`;

/** A section in Markdown: a table of figures, one of ratios and, where it has a file, the plot. */
const sectionText = (section: Section, hasPlotFile: boolean): string => {
  const { title, method, rows, ratios, plot } = section;
  const names = [...new Set(rows.flatMap(row => Object.keys(row.figures)))];
  const cell = (row: Row, name: string): string => {
    const spread = row.figures[name];
    return spread === undefined ? '' : spreadText(spread);
  };
  const figures = [
    `| | ${names.join(' | ')} |`,
    `| --- |${' ---: |'.repeat(names.length)}`,
    ...rows.map(row => `| ${row.name} | ${names.map(name => cell(row, name)).join(' | ')} |`),
  ];
  const ratioTable = [
    '| ratio | | aim |',
    '| --- | ---: | --- |',
    ...ratios.map(ratio => `| ${ratio.name} | ${spreadText(ratio.spread)} | ${aimText(ratio)} |`),
  ];
  return [
    `## ${title}`,
    method,
    figures.join('\n'),
    ...(ratios.length > 0 ? [ratioTable.join('\n')] : []),
    ...(hasPlotFile && plot !== undefined ? [`![${plot.title}](${plotFile(section)})`] : []),
  ]
    .join('\n\n')
    .concat('\n');
};

const machineText = ({ cpu, cores, memoryGib, node }: Machine): string =>
  `${cpu}, ${cores} cores, ${memoryGib} GiB, Node ${node}`;

/** For a terminal. */
export const reportText = ({ command, date, machine, sections }: Report): string =>
  [
    `\`${command}\` on ${date}: ${machineText(machine)}. Everything below was measured on this machine, load`,
    'generator, Postgres and Redis included. Median of the rounds (least–most).',
    '',
    ...sections.map(section => sectionText(section, false)),
  ].join('\n');

/** For docs/performance.md, with its plots beside it. */
export const documentText = ({ command, date, machine, sections }: Report): string =>
  [
    '# Performance',
    '',
    'How fast webhooks are acknowledged with the event safely stored, and how fast they are worked off; beside',
    'what people write, and beside the ceiling of the same machine. The ratios carry over to other machines, the',
    'figures do not. Each figure is the median of the rounds (least–most in brackets).',
    '',
    `Measured on ${date} with \`${command}\` (which repeats it) on ${machineText(machine)};`,
    'the load generator, Postgres (default durability) and Redis ran there, too.',
    '',
    ...sections.map(section => sectionText(section, true)),
  ].join('\n');

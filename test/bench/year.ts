import type { Options } from './options.ts';
import type { Ratio, Row, Section } from './report.ts';
import type { Rig } from './rig.ts';
import { one } from './stats.ts';
import { boundOf } from './year-bounds.ts';
import { LOOPS, measureLoop } from './year-loops.ts';
import { measurePages } from './year-pages.ts';
import {
  DELIVERIES_A_YEAR,
  extrapolate,
  type Growth,
  type Shape,
  shapeOfYear,
} from './year-shape.ts';
import { openYear, readTables, type YearSite } from './year-site.ts';

/** Of a year; the second is as often the first as it takes to tell a line from a curve. */
const FRACTIONS = [0.0025, 0.01] as const;
const FRACTIONS_QUICK = [0.0005, 0.002] as const;
const MEGABYTE = 1e6;
const FULL = shapeOfYear(DELIVERIES_A_YEAR);

type Figures = ReadonlyMap<string, Readonly<{ ms: number; blocks: number }>>;
type Measured = Readonly<{
  name: string;
  shape: Shape;
  tables: Awaited<ReturnType<typeof readTables>>;
  loops: Figures;
  pages: Figures;
}>;

const measureLoops = async (site: YearSite): Promise<Figures> => {
  const figures = new Map<string, { ms: number; blocks: number }>();
  for (const [name, loop] of Object.entries(LOOPS))
    figures.set(name, await measureLoop(site, loop));
  return figures;
};

type Told = Readonly<{ name: string; growth: Growth; full: number }>;

/** How many of the rows that it goes through there are, in either and in a year. */
const factorOf = (rows: (shape: Shape) => number, small: Measured, large: Measured) => ({
  between: rows(large.shape) / rows(small.shape),
  toFull: rows(FULL) / rows(large.shape),
});
const allOf = ({ connections }: Shape): number => connections;

/** What each came to in both, and comes to in a year: the ms of loops, as their blocks grow; the blocks of pages. */
const tell = (of: 'loops' | 'pages', small: Measured, large: Measured): Told[] =>
  [...large[of]].map(([name, above]) => {
    const below = small[of].get(name) ?? { ms: Number.NaN, blocks: Number.NaN };
    const rows = (of === 'loops' ? LOOPS[name]?.rows : boundOf(name).rows) ?? allOf;
    const factor = factorOf(rows, small, large);
    const blocks = { small: below.blocks, large: above.blocks };
    const told = of === 'loops' ? { small: below.ms, large: above.ms } : blocks;
    return { name, ...extrapolate(told, factor, blocks) };
  });

/** Of the tables that hold a megabyte or more. */
const tableRows = (small: Measured, large: Measured): Row[] =>
  [...large.tables].flatMap(([name, largest]) => {
    const smallest = small.tables.get(name) ?? { rows: 0, bytes: 0 };
    if (largest.bytes < MEGABYTE) return [];
    const growing = FULL.connections / large.shape.connections;
    // What the size of the app doesn't change is as much in a year.
    const factor = smallest.rows === largest.rows ? 1 : growing;
    const figures = (of: 'rows' | 'bytes', unit: number) => ({
      [small.name]: one(smallest[of] / unit),
      [large.name]: one(largest[of] / unit),
      'a year': one((largest[of] * factor) / unit),
    });
    return [
      { name: `\`${name}\`, rows`, figures: figures('rows', 1) },
      { name: `\`${name}\`, MB with indexes`, figures: figures('bytes', MEGABYTE) },
    ];
  });

const figureRows = (
  measured: readonly Measured[],
  of: 'loops' | 'pages',
  told: readonly Told[],
): Row[] =>
  told.flatMap(({ name, full }) => {
    const row = (figure: 'ms' | 'blocks'): Row => ({
      name: `${name}, ${figure}`,
      figures: {
        ...Object.fromEntries(
          measured.map(site => [site.name, one(site[of].get(name)?.[figure] ?? Number.NaN)]),
        ),
        ...((of === 'loops') === (figure === 'ms') ? { 'a year': one(full) } : {}),
      },
    });
    return [row('ms'), row('blocks')];
  });

const pageRatio = ({ name, full, growth }: Told): Ratio => {
  const { most, why } = boundOf(name);
  return {
    name: `${name}, in a year, blocks (${growth})${most === null ? `: ${why}` : ''}`,
    spread: one(full),
    aim: most === null ? null : { op: '<=', value: most },
  };
};

/** What a year of a large app leaves, in part; and what each loop and page takes where all of it is stored. */
export const year = async (rig: Rig, options: Options): Promise<Section> => {
  const fractions = options.quick ? FRACTIONS_QUICK : FRACTIONS;
  const measured: Measured[] = [];
  for (const fraction of fractions) {
    await using stack = new AsyncDisposableStack();
    const site = await openYear(rig, stack, fraction);
    options.tell(`year: ${site.name} is stored`);
    const tables = await readTables(rig, site);
    const loops = await measureLoops(site);
    options.tell(`year: ${site.name}: the loops were measured`);
    const pages = await measurePages(rig, site, options.quick ? 3 : 5);
    measured.push({ name: site.name, shape: site.shape, tables, loops, pages });
    options.tell(`year: ${site.name}: the pages were measured`);
  }
  const [small, large] = measured;
  if (small === undefined || large === undefined) throw new Error('there is nothing to compare');
  const loops = tell('loops', small, large);
  const pages = tell('pages', small, large);
  return {
    id: 'year',
    title: 'A year of a large app',
    method:
      `${DELIVERIES_A_YEAR.toLocaleString('en-US')} deliveries a year of ${FULL.connections.toLocaleString('en-US')} connections, and ` +
      `what is left of them at its end under the default retentions (test/bench/year-shape.ts): sites with ` +
      `${measured.map(({ name }) => name).join(' and ')} of that. Each loop of \`work\` once (what it takes away), or the median of ` +
      'some passes; each page, download and read of the API some times (the quickest, and the median of the blocks); each ' +
      'with the blocks of Postgres that it touched, which no other work on the machine changes. A year: flat where the larger site ' +
      'took no more than 1.3 times as many blocks, else by the power of the size that both give (slow: below its square ' +
      'root), up to where a pass or a page is over: of loops the ms, of pages the blocks. Rows and bytes by the size.',
    rows: [
      ...tableRows(small, large),
      ...figureRows(measured, 'loops', loops),
      ...figureRows(measured, 'pages', pages),
    ],
    ratios: [
      ...loops.map(told => ({
        name: `${told.name}, in a year, ms (${told.growth})`,
        spread: one(told.full),
        aim: { op: '<=', value: LOOPS[told.name]?.boundMs ?? 0 } as const,
      })),
      ...pages.map(pageRatio),
    ],
  };
};

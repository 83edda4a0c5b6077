import { shellActor } from '../../src/access/actor.ts';
import { createToken } from '../../src/operators/tokens.ts';
import { freePort } from '../fixtures/ports.ts';
import { readSamples, type Sample } from './history.ts';
import type { Options } from './options.ts';
import { pageAddresses, signIn, timePage } from './pages.ts';
import type { Row, Section } from './report.ts';
import type { Rig } from './rig.ts';
import { startService } from './service.ts';
import { one } from './stats.ts';
import { LOOPS, measureLoop } from './year-loops.ts';
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
const AIM_PAGE_MS = 500;
/** Of one in four the deliveries are still stored. */
const SAMPLES = 200;
const MEGABYTE = 1e6;
const FULL = shapeOfYear(DELIVERIES_A_YEAR);

/** What programs read, with another sample each time. */
const API_READS: Readonly<Record<string, (sample: Sample) => string>> = {
  '/connections': () => '/connections',
  '/connections?state=failed': () => '/connections?state=failed',
  '/connections/{subject}': ({ webview }) =>
    `/connections/${encodeURIComponent(`connect_webview:${webview}`)}`,
  '/accounts/{account_id}': ({ account }) => `/accounts/${account}`,
  '/attention': () => '/attention',
  '/search?q=': ({ user }) => `/search?q=${user}`,
  '/users?q=': ({ user }) => `/users?q=${user}`,
  '/audit-log': () => '/audit-log',
  '/bulk-runs': () => '/bulk-runs',
  '/queue': () => '/queue',
};

type Figures = ReadonlyMap<string, Readonly<{ ms: number; blocks: number | null }>>;
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

/** Of a `serve`: each page of the console (downloads to their end) and each read of the API. */
const measurePages = async (rig: Rig, year: YearSite, turns: number): Promise<Figures> => {
  const { site, desk, database } = year;
  const samples = await readSamples(rig, site, SAMPLES);
  const cookie = await signIn(site);
  const { secret } = await createToken(database.pool, shellActor('bench'), {
    name: 'bench',
    role: 'admin',
  });
  await using serve = await startService({ args: ['serve'], site, port: await freePort() });
  const asked = [
    ...pageAddresses(desk).map(({ name, address }) => ({ name, address, headers: { cookie } })),
    ...Object.entries(API_READS).map(([name, address]) => ({
      name: `API: ${name}`,
      address: (sample: Sample) => `/api/v1${address(sample)}`,
      headers: { authorization: `Bearer ${secret}` },
    })),
  ];
  const figures = new Map<string, { ms: number; blocks: null }>();
  for (const { name, address, headers } of asked) {
    const times: number[] = [];
    for (const sample of samples.slice(0, turns + 1)) {
      times.push(await timePage(`${serve.url}${address(sample)}`, headers));
    }
    // The least: what else the machine is doing only adds to it.
    figures.set(name, { ms: Math.min(...times.slice(1)), blocks: null });
  }
  return figures;
};

type Told = Readonly<{ name: string; growth: Growth; full: number }>;

/** What each came to in both, and comes to in a year. */
const tell = (of: 'loops' | 'pages', small: Measured, large: Measured): Told[] =>
  [...large[of]].map(([name, above]) => {
    const below = small[of].get(name) ?? { ms: Number.NaN, blocks: null };
    const judged =
      below.blocks === null || above.blocks === null
        ? undefined
        : { small: below.blocks, large: above.blocks };
    const rows = LOOPS[name]?.rows ?? (({ connections }: Shape) => connections);
    const factor = {
      between: rows(large.shape) / rows(small.shape),
      toFull: rows(FULL) / rows(large.shape),
    };
    return { name, ...extrapolate({ small: below.ms, large: above.ms }, factor, judged) };
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

const timeRows = (
  measured: readonly Measured[],
  of: 'loops' | 'pages',
  told: readonly Told[],
): Row[] =>
  told.flatMap(({ name, full }) => {
    const columns = (figure: 'ms' | 'blocks') =>
      Object.fromEntries(
        measured.map(site => [site.name, one(site[of].get(name)?.[figure] ?? Number.NaN)]),
      );
    const ms = { name: `${name}, ms`, figures: { ...columns('ms'), 'a year': one(full) } };
    return of === 'pages' ? [ms] : [ms, { name: `${name}, blocks`, figures: columns('blocks') }];
  });

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
    const pages = await measurePages(rig, site, options.quick ? 3 : 9);
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
      'some passes, with the blocks of Postgres that it touched; each page, download and read of the API, the quickest of some. ' +
      'A year: flat where the larger site took no more than 1.3 times as much (of loops: blocks), else by the power of the ' +
      'size that both give (slow: below its square root), up to where a pass is over. Rows and bytes by the size.',
    rows: [
      ...tableRows(small, large),
      ...timeRows(measured, 'loops', loops),
      ...timeRows(measured, 'pages', pages),
    ],
    ratios: [
      ...loops.map(told => ({
        name: `${told.name}, in a year, ms (${told.growth})`,
        spread: one(told.full),
        aim: { op: '<=', value: LOOPS[told.name]?.boundMs ?? 0 } as const,
      })),
      // A download comes piece by piece, and nobody waits for its end to read on.
      ...pages.map(told => ({
        name: `${told.name}, in a year, ms (${told.growth})`,
        spread: one(told.full),
        aim: told.name.includes('.csv') ? null : ({ op: '<=', value: AIM_PAGE_MS } as const),
      })),
    ],
  };
};

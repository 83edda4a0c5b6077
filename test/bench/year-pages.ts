import { shellActor } from '../../src/access/actor.ts';
import { LEAST_ROLES, type Permission } from '../../src/access/permissions.ts';
import { createContext } from '../../src/app/context.ts';
import { openDeskRouters } from '../../src/app/desk.ts';
import { parseConfig } from '../../src/config/config.ts';
import { startHttpServer } from '../../src/http/server.ts';
import { createToken } from '../../src/operators/tokens.ts';
import { silentLog } from '../fixtures/settings.ts';
import { openBlockCounter } from './blocks.ts';
import { CALLS } from './calls-addresses.ts';
import { readSamples, type Sample } from './history.ts';
import { pageAddresses, signIn, timePage } from './pages.ts';

import type { DeskPast } from './pages-past.ts';
import type { Rig, Site } from './rig.ts';
import { percentile } from './stats.ts';
import type { YearSite } from './year-site.ts';

/** The console and the API alone, in this process: nothing else is at work in the database. */
const openPages = async (
  stack: AsyncDisposableStack,
  { databaseUrl, redisUrl }: Site,
): Promise<string> => {
  const config = parseConfig({
    NODE_ENV: 'production',
    CONSOLE_URL: 'http://localhost',
    SEAM_API_KEY: 'seam_bench_key',
    SEAM_ENDPOINT: 'http://127.0.0.1:9',
  });
  const { workspaces } = config;
  const log = silentLog;
  const of = { databaseUrl, redisUrl, workspaces, log, name: 'bench', maxConnections: 1 };
  const context = stack.use(createContext(of));
  const { routers } = stack.use(openDeskRouters(context, { ...config, databaseUrl }, null));
  return stack.use(await startHttpServer({ host: '127.0.0.1', port: 0, routers, log })).url;
};

type Asked = Readonly<{
  name: string;
  address: (sample: Sample) => string;
  headers: Record<string, string>;
}>;

const requests = (desk: DeskPast, cookie: string, secret: string): Asked[] => [
  ...pageAddresses(desk).map(page => ({ ...page, headers: { cookie } })),
  ...Object.values(CALLS)
    .flatMap(addresses => addresses(desk))
    .map(({ name, address }) => ({
      name: `API: ${name}`,
      address: (sample: Sample) => `/api/v1${address(sample)}`,
      headers: { authorization: `Bearer ${secret}` },
    })),
];

/** Of one in four the deliveries are still stored. */
const SAMPLES = 200;

export type PageFigures = ReadonlyMap<string, Readonly<{ ms: number; blocks: number }>>;

/** Of a year's site: the blocks that each page of the console and each read of the API touches, in the median of its turns. */
export const measurePages = async (
  rig: Rig,
  { site, desk, database }: YearSite,
  turns: number,
): Promise<PageFigures> => {
  const samples = (await readSamples(rig, site, SAMPLES)).slice(0, turns + 1);
  if (samples.length <= turns) throw new Error('there are too few connections to ask for');
  const cookie = await signIn(site);
  const permissions = Object.keys(LEAST_ROLES) as Permission[];
  const of = { name: 'bench', role: 'admin', owner: 'bench', permissions };
  const { secret } = await createToken(database.pool, shellActor('bench'), of);
  const counter = await openBlockCounter(database.pool);
  await using stack = new AsyncDisposableStack();
  const origin = await openPages(stack, site);
  const figures = new Map<string, { ms: number; blocks: number }>();
  for (const { name, address, headers } of requests(desk, cookie, secret)) {
    const times: number[] = [];
    const blocks: number[] = [];
    for (const [turn, sample] of samples.entries()) {
      await counter.reset();
      const ms = await timePage(`${origin}${address(sample)}`, headers);
      // At first, catalogues are read, too.
      if (turn === 0) continue;
      times.push(ms);
      blocks.push(await counter.read());
    }
    figures.set(name, { ms: Math.min(...times), blocks: Math.max(1, percentile(blocks, 0.5)) });
  }
  return figures;
};

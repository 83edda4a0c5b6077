import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../fixtures/ports.ts';
import { cpuSeconds, memoryMb } from './child.ts';
import type { Options } from './options.ts';
import type { Section } from './report.ts';
import type { QueueKind, Rig, Site } from './rig.ts';
import { startSeamStub } from './seam.ts';
import { type Service, startService } from './service.ts';
import { collectRounds } from './stats.ts';

const CONTENDERS = {
  'serve-redis': '`serve`, queue in Redis',
  'serve-postgres': '`serve`, queue in Postgres',
  'work-redis': '`work`, queue in Redis',
  'work-postgres': '`work`, queue in Postgres',
} as const;
type Contender = keyof typeof CONTENDERS;
const NAMES = Object.keys(CONTENDERS) as Contender[];

const FIGURES = ['ready after ms', 'idle memory MB', 'idle CPU %'] as const;
type Figures = Record<(typeof FIGURES)[number], number>;

type Sites = Readonly<Record<QueueKind, Site>>;

const start = async (name: Contender, sites: Sites, seamEndpoint: string): Promise<Service> => {
  const port = await freePort();
  const args = name.startsWith('work') ? ['work', '--health-port', String(port)] : ['serve'];
  const site = name.endsWith('redis') ? sites.redis : sites.postgres;
  return startService({ args, site, port, seamEndpoint });
};

/** All of them, one after the other, so that none is slowed by another; then idle together. */
const measureRound = async (
  sites: Sites,
  seamEndpoint: string,
  { settleMs, idleMs }: { settleMs: number; idleMs: number },
): Promise<Record<Contender, Figures>> => {
  await using stack = new AsyncDisposableStack();
  const services = new Map<Contender, Service>();
  for (const name of NAMES) {
    services.set(name, stack.use(await start(name, sites, seamEndpoint)));
  }
  await sleep(settleMs);
  const readCpu = () => [...services.values()].map(service => cpuSeconds(service.pid));
  const before = readCpu();
  const beganAt = performance.now();
  await sleep(idleMs);
  const after = readCpu();
  const seconds = (performance.now() - beganAt) / 1_000;
  const figures = [...services].map(([name, service], index): [Contender, Figures] => {
    const used = (after[index] ?? Number.NaN) - (before[index] ?? Number.NaN);
    return [
      name,
      {
        'ready after ms': service.startedInMs,
        'idle memory MB': memoryMb(service.pid).now,
        'idle CPU %': (100 * used) / seconds,
      },
    ];
  });
  return Object.fromEntries(figures) as Record<Contender, Figures>;
};

/** How soon a process is ready, and what it takes while it has nothing to do. */
export const startup = async (rig: Rig, options: Options): Promise<Section> => {
  const pauses = options.quick
    ? { settleMs: 1_000, idleMs: 3_000 }
    : { settleMs: 5_000, idleMs: 10_000 };
  await using seam = await startSeamStub(0);
  const sites = { redis: await rig.openSite('redis'), postgres: await rig.openSite('postgres') };
  // Not counted: the files are in the cache of the operating system from now on.
  for (const name of NAMES.filter(each => each.endsWith('redis'))) {
    await using _first = await start(name, sites, seam.endpoint);
  }
  const rounds = collectRounds<Contender, (typeof FIGURES)[number]>();
  for (let round = 1; round <= options.rounds; round++) {
    const figures = await measureRound(sites, seam.endpoint, pauses);
    rounds.add(figures);
    const ready = NAMES.map(name => `${name} ${Math.round(figures[name]['ready after ms'])} ms`);
    options.tell(`start-up, round ${round}: ${ready.join(', ')}`);
  }
  return {
    id: 'startup',
    title: 'Start-up and rest',
    method:
      'From the start of the process until `/readyz` answers 200 (asked every 20 ms), one after the other on ' +
      `migrated, empty sites; then, after ${pauses.settleMs / 1_000} s, what each takes of memory and of one ` +
      `core over ${pauses.idleMs / 1_000} s with nothing to do.`,
    rows: NAMES.map(name => ({ name: CONTENDERS[name], figures: rounds.figures(name, FIGURES) })),
    ratios: [],
    plot: { figure: 'ready after ms', title: 'Milliseconds from start to ready' },
  };
};

import pg from 'pg';
import { storeDeliveries } from '../../src/inbox/deliveries.ts';
import { vouchedFor } from '../../src/inbox/vouched.ts';
import type { Subject } from '../../src/model/subject.ts';
import { createQueueBackend } from '../../src/queue/backend.ts';
import { createEnqueuer } from '../../src/queue/enqueue.ts';
import { readEvent } from '../../src/seam/events.ts';
import { freePort } from '../fixtures/ports.ts';
import { silentLog } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';
import { cpuSeconds, startChild } from './child.ts';
import { signMessages } from './messages.ts';
import type { Options } from './options.ts';
import type { LoopAnswer, LoopRequest } from './programs/plain-loop.ts';
import type { Section } from './report.ts';
import type { QueueKind, Rig, Site } from './rig.ts';
import { startSeamStub } from './seam.ts';
import { startService } from './service.ts';
import { collectRounds } from './stats.ts';

const CONTENDERS = {
  loop: 'ceiling: the same calls and one transaction in a plain loop',
  redis: 'seam-reconciler, queue in Redis',
  postgres: 'seam-reconciler, queue in Postgres',
} as const;
type Contender = keyof typeof CONTENDERS;
export const FIGURES = ['completions/s', 'CPU ms/completion'] as const;
type Figures = Record<(typeof FIGURES)[number], number>;

const EVENTS_PER_CONNECTION = 4;

/** Stores what has come in and puts it into the queue, as `serve` does, before a worker is there. */
const owe = async (site: Site, run: string, connections: number): Promise<void> => {
  await using backend = createQueueBackend({ ...site, log: silentLog });
  await using enqueuer = createEnqueuer({ backend, workspaceId: null, log: silentLog });
  const pool = new pg.Pool({ connectionString: site.databaseUrl, max: 1 });
  const deliveries = signMessages(run, connections * EVENTS_PER_CONNECTION).map(message => {
    const body = Buffer.from(message.body);
    const reading = readEvent(body, message.headers['svix-id'] ?? '');
    if (reading.kind !== 'event') throw new Error(`not an event: ${reading.kind}`);
    return { ...vouchedFor(reading.event, null), body, headers: message.headers as never };
  });
  const subjects = new Set<Subject>();
  for (let from = 0; from < deliveries.length; from += 500) {
    const stored = await storeDeliveries(pool, deliveries.slice(from, from + 500));
    for (const { subject } of stored) subjects.add(subject);
  }
  enqueuer.news([...subjects].map(subject => ({ subject, trigger: 'delivery', waitMs: 0 })));
  await pool.end();
};

/** The rate once it is warm: from the end of the first fifth to the end. */
const rateOf = (doneAtMs: readonly number[]): number => {
  const sorted = [...doneAtMs].sort((a, b) => a - b);
  const warm = Math.floor(sorted.length / 5);
  const spanMs = (sorted.at(-1) ?? 0) - (sorted[warm] ?? 0);
  return ((sorted.length - 1 - warm) * 1_000) / spanMs;
};

type Size = Readonly<{ connections: number; concurrency: number; latencyMs: number }>;

const measureLoop = async (rig: Rig, endpoint: string, size: Size): Promise<Figures> => {
  const { databaseUrl } = await rig.openSite('redis');
  await using loop = await startChild<LoopRequest, LoopAnswer>('plain-loop', [
    databaseUrl,
    endpoint,
  ]);
  const before = cpuSeconds(loop.pid);
  const { connections: count, concurrency } = size;
  const doneAt = await loop.ask({ run: 'loop', count, concurrency });
  const used = cpuSeconds(loop.pid) - before;
  return { 'completions/s': rateOf(doneAt), 'CPU ms/completion': (used * 1_000) / count };
};

/** @param prepare what is done to the site before anything is owed there */
export const measureOurs = async (
  rig: Rig,
  kind: QueueKind,
  seamEndpoint: string,
  size: Pick<Size, 'connections' | 'concurrency'>,
  prepare: (site: Site) => Promise<void> = async () => undefined,
): Promise<Figures> => {
  const site = await rig.openSite(kind);
  await prepare(site);
  await owe(site, kind, size.connections);
  const port = await freePort();
  await using worker = await startService({
    args: ['work', '--health-port', String(port)],
    site,
    port,
    seamEndpoint,
    env: { WORKER_CONCURRENCY: String(size.concurrency) },
  });
  const readDone = () =>
    rig.query<{ ms: number }>(
      site.databaseUrl,
      `select extract(epoch from r.linked_at)::float8 * 1000 as ms from reconciler.links r`,
    );
  const linked = await until(
    `${size.connections} links`,
    async () => {
      const done = await readDone();
      return done.length === size.connections ? done : null;
    },
    300_000,
  );
  const used = cpuSeconds(worker.pid);
  return {
    'completions/s': rateOf(linked.map(row => row.ms)),
    'CPU ms/completion': (used * 1_000) / size.connections,
  };
};

/** How fast what has come in is completed, with nothing else going on. */
export const reconcile = async (
  rig: Rig,
  options: Options,
  latencyMs: number,
): Promise<Section> => {
  const size: Size = {
    connections: options.quick ? 600 : latencyMs === 0 ? 5_000 : 4_000,
    concurrency: latencyMs === 0 ? 10 : 50,
    latencyMs,
  };
  await using seam = await startSeamStub(latencyMs);
  const rounds = collectRounds<Contender, (typeof FIGURES)[number]>();
  for (let round = 1; round <= options.rounds; round++) {
    const figures = {
      loop: await measureLoop(rig, seam.endpoint, size),
      redis: await measureOurs(rig, 'redis', seam.endpoint, size),
      postgres: await measureOurs(rig, 'postgres', seam.endpoint, size),
    };
    rounds.add(figures);
    const rates = Object.entries(figures).map(
      ([name, { 'completions/s': rate }]) => `${name} ${Math.round(rate)}/s`,
    );
    options.tell(`Seam at ${latencyMs} ms, round ${round}: ${rates.join(', ')}`);
  }
  return {
    id: `reconcile-${latencyMs}`,
    title: `Reconciling with Seam at ${latencyMs} ms`,
    method:
      `${size.connections.toLocaleString('en-US')} finished webviews, their events stored and queued ` +
      `beforehand; ${size.concurrency} at a time; the rate from the end of the first fifth to the end. CPU ` +
      'with start-up.',
    rows: Object.entries(CONTENDERS).map(([name, title]) => ({
      name: title,
      figures: rounds.figures(name as Contender, FIGURES),
    })),
    ratios: [
      {
        name: 'completions/s, Redis : ceiling',
        spread: rounds.ratio('completions/s', 'redis', 'loop'),
        aim: { op: '>=', value: 0.75 },
      },
      {
        name: 'completions/s, Postgres : ceiling',
        spread: rounds.ratio('completions/s', 'postgres', 'loop'),
        aim: null,
      },
    ],
    plot: {
      figure: 'completions/s',
      title: `Webviews completed per second, Seam at ${latencyMs} ms`,
    },
  };
};

import { freePort } from '../fixtures/ports.ts';
import { cpuSeconds, startChild } from './child.ts';
import { type LoadGenerator, openLoadGenerator } from './load-generator.ts';
import type { Options } from './options.ts';
import type { Section } from './report.ts';
import type { Rig } from './rig.ts';
import { startService } from './service.ts';
import { collectRounds } from './stats.ts';

const CONTENDERS = {
  ceiling: 'ceiling: Express verifies, stores nothing',
  'group-commit': 'the same, with one plain insert for all that wait',
  usual: 'what people write: verify, insert, queue.add, 204',
  'queue-only': 'the same without the insert',
  fastify: 'what people write, on Fastify',
  ours: 'seam-reconciler, queue in Redis',
  'ours-postgres': 'seam-reconciler, queue in Postgres',
  'ours-twice': 'seam-reconciler, two processes on one port',
} as const;
type Contender = keyof typeof CONTENDERS;

const FIGURES = ['requests/s', 'p50 ms', 'p99 ms', 'CPU ms/request'] as const;
type Figures = Record<(typeof FIGURES)[number], number>;

type Target = Readonly<{ url: string; pids: readonly number[] }> & AsyncDisposable;

const openTarget = async (rig: Rig, contender: Contender): Promise<Target> => {
  const stack = new AsyncDisposableStack();
  const site = await rig.openSite(contender === 'ours-postgres' ? 'postgres' : 'redis');
  if (contender.startsWith('ours')) {
    const port = await freePort();
    const args = contender === 'ours-twice' ? ['serve', '--share-port'] : ['serve'];
    const first = stack.use(await startService({ args, site, port }));
    const pids = [first.pid];
    if (contender === 'ours-twice') {
      pids.push(stack.use(await startService({ args, site, port })).pid);
    }
    return { url: first.url, pids, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  }
  await rig.query(
    site.databaseUrl,
    'create table webhooks (event_id text primary key, payload jsonb)',
  );
  const child = stack.use(
    await startChild<'port', number>('contender', [contender, site.databaseUrl, rig.redisUrl]),
  );
  const url = `http://127.0.0.1:${await child.ask('port')}`;
  return { url, pids: [child.pid], [Symbol.asyncDispose]: () => stack.disposeAsync() };
};

const measure = async (rig: Rig, load: LoadGenerator, contender: Contender): Promise<Figures> => {
  await using target = await openTarget(rig, contender);
  const url = `${target.url}/webhooks/seam`;
  // Warm, as it would be after a minute of traffic.
  await load.send(url, 'warm-up');
  const cpu = (): number => target.pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const before = cpu();
  const answer = await load.send(url, 'measured');
  const used = cpu() - before;
  if (answer.refused + answer.failed > 0) {
    throw new Error(`${contender}: ${answer.refused} refused, ${answer.failed} failed`);
  }
  return {
    'requests/s': answer.perSecond,
    'p50 ms': answer.p50Ms,
    'p99 ms': answer.p99Ms,
    'CPU ms/request': (used * 1_000) / answer.taken,
  };
};

/** How fast webhooks are acknowledged, with the event safely stored. */
export const acknowledge = async (
  rig: Rig,
  options: Options,
  connections: number,
): Promise<Section> => {
  await using load = await openLoadGenerator({ connections, quick: options.quick });
  const names = Object.keys(CONTENDERS) as Contender[];
  const rounds = collectRounds<Contender, (typeof FIGURES)[number]>();
  for (let round = 1; round <= options.rounds; round++) {
    await load.prepare(round);
    const figures: Partial<Record<Contender, Figures>> = {};
    for (const name of names) {
      figures[name] = await measure(rig, load, name);
      options.tell(
        `${connections} connections, round ${round}: ${name} ${Math.round(figures[name]['requests/s'])}/s`,
      );
    }
    rounds.add(figures as Record<Contender, Figures>);
  }
  return {
    id: `acknowledge-${connections}`,
    title: `Acknowledging at ${connections} connections`,
    method: load.method,
    rows: names.map(name => ({ name: CONTENDERS[name], figures: rounds.figures(name, FIGURES) })),
    ratios: [
      {
        name: 'requests/s, ours : ceiling',
        spread: rounds.ratio('requests/s', 'ours', 'ceiling'),
        aim: { op: '>=', value: 1 },
      },
      {
        name: 'requests/s, ours : what people write',
        spread: rounds.ratio('requests/s', 'ours', 'usual'),
        aim: { op: '>=', value: 3 },
      },
      {
        name: 'p99, ours : what people write',
        spread: rounds.ratio('p99 ms', 'ours', 'usual'),
        aim: { op: '<=', value: 1 / 2 },
      },
      {
        name: 'CPU of the web process a request, ours : ceiling',
        spread: rounds.ratio('CPU ms/request', 'ours', 'ceiling'),
        aim: { op: '<=', value: 1 },
      },
      {
        name: 'requests/s, the plain group commit : ceiling',
        spread: rounds.ratio('requests/s', 'group-commit', 'ceiling'),
        aim: null,
      },
      {
        name: 'requests/s, two processes : one',
        spread: rounds.ratio('requests/s', 'ours-twice', 'ours'),
        aim: { op: '>=', value: 1 },
      },
    ],
    plot: {
      figure: 'requests/s',
      title: `Webhooks acknowledged per second, ${connections} connections`,
    },
  };
};

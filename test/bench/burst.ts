import { freePort } from '../fixtures/ports.ts';
import { until } from '../fixtures/wait.ts';
import { type Child, memoryMb, startChild } from './child.ts';
import { BURST } from './messages.ts';
import type { Options } from './options.ts';
import type { LoadAnswer, LoadRequest } from './programs/load.ts';
import type { Section } from './report.ts';
import type { QueueKind, Rig, Site } from './rig.ts';
import { startSeamStub } from './seam.ts';
import { startService } from './service.ts';
import { collectRounds } from './stats.ts';

const QUEUES = { redis: 'queue in Redis', postgres: 'queue in Postgres' } as const;
const CONNECTIONS = 512;
/** Webhooks over each of the connections: 50,176 in all, or 5,120. */
const SHARE = 98;
const SHARE_QUICK = 4;
const SETTLE_LIMIT_MS = 600_000;

const FIGURES = [
  'refused',
  'acknowledged/s',
  'ack p50 ms',
  'ack p99 ms',
  'all linked after s',
  'serve peak MB',
  'work peak MB',
] as const;
type Figures = Record<(typeof FIGURES)[number], number>;

const untilNothingOwed = (rig: Rig, { databaseUrl }: Site): Promise<boolean> =>
  until(
    'nothing to be owed',
    async () => {
      const [owed] = await rig.query(
        databaseUrl,
        'select 1 from reconciler.reconciliations where observed_generation < generation limit 1',
      );
      return owed === undefined;
    },
    SETTLE_LIMIT_MS,
  );

/** Seconds from the first webhook of a run to its last link, by the clock of Postgres. */
const readSeconds = async (
  rig: Rig,
  { databaseUrl }: Site,
  run: string,
  connections: number,
): Promise<number> => {
  const [row] = await rig.query<{ linked: number; seconds: number }>(
    databaseUrl,
    `select count(*)::int as linked,
            extract(epoch from max(runs.finished_at) -
              (select min(received_at) from reconciler.deliveries where subject like $1))::float8 as seconds
       from reconciler.links join reconciler.runs on runs.id = links.linked_by_run
      where runs.subject like $1 and unlinked_at is null`,
    [`connect_webview:webview_${run}_%`],
  );
  if (row?.linked !== connections) {
    throw new Error(`${row?.linked} of ${connections} connections were linked`);
  }
  return row.seconds;
};

const measure = async (
  rig: Rig,
  load: Child<LoadRequest, LoadAnswer>,
  seamEndpoint: string,
  queue: QueueKind,
  requests: number,
): Promise<Figures> => {
  const site = await rig.openSite(queue);
  await using serve = await startService({ args: ['serve'], site, port: await freePort() });
  const port = await freePort();
  const args = ['work', '--health-port', String(port)];
  await using work = await startService({ args, site, port, seamEndpoint });
  const send = async (run: string, count: number): Promise<LoadAnswer> => {
    await load.ask({ kind: 'prepare', run, count });
    const url = `${serve.url}/webhooks/seam`;
    const answer = await load.ask({ kind: 'send', url, connections: CONNECTIONS });
    await untilNothingOwed(rig, site);
    return answer;
  };
  await send('warm', 2 * CONNECTIONS);
  const answer = await send('burst', requests);
  return {
    refused: answer.refused + answer.failed,
    'acknowledged/s': answer.perSecond,
    'ack p50 ms': answer.p50Ms,
    'ack p99 ms': answer.p99Ms,
    'all linked after s': await readSeconds(rig, site, 'burst', requests / BURST.length),
    'serve peak MB': memoryMb(serve.pid).peak,
    'work peak MB': memoryMb(work.pid).peak,
  };
};

/** What a burst as fast as it can be sent does, while the workers are busy with it. */
export const burst = async (rig: Rig, options: Options): Promise<Section> => {
  const requests = CONNECTIONS * (options.quick ? SHARE_QUICK : SHARE);
  await using seam = await startSeamStub(0);
  await using load = await startChild<LoadRequest, LoadAnswer>('load', []);
  const rounds = collectRounds<QueueKind, (typeof FIGURES)[number]>();
  for (let round = 1; round <= options.rounds; round++) {
    const figures = {
      redis: await measure(rig, load, seam.endpoint, 'redis', requests),
      postgres: await measure(rig, load, seam.endpoint, 'postgres', requests),
    };
    rounds.add(figures);
    for (const [queue, of] of Object.entries(figures)) {
      const [rate, seconds] = [of['acknowledged/s'], of['all linked after s']];
      options.tell(
        `burst, round ${round}: ${queue} ${Math.round(rate)}/s, linked after ${seconds.toFixed(1)} s`,
      );
    }
  }
  const queues = Object.entries(QUEUES) as [QueueKind, string][];
  return {
    id: 'burst',
    title: 'A burst',
    method:
      `${requests.toLocaleString('en-US')} webhooks of ${(requests / BURST.length).toLocaleString('en-US')} ` +
      `connections, as fast as ${CONNECTIONS} clients get their answers, to one \`serve\` and one \`work\` on an ` +
      'otherwise empty site; Seam answers at once. Refused is whatever was not answered 2xx. Memory is the most ' +
      'that was ever resident.',
    rows: queues.map(([queue, name]) => ({ name, figures: rounds.figures(queue, FIGURES) })),
    ratios: queues.map(([queue, name]) => ({
      name: `refused, ${name}`,
      spread: rounds.spread(queue, 'refused'),
      aim: { op: '<=', value: 0 },
    })),
    plot: { figure: 'all linked after s', title: 'Seconds until everything is linked' },
  };
};

import { type Database, openDatabase } from '../../src/db/client.ts';
import { freePort } from '../fixtures/ports.ts';
import { silentLog } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';
import type { Child } from './child.ts';
import { readSamples, type Sample } from './history.ts';
import { BURST } from './messages.ts';
import type { LoadAnswer, LoadRequest } from './programs/load.ts';
import type { Rig, Site } from './rig.ts';
import { type Service, startService } from './service.ts';

export const CONNECTIONS = 64;
const SAMPLES = 1_000;

/** A site with a past, and the processes that serve it. */
export type Stand = Readonly<{
  name: string;
  site: Site;
  serve: Service;
  work: Service;
  database: Database;
  samples: readonly Sample[];
}>;

/** Starts what serves a site that has its past already. It ends with the stack. */
export const openStand = async (
  rig: Rig,
  stack: AsyncDisposableStack,
  { name, site }: Pick<Stand, 'name' | 'site'>,
  seamEndpoint: string,
): Promise<Stand> => {
  const serve = stack.use(await startService({ args: ['serve'], site, port: await freePort() }));
  const port = await freePort();
  const args = ['work', '--health-port', String(port)];
  const work = stack.use(await startService({ args, site, port, seamEndpoint }));
  const database = stack.use(
    openDatabase({ url: site.databaseUrl, name: 'bench', max: 4, log: silentLog }),
  );
  const samples = await readSamples(rig, site, SAMPLES);
  return { name, site, serve, work, database, samples };
};

/** Stops a process until the end of the scope. */
export const freeze = ({ pid }: Service): Disposable => {
  process.kill(pid, 'SIGSTOP');
  return { [Symbol.dispose]: () => void process.kill(pid, 'SIGCONT') };
};

/** Enough that opening the connections does not matter. */
const SLICE = 512;
const LIMIT_MS = 120_000;

type Load = Child<LoadRequest, LoadAnswer>;
type Size = Readonly<{ run: string; requests: number }>;

const send = async (load: Load, { serve }: Stand, { run, requests }: Size): Promise<LoadAnswer> => {
  await load.ask({ kind: 'prepare', run, count: requests, scattered: true });
  const url = `${serve.url}/webhooks/seam`;
  const answer = await load.ask({ kind: 'send', url, connections: CONNECTIONS });
  if (answer.taken !== requests) throw new Error(`${requests - answer.taken} were not taken`);
  return answer;
};

const untilNothingOwed = (rig: Rig, { site }: Stand): Promise<boolean> =>
  until(
    'nothing to be owed',
    async () => {
      const [owed] = await rig.query(
        site.databaseUrl,
        'select 1 from reconciler.reconciliations where observed_generation < generation limit 1',
      );
      return owed === undefined;
    },
    LIMIT_MS,
  );

/**
 * Sends each site new webhooks while all workers stand still; in slices, the sites in turn, so that what
 * slows the machine for a second slows them all. The workers then work it off.
 *
 * @returns requests per second
 */
export const measureAcknowledging = async (
  rig: Rig,
  load: Load,
  stands: readonly Stand[],
  { run, requests }: Size,
): Promise<ReadonlyMap<Stand, number>> => {
  const seconds = new Map<Stand, number>(stands.map(stand => [stand, 0]));
  {
    using frozen = new DisposableStack();
    for (const stand of stands) frozen.use(freeze(stand.work));
    for (let sent = 0; sent < requests; sent += SLICE) {
      const size = { run: `${run}_${sent}`, requests: SLICE };
      for (const [stand, before] of seconds) {
        seconds.set(stand, before + (await send(load, stand, size)).seconds);
      }
    }
  }
  for (const stand of stands) await untilNothingOwed(rig, stand);
  return new Map([...seconds].map(([stand, taken]) => [stand, requests / taken]));
};

/**
 * Lets the worker of a site work off new connections that came in while it stood still.
 *
 * @returns completions per second
 */
export const measureReconciling = async (
  rig: Rig,
  load: Load,
  stand: Stand,
  size: Size,
): Promise<number> => {
  const { databaseUrl } = stand.site;
  const [newest] = await rig.query<{ id: string }>(
    databaseUrl,
    'select max(id) as id from reconciler.runs',
  );
  {
    using _frozen = freeze(stand.work);
    await send(load, stand, size);
  }
  await untilNothingOwed(rig, stand);
  const [done] = await rig.query<{ linked: number; seconds: number }>(
    databaseUrl,
    `select (count(*) filter (where outcome = 'linked'))::int as linked,
            extract(epoch from max(finished_at) - min(started_at))::float8 as seconds
       from reconciler.runs where id > $1`,
    [newest?.id],
  );
  const connections = size.requests / BURST.length;
  if (done?.linked !== connections) {
    throw new Error(`${done?.linked} of ${connections} connections were linked`);
  }
  return connections / done.seconds;
};

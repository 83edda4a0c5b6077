import { openDatabase } from '../../src/db/client.ts';
import { countPage, PAGE_SIZE } from '../../src/inbox/count.ts';
import { storeDeliveries } from '../../src/inbox/deliveries.ts';
import { readIntake } from '../../src/inbox/intake.ts';
import { deliveryOf } from '../fixtures/intake.ts';
import { silentLog } from '../fixtures/settings.ts';
import type { Options } from './options.ts';
import type { Section } from './report.ts';
import type { Rig } from './rig.ts';
import { collectRounds, percentile } from './stats.ts';

const WAITING = [10_000, 100_000, 1_000_000] as const;
const WAITING_QUICK = [10_000, 100_000] as const;
const BATCH = 32;
const AIM = 1.3;

const NAMES = {
  storing: `storing ${BATCH} deliveries, ms`,
  counting: `counting a page of ${PAGE_SIZE.toLocaleString('en-US')}, ms`,
  telling: 'telling how intake stands, ms',
} as const;
type Operation = keyof typeof NAMES;
const OPERATIONS = Object.keys(NAMES) as Operation[];

/** A site where so many deliveries wait to be counted, four to a subject, as after an outage of all that counts. */
const openSite = async (rig: Rig, stack: AsyncDisposableStack, waiting: number) => {
  const { databaseUrl } = await rig.openSite('redis');
  const database = stack.use(
    openDatabase({ url: databaseUrl, name: 'bench', max: 2, log: silentLog }),
  );
  await rig.query(
    databaseUrl,
    `insert into reconciler.uncounted (subject, event_id, source, is_again)
     select 'connect_webview:' || md5((n / 4)::text), md5('event ' || n), 'webhook', false
       from generate_series(1, $1) n order by n`,
    [waiting],
  );
  await rig.query(databaseUrl, 'vacuum analyze');
  return { name: waiting.toLocaleString('en-US'), pool: database.pool };
};
type Site = Awaited<ReturnType<typeof openSite>>;

const millisecondsOf = async (action: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await action();
  return performance.now() - startedAt;
};

/** Counts a page, and takes it back: the next turn finds as many. */
const timeCounting = async ({ pool }: Site): Promise<number> => {
  const client = await pool.connect();
  await client.query('begin');
  const took = await millisecondsOf(async () => {
    const { counted } = await countPage(client, '');
    if (counted !== PAGE_SIZE) throw new Error(`${counted} were counted, not ${PAGE_SIZE}`);
  });
  await client.query('rollback');
  client.release();
  return took;
};

const TIMED = {
  storing: ({ pool }) => {
    const batch = Array.from({ length: BATCH }, () => deliveryOf());
    return millisecondsOf(() => storeDeliveries(pool, batch));
  },
  counting: timeCounting,
  telling: ({ pool }) => millisecondsOf(() => readIntake(pool)),
} as const satisfies Record<Operation, (site: Site) => Promise<number>>;

type Round = Record<string, Record<Operation, number>>;

/** Medians, each site in turn. */
const measureRound = async (sites: readonly Site[], turns: number): Promise<Round> => {
  const taken = new Map<Site, Record<Operation, number[]>>(
    sites.map(site => [site, { storing: [], counting: [], telling: [] }]),
  );
  for (let turn = 0; turn < turns; turn++) {
    for (const [site, times] of taken) {
      for (const operation of OPERATIONS) times[operation].push(await TIMED[operation](site));
    }
  }
  return Object.fromEntries(
    [...taken].map(([{ name }, { storing, counting, telling }]) => [
      name,
      {
        storing: percentile(storing, 0.5),
        counting: percentile(counting, 0.5),
        telling: percentile(telling, 0.5),
      },
    ]),
  );
};

/** What intake costs while much waits to be counted: no more than while little does. */
export const backlog = async (rig: Rig, options: Options): Promise<Section> => {
  await using stack = new AsyncDisposableStack();
  const sites: Site[] = [];
  for (const waiting of options.quick ? WAITING_QUICK : WAITING) {
    sites.push(await openSite(rig, stack, waiting));
    options.tell(`backlog: ${waiting.toLocaleString('en-US')} wait to be counted`);
  }
  const turns = options.quick ? 10 : 30;
  const rounds = collectRounds<string, Operation>();
  await measureRound(sites, turns); // Not counted: caches and prepared statements come to be there.
  for (let round = 1; round <= options.rounds; round++) {
    rounds.add(await measureRound(sites, turns));
  }
  const names = sites.map(({ name }) => name);
  const [least = '', most = ''] = [names[0], names.at(-1)];
  return {
    id: 'backlog',
    title: 'A backlog to be counted',
    method: `Sites in one Postgres where ${names.join(', ')} deliveries wait to be counted, four to a subject; medians of ${turns} in a round, each site in turn. A page that was counted is taken back.`,
    rows: OPERATIONS.map(operation => ({
      name: NAMES[operation],
      figures: Object.fromEntries(names.map(name => [name, rounds.spread(name, operation)])),
    })),
    ratios: OPERATIONS.map(operation => ({
      name: `cost of ${NAMES[operation].replace(', ms', '')}, ${most} : ${least} waiting`,
      spread: rounds.ratio(operation, most, least),
      aim: { op: '<=', value: AIM },
    })),
  };
};

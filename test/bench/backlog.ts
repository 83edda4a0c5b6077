import { openDatabase } from '../../src/db/client.ts';
import { countPage, PAGE_SIZE } from '../../src/inbox/count.ts';
import { storeDeliveries } from '../../src/inbox/deliveries.ts';
import { readIntake } from '../../src/inbox/intake.ts';
import { deliveryOf } from '../fixtures/intake.ts';
import { silentLog } from '../fixtures/settings.ts';
import { amounts, compareSites, millisecondsOf } from './compare-sites.ts';
import type { Options } from './options.ts';
import type { Section } from './report.ts';
import type { Rig } from './rig.ts';

const BATCH = 32;

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

const OPERATIONS = {
  storing: {
    name: `storing ${BATCH} deliveries`,
    time: ({ pool }: Site) => {
      const batch = Array.from({ length: BATCH }, () => deliveryOf());
      return millisecondsOf(() => storeDeliveries(pool, batch));
    },
  },
  counting: {
    name: `counting a page of ${PAGE_SIZE.toLocaleString('en-US')}`,
    time: timeCounting,
  },
  telling: {
    name: 'telling how intake stands',
    time: ({ pool }: Site) => millisecondsOf(() => readIntake(pool)),
  },
};

/** What intake costs while much waits to be counted: no more than while little does. */
export const backlog = async (rig: Rig, options: Options): Promise<Section> => {
  await using stack = new AsyncDisposableStack();
  const sites: Site[] = [];
  for (const waiting of amounts(options.quick)) {
    sites.push(await openSite(rig, stack, waiting));
    options.tell(`backlog: ${waiting.toLocaleString('en-US')} wait to be counted`);
  }
  const turns = options.quick ? 10 : 30;
  return {
    id: 'backlog',
    title: 'A backlog to be counted',
    method: `Sites in one Postgres where ${sites.map(({ name }) => name).join(', ')} deliveries wait to be counted, four to a subject; medians of ${turns} in a round, each site in turn. A page that was counted is taken back.`,
    ...(await compareSites(sites, OPERATIONS, { rounds: options.rounds, turns })),
  };
};

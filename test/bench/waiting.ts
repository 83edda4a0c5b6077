import type pg from 'pg';
import { byMetadataKey } from '../../src/config/user-identity.ts';
import { type Client, openDatabase } from '../../src/db/client.ts';
import { sweepOnce } from '../../src/queue/sweep.ts';
import { isAnythingStuck, readOwed } from '../../src/reconcile/owed.ts';
import { linkProvisionally } from '../../src/reconcile/provisional.ts';
import { advanceRecovery } from '../../src/reconcile/recovery.ts';
import { silentLog } from '../fixtures/settings.ts';
import { amounts, compareSites, millisecondsOf } from './compare-sites.ts';
import type { Options } from './options.ts';
import type { Section } from './report.ts';
import type { Rig } from './rig.ts';

/** Of another workspace, which nothing is the matter with. */
const DUE = 100;

/**
 * A site where so many connections can't be checked: half of them are owed in a workspace that is held, half wait
 * in one whose hold has just ended.
 */
const openSite = async (rig: Rig, stack: AsyncDisposableStack, waiting: number) => {
  const { databaseUrl } = await rig.openSite('redis');
  const database = stack.use(
    openDatabase({ url: databaseUrl, name: 'bench', max: 2, log: silentLog }),
  );
  await rig.query(
    databaseUrl,
    `insert into reconciler.reconciliations
            (subject, generation, state, reason, workspace_id, due_at, sweep_at, updated_at,
             unavailable_since, provisional_generation)
     select 'connect_webview:' || md5(n::text), 1,
            case when n % 2 = 0 then 'pending' else 'retrying' end,
            case when n % 2 = 1 then 'seam_unavailable' end,
            case when n % 2 = 0 then 'held' else 'back' end,
            now() + case when n % 2 = 0 then interval '0' else interval '1 day' end,
            now() + case when n % 2 = 0 then interval '0' else interval '1 day' end,
            now() - interval '1 h' + n * interval '1 ms',
            case when n % 2 = 1 then now() - interval '1 h' end, 1
       from generate_series(1, $1) n`,
    [waiting],
  );
  await rig.query(
    databaseUrl,
    `insert into reconciler.workspace_holds (workspace_id, reason, detail, probe_at)
     values ('held', 'seam_unavailable', '', now() + interval '1 h')`,
  );
  await rig.query(
    databaseUrl,
    `insert into reconciler.recoveries (workspace_id, reason) values ('back', 'seam_unavailable')`,
  );
  await rig.query(databaseUrl, 'vacuum analyze');
  return { name: waiting.toLocaleString('en-US'), pool: database.pool };
};
type Site = Awaited<ReturnType<typeof openSite>>;

/** What it does is taken back: the next turn finds as much. */
const timeTakenBack = async (
  { pool }: Site,
  prepare: string,
  action: (client: Client) => Promise<unknown>,
): Promise<number> => {
  const client = await pool.connect();
  await client.query('begin');
  await client.query(prepare);
  const took = await millisecondsOf(() => action(client));
  await client.query('rollback');
  client.release();
  return took;
};

const MAKE_SOME_DUE = `
  insert into reconciler.reconciliations (subject, generation, state, workspace_id)
  select 'connect_webview:due' || n, 1, 'pending', 'well' from generate_series(1, ${DUE}) n`;

const sweep = (client: Client) =>
  sweepOnce(client as unknown as pg.Pool, {
    servedIds: ['held', 'back', 'well'],
    open: async () => undefined,
    waiting: async () => 0,
    owed: async () => undefined,
  });

const noUsers = {
  find: async () => ({ kind: 'none' }) as const,
  findAll: async () => new Map(),
};

const OPERATIONS = {
  sweeping: {
    name: `sweeping ${DUE} of a workspace that is well`,
    time: (site: Site) =>
      timeTakenBack(site, MAKE_SOME_DUE, async client => {
        const found = await sweep(client);
        if (found !== DUE) throw new Error(`the sweep put back ${found}, not ${DUE}`);
      }),
  },
  recovering: {
    name: 'making a page due after a hold',
    time: (site: Site) =>
      timeTakenBack(site, 'select', async client => {
        const page = await advanceRecovery(client, 'back');
        if (page?.subjects.length !== 1_000) throw new Error('it was no whole page');
      }),
  },
  telling: {
    name: 'telling what is owed (up to 10,000 a workspace)',
    time: ({ pool }: Site) => millisecondsOf(() => readOwed(pool)),
  },
  stuck: {
    name: 'telling whether a worker is stuck',
    time: ({ pool }: Site) => millisecondsOf(() => isAnythingStuck(pool, 120, 'back')),
  },
  linking: {
    name: 'a turn of linking provisionally (a page that was considered before)',
    time: ({ pool }: Site) =>
      millisecondsOf(() =>
        linkProvisionally({ pool, users: noUsers, identity: byMetadataKey('id') }),
      ),
  },
};

/** What the loops cost while much waits that can't be worked on: no more than while little does. */
export const waiting = async (rig: Rig, options: Options): Promise<Section> => {
  await using stack = new AsyncDisposableStack();
  const sites: Site[] = [];
  for (const number of amounts(options.quick)) {
    sites.push(await openSite(rig, stack, number));
    options.tell(`waiting: ${number.toLocaleString('en-US')} can't be checked`);
  }
  const turns = options.quick ? 10 : 30;
  return {
    id: 'waiting',
    title: 'Much that can’t be worked on',
    method: `Sites in one Postgres where ${sites.map(({ name }) => name).join(', ')} connections wait for Seam: half in a workspace that is held, half in one whose hold has just ended; medians of ${turns} in a round, each site in turn. What a sweep or a recovery did is taken back.`,
    ...(await compareSites(sites, OPERATIONS, { rounds: options.rounds, turns })),
  };
};

import { shellActor } from '../../src/access/actor.ts';
import { sweepOnce } from '../../src/queue/sweep.ts';
import { findMatches } from '../../src/support/cases/find.ts';
import { type ConnectionFilter, NO_FILTER } from '../../src/support/finding/connection-filter.ts';
import { listConnections } from '../../src/support/finding/list.ts';
import { createUserDirectory } from '../../src/users/directory.ts';
import { createProfiles } from '../../src/users/profiles.ts';
import { silentLog } from '../fixtures/settings.ts';
import { SHELL } from '../fixtures/shell.ts';
import { freeze, type Stand } from './growth-site.ts';
import type { Sample } from './history.ts';
import { percentile } from './stats.ts';

/** As many as `list` shows. */
const LISTED = 100;
const BUILT_IN_USERS = {
  schema: 'reconciler',
  table: 'users',
  idColumn: 'id',
  nameColumn: 'name',
  emailColumn: 'email',
};
export const OVERDUE = 20;

const sampleAt = ({ samples }: Stand, index: number): Sample => {
  const sample = samples[index % samples.length];
  if (sample === undefined) throw new Error('there is nothing to look for');
  return sample;
};

const millisecondsOf = async (action: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await action();
  return performance.now() - startedAt;
};

/** The sweep without what it does to the queue, which knows nothing of the past. */
const sweep = ({ database }: Stand): Promise<number> =>
  sweepOnce(database.pool, {
    servedIds: null,
    open: async () => undefined,
    waiting: async () => 0,
    owed: async () => undefined,
  });

/** One sweep that finds some subjects, for which everything is then as it was. */
const timeSweep = async (stand: Stand, turn: number): Promise<number> => {
  using _frozen = freeze(stand.work); // Or its own sweep would be there first.
  const { pool } = stand.database;
  const from = turn * OVERDUE;
  const webviews = Array.from({ length: OVERDUE }, (_, n) => sampleAt(stand, from + n).webview);
  await pool.query(
    `update reconciler.reconciliations set generation = generation + 1, state = 'pending', sweep_at = now()
      where connect_webview_id = any($1)`,
    [webviews],
  );
  const took = await millisecondsOf(async () => {
    const found = await sweep(stand);
    if (found !== OVERDUE) throw new Error(`the sweep found ${found} subjects, not ${OVERDUE}`);
  });
  await pool.query(
    `update reconciler.reconciliations set observed_generation = generation, state = 'linked'
      where connect_webview_id = any($1)`,
    [webviews],
  );
  return took;
};

const timeShow = (stand: Stand, id: string): Promise<number> =>
  millisecondsOf(async () => {
    const matches = await findMatches(stand.database.db, SHELL, id);
    if (matches.length === 0) throw new Error(`nothing is known of ${id}`);
  });

const timeList = ({ database }: Stand, state: ConnectionFilter['state']): Promise<number> => {
  const { db, pool } = database;
  const profiles = createProfiles(pool, createUserDirectory(pool, BUILT_IN_USERS), BUILT_IN_USERS);
  const page = { limit: LISTED, cursor: null };
  return millisecondsOf(() =>
    listConnections(
      { db, pool, profiles, log: silentLog },
      shellActor('bench'),
      { ...NO_FILTER, state },
      page,
    ),
  );
};

/** Milliseconds of one turn of each. */
const QUERIES = {
  idleSweep: stand => millisecondsOf(() => sweep(stand)),
  sweep: timeSweep,
  list: stand => timeList(stand, null),
  listFailed: stand => timeList(stand, 'failed'),
  showWebview: (stand, turn) => timeShow(stand, sampleAt(stand, turn).webview),
  showAccount: (stand, turn) => timeShow(stand, sampleAt(stand, turn).account),
  showUser: (stand, turn) => timeShow(stand, sampleAt(stand, turn).user),
  showEvent: (stand, turn) => timeShow(stand, sampleAt(stand, turn).event),
} as const satisfies Record<string, (stand: Stand, turn: number) => Promise<number>>;
export type Query = keyof typeof QUERIES;
export const QUERY_NAMES = Object.keys(QUERIES) as Query[];

/**
 * Times each query on each site, the sites in turn.
 *
 * @param firstTurn where in its samples each site begins
 * @returns tells for each site the median of so many turns, in ms
 */
export const measureQueries = async (
  stands: readonly Stand[],
  turns: number,
  firstTurn: number,
): Promise<(stand: Stand) => Record<Query, number>> => {
  const medians = new Map<Stand, Partial<Record<Query, number>>>();
  for (const name of QUERY_NAMES) {
    const taken = new Map<Stand, number[]>(stands.map(stand => [stand, []]));
    for (let turn = firstTurn; turn < firstTurn + turns; turn++) {
      for (const [stand, times] of taken) times.push(await QUERIES[name](stand, turn));
    }
    for (const [stand, times] of taken) {
      medians.set(stand, { ...medians.get(stand), [name]: percentile(times, 0.5) });
    }
  }
  return stand => medians.get(stand) as Record<Query, number>;
};

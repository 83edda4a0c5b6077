import { forgetAnswers, forgetChanges } from '../../src/audit-log/forget.ts';
import { readCoverage } from '../../src/backfill/coverage.ts';
import { findLacking } from '../../src/backfill/lacking.ts';
import { byMetadataKey } from '../../src/config/user-identity.ts';
import { forgetComparisons } from '../../src/drift/forget.ts';
import { readLeftovers } from '../../src/drift/leftovers.ts';
import { compareListed } from '../../src/drift/look-up.ts';
import { beginComparison, expectedAccounts } from '../../src/drift/records.ts';
import { countPage } from '../../src/inbox/count.ts';
import { readIntake } from '../../src/inbox/intake.ts';
import { forgetAcknowledgements } from '../../src/metrics/acknowledgements.ts';
import { forgetSignIns } from '../../src/operators/forget.ts';
import { sweepOnce } from '../../src/queue/sweep.ts';
import { FROM_THE_START, healAfterOutage, healAwaitedUsers } from '../../src/reconcile/healing.ts';
import { linkProvisionally } from '../../src/reconcile/provisional.ts';
import { pruneSome } from '../../src/reconcile/prune.ts';
import { forgetLeases } from '../../src/support/accounts/forget.ts';
import { forgetBulkRuns } from '../../src/support/bulk/forget.ts';
import { readQueueStatus } from '../../src/support/queue/status.ts';
import { createUserDirectory } from '../../src/users/directory.ts';
import { SHELL } from '../fixtures/shell.ts';
import { millisecondsOf } from './compare-sites.ts';
import { percentile } from './stats.ts';
import { RETENTION_DAYS, type Shape } from './year-shape.ts';
import type { YearSite } from './year-site.ts';

const HOUR_MS = 3_600_000;
/** src/db/client.ts: a statement of a loop that takes longer is cancelled. */
const STATEMENT_MS = 8_000;
const TURNS = 7;
const USERS = { schema: 'reconciler', table: 'users', idColumn: 'id' };
const { signal } = new AbortController();

type Loop = Readonly<{
  /** A pass must be over by then: the next one is due. */
  boundMs: number;
  /** What it takes away it finds only once. */
  isOnce?: true;
  /** How many rows it goes through, where a pass is over after so many; as many as there are otherwise. */
  rows?: (shape: Shape) => number;
  pass: (site: YearSite) => Promise<unknown>;
}>;

const directory = ({ database: { pool } }: YearSite) => createUserDirectory(pool, USERS);
const aDeadSeam = { probe: () => Promise.reject(new Error('nothing here waits for Seam')) };

const idsOf = async (
  { database: { pool } }: YearSite,
  column: string,
  table: string,
  most: number,
) =>
  (
    await pool.query<{ id: string }>(
      `select ${column} as id from reconciler.${table} limit ${most}`,
    )
  ).rows;

/** As Seam lists a page of accounts. */
const compareAPage = async (site: YearSite): Promise<void> => {
  const { pool } = site.database;
  const ids = await idsOf(site, 'connected_account_id', 'connected_accounts', 200);
  const listed = ids.map(({ id }) => ({ connectedAccountId: id, customMetadata: {} }));
  await compareListed(
    { pool, users: directory(site), identity: byMetadataKey('id') },
    // No rule reads user identities: Seam isn't asked.
    { getUserIdentity: async () => ({ value: null, requestId: null }) },
    listed as unknown as Parameters<typeof compareListed>[2],
    new AbortController().signal,
  );
};

/** All are met already, as a rule: there is nothing to find. */
const readAPageOfLeftovers = async ({ database: { pool } }: YearSite): Promise<void> => {
  const { rows } = await pool.query<{ id: number }>(
    'select max(id)::int as id from reconciler.audits',
  );
  await readLeftovers(
    pool,
    { ...(await beginComparison(pool)), id: rows[0]?.id ?? 0, cursor: null },
    200,
  );
};

const lookForLacking = async (site: YearSite): Promise<void> => {
  const here = await idsOf(site, 'event_id', 'deliveries', 250);
  const sought = Array.from({ length: 500 }, (_, n) => ({
    eventId: here[n]?.id ?? `not here ${n}`,
    subject: `connect_webview:${n}` as const,
    at: new Date(),
  }));
  await findLacking(
    site.database.pool,
    sought as unknown as Parameters<typeof findLacking>[1],
    null,
  );
};

/** src/reconcile/healing.ts: so many ids in a pass; of six reasons to have failed, one is that there is no such user. */
const awaitedIds = ({ failed }: Shape): number => Math.min(5_000, failed / 6);

/** src/reconcile/prune.ts: so many that have to stay are passed over in a turn, of deliveries and of runs. */
const keptRows = ({ keptDeliveries, keptRuns }: Shape): number =>
  Math.min(50_000, keptDeliveries) + Math.min(50_000, keptRuns);

/** Each loop of `work`, and what it does in a pass that finds what a steady state has for it. */
export const LOOPS: Readonly<Record<string, Loop>> = {
  'counting, nothing to count': {
    boundMs: 1_000,
    pass: ({ database: { pool } }) => countPage(pool, ''),
  },
  'telling how intake stands': {
    boundMs: 1_000,
    pass: ({ database }) => readIntake(database.pool),
  },
  'sweep, nothing owed': {
    boundMs: 2_000,
    pass: ({ database: { pool } }) =>
      sweepOnce(pool, {
        servedIds: null,
        open: async () => undefined,
        waiting: async () => 0,
        owed: async () => undefined,
      }),
  },
  'healing: users that are awaited': {
    boundMs: 8_000,
    rows: awaitedIds,
    pass: site =>
      healAwaitedUsers({ pool: site.database.pool, users: directory(site) }, FROM_THE_START),
  },
  'healing after an outage': {
    boundMs: 8_000,
    pass: ({ database: { pool } }) =>
      healAfterOutage({ pool, seam: aDeadSeam, workspaceId: null }, signal),
  },
  'linking provisionally': {
    boundMs: 1_000,
    pass: site =>
      linkProvisionally({
        pool: site.database.pool,
        users: directory(site),
        identity: byMetadataKey('id'),
      }),
  },
  'backfill: how far it is': {
    boundMs: 1_000,
    pass: ({ database }) => readCoverage(database.pool),
  },
  'backfill: 500 listed events': { boundMs: STATEMENT_MS, pass: lookForLacking },
  'drift: how many accounts to expect': {
    boundMs: STATEMENT_MS,
    pass: ({ database }) => expectedAccounts(database.pool),
  },
  'drift: a page of Seam’s list': { boundMs: STATEMENT_MS, pass: compareAPage },
  'drift: a page of what is only here': { boundMs: STATEMENT_MS, pass: readAPageOfLeftovers },
  'status of the queue': {
    boundMs: 1_000,
    pass: ({ database }) => readQueueStatus(database.db, SHELL),
  },
  'prune: what an hour made old': {
    boundMs: HOUR_MS,
    isOnce: true,
    rows: shape => keptRows(shape) + (4 / 3) * shape.deliveriesAnHour,
    pass: ({ database }) => pruneSome(database.pool, RETENTION_DAYS, signal),
  },
  'prune: an hour with nothing new': {
    boundMs: HOUR_MS,
    isOnce: true,
    rows: keptRows,
    pass: ({ database }) => pruneSome(database.pool, RETENTION_DAYS, signal),
  },
  'audit log, a year kept': {
    boundMs: HOUR_MS,
    isOnce: true,
    pass: ({ database }) => forgetChanges(database.pool, 365, signal),
  },
  'old bulk runs': {
    boundMs: HOUR_MS,
    isOnce: true,
    pass: ({ database }) => forgetBulkRuns(database.pool, RETENTION_DAYS, signal),
  },
  'old acknowledgements': {
    boundMs: HOUR_MS,
    isOnce: true,
    pass: ({ database }) => forgetAcknowledgements(database.pool, signal),
  },
  'old answers of the API': {
    boundMs: HOUR_MS,
    isOnce: true,
    pass: ({ database }) => forgetAnswers(database.pool, signal),
  },
  'old comparisons': {
    boundMs: HOUR_MS,
    isOnce: true,
    pass: ({ database }) => forgetComparisons(database.pool, signal),
  },
  'old sessions, links and tries to sign in': {
    boundMs: HOUR_MS,
    isOnce: true,
    pass: ({ database }) => forgetSignIns(database.pool, signal),
  },
  'changes at Seam that are over': {
    boundMs: HOUR_MS,
    isOnce: true,
    pass: ({ database }) => forgetLeases(database.pool, signal),
  },
};

/** Blocks that the statements of one's own connection have touched; nothing else is at work in this database. */
const readBlocks = async ({ database: { pool } }: YearSite): Promise<number> => {
  await pool.query('select pg_stat_force_next_flush()');
  const { rows } = await pool.query<{ blocks: number }>(
    `select (blks_hit + blks_read)::float8 as blocks from pg_stat_database where datname = current_database()`,
  );
  return rows[0]?.blocks ?? Number.NaN;
};

/** The median of its passes (one, where only the first finds anything), and the blocks of the last. */
export const measureLoop = async (
  site: YearSite,
  { pass, isOnce }: Loop,
): Promise<Readonly<{ ms: number; blocks: number }>> => {
  const times: number[] = [];
  if (!isOnce) await pass(site);
  let before = await readBlocks(site);
  for (let turn = 0; turn < (isOnce ? 1 : TURNS); turn++) {
    before = await readBlocks(site);
    times.push(await millisecondsOf(() => pass(site)));
  }
  // The answer to the question itself is in both, or in neither.
  return { ms: percentile(times, 0.5), blocks: Math.max(1, (await readBlocks(site)) - before) };
};

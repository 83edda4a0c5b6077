import { readCoverage } from '../backfill/coverage.ts';
import { type Workspace, workspaceFor } from '../config/workspaces.ts';
import type { Db } from '../db/client.ts';
import { isFindingKind, isRight } from '../drift/findings.ts';
import { readLatest } from '../drift/records.ts';
import { readIntake } from '../inbox/intake.ts';
import { readProcesses } from '../metrics/processes.ts';
import { sumOfCounts } from '../model/capped-count.ts';
import type { Vitals, WorkspaceVitals } from '../model/vitals.ts';
import { readHolds } from '../reconcile/holds.ts';
import { type Owed, readOwed } from '../reconcile/owed.ts';
import { readPauses } from '../reconcile/pauses.ts';
import { readEndpointStandings, readUnarranged } from '../support/endpoints/standing.ts';
import { countFailed } from '../support/finding/attention.ts';
import { countAccounts } from './accounts.ts';
import { measureDatabase } from './database.ts';
import { workerlessSince } from './workers.ts';

/** Accounts are counted so often: all of them, where everything else stops at a bound. */
const ACCOUNTS_EVERY_MS = 5 * 60_000;
/** So many bulk runs are looked at, the latest. */
const MOST_BULK_RUNS = 1_000;

const iso = (at: Date | null | undefined): string | null => at?.toISOString() ?? null;

/** The only workspace, whose id nobody has named, is owed what is owed of every id: events name theirs all the same. */
const sumOfOwed = (
  rows: readonly Owed[],
): Pick<WorkspaceVitals, 'owed' | 'waiting' | 'oldestDueAt'> => {
  const dueAt = rows.map(({ oldestDueAt }) => iso(oldestDueAt)).filter(at => at !== null);
  return {
    owed: sumOfCounts(rows.map(({ owed }) => owed)).number,
    waiting: sumOfCounts(rows.map(({ waiting }) => waiting)).number,
    oldestDueAt: dueAt.toSorted()[0] ?? null,
  };
};

const measureWorkspaces = async (
  db: Db,
  served: readonly Pick<Workspace, 'id'>[],
): Promise<WorkspaceVitals[]> => {
  const owed = await readOwed(db.$client);
  const holds = await readHolds(db);
  const pauses = await readPauses(db);
  const coverage = await readCoverage(db.$client);
  return served.map(({ id }) => {
    const isOwn = (workspaceId: string | null): boolean =>
      workspaceFor([{ id }], workspaceId) !== null;
    const hold = holds.find(({ workspaceId }) => workspaceId === id);
    const pause = pauses.findLast(each => each.workspace_id === null || isOwn(each.workspace_id));
    const covered = coverage.find(({ workspaceId }) => workspaceId === id);
    return {
      workspaceId: id,
      ...sumOfOwed(owed.filter(({ workspaceId }) => isOwn(workspaceId))),
      hold: hold === undefined ? null : { reason: hold.reason, since: hold.since.toISOString() },
      pausedSince: pause?.since ?? null,
      silence:
        covered?.unheardSince && covered.unheardEvents > 0
          ? { since: covered.unheardSince.toISOString(), events: covered.unheardEvents }
          : null,
      accountedForUntil: iso(covered?.coveredUntil),
      backfillFailingSince: iso(covered?.failingSince),
    };
  });
};

/** What waits to be counted, and to be told. */
const measureWaiting = async (
  { $client: pool }: Db,
  now: Date,
): Promise<Pick<Vitals, 'uncounted' | 'uncountedSince' | 'unarranged' | 'unarrangedSince'>> => {
  const { uncounted, uncountedSeconds } = await readIntake(pool);
  const unarranged = await readUnarranged(pool, 0);
  return {
    uncounted,
    uncountedSince:
      uncounted === 0 ? null : new Date(now.getTime() - uncountedSeconds * 1_000).toISOString(),
    unarranged: unarranged?.waiting.number ?? 0,
    unarrangedSince: iso(unarranged?.since),
  };
};

const measureAccounts = async (
  db: Db,
  now: Date,
  before: Vitals | null,
): Promise<Pick<Vitals, 'accounts' | 'accountsMeasuredAt'>> => {
  const { accounts = {}, accountsMeasuredAt = null } = before ?? {};
  const known = { accounts, accountsMeasuredAt };
  const age =
    accountsMeasuredAt === null ? Infinity : now.getTime() - new Date(accountsMeasuredAt).getTime();
  if (age < ACCOUNTS_EVERY_MS) return known;
  const counted = await countAccounts(db.$client);
  return counted === null ? known : { accounts: counted, accountsMeasuredAt: now.toISOString() };
};

const measureEndpoints = async ({ $client: pool }: Db): Promise<Vitals['endpoints']> =>
  (await readEndpointStandings(pool)).map(({ since, ...of }) => ({
    ...{ id: of.id, name: of.name, trouble: of.trouble, since: iso(since), dead: of.dead.number },
    ...{ givenUpLately: of.givenUpLately.number, refused: of.refused.number },
  }));

const measureBulkRuns = async ({ $client: pool }: Db): Promise<Vitals['bulkRuns']> => {
  const { rows } = await pool.query<{ state: string; number: number }>(
    `select state, count(*)::int as number
       from (select state from reconciler.bulk_runs order by id desc limit ${MOST_BULK_RUNS}) latest
      group by state`,
  );
  return Object.fromEntries(rows.map(({ state, number }) => [state, number]));
};

const measureAlerts = async ({ $client: pool }: Db): Promise<Readonly<Record<string, number>>> => {
  const { rows } = await pool.query<{ rule: string; number: number }>(
    `select rule, count(*)::int as number from reconciler.alerts where ended_at is null group by rule`,
  );
  return Object.fromEntries(rows.map(({ rule, number }) => [rule, number]));
};

const measureDrift = async ({ $client: pool }: Db): Promise<Vitals['drift']> => {
  const { latest, finished } = await readLatest(pool);
  if (!finished?.finishedAt) return null;
  const findings = Object.entries(finished.counts).filter(
    ([kind]) => isFindingKind(kind) && !isRight(kind),
  );
  return {
    finishedAt: finished.finishedAt.toISOString(),
    findings: Object.fromEntries(findings),
    failure: latest?.finishedAt === null ? latest.failure : null,
  };
};

const measureProcesses = async (db: Db): Promise<Vitals['processes']> =>
  (await readProcesses(db)).map(({ id, kind, version, seen_at, worker }) => ({
    ...{ id, kind, version, works: worker !== null, seenAt: seen_at },
  }));

/**
 * How the whole is doing. One question after the other, each bounded however much there is: it keeps one connection busy,
 * and no page or webhook waiting.
 *
 * @param options.served the workspaces of which it is told
 * @param options.before what was measured last: not everything is measured each time
 * @throws whatever Postgres throws
 */
export const measureVitals = async (
  db: Db,
  options: {
    served: readonly Pick<Workspace, 'id'>[];
    before: Vitals | null;
    databaseMaxBytes: number | undefined;
  },
): Promise<Vitals> => {
  const { served, before, databaseMaxBytes } = options;
  const { $client: pool } = db;
  const { rows } = await pool.query<{ now: Date }>('select now() as now');
  const now = rows[0]?.now ?? new Date();
  const processes = await measureProcesses(db);
  return {
    measuredAt: now.toISOString(),
    workspaces: await measureWorkspaces(db, served),
    ...(await measureWaiting(db, now)),
    attention: (await countFailed(pool)) ?? before?.attention ?? {},
    ...(await measureAccounts(db, now, before)),
    endpoints: await measureEndpoints(db),
    alertsOpen: await measureAlerts(db),
    bulkRuns: await measureBulkRuns(db),
    drift: await measureDrift(db),
    processes,
    workerlessSince: workerlessSince(processes, now, before),
    database: await measureDatabase(pool, databaseMaxBytes),
  };
};

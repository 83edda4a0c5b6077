import { startBackfills } from '../backfill/schedule.ts';
import type { Config } from '../config/config.ts';
import { type Workspace, workspaceLabel } from '../config/workspaces.ts';
import type { Db } from '../db/client.ts';
import { startComparisons } from '../drift/schedule.ts';
import { type Check, CheckError } from '../http/health.ts';
import { startCounting } from '../inbox/counting.ts';
import type { WorkerHealth } from '../metrics/processes.ts';
import { startCircuitBreaker } from '../queue/circuit-breaker.ts';
import { startSweep } from '../queue/sweep.ts';
import { type RunningWorker, startWorker } from '../queue/worker.ts';
import { isHeld } from '../reconcile/holds.ts';
import { isAnythingStuck } from '../reconcile/owed.ts';
import { isPaused } from '../reconcile/pauses.ts';
import { createSeams, type SeamOfWorkspace } from '../seam/workspaces.ts';
import { startBulkRunner } from '../support/bulk/runner.ts';
import { createUserDirectory, type UserDirectory } from '../users/directory.ts';
import { UsersTableError } from '../users/errors.ts';
import type { Context } from './context.ts';
import { startOutageHealing, startUpkeep } from './maintenance.ts';

/** The worker side of a process. */
export type Work = Readonly<{
  /** @throws CheckError when it can find no user, has ended, or looks are due and it has finished none for long */
  assertProgress: Check;
  /** How it is doing, for those who watch. Never fails for what is wrong with it: that is told. */
  health: () => Promise<WorkerHealth>;
}> &
  AsyncDisposable;

/** The part of one workspace. */
type Part = Readonly<{ assertProgress: Check; worker: RunningWorker }> & AsyncDisposable;

const STUCK_SECONDS = 120;

/**
 * The worker side: runs looks, sweeps for lost ones. Each workspace has a circuit breaker and a worker of its own, so
 * that none waits for another. Disposing finishes what is in hand.
 *
 * @throws UsersTableError when USERS_TABLE or USERS_ID_COLUMN names nothing
 */
export const startWork = async (
  context: Context,
  config: Pick<
    Config,
    | 'users'
    | 'identity'
    | 'workspaces'
    | 'seamEndpoint'
    | 'workerConcurrency'
    | 'backfillEveryMinutes'
    | 'driftAtMinutes'
    | 'driftMostGonePercent'
    | 'retentionDays'
    | 'auditRetentionDays'
    | 'notesRetentionDays'
    | 'failedRetentionDays'
    | 'provisionalLinks'
  >,
): Promise<Work> => {
  const { database, queues, log } = context;
  const users = createUserDirectory(database.pool, config.users);
  try {
    await context.assertMigrated();
    const { hidden } = await users.check();
    if (hidden !== null)
      log.warn({ err: hidden, remedy: hidden.remedy }, 'some users may be hidden from us');
  } catch (error) {
    tellAtStart(log, error);
  }
  const seams = createSeams(config);
  const { pool } = database;
  const counting = startCounting({ pool, log, onStep: context.onStep, onCounted: queues.news });
  const sweep = startSweep({ db: database.db, queues, log });
  const upkeep = startUpkeep(context, { ...config, users });
  const bulkRuns = startBulkRunner({ pool, queues, log });
  const comparisons = startScheduledComparisons(context, config, { users, workspaces: seams });
  const parts = seams.map(seam => startWorkspace(context, config, seam, users, counting.nudge));
  const assertProgress = async (): Promise<void> => {
    assertUsersReadable(users);
    for (const part of parts) await part.assertProgress();
  };
  return {
    assertProgress,
    health: async () => ({
      progressMsAgo: sinceProgress(parts),
      running: parts.reduce((sum, { worker }) => sum + worker.running(), 0),
      concurrency: config.workerConcurrency * parts.length,
      trouble: await troubleOf(assertProgress),
    }),
    [Symbol.asyncDispose]: async () => {
      // Side by side: each may take its time to finish what it has in hand.
      await Promise.all(parts.map(part => part[Symbol.asyncDispose]()));
      await Promise.all(
        [sweep, upkeep, bulkRuns, comparisons, counting].map(part => part[Symbol.asyncDispose]()),
      );
    },
  };
};

const startScheduledComparisons = (
  { database: { db, pool }, queues, log }: Context,
  config: Pick<Config, 'driftAtMinutes' | 'driftMostGonePercent' | 'identity'>,
  compared: { users: UserDirectory; workspaces: readonly SeamOfWorkspace[] },
): AsyncDisposable => {
  const { driftAtMinutes: atMinutes, driftMostGonePercent: mostGonePercent } = config;
  if (atMinutes === null) return new AsyncDisposableStack();
  const { identity } = config;
  return startComparisons({
    ...{ db, pool, log, ...compared, identity, atMinutes, mostGonePercent },
    onAsked: asked => queues.news(asked.map(look => ({ ...look, trigger: 'audit', waitMs: 0 }))),
  });
};

/**
 * A setting that names nothing stops the start. What has to be mended in the database does not: it is told of here, each
 * case says it, and it heals once it is mended.
 */
const tellAtStart = (log: Context['log'], error: unknown): void => {
  if (!(error instanceof UsersTableError)) {
    log.warn(
      { err: error },
      'the database could not be checked yet (settings, migrations, users table)',
    );
    return;
  }
  if (error.isSetting) throw error;
  log.error({ err: error, remedy: error.remedy }, 'no users can be found: nothing is linked');
};

/**
 * By what the last look-up or check came to: whoever asks how we are neither waits for their table nor burdens it.
 * Told without what it is: anyone may read this.
 */
const assertUsersReadable = (users: Pick<UserDirectory, 'lastFault'>): void => {
  if (users.lastFault() instanceof UsersTableError) {
    throw new CheckError('no user can be found, so nothing is linked: "doctor" says why');
  }
};

const sinceProgress = (parts: readonly Part[]): number => {
  const at = Math.max(...parts.map(({ worker }) => worker.lastProgressAt()));
  return performance.now() - at;
};

const troubleOf = async (assertProgress: Check): Promise<string | null> => {
  try {
    await assertProgress();
    return null;
  } catch (error) {
    if (error instanceof CheckError) return error.message;
    throw error;
  }
};

/** The part of the worker side that is a workspace's own. */
const startWorkspace = (
  { database, backend, queues, onStep, log: parentLog }: Context,
  config: Pick<Config, 'identity' | 'workerConcurrency' | 'backfillEveryMinutes'>,
  { id: workspaceId, name, seam }: SeamOfWorkspace,
  users: UserDirectory,
  onStored: () => void,
): Part => {
  const enqueuer = queues.of(workspaceId);
  if (enqueuer === null) throw new TypeError('the workspace has no queue');
  const log = workspaceId === null ? parentLog : parentLog.child({ workspace_id: workspaceId });
  const { db, pool } = database;
  const stack = new AsyncDisposableStack();
  const breaker = stack.use(startCircuitBreaker({ db, workspaceId, seam, enqueuer, log }));
  stack.use(startOutageHealing({ pool, seam, workspaceId, log }));
  if (config.backfillEveryMinutes > 0) {
    const backfills = startBackfills({
      pool,
      workspaces: [{ id: workspaceId, seam }],
      everyMinutes: config.backfillEveryMinutes,
      onStored,
      log,
    });
    stack.use(backfills);
  }
  const { identity, workerConcurrency: concurrency } = config;
  const reconciler = { db, pool, workspaceId, users, identity, seam, onStep };
  const worker = stack.use(
    startWorker({
      backend,
      enqueuer,
      breaker,
      reconciler: { ...reconciler, random: Math.random },
      concurrency,
      onStep,
      log,
    }),
  );
  return {
    worker,
    assertProgress: progressCheck(db, worker, { id: workspaceId, name }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

const progressCheck = (
  db: Db,
  worker: RunningWorker,
  workspace: Pick<Workspace, 'id' | 'name'>,
): Check => {
  let lastHeldAt = Number.NEGATIVE_INFINITY;
  const label = workspaceLabel([workspace], workspace.id);
  const of = label === null ? '' : ` for ${label}`;
  return async () => {
    if (worker.hasEnded()) throw new CheckError(`the worker${of} has ended: restart this process`);
    const quietMs = performance.now() - Math.max(worker.lastProgressAt(), lastHeldAt);
    if (quietMs < STUCK_SECONDS * 1_000) return;
    const [held, paused, stuck] = await Promise.all([
      isHeld(db, workspace.id),
      isPaused(db, workspace.id),
      isAnythingStuck(db.$client, STUCK_SECONDS, workspace.id),
    ]);
    // What waited for Seam, or for a person, has been due for long when that ends: its two minutes begin then.
    if (held || paused) lastHeldAt = performance.now();
    else if (stuck) {
      throw new CheckError(
        `checks${of} have been due for ${STUCK_SECONDS} s, and this worker finishes none`,
      );
    }
  };
};

import type { Config } from '../config/config.ts';
import { startComparisons } from '../drift/schedule.ts';
import { sendOwed } from '../endpoints/send-owed.ts';
import type { Sender } from '../endpoints/sender.ts';
import { type Check, CheckError } from '../http/health.ts';
import { startCounting } from '../inbox/counting.ts';
import type { WorkerHealth } from '../metrics/processes.ts';
import { Disposables } from '../ops/disposables.ts';
import { startArranging } from '../outbox/arranging.ts';
import { type RunningEndpointWorker, startEndpointWorker } from '../queue/endpoint-worker.ts';
import { startSweep } from '../queue/sweep.ts';
import { createSeams } from '../seam/workspaces.ts';
import { startBulkRunner } from '../support/bulk/runner.ts';
import { createUserDirectory, type UserDirectory } from '../users/directory.ts';
import { UsersTableError } from '../users/errors.ts';
import type { Context } from './context.ts';
import { startUpkeep } from './maintenance.ts';
import { type Part, startParts } from './parts.ts';
import { tellOfSilentTriggers } from './silent-triggers.ts';
import { startWorkspace } from './workspace.ts';

/** The worker side of a process. */
export type Work = Readonly<{
  /** @throws CheckError when it can find no user, has ended, or looks are due and it has finished none for long */
  assertProgress: Check;
  /** How it is doing, for those who watch. Never fails for what is wrong with it: that is told. */
  health: () => Promise<WorkerHealth>;
}> &
  AsyncDisposable;

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
    | keyof SendingConfig
  >,
): Promise<Work> => {
  const { database, queues, log } = context;
  const users = createUserDirectory(database.pool, config.users);
  try {
    await context.assertMigrated();
    await tellOfSilentTriggers(database.pool, log);
    const { hidden } = await users.check();
    if (hidden !== null)
      log.warn({ err: hidden, remedy: hidden.remedy }, 'some users may be hidden from us');
  } catch (error) {
    tellAtStart(log, error);
  }
  const { pool } = database;
  const counting = startCounting({ pool, log, onStep: context.onStep, onCounted: queues.news });
  const arranging = startArranging({
    ...{ pool, log, onStep: context.onStep },
    onArranged: context.endpointQueue.news,
  });
  const endpoints = startEndpoints(context, config);
  const sweep = startSweep({ db: database.db, queues, log });
  const upkeep = startUpkeep(context, { ...config, users, onChanged: arranging.nudge });
  const bulkRuns = startBulkRunner({ pool, queues, config, users, log });
  const parts = startParts(context, config, seam =>
    startWorkspace(context, config, seam, users, {
      onStored: counting.nudge,
      onFinished: arranging.nudge,
    }),
  );
  const comparisons = startScheduledComparisons(context, config, users);
  const assertProgress = async (): Promise<void> => {
    assertUsersReadable(users);
    assertTelling(endpoints);
    for (const part of parts.now()) await part.assertProgress();
  };
  return {
    assertProgress,
    health: async () => ({
      progressMsAgo: sinceProgress(parts.now()),
      running: parts.now().reduce((sum, { worker }) => sum + worker.running(), 0),
      concurrency: config.workerConcurrency * parts.now().length,
      trouble: (await troubleOf(assertProgress)) ?? context.served.fault(),
    }),
    [Symbol.asyncDispose]: async () => {
      await parts[Symbol.asyncDispose]();
      await Promise.all(
        [sweep, upkeep, bulkRuns, comparisons, counting, arranging, endpoints].map(part =>
          part[Symbol.asyncDispose](),
        ),
      );
    },
  };
};

/** With what messages are signed and where they may go. */
type SendingConfig = Pick<Config, 'endpointSecretsKeys' | 'endpointPrivateNetworks'>;

/** Sends what is owed to endpoints. */
const startEndpoints = (
  { database: { pool }, backend, endpointQueue: queue, onStep, log, instruments }: Context,
  { endpointSecretsKeys, endpointPrivateNetworks }: SendingConfig,
): RunningEndpointWorker => {
  const sender: Sender = {
    pool,
    secretsKeys: endpointSecretsKeys,
    privateNetworks: endpointPrivateNetworks,
    addToQueue: queue.addToQueue,
    random: Math.random,
    log,
    onStep,
    instruments,
  };
  const send = (id: number, signal: AbortSignal) => sendOwed(sender, id, signal);
  return startEndpointWorker({ pool, backend, queue, send, log });
};

/** The workspaces that are served when one is gone on with: one that was begun with others is begun anew. */
const startScheduledComparisons = (
  { database: { db, pool }, queues, log, served, instruments }: Context,
  config: Pick<Config, 'driftAtMinutes' | 'driftMostGonePercent' | 'identity' | 'seamEndpoint'>,
  users: UserDirectory,
): AsyncDisposable => {
  const { driftAtMinutes: atMinutes, driftMostGonePercent: mostGonePercent } = config;
  if (atMinutes === null) return new Disposables();
  const { identity, seamEndpoint } = config;
  const workspaces = served.from(present =>
    createSeams({ seamEndpoint, identity, workspaces: present, onCall: instruments.seamCall }),
  );
  return startComparisons({
    ...{ db, pool, log, users, workspaces, identity, atMinutes, mostGonePercent },
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

/** An endpoint that takes nothing is no fault of ours; that nobody sends here any more is. */
const assertTelling = ({ hasEnded }: Pick<RunningEndpointWorker, 'hasEnded'>): void => {
  if (!hasEnded()) return;
  throw new CheckError('the worker that sends messages has ended: restart this process');
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

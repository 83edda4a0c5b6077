import { startBackfills } from '../backfill/schedule.ts';
import type { Config } from '../config/config.ts';
import type { ServedWorkspaces } from '../config/served-workspaces.ts';
import { type Workspace, workspaceLabel } from '../config/workspaces.ts';
import type { Db } from '../db/client.ts';
import { type Check, CheckError } from '../http/health.ts';
import { Disposables } from '../ops/disposables.ts';
import { startCircuitBreaker } from '../queue/circuit-breaker.ts';
import { type RunningWorker, startWorker } from '../queue/worker.ts';
import { isHeld } from '../reconcile/holds.ts';
import { isAnythingStuck } from '../reconcile/owed.ts';
import { isPaused } from '../reconcile/pauses.ts';
import type { SeamOfWorkspace } from '../seam/workspaces.ts';
import type { UserDirectory } from '../users/directory.ts';
import type { Context } from './context.ts';
import { startOutageHealing } from './maintenance.ts';
import type { Part } from './parts.ts';

const STUCK_SECONDS = 120;

/** The part of the worker side that is a workspace's own. */
export const startWorkspace = (
  { served, database, backend, queues, onStep, log: parentLog, instruments }: Context,
  config: Pick<Config, 'identity' | 'workerConcurrency' | 'backfillEveryMinutes'>,
  { id: workspaceId, seam }: SeamOfWorkspace,
  users: UserDirectory,
  { onStored, onFinished }: Readonly<{ onStored: () => void; onFinished: () => void }>,
): Part => {
  const enqueuer = queues.of(workspaceId);
  if (enqueuer === null) throw new TypeError('the workspace has no queue');
  const log = workspaceId === null ? parentLog : parentLog.child({ workspace_id: workspaceId });
  const { db, pool } = database;
  const stack = new Disposables();
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
      onFinished,
      onStep,
      instruments,
      log,
    }),
  );
  return {
    worker,
    assertProgress: progressCheck(db, worker, workspaceId, served),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

const progressCheck = (
  db: Db,
  worker: RunningWorker,
  workspaceId: Workspace['id'],
  served: Pick<ServedWorkspaces, 'now'>,
): Check => {
  let lastHeldAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const label = workspaceLabel(served.now(), workspaceId);
    const of = label === null ? '' : ` for ${label}`;
    if (worker.hasEnded()) throw new CheckError(`the worker${of} has ended: restart this process`);
    const quietMs = performance.now() - Math.max(worker.lastProgressAt(), lastHeldAt);
    if (quietMs < STUCK_SECONDS * 1_000) return;
    const [held, paused, stuck] = await Promise.all([
      isHeld(db, workspaceId),
      isPaused(db, workspaceId),
      isAnythingStuck(db.$client, STUCK_SECONDS, workspaceId),
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

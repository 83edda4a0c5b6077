import type { Job } from 'bullmq';
import type { FailureReason } from '../model/outcome.ts';
import type { Logger } from '../ops/log.ts';
import { pause } from '../ops/loop.ts';
import { ignoreSteps, type OnStep } from '../ops/steps.ts';
import { type Reconciler, type Report, reconcile } from '../reconcile/run.ts';
import type { Look, LookResult, LookWorker, QueueBackend } from './backend.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { Enqueuer } from './enqueue.ts';

/** How long a stopping worker may go on with what it has in hand. */
const STOP_LIMIT_MS = 10_000;
const PROBE_INTERVAL_MS = 1_000;
/** When a look comes again that got past a pause. By then the queue holds it. */
const PAUSED_LOOK_MS = 1_000;

export type RunningWorker = Readonly<{
  /** When a run last finished here, or the worker began (performance.now()). */
  lastProgressAt: () => number;
  /** How many looks are in hand. */
  running: () => number;
  /** Whether it has stopped taking looks for good, and nobody asked it to. */
  hasEnded: () => boolean;
}> &
  AsyncDisposable;

/**
 * Takes looks from the queue of one workspace and runs them. Starts as soon as the queue can be reached. A job always
 * completes: another try is a new look, asked for after this one is off the queue, so that news which
 * came meanwhile goes first.
 */
export const startWorker = (options: {
  backend: QueueBackend;
  enqueuer: Enqueuer;
  reconciler: Reconciler;
  breaker: CircuitBreaker;
  concurrency: number;
  onStep?: OnStep;
  log: Logger;
}): RunningWorker => {
  const { backend, enqueuer, reconciler, breaker, concurrency, log } = options;
  const { onStep = ignoreSteps } = options;
  const stopping = new AbortController();
  const givingUp = new AbortController();
  let asked: Promise<unknown> = Promise.resolve();
  let lastProgressAt = performance.now();
  let running: LookWorker | null = null;
  let inHand = 0;

  const look = async (job: Job<Look, LookResult>): Promise<LookResult> => {
    inHand += 1;
    try {
      return await lookNow(job);
    } finally {
      inHand -= 1;
    }
  };

  const lookNow = async (job: Job<Look, LookResult>): Promise<LookResult> => {
    const { subject } = job.data;
    if (await breaker.isPaused()) return { nextLookInMs: PAUSED_LOOK_MS };
    const began = performance.now();
    const report = await reconcileCleanly(reconciler, job.data, givingUp.signal);
    logReport(log, report, subject, performance.now() - began);
    if (report.kind === 'finished') {
      // Only this: a look that finds its subject leased comes back every second, and gets nowhere.
      lastProgressAt = performance.now();
      await breaker.tell(subject, report.ending);
    }
    return { nextLookInMs: nextLookIn(report) };
  };

  const askAgain = async (look: Look, result: LookResult): Promise<void> => {
    if (result.nextLookInMs === null) return;
    try {
      await enqueuer.later(look.subject, result.nextLookInMs);
    } catch (err) {
      log.warn({ err, subject: look.subject }, 'the next check is left to the sweep');
    }
  };

  const listen = (worker: LookWorker): void => {
    let recovering = false;
    /** BullMQ asks a server that is starting up again and again, without a pause: it waits with us. */
    const recover = async (err: Error): Promise<void> => {
      if (recovering || stopping.signal.aborted) return;
      recovering = true;
      log.warn({ err }, 'queue connection error');
      await worker.pause(true);
      await pause(PROBE_INTERVAL_MS, stopping.signal);
      if (await untilReachable(backend, log, stopping.signal)) await worker.resume();
      recovering = false;
    };
    worker.on('error', err => void recover(err));
    worker.on('failed', (job, err) =>
      log.error({ err, subject: job?.data.subject }, 'a run could not be recorded; it stays owed'),
    );
    worker.on('stalled', jobId =>
      log.warn({ job_id: jobId }, 'a check was taken over from a dead worker'),
    );
    worker.on('completed', (job, result) => {
      onStep('completed');
      asked = Promise.all([asked, askAgain(job.data, result)]);
    });
  };

  const open = async (): Promise<LookWorker | null> => {
    while (await untilReachable(backend, log, stopping.signal)) {
      const worker = backend.openWorker(look, { workspaceId: reconciler.workspaceId, concurrency });
      worker.on('error', err => log.debug({ err }, 'queue connection error'));
      try {
        // On Postgres BullMQ never recovers from a first connection that failed: then it is made anew.
        await worker.waitUntilReady();
      } catch (err) {
        log.warn({ err }, 'the worker could not connect; trying again');
        await worker.close();
        await pause(PROBE_INTERVAL_MS, stopping.signal);
        continue;
      }
      listen(worker);
      worker.run().catch((err: unknown) => log.error({ err }, 'the worker ended'));
      running = worker;
      log.info({ queue: backend.kind, concurrency }, 'worker ready');
      return worker;
    }
    return null;
  };
  const opened = open();

  return {
    lastProgressAt: () => lastProgressAt,
    running: () => inHand,
    // Paused it is while it waits for the queue to come back.
    hasEnded: () =>
      running !== null && !running.isRunning() && !running.isPaused() && !stopping.signal.aborted,
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      const worker = await opened;
      const timer = setTimeout(
        () => givingUp.abort(new Error('the worker is stopping')),
        STOP_LIMIT_MS,
      );
      // With the queue out of reach BullMQ waits for it without end; what is in hand then stays owed.
      const limit = new AbortController();
      await Promise.race([worker?.close(), pause(2 * STOP_LIMIT_MS, limit.signal)]);
      limit.abort();
      clearTimeout(timer);
      await asked;
    },
  };
};

/** What a failed look leaves in the queue must say nothing of what was being written. */
const reconcileCleanly = async (
  reconciler: Reconciler,
  { subject, trigger }: Look,
  signal: AbortSignal,
): Promise<Report> => {
  try {
    return await reconcile(reconciler, subject, trigger, signal);
  } catch (cause) {
    throw new Error('the run was abandoned or could not be recorded', { cause });
  }
};

/** @returns false when it was told to stop before the queue could be reached */
const untilReachable = async (
  backend: QueueBackend,
  log: Logger,
  signal: AbortSignal,
): Promise<boolean> => {
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      const fault = await backend.probe();
      if (fault !== null) log.warn({ queue: backend.kind, remedy: fault.remedy }, fault.message);
      return true;
    } catch (err) {
      if (tries % 30 === 0) log.warn({ err, queue: backend.kind }, 'waiting for the queue');
    }
    await pause(PROBE_INTERVAL_MS, signal);
  }
  return false;
};

const nextLookIn = (report: Report): number | null => {
  switch (report.kind) {
    case 'nothing_owed':
      return null;
    case 'not_due':
      return report.dueInMs;
    case 'finished':
      return report.ending.nextLookInMs;
    default:
      return report satisfies never;
  }
};

/** What only an engineer can mend. */
const OF_AN_ENGINEER: readonly FailureReason[] = ['internal_error', 'users_table_unusable'];

const logReport = (log: Logger, report: Report, subject: string, durationMs: number): void => {
  if (report.kind !== 'finished') {
    log.debug({ subject, result: report.kind }, 'nothing to check');
    return;
  }
  const { run, ending } = report;
  if (run.interruptedRunId !== null) {
    log.warn(
      { subject, run_id: run.interruptedRunId },
      'a run was interrupted and is started again',
    );
  }
  const line = {
    run_id: run.id,
    subject,
    trigger: run.trigger,
    generation: run.generation,
    outcome: ending.outcome,
    reason: ending.reason ?? undefined,
    detail: ending.detail ?? undefined,
    seam_request_id: ending.requestId ?? undefined,
    next_look_in_ms: ending.nextLookInMs ?? undefined,
    duration_ms: Math.round(durationMs),
  };
  if (ending.reason !== null && OF_AN_ENGINEER.includes(ending.reason))
    log.error(line, 'run finished');
  else log.info(line, 'run finished');
};

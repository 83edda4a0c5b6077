import type { Job } from 'bullmq';
import { type Instruments, NO_INSTRUMENTS } from '../metrics/instruments.ts';
import type { FailureReason } from '../model/outcome.ts';
import type { Logger } from '../ops/log.ts';
import { ignoreSteps, type OnStep } from '../ops/steps.ts';
import { secondsSinceWebhook } from '../reconcile/answered.ts';
import { type Reconciler, type Report, reconcile } from '../reconcile/run.ts';
import type { Look, LookResult, LookWorker, QueueBackend } from './backend.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { Enqueuer } from './enqueue.ts';
import { inJobSpan } from './job-span.ts';
import { runJobs } from './job-worker.ts';

/** How long a stopping worker may go on with what it has in hand. */
const STOP_LIMIT_MS = 10_000;
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
  /** A run has written what it came to. What it does is not waited for. */
  onFinished?: () => void;
  onStep?: OnStep;
  instruments?: Instruments;
  log: Logger;
}): RunningWorker => {
  const { backend, enqueuer, reconciler, breaker, concurrency, log } = options;
  const { onFinished, onStep = ignoreSteps, instruments = NO_INSTRUMENTS } = options;
  const givingUp = new AbortController();
  let asked: Promise<unknown> = Promise.resolve();
  let lastProgressAt = performance.now();
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
    if (await breaker.isPaused()) return { nextLookInMs: PAUSED_LOOK_MS };
    return inJobSpan(reconciler.pool, job, () => lookAndTell(job.data), log);
  };

  const lookAndTell = async (data: Look): Promise<LookResult> => {
    const { subject } = data;
    const began = performance.now();
    const report = await reconcileCleanly(reconciler, data, givingUp.signal);
    if (report.kind === 'finished') {
      onFinished?.();
      await countRun(reconciler.pool, report, instruments, log);
    }
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

  const workspaceId = reconciler.workspaceId;
  const jobs = runJobs({
    backend,
    open: () => backend.openWorker(look, { workspaceId, concurrency }),
    listen,
    told: { concurrency },
    log,
  });

  return {
    lastProgressAt: () => lastProgressAt,
    running: () => inHand,
    hasEnded: jobs.hasEnded,
    [Symbol.asyncDispose]: async () => {
      const timer = setTimeout(
        () => givingUp.abort(new Error('the worker is stopping')),
        STOP_LIMIT_MS,
      );
      // What is in hand after that stays owed.
      await jobs.close(2 * STOP_LIMIT_MS);
      clearTimeout(timer);
      await asked;
    },
  };
};

/** What is only counted keeps no run from its end. */
const countRun = async (
  pool: Reconciler['pool'],
  { run, ending }: Extract<Report, { kind: 'finished' }>,
  instruments: Instruments,
  log: Logger,
): Promise<void> => {
  const { outcome, reason } = ending;
  instruments.run(reason ?? outcome, run.trigger);
  if (!instruments.isOn || (outcome !== 'linked' && outcome !== 'relinked')) return;
  try {
    const seconds = await secondsSinceWebhook(pool, run);
    if (seconds !== null) instruments.linked(seconds);
  } catch (err) {
    log.debug({ err }, 'how long a link took is not counted');
  }
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

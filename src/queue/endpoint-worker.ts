import type { Job } from 'bullmq';
import type pg from 'pg';
import { readOverdue } from '../endpoints/overdue.ts';
import type { Logger } from '../ops/log.ts';
import { startLoop } from '../ops/loop.ts';
import type { EndpointJob, EndpointResult, JobWorker, QueueBackend } from './backend.ts';
import { ENDPOINTS_AT_ONCE } from './connections.ts';
import type { EndpointQueue } from './endpoint-queue.ts';
import { runJobs } from './job-worker.ts';

/** How long a stopping process waits for the answers to what is under way. */
const STOP_LIMIT_MS = 20_000;
const SWEEP_INTERVAL_MS = 2_000;

/** Sends to one endpoint what is owed to it (`sendOwed` of endpoints/send-owed.ts). */
export type Send = (endpointId: number, signal: AbortSignal) => Promise<EndpointResult>;

export type RunningEndpointWorker = Readonly<{
  /** Whether it has stopped taking endpoints for good, and nobody asked it to. */
  hasEnded: () => boolean;
}> &
  AsyncDisposable;

/**
 * Takes endpoints from the queue and sends what is owed to them; and every two seconds puts back those to whom something
 * is owed and overdue, whatever has become of the queue. A job always completes: what comes next is a new one.
 */
export const startEndpointWorker = (options: {
  pool: pg.Pool;
  backend: QueueBackend;
  queue: Pick<EndpointQueue, 'news' | 'later'>;
  send: Send;
  log: Logger;
}): RunningEndpointWorker => {
  const { pool, backend, queue, send, log } = options;
  const stopping = new AbortController();
  let asked: Promise<unknown> = Promise.resolve();

  const sendNow = async ({ data }: Job<EndpointJob, EndpointResult>): Promise<EndpointResult> => {
    try {
      return await send(data.endpointId, stopping.signal);
    } catch (cause) {
      // What a failed job leaves in the queue must say nothing of what was sent.
      throw new Error('what is owed could not be read, or noted', { cause });
    }
  };

  const askAgain = async ({ endpointId }: EndpointJob, { nextInMs }: EndpointResult) => {
    if (nextInMs === null || stopping.signal.aborted) return;
    try {
      await queue.later(endpointId, nextInMs);
    } catch (err) {
      log.warn({ err, endpoint: endpointId }, 'what is owed next is left to the sweep');
    }
  };

  const jobs = runJobs({
    backend,
    open: () => backend.openEndpointWorker(sendNow, ENDPOINTS_AT_ONCE),
    listen: (worker: JobWorker<EndpointJob, EndpointResult>) => {
      worker.on('failed', (job, err) =>
        log.error(
          { err, endpoint: job?.data.endpointId },
          'messages could not be sent; they stay owed',
        ),
      );
      worker.on('completed', (job, result) => {
        asked = Promise.all([asked, askAgain(job.data, result)]);
      });
    },
    told: { of: 'endpoints', concurrency: ENDPOINTS_AT_ONCE },
    log,
  });
  const sweep = startLoop({
    name: 'the sweep of endpoints',
    intervalMs: SWEEP_INTERVAL_MS,
    log,
    turn: async () => {
      const overdue = await readOverdue(pool);
      if (overdue.length > 0) log.debug({ endpoints: overdue }, 'something is owed and overdue');
      queue.news(overdue);
    },
  });

  return {
    hasEnded: jobs.hasEnded,
    [Symbol.asyncDispose]: async () => {
      stopping.abort(new Error('the worker is stopping'));
      await sweep[Symbol.asyncDispose]();
      await jobs.close(STOP_LIMIT_MS);
      await asked;
    },
  };
};

import type { Logger } from '../ops/log.ts';
import { pause } from '../ops/loop.ts';
import type { JobWorker, QueueBackend } from './backend.ts';

const PROBE_INTERVAL_MS = 1_000;

/** A worker of BullMQ's that is there whenever the queue is. */
export type RunningJobs = Readonly<{
  /** Whether it has stopped taking jobs for good, and nobody asked it to. */
  hasEnded: () => boolean;
  /**
   * Takes no more, and waits for what is in hand.
   *
   * @param limitMs with the queue out of reach BullMQ waits for it without end: then no longer than this
   */
  close: (limitMs: number) => Promise<void>;
}>;

/**
 * Opens a worker as soon as the queue can be reached, and lets it wait while it can't.
 *
 * @param options.open makes it; again, should its first connection fail
 * @param options.listen to what comes of its jobs
 * @param options.told of it, in the log
 */
export const runJobs = <Data, Result>(options: {
  backend: Pick<QueueBackend, 'kind' | 'probe'>;
  open: () => JobWorker<Data, Result>;
  listen: (worker: JobWorker<Data, Result>) => void;
  told: Readonly<Record<string, unknown>>;
  log: Logger;
}): RunningJobs => {
  const { backend, log, told } = options;
  const stopping = new AbortController();
  let running: JobWorker<Data, Result> | null = null;

  const listen = (worker: JobWorker<Data, Result>): void => {
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
    options.listen(worker);
  };

  const open = async (): Promise<JobWorker<Data, Result> | null> => {
    while (await untilReachable(backend, log, stopping.signal)) {
      const worker = options.open();
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
      log.info({ queue: backend.kind, ...told }, 'worker ready');
      return worker;
    }
    return null;
  };
  const opened = open();

  return {
    // Paused it is while it waits for the queue to come back.
    hasEnded: () =>
      running !== null && !running.isRunning() && !running.isPaused() && !stopping.signal.aborted,
    close: async limitMs => {
      stopping.abort();
      const worker = await opened;
      const limit = new AbortController();
      await Promise.race([worker?.close(), pause(limitMs, limit.signal)]);
      limit.abort();
    },
  };
};

/** @returns false when it was told to stop before the queue could be reached */
const untilReachable = async (
  backend: Pick<QueueBackend, 'kind' | 'probe'>,
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

import { randomUUID } from 'node:crypto';
import os from 'node:os';
import type pg from 'pg';
import {
  type ProcessReport,
  removeProcess,
  tellProcess,
  type WorkerHealth,
} from '../metrics/processes.ts';
import type { Logger } from '../ops/log.ts';
import { type Loop, startLoop } from '../ops/loop.ts';
import { VERSION } from '../ops/version.ts';

const INTERVAL_MS = 10_000;

/**
 * Tells every ten seconds that this process runs, and how its worker is, for the queue page. A clean stop
 * takes it off the list; one that is killed is shown as lost.
 *
 * @param options.kind asked for each time: what a process does may become more
 * @param options.worker null where the process runs none, and its health where it runs none yet
 */
export const startHeartbeat = (options: {
  pool: pg.Pool;
  kind: () => ProcessReport['kind'];
  worker: { health: () => Promise<WorkerHealth | null> } | null;
  log: Logger;
}): Loop => {
  const { pool, kind, worker, log } = options;
  const own = { id: randomUUID(), host: os.hostname(), pid: process.pid };
  const loop = startLoop({
    name: 'the heartbeat',
    intervalMs: INTERVAL_MS,
    log,
    turn: async () => {
      const health = worker === null ? null : await worker.health();
      await tellProcess(pool, { ...own, kind: kind(), version: VERSION, worker: health });
    },
  });
  return {
    nudge: loop.nudge,
    [Symbol.asyncDispose]: async () => {
      await loop[Symbol.asyncDispose]();
      try {
        await removeProcess(pool, own.id);
      } catch (err) {
        log.warn({ err }, 'this process could not be removed from the list; it will show as lost');
      }
    },
  };
};

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import type pg from 'pg';
import { z } from 'zod';
import { removeProcess, tellProcess, type WorkerHealth } from '../metrics/processes.ts';
import type { Logger } from '../ops/log.ts';
import { startLoop } from '../ops/loop.ts';

const INTERVAL_MS = 10_000;

/** Of this code, as its package says. */
const readVersion = (): string => {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(file)).version;
};

/**
 * Tells every ten seconds that this process runs, and how its worker is, for the queue page. A clean stop
 * takes it off the list; one that is killed is shown as lost.
 *
 * @param options.worker null where the process runs none
 */
export const startHeartbeat = (options: {
  pool: pg.Pool;
  kind: 'serve' | 'work';
  worker: { health: () => Promise<WorkerHealth> } | null;
  log: Logger;
}): AsyncDisposable => {
  const { pool, kind, worker, log } = options;
  const own = { id: randomUUID(), kind, host: os.hostname(), pid: process.pid };
  const version = readVersion();
  const loop = startLoop({
    name: 'the heartbeat',
    intervalMs: INTERVAL_MS,
    log,
    turn: async () => {
      const health = worker === null ? null : await worker.health();
      await tellProcess(pool, { ...own, version, worker: health });
    },
  });
  return {
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

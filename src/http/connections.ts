import type { Server } from 'node:http';
import type { Logger } from '../ops/log.ts';

/** What a process needs for itself: Postgres and Redis, files, the log, and some to spare. */
const KEPT_FOR_OURSELVES = 128;
/** Of what is left; the rest is for what nobody thought of. */
const SHARE = 0.8;
/** More would be of no use to one process, and each takes memory (some 15 kB). */
const MOST = 4_000;
const LEAST = 16;

/**
 * How many connections each port may have open, so that descriptors are left for the database, however many
 * come and say nothing.
 *
 * @param openFiles how many descriptors this process may have; null where there is no limit
 * @param doors how many ports it listens on
 */
export const mostConnections = (openFiles: number | null, doors: number): number => {
  const left = openFiles === null ? MOST * doors : (openFiles - KEPT_FOR_OURSELVES) * SHARE;
  return Math.max(LEAST, Math.min(MOST, Math.floor(left / doors)));
};

/** How many descriptors this process may have open; null where there is no limit, or none is told of. */
export const openFilesLimit = (): number | null => {
  // Node's own types lack excludeNetwork, and what a report holds.
  const report = process.report as unknown as {
    excludeNetwork: boolean;
    getReport: () => { userLimits?: { open_files?: { soft?: number | string } } };
  };
  const before = report.excludeNetwork;
  report.excludeNetwork = true; // It would look up the names of all addresses.
  const { userLimits } = report.getReport();
  report.excludeNetwork = before;
  const soft = userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : null;
};

const TOLD_EVERY_MS = 60_000;

/**
 * Turns away what is one too many, at once. Who comes when all places are taken makes those who keep one
 * without using it leave: an idle connection is opened again, one that says nothing is closed after 10 s.
 */
export const limitConnections = (server: Server, most: number, log: Logger): void => {
  server.maxConnections = most;
  let toldAt = Number.NEGATIVE_INFINITY;
  let dropped = 0;
  server.on('drop', () => {
    dropped += 1;
    server.closeIdleConnections();
    const now = performance.now();
    if (now - toldAt < TOLD_EVERY_MS) return;
    log.warn({ dropped, most }, 'too many connections: turned some away (MAX_CONNECTIONS)');
    toldAt = now;
    dropped = 0;
  });
};

/* How many connections to Postgres the queue may open there, where it has no Redis. Pure. */

/** To ask whether it could do its work. */
export const FOR_PROBE = 1;
/** To add to the queue of a workspace, and to show it. */
export const FOR_QUEUE = 4;
/** To add to that of the endpoints, and to one that is the app's own. */
export const FOR_ENDPOINTS = 2;
/** To so many endpoints at once: most of the time is spent waiting for their answers. */
export const ENDPOINTS_AT_ONCE = 16;

/** Of a worker of BullMQ's: its pool. */
export const poolOfWorker = (concurrency: number): number => Math.min(20, concurrency + 2);
/** And one by which it hears of jobs. */
const TO_LISTEN = 1;

const forWorker = (concurrency: number): number => poolOfWorker(concurrency) + TO_LISTEN;

/**
 * At most, in one process; two more for each queue of the app's that an endpoint is.
 *
 * @param options.concurrency of each workspace's worker; null: it runs none
 * @param options.showsQueue whether people may have the raw queue of each workspace shown
 */
export const queueConnections = (
  options: Readonly<{ workspaces: number; concurrency: number | null; showsQueue: boolean }>,
): number => {
  const { workspaces, concurrency, showsQueue } = options;
  const ofWorkspace = FOR_QUEUE * (showsQueue ? 2 : 1);
  const adding = FOR_PROBE + FOR_ENDPOINTS + workspaces * ofWorkspace;
  if (concurrency === null) return adding;
  return adding + workspaces * forWorker(concurrency) + forWorker(ENDPOINTS_AT_ONCE);
};

import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { countPage } from './count.ts';

const POLL_MS = 20;
/** As long as it takes a process that runs to count what another left. */
const LONGEST_WAIT_MS = 1_500;

/** What is stored of subjects that have no reconciliation yet: its first event is still to be counted. */
const FIRST_EVENTS = `
  select 1 from reconciler.uncounted u
   where (u.subject = any($1) or u.subject in (select subject from reconciler.deliveries where event_id = $2))
     and not exists (select 1 from reconciler.reconciliations r where r.subject = u.subject)
   limit 1`;

/**
 * Waits until the first event of these subjects is counted, so that whoever asks for what was acknowledged
 * a moment ago finds it. Counts it itself where nobody else does: then no process of ours runs that would.
 *
 * @param eventId whose subject is meant, too
 */
export const untilCounted = async (
  pool: pg.Pool,
  subjects: readonly string[],
  eventId: string,
): Promise<void> => {
  const isWaiting = async (): Promise<boolean> => {
    const { rowCount } = await pool.query({
      name: 'first-events',
      text: FIRST_EVENTS,
      values: [subjects, eventId],
    });
    return rowCount !== 0;
  };
  const deadline = performance.now() + LONGEST_WAIT_MS;
  while (await isWaiting()) {
    if (performance.now() > deadline) {
      // What is owed by it is found by the sweep.
      for (let next: string | null = ''; next !== null; ) ({ next } = await countPage(pool, next));
      return;
    }
    await sleep(POLL_MS);
  }
};

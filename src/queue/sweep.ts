import type pg from 'pg';
import type { Logger } from '../log.ts';
import { startLoop } from '../ops/loop.ts';
import type { Subject } from '../seam/subject.ts';
import type { Enqueuer } from './enqueue.ts';

const INTERVAL_MS = 2_000;
const BATCH_SIZE = 1_000;
/** What one sweep has put back, no other touches for so long. */
const NEXT_SWEEP_SECONDS = 15;

/**
 * Takes what is owed and overdue, and marks it as seen to, so that the sweeps of other processes leave
 * it alone. An index holds just what is owed, in this order.
 */
const takeOverdue = async (pool: pg.Pool): Promise<Subject[]> => {
  const { rows } = await pool.query<{ subject: Subject }>({
    name: 'take-overdue',
    text: `
      with overdue as (
        select subject from reconciler.reconciliations
         where observed_generation < generation and sweep_at <= now()
         order by sweep_at limit $1
           for update skip locked
      )
      update reconciler.reconciliations r
         set sweep_at = now() + $2 * interval '1 s'
        from overdue where r.subject = overdue.subject
      returning r.subject`,
    values: [BATCH_SIZE, NEXT_SWEEP_SECONDS],
  });
  return rows.map(row => row.subject);
};

/**
 * Puts back into the queue what is owed and overdue: lost between commit and enqueue, with a flushed
 * Redis, with a dead worker. What is in the queue already stays there once.
 *
 * @returns how many were overdue
 * @throws when the database or the queue is out of reach
 */
export const sweepOnce = async (
  pool: pg.Pool,
  enqueuer: Pick<Enqueuer, 'open' | 'owed'>,
): Promise<number> => {
  // Before anything is marked: with the queue out of reach nothing would be seen to.
  await enqueuer.open();
  let found = 0;
  for (;;) {
    const subjects = await takeOverdue(pool);
    found += subjects.length;
    if (subjects.length > 0) await enqueuer.owed(subjects);
    if (subjects.length < BATCH_SIZE) return found;
  }
};

/** Sweeps every two seconds until it is disposed of. */
export const startSweep = (options: {
  pool: pg.Pool;
  enqueuer: Enqueuer;
  log: Logger;
}): AsyncDisposable => {
  const { pool, enqueuer, log } = options;
  return startLoop({
    name: 'the sweep',
    intervalMs: INTERVAL_MS,
    log,
    turn: async () => {
      const found = await sweepOnce(pool, enqueuer);
      if (found > 0) log.info({ subjects: found }, 'the sweep put back what was overdue');
    },
  });
};

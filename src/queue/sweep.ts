import type pg from 'pg';
import type { Db } from '../db/client.ts';
import type { Subject } from '../model/subject.ts';
import type { Logger } from '../ops/log.ts';
import { startLoop } from '../ops/loop.ts';
import { forgetHolds } from '../reconcile/holds.ts';
import type { Owing, Queues } from './queues.ts';
import { callBackKnown, parkUnknownWorkspaces } from './unknown-workspaces.ts';

const INTERVAL_MS = 2_000;
const BATCH_SIZE = 1_000;
/** What one sweep has put back, no other touches for so long. */
const NEXT_SWEEP_SECONDS = 15;

/**
 * Takes what is owed and overdue, and marks it as seen to, so that the sweeps of other processes leave
 * it alone. An index holds just what is owed, in this order; with the numbers in the statement itself (not
 * as parameters) and no join, Postgres has no plan to choose that would read all the others.
 *
 * @param servedIds of the workspaces whose owed looks are taken; null: all
 */
const takeOverdue = async (
  pool: pg.Pool,
  servedIds: readonly string[] | null,
): Promise<Owing[]> => {
  const { rows } = await pool.query<{ subject: Subject; workspace_id: string | null }>({
    name: 'take-overdue',
    text: `
      with overdue as (
        select subject from reconciler.reconciliations
         where observed_generation < generation and sweep_at <= now()
           and ($1::text[] is null or workspace_id = any($1))
         order by sweep_at limit ${BATCH_SIZE}
           for update skip locked
      )
      update reconciler.reconciliations
         set sweep_at = now() + interval '${NEXT_SWEEP_SECONDS} s'
       where subject = any (array(select subject from overdue))
      returning subject, workspace_id`,
    values: [servedIds],
  });
  return rows.map(row => ({ subject: row.subject, workspaceId: row.workspace_id }));
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
  queues: Pick<Queues, 'servedIds' | 'open' | 'owed'>,
): Promise<number> => {
  // Before anything is marked: with the queue out of reach nothing would be seen to.
  await queues.open();
  let found = 0;
  for (;;) {
    const subjects = await takeOverdue(pool, queues.servedIds);
    found += subjects.length;
    if (subjects.length > 0) await queues.owed(subjects);
    if (subjects.length < BATCH_SIZE) return found;
  }
};

/**
 * Sweeps every two seconds until it is disposed of. Also sets aside what is of workspaces that nobody
 * serves, and calls back at the start what is served since.
 */
export const startSweep = (options: {
  db: Db;
  queues: Pick<Queues, 'servedIds' | 'open' | 'owed'>;
  log: Logger;
}): AsyncDisposable => {
  const { db, queues, log } = options;
  const pool = db.$client;
  const { servedIds } = queues;
  let isFirst = true;
  return startLoop({
    name: 'the sweep',
    intervalMs: INTERVAL_MS,
    log,
    turn: async () => {
      const found = await sweepOnce(pool, queues);
      if (found > 0) log.info({ subjects: found }, 'the sweep put back what was overdue');
      if (isFirst) await callBackKnown(pool, servedIds);
      isFirst = false;
      await forgetHolds(db, servedIds);
      if (servedIds === null) return;
      for (const { workspaceId, subjects } of await parkUnknownWorkspaces(pool, servedIds)) {
        log.warn(
          { workspace_id: workspaceId, subjects },
          'events belong to a workspace that is not configured: they are kept until it is',
        );
      }
    },
  });
};

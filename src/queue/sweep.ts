import type pg from 'pg';
import { sweptFor } from '../books/changes.ts';
import type { Db } from '../db/client.ts';
import type { Logger } from '../ops/log.ts';
import { startLoop } from '../ops/loop.ts';
import { passOnClaimed } from '../reconcile/claimed.ts';
import { forgetHolds } from '../reconcile/holds.ts';
import { readOwing } from '../reconcile/owing.ts';
import type { Late } from './enqueue.ts';
import type { Queues } from './queues.ts';
import { callBackKnown, GRACE_SECONDS, parkUnknownWorkspaces } from './unknown-workspaces.ts';

const INTERVAL_MS = 2_000;
/** A worker that doesn't serve a workspace may have set aside what is of it while this one was away for a moment. */
const CALL_BACK_INTERVAL_MS = 600_000;
const BATCH_SIZE = 1_000;
/** What one sweep has put back, no other touches for so long. */
const NEXT_SWEEP_SECONDS = 15;
/**
 * So many that wait in a queue keep its workers busy for longer than a sweep takes to come round: what is
 * overdue beyond them waits in the books, where it costs nothing.
 */
const FULL_QUEUE = 5_000;
/** So many are put back even then: of what was lost something always gets on. */
const LEAST = 100;

/**
 * So long after its lease a run that didn't end was left by whoever died: BullMQ's own taking over (half a minute, where
 * clocks agree) comes first. And so long after it was due, what nobody has begun may have been, too.
 */
const LEFT_AFTER_SECONDS = 30;

/**
 * Takes what is owed and overdue of one workspace, and marks it as seen to, so that the sweeps of other
 * processes leave it alone. An index holds just what is owed, in this order. Compared and ordered by both of its
 * columns, so that it is taken, and not one by time alone, which goes through all the others; and not a prepared
 * statement, whose plan is made for any workspace.
 */
const takeOverdue = async (
  pool: pg.Pool,
  workspaceId: string | null,
  most: number,
): Promise<Late[]> => {
  const isOfIt =
    workspaceId === null
      ? 'workspace_id is null and $1::text is null and sweep_at <= now()'
      : `(workspace_id, sweep_at) >= ($1, '-infinity') and (workspace_id, sweep_at) <= ($1, now())`;
  const { rows } = await pool.query<Late>({
    text: `
      with overdue as (
        select subject from reconciler.reconciliations
         where observed_generation < generation and ${isOfIt}
         order by workspace_id, sweep_at limit $2
           for update skip locked
      )
      update reconciler.reconciliations r set ${sweptFor(NEXT_SWEEP_SECONDS)}
       where subject = any (array(select subject from overdue))
      returning subject, case
        when leased_until < now() - interval '${LEFT_AFTER_SECONDS} s' then 'left'
        when leased_until is null and due_at < now() - interval '${LEFT_AFTER_SECONDS} s' then 'late'
        else 'overdue' end as lateness`,
    values: [workspaceId, most],
  });
  return rows;
};

type Swept = Pick<Queues, 'servedIds' | 'open' | 'owed' | 'waiting'>;

/**
 * Puts back into the queue what is owed and overdue: lost between commit and enqueue, with a flushed Redis, with
 * a dead worker. What is in the queue already stays there once. What can't be worked on now (its workspace is held or
 * paused) is left where it is, and so is what the queue has no room for: a sweep costs what it can do, not what
 * waits.
 *
 * @returns how many were put back
 * @throws when the database or the queue is out of reach
 */
export const sweepOnce = async (pool: pg.Pool, queues: Swept): Promise<number> => {
  // Before anything is marked: with the queue out of reach nothing would be seen to.
  await queues.open();
  let found = 0;
  for (const { workspaceId, isClosed } of await readOwing(pool, queues.servedIds)) {
    const isServed =
      queues.servedIds === null || (workspaceId !== null && queues.servedIds.includes(workspaceId));
    if (isServed && !isClosed) found += await sweepWorkspace(pool, queues, workspaceId);
  }
  return found;
};

const sweepWorkspace = async (
  pool: pg.Pool,
  queues: Pick<Swept, 'owed' | 'waiting'>,
  workspaceId: string | null,
): Promise<number> => {
  const room = Math.max(LEAST, FULL_QUEUE - (await queues.waiting(workspaceId)));
  let found = 0;
  while (found < room) {
    const most = Math.min(BATCH_SIZE, room - found);
    const overdue = await takeOverdue(pool, workspaceId, most);
    found += overdue.length;
    if (overdue.length > 0) await queues.owed(overdue.map(each => ({ ...each, workspaceId })));
    if (overdue.length < most) break;
  }
  return found;
};

/**
 * Sweeps every two seconds until it is disposed of. Also sets aside what is of workspaces that nobody
 * serves, and calls back what is served since: at the start, when another is served, and every ten minutes.
 */
export const startSweep = (options: { db: Db; queues: Swept; log: Logger }): AsyncDisposable => {
  const { db, queues, log } = options;
  const pool = db.$client;
  let calledBackAt = Number.NEGATIVE_INFINITY;
  let calledBackFor = '';
  let claimedAfter = '';
  return startLoop({
    name: 'the sweep',
    intervalMs: INTERVAL_MS,
    log,
    turn: async () => {
      const found = await sweepOnce(pool, queues);
      if (found > 0) log.info({ subjects: found }, 'the sweep put back what was overdue');
      const { servedIds } = queues;
      const whom = JSON.stringify(servedIds);
      if (whom !== calledBackFor || performance.now() - calledBackAt > CALL_BACK_INTERVAL_MS) {
        await callBackKnown(pool, servedIds);
        calledBackAt = performance.now();
        calledBackFor = whom;
      }
      await forgetHolds(db, servedIds);
      if (servedIds === null) return;
      claimedAfter = await passOnClaimed(pool, servedIds, GRACE_SECONDS, claimedAfter);
      for (const { workspaceId, subjects } of await parkUnknownWorkspaces(pool, servedIds)) {
        log.warn(
          { workspace_id: workspaceId, subjects },
          'events belong to a workspace that is not configured: they are kept until it is',
        );
      }
    },
  });
};

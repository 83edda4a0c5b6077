import type pg from 'pg';
import { workspaceOf } from '../reconcile/workspace-of.ts';

/**
 * How long overdue something is before a worker that doesn't serve its workspace sets it aside: another
 * worker may serve it, and sweeps every two seconds.
 */
const GRACE_SECONDS = 5;
/** How often what was set aside is seen to again, should a worker that serves it be there since. */
const AGAIN_SECONDS = 600;
const BATCH_SIZE = 5_000;

/** How many of a workspace were set aside; null: of none that an event named. */
export type SetAside = Readonly<{ workspaceId: string | null; subjects: number }>;

/**
 * Marks what is owed and overdue of workspaces that aren't configured here (`workspace_unknown`). It stays
 * owed, and nobody asks Seam about it. What was stored before workspaces were written down gets the one that
 * its events name, and is left to the next sweep where that is served.
 *
 * @param servedIds of the workspaces that are configured
 * @returns those that were newly set aside, by workspace
 */
export const parkUnknownWorkspaces = async (
  pool: pg.Pool,
  servedIds: readonly string[],
): Promise<SetAside[]> => {
  const { rows } = await pool.query<{ workspace_id: string | null; subjects: number }>({
    name: 'set-aside',
    text: `
      with strange as (
        select subject, reason is distinct from 'workspace_unknown' as is_new,
               ${workspaceOf('r')} as workspace_id
          from reconciler.reconciliations r
         where observed_generation < generation and sweep_at <= now() - $2 * interval '1 s'
           and (workspace_id is null or workspace_id <> all($1::text[]))
           and (leased_until is null or leased_until <= now())
         order by sweep_at limit $4
           for update skip locked
      ), known as (
        update reconciler.reconciliations r set workspace_id = strange.workspace_id
          from strange where r.subject = strange.subject and strange.workspace_id = any($1)
      ), unknown as (
        update reconciler.reconciliations r
           set state = 'retrying', reason = 'workspace_unknown',
               workspace_id = strange.workspace_id, sweep_at = now() + $3 * interval '1 s',
               updated_at = case when is_new then now() else updated_at end
          from strange
         where r.subject = strange.subject and coalesce(strange.workspace_id <> all($1), true)
        returning r.workspace_id, is_new
      )
      select workspace_id, count(*)::int as subjects from unknown where is_new group by 1`,
    values: [servedIds, GRACE_SECONDS, AGAIN_SECONDS, BATCH_SIZE],
  });
  return rows.map(row => ({ workspaceId: row.workspace_id, subjects: row.subjects }));
};

/**
 * Makes due what was set aside for want of a workspace that is configured now.
 *
 * @param servedIds null: whatever there is
 */
export const callBackKnown = async (
  pool: pg.Pool,
  servedIds: readonly string[] | null,
): Promise<void> => {
  for (;;) {
    // In the order of their keys, as everywhere, and past those that another worker has in hand.
    const { rowCount } = await pool.query(
      `with aside as (
         select subject from reconciler.reconciliations
          where state = 'retrying' and reason = 'workspace_unknown'
            and observed_generation < generation and sweep_at > now()
            and ($1::text[] is null or workspace_id = any($1))
          order by subject limit $2 for update skip locked
       )
       update reconciler.reconciliations set sweep_at = now()
        where subject = any (array(select subject from aside))`,
      [servedIds, BATCH_SIZE],
    );
    if ((rowCount ?? 0) < BATCH_SIZE) return;
  }
};

import type pg from 'pg';
import { SWEPT_NOW, setAside } from '../books/changes.ts';
import { readOwing } from '../reconcile/owing.ts';
import { workspaceOf } from '../reconcile/workspace-of.ts';

/**
 * How long overdue something is before a worker that doesn't serve its workspace sets it aside: another
 * worker may serve it, and sweeps every two seconds.
 */
export const GRACE_SECONDS = 5;
/**
 * What was set aside is called back by whoever serves it (`callBackKnown`). Nobody else goes through it again and
 * again: it is only marked anew, once a day.
 */
const AGAIN_SECONDS = 24 * 3_600;
const BATCH_SIZE = 5_000;

/** How many of a workspace were set aside; null: of none that an event named. */
export type SetAside = Readonly<{ workspaceId: string | null; subjects: number }>;

/**
 * Marks what is owed and overdue of workspaces that aren't configured here (`workspace_unknown`). It stays
 * owed, and nobody asks Seam about it. What was stored before workspaces were written down gets the one that
 * its events name, and is left to the next sweep where that is served. (What another workspace speaks of, too, is asked
 * for with that one's key before: `passOnClaimed`.)
 *
 * @param servedIds of the workspaces that are configured
 * @returns those that were newly set aside, by workspace
 */
export const parkUnknownWorkspaces = async (
  pool: pg.Pool,
  servedIds: readonly string[],
): Promise<SetAside[]> => {
  const owing = await readOwing(pool, servedIds);
  const found: SetAside[] = [];
  for (const { workspaceId } of owing) {
    if (workspaceId !== null && servedIds.includes(workspaceId)) continue;
    found.push(...(await parkThoseOf(pool, workspaceId, servedIds)));
  }
  return found;
};

const parkThoseOf = async (
  pool: pg.Pool,
  strangeId: string | null,
  servedIds: readonly string[],
): Promise<SetAside[]> => {
  // As the sweep: by both columns of the index, so that what is owed of others isn't met.
  const isOfIt =
    strangeId === null
      ? "workspace_id is null and $5::text is null and sweep_at <= now() - $2 * interval '1 s'"
      : `(workspace_id, sweep_at) >= ($5, '-infinity')
         and (workspace_id, sweep_at) <= ($5, now() - $2 * interval '1 s')`;
  const { rows } = await pool.query<{ workspace_id: string | null; subjects: number }>({
    text: `
      with strange as (
        select subject, reason is distinct from 'workspace_unknown' as is_new,
               ${workspaceOf('r')} as workspace_id
          from reconciler.reconciliations r
         where observed_generation < generation
           and ${isOfIt} and (leased_until is null or leased_until <= now())
         order by workspace_id, sweep_at limit $4
           for update skip locked
      ), known as (
        update reconciler.reconciliations r set workspace_id = strange.workspace_id
          from strange where r.subject = strange.subject and strange.workspace_id = any($1)
      ), unknown as (
        update reconciler.reconciliations r
           set ${setAside('$3', 'is_new')}, workspace_id = strange.workspace_id
          from strange
         where r.subject = strange.subject and coalesce(strange.workspace_id <> all($1), true)
        returning r.workspace_id, is_new
      )
      select workspace_id, count(*)::int as subjects from unknown where is_new group by 1`,
    values: [servedIds, GRACE_SECONDS, AGAIN_SECONDS, BATCH_SIZE, strangeId],
  });
  return rows.map(row => ({ workspaceId: row.workspace_id, subjects: row.subjects }));
};

/**
 * Makes due what was set aside for want of a workspace that is configured now, page by page. An index holds just what
 * is set aside: what is of others, or was called back before and waits for something else, isn't met.
 *
 * @param servedIds null: whatever there is
 */
export const callBackKnown = async (
  pool: pg.Pool,
  servedIds: readonly string[] | null,
): Promise<void> => {
  for (const id of servedIds ?? [null]) {
    let called = BATCH_SIZE;
    while (called === BATCH_SIZE) called = await callBackThoseOf(pool, id);
  }
};

const callBackThoseOf = async (pool: pg.Pool, workspaceId: string | null): Promise<number> => {
  const isOfIt = workspaceId === null ? '$1::text is null' : 'workspace_id = $1';
  const { rowCount } = await pool.query(
    `update reconciler.reconciliations r set ${SWEPT_NOW}
      where subject = any (array(
        select subject from reconciler.reconciliations
         where reason = 'workspace_unknown' and ${isOfIt} and sweep_at > now()
           and observed_generation < generation
         order by workspace_id, sweep_at limit $2 for update skip locked))`,
    [workspaceId, BATCH_SIZE],
  );
  return rowCount ?? 0;
};

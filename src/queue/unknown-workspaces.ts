import type pg from 'pg';
import { SWEPT_NOW, setAside } from '../books/changes.ts';
import { passOnClaimed } from '../reconcile/claimed.ts';
import { readOwing } from '../reconcile/owing.ts';
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
 * its events name, and is left to the next sweep where that is served. What another workspace speaks of, too, is asked
 * for with that one's key instead.
 *
 * @param servedIds of the workspaces that are configured
 * @returns those that were newly set aside, by workspace
 */
export const parkUnknownWorkspaces = async (
  pool: pg.Pool,
  servedIds: readonly string[],
): Promise<SetAside[]> => {
  await passOnClaimed(pool, servedIds, GRACE_SECONDS);
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
  const isOfIt =
    strangeId === null ? 'workspace_id is null and $5::text is null' : 'workspace_id = $5';
  const { rows } = await pool.query<{ workspace_id: string | null; subjects: number }>({
    text: `
      with strange as (
        select subject, reason is distinct from 'workspace_unknown' as is_new,
               ${workspaceOf('r')} as workspace_id
          from reconciler.reconciliations r
         where observed_generation < generation and sweep_at <= now() - $2 * interval '1 s'
           and ${isOfIt} and (leased_until is null or leased_until <= now())
         order by sweep_at limit $4
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
 * Makes due what was set aside for want of a workspace that is configured now. Page by page, in the order in
 * which it was set aside, and past what another worker has in hand.
 *
 * @param servedIds null: whatever there is
 */
export const callBackKnown = async (
  pool: pg.Pool,
  servedIds: readonly string[] | null,
): Promise<void> => {
  let cursor: readonly [string, string] = ['-infinity', ''];
  for (;;) {
    const { rows } = await pool.query<{ seen: number; at: string | null; subject: string | null }>(
      `with page as (
         select subject, updated_at, workspace_id from reconciler.reconciliations
          where reason = 'workspace_unknown' and state = 'retrying'
            and (updated_at, subject) > ($2::timestamptz, $3)
          order by updated_at, subject limit $4
       ), known as (
         select r.subject from reconciler.reconciliations r join page using (subject)
          where r.observed_generation < r.generation and r.sweep_at > now()
            and ($1::text[] is null or r.workspace_id = any($1))
          order by r.subject for update of r skip locked
       ), called_back as (
         update reconciler.reconciliations r set ${SWEPT_NOW} from known where r.subject = known.subject
       )
       select (select count(*)::int from page) as seen, last.at, last.subject
         from (values (1)) as one left join lateral (
           select updated_at::text as at, subject from page
            order by updated_at desc, subject desc limit 1) last on true`,
      [servedIds, ...cursor, BATCH_SIZE],
    );
    const [page] = rows;
    if (page === undefined || page.seen < BATCH_SIZE) return;
    cursor = [page.at ?? '', page.subject ?? ''];
  }
};

import type pg from 'pg';
import { dueNow } from '../books/changes.ts';
import type { Client } from '../db/client.ts';
import type { FailureReason } from '../model/outcome.ts';
import type { Subject } from '../model/subject.ts';

/*
 * After a hold: what had failed for its reason need not wait out its backoff. In pages, so that a million of them
 * cost no statement more than a thousand do, and written down, so that any process goes on where one left off.
 */

const PAGE_SIZE = 1_000;

/** What one page of a recovery came to. */
export type RecoveredPage = Readonly<{
  reason: FailureReason;
  /** Those that are due now. */
  subjects: readonly Subject[];
  /** Whether all have had their turn. */
  isOver: boolean;
}>;

/**
 * The page is of all workspaces' (the index is by reason), in the order in which they failed; what is changed is
 * only of its own. What has failed again since the hold ended waits for its own turn; so does what somebody holds.
 */
const ADVANCE = `
  with recovery as (
    select * from reconciler.recoveries
     where workspace_id is not distinct from $1
       and not exists (select 1 from reconciler.workspace_holds h
                        where h.workspace_id is not distinct from $1)
     order by ended_at limit 1 for update skip locked
  ), page as (
    select r.subject, r.updated_at, r.workspace_id from recovery v cross join lateral (
      select subject, updated_at, workspace_id from reconciler.reconciliations
       where reason = v.reason and state = 'retrying' and updated_at <= v.ended_at
         and (updated_at, subject) > (coalesce(v.past_updated_at, '-infinity'), v.past_subject)
       order by updated_at, subject limit ${PAGE_SIZE}) r
  ), own as (
    select r.subject from reconciler.reconciliations r join page using (subject)
     where ($1::text is null or page.workspace_id = $1) and r.due_at > now()
       and r.state = 'retrying' and r.reason = (select reason from recovery)
     order by r.subject for update of r skip locked
  ), due as (
    update reconciler.reconciliations r set ${dueNow(`'healing'`)}
      from own where r.subject = own.subject
    returning r.subject
  ), last as (
    select updated_at, subject from page order by updated_at desc, subject desc limit 1
  ), moved as (
    update reconciler.recoveries v
       set past_updated_at = last.updated_at, past_subject = last.subject
      from last, recovery
     where v.workspace_id is not distinct from recovery.workspace_id and v.reason = recovery.reason
       and (select count(*) from page) = ${PAGE_SIZE}
  ), over as (
    delete from reconciler.recoveries v using recovery
     where v.workspace_id is not distinct from recovery.workspace_id and v.reason = recovery.reason
       and (select count(*) from page) < ${PAGE_SIZE}
  )
  select reason, (select coalesce(array_agg(subject), '{}') from due) as subjects,
         (select count(*) from page) < ${PAGE_SIZE} as "isOver"
    from recovery`;

/**
 * Makes the next page due of what waits though the hold of this workspace is over; the sweep hands it out.
 *
 * @param workspaceId null: the only one, whose id isn't known
 * @returns null where there is nothing to recover, or another process is at it
 * @throws whatever Postgres throws; then nothing has changed
 */
export const advanceRecovery = async (
  client: pg.Pool | Client,
  workspaceId: string | null,
): Promise<RecoveredPage | null> => {
  const { rows } = await client.query<RecoveredPage>({
    // Not prepared: planned for where it has got.
    text: ADVANCE,
    values: [workspaceId],
  });
  return rows[0] ?? null;
};

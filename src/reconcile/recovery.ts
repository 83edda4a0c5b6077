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
 * What comes next of a workspace: compared and ordered by all columns of the index of what is tried again, so that it is
 * taken, and not one that goes through all the others. Where all are of the one whose id isn't known: of any.
 */
const nextOf = (workspaceId: string | null): string => {
  const [of, is] = workspaceId === null ? ['', ''] : ['workspace_id, ', '$1, '];
  return `
    (${of}reason, updated_at, subject)
      > (${is}v.reason, coalesce(v.past_updated_at, '-infinity'), v.past_subject)
    and (${of}reason, updated_at) <= (${is}v.reason, v.ended_at)
    order by ${of}reason, updated_at, subject`;
};

/**
 * The page is of its own only, in the order in which they failed: what others wait for isn't met. What has failed again
 * since the hold ended waits for its own turn; so does what somebody holds.
 */
const advance = (next: string): string => `
  with recovery as (
    select * from reconciler.recoveries
     where workspace_id is not distinct from $1
       and not exists (select 1 from reconciler.workspace_holds h
                        where h.workspace_id is not distinct from $1)
     -- What has begun is gone on with: those of one outage ended together.
     order by ended_at, past_updated_at limit 1 for update skip locked
  ), page as (
    select r.subject, r.updated_at from recovery v cross join lateral (
      select subject, updated_at from reconciler.reconciliations
       where state = 'retrying' and ${next} limit ${PAGE_SIZE}) r
  ), free as materialized (
    select subject, due_at, state, reason from reconciler.reconciliations
     where subject = any (array(select subject from page))
     order by subject for update skip locked
  ), own as (
    select free.subject from free join recovery using (reason)
     where free.due_at > now() and free.state = 'retrying'
  ), due as (
    update reconciler.reconciliations r set ${dueNow(`'healing'`)}
     where r.subject = any (array(select subject from own))
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
    text: advance(nextOf(workspaceId)),
    values: [workspaceId],
  });
  return rows[0] ?? null;
};

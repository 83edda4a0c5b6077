import type { Db } from '../../db/client.ts';
import { sql } from '../../db/drizzle.ts';
import { reconciliations } from '../../db/schema.ts';
import { bulkItems, pauses } from '../../db/schema-desk.ts';
import { workspaceHolds } from '../../db/schema-holds.ts';
import type { FailureReason } from '../../model/outcome.ts';
import { reasonTitle } from '../words/reason-words.ts';
import { IN_THEIR_ORDER, isIn } from './items.ts';

/**
 * Whether the queue of a reconciliation's workspace is paused by a person, or held for Seam's sake: then
 * nothing is handed out. A row without a workspace is for all.
 */
export const IS_HELD_UP = sql`(
  exists (select 1 from ${pauses} where ${pauses.workspaceId} is null
             or ${pauses.workspaceId} = ${reconciliations.workspaceId})
  or exists (select 1 from ${workspaceHolds} where ${workspaceHolds.workspaceId} is null
             or ${workspaceHolds.workspaceId} = ${reconciliations.workspaceId}))`;

/** What holds up the next item of a bulk run, in words; null: nothing. */
export const waitsBecause = async (db: Db, id: number): Promise<string | null> => {
  const { rows } = await db.execute<{ why: string; by: string | null; reason: FailureReason }>(sql`
    with next as (
      -- The first of each by its own part of the index: what has ended isn't gone through.
      select (select ${reconciliations.workspaceId} from ${reconciliations}
               where ${reconciliations.subject} = first.subject) as workspace_id
        from (values ('waiting'), ('asked')) as open(state) cross join lateral (
          select position, subject from ${bulkItems}
           where bulk_run_id = ${id} and ${isIn(sql`open.state`)}
           order by ${IN_THEIR_ORDER} limit 1) first
       order by first.position limit 1
    )
    select p.why, p.by, null as reason from ${pauses} p, next
     where p.workspace_id is null or p.workspace_id = next.workspace_id
    union all
    select null, null, h.reason from ${workspaceHolds} h, next
     where h.workspace_id is null or h.workspace_id = next.workspace_id
     limit 1`);
  const [row] = rows;
  if (row === undefined) return null;
  return row.by === null
    ? `the queue is held: ${reasonTitle(row.reason)}`
    : `${row.by} paused the queue: ${row.why}`;
};

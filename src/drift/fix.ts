import type pg from 'pg';
import { type Actor, insistOn } from '../access/actor.ts';
import { recordAlone } from '../audit-log/record.ts';
import { SWEEP_GRACE_SECONDS } from '../db/timing.ts';
import type { Subject } from '../model/subject.ts';
import { MENDABLE } from './compare.ts';

/** A look that was asked for. */
type Asked = Readonly<{ subject: Subject; workspaceId: string | null }>;

const BATCH_SIZE = 500;

/**
 * Asks for a look at what has one right answer, as a retry does: an account that nobody had told us of gets
 * its reconciliation here. Each finding once, so that a second try asks for the rest only. Rows are taken
 * in the order of their keys, as everywhere.
 */
const ASK = `
  with chosen as (
    select connected_account_id as id, workspace_id from reconciler.audit_findings
     where audit_id = $1 and kind = any($2) and asked_at is null
     order by connected_account_id limit $3
  ), asked as (
    update reconciler.audit_findings set asked_at = now()
      from chosen where audit_id = $1 and connected_account_id = chosen.id
  )
  insert into reconciler.reconciliations as r
         (subject, generation, state, connected_account_id, workspace_id, sweep_at)
  select 'connected_account:' || id, 1, 'pending', id,
         coalesce(workspace_id, (select o.workspace_id from reconciler.reconciliations o
                                  where o.connected_account_id = id and o.workspace_id is not null
                                  limit 1)),
         now() + $4 * interval '1 s'
    from chosen order by 1
      on conflict (subject) do update set
         workspace_id = coalesce(r.workspace_id, excluded.workspace_id),
         generation = r.generation + 1, state = 'pending', reason = null, attempts = 0,
         unavailable_since = null, due_at = now(), sweep_at = excluded.sweep_at, updated_at = now()
  returning subject, workspace_id as "workspaceId"`;

/**
 * Puts exactly the findings that have one right answer through the ordinary reconciliation.
 *
 * @param onAsked is told of each batch after its commit, for the queue
 * @throws SupportError `not_allowed`
 * @returns how many accounts will be looked at
 */
export const fix = async (
  pool: pg.Pool,
  actor: Actor,
  auditId: number,
  onAsked: (asked: readonly Asked[]) => void,
): Promise<number> => {
  insistOn(actor, 'fix_audit');
  await recordAlone(pool, actor, { action: 'fix_audit', target: `audit:${auditId}` });
  let asked = 0;
  for (;;) {
    const { rows } = await pool.query<Asked>(ASK, [
      auditId,
      MENDABLE,
      BATCH_SIZE,
      SWEEP_GRACE_SECONDS,
    ]);
    if (rows.length === 0) return asked;
    asked += rows.length;
    onAsked(rows);
  }
};

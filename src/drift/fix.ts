import type pg from 'pg';
import { type Actor, insistOn } from '../access/actor.ts';
import { recordAlone } from '../audit-log/record.ts';
import { type Client, inTransactionWithRetries } from '../db/client.ts';
import { type Requested, requestAccountLooks } from '../reconcile/request.ts';
import { MENDABLE } from './compare.ts';

const BATCH_SIZE = 500;

/** Each finding once, so that a second try asks for the rest only. */
const TAKE = `
  with chosen as (
    select connected_account_id from reconciler.audit_findings
     where audit_id = $1 and kind = any($2) and asked_at is null
     order by connected_account_id limit $3 for update
  )
  update reconciler.audit_findings f set asked_at = now()
    from chosen where f.audit_id = $1 and f.connected_account_id = chosen.connected_account_id
  returning f.connected_account_id as "accountId", f.workspace_id as "workspaceId"`;

const askForNext = async (client: Client, comparisonId: number): Promise<Requested[]> => {
  const { rows } = await client.query<{ accountId: string; workspaceId: string | null }>(TAKE, [
    comparisonId,
    MENDABLE,
    BATCH_SIZE,
  ]);
  return requestAccountLooks(client, rows, 'audit');
};

/**
 * Puts exactly the findings that have one right answer through the ordinary reconciliation. An account that
 * nobody had told us of gets its reconciliation here.
 *
 * @param onAsked is told of each batch after its commit, for the queue
 * @throws SupportError `not_allowed`
 * @returns how many accounts will be looked at
 */
export const fix = async (
  pool: pg.Pool,
  actor: Actor,
  comparisonId: number,
  onAsked: (asked: readonly Requested[]) => void,
): Promise<number> => {
  insistOn(actor, 'fix_audit');
  await recordAlone(pool, actor, { action: 'fix_audit', target: `audit:${comparisonId}` });
  let total = 0;
  for (;;) {
    const asked = await inTransactionWithRetries(pool, client => askForNext(client, comparisonId));
    if (asked.length === 0) return total;
    total += asked.length;
    onAsked(asked);
  }
};

import type { Client } from '../db/client.ts';
import type { FailureReason, ReconciliationState } from '../model/outcome.ts';
import type { Run } from './begin.ts';
import { NEXT_TO_ASK } from './claimed.ts';
import { isErased } from './erased.ts';

/** The reconciliation's own row, locked until the transaction ends. */
export type Own = Readonly<{
  generation: number;
  attempts: number;
  reason: FailureReason | null;
  state: ReconciliationState;
  /** What was dealt with; by a person, where that is what the run that asks is about. */
  observedGeneration: number;
  /** Whether the run that asks is still the newest: one that began later has taken over otherwise. */
  isNewest: boolean;
  /** As that of `Standing`, of the subject itself. */
  isErased: boolean;
  /** How long Seam has been failing us on this subject; 0 when it hasn't. */
  unavailableForMs: number;
  /** Whether several workspaces speak of it, and Seam has shown it to none. */
  isClaimed: boolean;
  /** Whose key is tried next then, in this round; null: nobody's. */
  nextToAsk: string | null;
}>;

/**
 * Locks the one row of the subject, and the account's id: runs of different subjects (its webviews,
 * itself) meet there, also before there is a row to lock.
 *
 * @throws Error when there is no such row: nothing ever deletes one that is run
 */
export const lockOwn = async (client: Client, run: Run, accountId: string | null): Promise<Own> => {
  const { rows } = await client.query<{
    generation: string;
    attempts: number;
    reason: FailureReason | null;
    state: ReconciliationState;
    observed_generation: string;
    is_newest: boolean;
    is_erased: boolean;
    unavailable_for_ms: number;
    is_claimed: boolean;
    next_to_ask: string | null;
  }>({
    name: 'lock-own',
    text: `
      select generation, observed_generation, attempts, reason, state,
             newest_run_id = $2 as is_newest, ${isErased('own', 'own.subject')} as is_erased,
             coalesce(extract(epoch from now() - unavailable_since) * 1000, 0)::float8
               as unavailable_for_ms,
             claimants is not null as is_claimed, ${NEXT_TO_ASK} as next_to_ask,
             pg_advisory_xact_lock(hashtextextended($3, 0))
        from reconciler.reconciliations own where subject = $1
         for update`,
    values: [run.subject, run.id, accountId],
  });
  const row = rows[0];
  if (row === undefined) throw new Error(`there is no reconciliation of ${run.subject}`);
  return {
    generation: Number(row.generation),
    attempts: row.attempts,
    reason: row.reason,
    state: row.state,
    observedGeneration: Number(row.observed_generation),
    isNewest: row.is_newest,
    isErased: row.is_erased,
    unavailableForMs: row.unavailable_for_ms,
    isClaimed: row.is_claimed,
    nextToAsk: row.next_to_ask,
  };
};

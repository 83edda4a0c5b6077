import type pg from 'pg';
import { deleteInBatches } from '../db/remove-old.ts';

/** They are a log of checks, not evidence: older ones make room. */
const KEPT_DAYS = 30;

/** The latest may be gone on with, and the latest that was finished says how many accounts to expect. */
const IS_OLD = `
  a.started_at < now() - $2 * interval '1 day'
  and a.id < (select max(id) from reconciler.audits)
  and a.id < coalesce(
        (select max(id) from reconciler.audits where finished_at is not null), a.id + 1)`;

/**
 * Removes what comparisons found a month ago, and then the comparisons.
 *
 * @returns how many findings and comparisons went
 */
export const forgetComparisons = async (pool: pg.Pool, signal: AbortSignal): Promise<number> => {
  const findings = await deleteInBatches(
    pool,
    signal,
    // Of each in turn, and by where they lie: those of the others aren't gone through.
    `delete from reconciler.audit_findings where ctid = any (array(
       select f.ctid
         from reconciler.audits a cross join lateral (
           select ctid from reconciler.audit_findings
            where audit_id = a.id order by connected_account_id limit $1 for update skip locked) f
        where ${IS_OLD} limit $1))`,
    [KEPT_DAYS],
  );
  const comparisons = await deleteInBatches(
    pool,
    signal,
    `delete from reconciler.audits where id in (
       select id from reconciler.audits a
        where ${IS_OLD}
          and (select f.connected_account_id from reconciler.audit_findings f where f.audit_id = a.id
                order by f.connected_account_id limit 1) is null
        order by id limit $1 for update skip locked)`,
    [KEPT_DAYS],
  );
  return findings + comparisons;
};

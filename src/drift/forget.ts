import type pg from 'pg';
import { deleteWithItems } from '../db/remove-old.ts';

/** They are a log of checks, not evidence: older ones make room. */
const KEPT_DAYS = 30;

/** The latest may be gone on with, and the latest that was finished says how many accounts to expect. */
const IS_OLD = `
  o.started_at < now() - $2 * interval '1 day'
  and o.id < (select max(id) from reconciler.audits)
  and o.id < coalesce(
        (select max(id) from reconciler.audits where finished_at is not null), o.id + 1)`;

/**
 * Removes what comparisons found a month ago, and then the comparisons.
 *
 * @returns how many findings and comparisons went
 */
export const forgetComparisons = async (pool: pg.Pool, signal: AbortSignal): Promise<number> => {
  const { owners, items } = await deleteWithItems(pool, signal, {
    table: 'audits',
    isOld: IS_OLD,
    items: { table: 'audit_findings', owner: 'audit_id', order: 'connected_account_id' },
    values: [KEPT_DAYS],
  });
  return owners + items;
};

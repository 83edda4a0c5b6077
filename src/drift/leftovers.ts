import type pg from 'pg';
import { deletionAnnouncedAt } from '../reconcile/announced.ts';
import type { Leftover } from './look-up.ts';
import type { Comparison } from './records.ts';
import { counted, ofWorkspace, type Tally, walkedOf } from './tally.ts';

/** So many of our accounts are gone through for each that a page may have: as a rule Seam's list has met them all. */
const PASSED_FOR_EACH = 25;

/**
 * So long apart two comparisons must have begun for the second to say that an account is gone: whoever runs two in a
 * minute has asked once, and what Seam keeps from its list for an hour is there again.
 */
const APART_HOURS = 12;

/**
 * SQL: whose an account (`a`) is, with its own case as `r`: empty where one key is for all, or where nobody knows.
 */
const WHOSE = (isAll: string): string =>
  `case when ${isAll} then '' else coalesce(a.workspace_id, r.workspace_id, '') end`;

const OWN_CASE = `
  left join reconciler.reconciliations r on r.subject = 'connected_account:' || a.connected_account_id`;

/**
 * SQL: whether a comparison that began long enough before this one ($3) has missed the account, and none has met it
 * since. Which it was may have been removed as old.
 */
const MISSED_BEFORE = `
  (a.deleted_at is null and a.missed_by_audit < $1 and not exists (
     select from reconciler.audits first
      where first.id = a.missed_by_audit
        and first.started_at > $3::timestamptz - ${APART_HOURS} * interval '1 h'))`;

/**
 * Accounts of ours, in the order of their ids, that this comparison has not met in Seam's list. Not those that
 * were first seen, or looked at, after it began: they may have come after their page had been read. Goes through
 * so many accounts at most: all of them would be more with every year than a statement may take.
 *
 * @returns a page of them (which may be empty), and after which account the next one begins; null: it was the last.
 *   With what has been counted of each workspace up to there
 */
export const readLeftovers = async (
  pool: pg.Pool,
  comparison: Comparison,
  limit: number,
): Promise<{ leftovers: Leftover[]; next: string | null; tally: Tally }> => {
  const after = comparison.cursor ?? '';
  const { tally } = comparison;
  const { rows: passed } = await pool.query<{ last: string | null }>(
    `select max(connected_account_id) as last
       from (select connected_account_id from reconciler.connected_accounts
              where connected_account_id > $1 order by connected_account_id limit $2) passed`,
    [after, PASSED_FOR_EACH * limit],
  );
  const last = passed[0]?.last ?? null;
  if (last === null) return { leftovers: [], next: null, tally };
  const walked = walkedOf(tally);
  const isAll = walked === 'all';
  const { rows } = await pool.query<Leftover>(
    `select a.connected_account_id as "connectedAccountId", l.user_id as "linkedUserId",
            ${deletionAnnouncedAt("'connected_account:' || a.connected_account_id", 'a.workspace_id')} is not null
              as "deletionAnnounced",
            nullif(${WHOSE('false')}, '') as "workspaceId",
            a.deleted_at is null as "isLiving",
            $6 or coalesce(a.workspace_id, r.workspace_id) = any($7::text[]) is true as "isMissing",
            coalesce(($6 or coalesce(a.workspace_id, r.workspace_id) = any($7::text[])) and ${MISSED_BEFORE}, false)
              as "isGone"
       from reconciler.connected_accounts a ${OWN_CASE}
       left join reconciler.links l
              on l.connected_account_id = a.connected_account_id and l.unlinked_at is null
      where a.connected_account_id > $2 and a.connected_account_id <= $5
        and coalesce(a.seen_by_audit, 0) < $1
        and a.read_at < $3 and (a.deleted_at is null or l.user_id is not null)
      order by a.connected_account_id limit $4`,
    [comparison.id, after, comparison.startedAt, limit, last, isAll, isAll ? [] : walked],
  );
  const isFull = rows.length === limit;
  const next = isFull ? (rows.at(-1)?.connectedAccountId ?? last) : last;
  const living = await countLiving(pool, { after, next, isAll });
  return { leftovers: rows, next, tally: add(tally, living, rows, isAll) };
};

type Living = { workspace: string; living: number };

/** How many live, of those that were passed. */
const countLiving = async (
  pool: pg.Pool,
  { after, next, isAll }: { after: string; next: string; isAll: boolean },
): Promise<Living[]> => {
  const { rows } = await pool.query<Living>(
    `select ${WHOSE('$3')} as workspace, count(*)::int as living
       from reconciler.connected_accounts a ${OWN_CASE}
      where a.connected_account_id > $1 and a.connected_account_id <= $2 and a.deleted_at is null
      group by 1`,
    [after, next, isAll],
  );
  return rows;
};

const add = (
  tally: Tally,
  living: readonly Living[],
  leftovers: readonly Leftover[],
  isAll: boolean,
): Tally => {
  let sum = tally;
  for (const { workspace, living: more } of living) {
    sum = counted(sum, workspace, { living: ofWorkspace(sum, workspace).living + more });
  }
  for (const { workspaceId, isGone, isMissing, isLiving, deletionAnnounced } of leftovers) {
    if (!isMissing || !isLiving || deletionAnnounced) continue;
    const key = isAll ? null : workspaceId;
    const { missing, gone } = ofWorkspace(sum, key);
    sum = counted(sum, key, { missing: missing + 1, gone: gone + (isGone ? 1 : 0) });
  }
  return sum;
};

import type pg from 'pg';
import { inTransaction } from '../db/client.ts';
import { MOST_COUNTED } from '../model/capped-count.ts';
import { deletionAnnouncedAt } from '../reconcile/announced.ts';
import { type FindingKind, isFindingKind, isRight, MENDABLE } from './compare.ts';
import type { Finding, Leftover } from './look-up.ts';

/** A comparison as it stands in the database: where it is, and what it has come to so far. */
export type Comparison = Readonly<{
  id: number;
  startedAt: Date;
  finishedAt: Date | null;
  phase: 'seam' | 'here' | 'done';
  workspaceIndex: number;
  cursor: string | null;
  /** Accounts that Seam listed so far. */
  listed: number;
  counts: Readonly<Partial<Record<FindingKind, number>>>;
}>;

const COLUMNS = `
  id::int, started_at as "startedAt", finished_at as "finishedAt", phase,
  workspace_index as "workspaceIndex", cursor, listed, counts`;

/** Begins one. */
export const beginComparison = async (pool: pg.Pool): Promise<Comparison> => {
  const { rows } = await pool.query<Comparison>(
    `insert into reconciler.audits default values returning ${COLUMNS}`,
  );
  const [comparison] = rows;
  if (comparison === undefined) throw new Error('the comparison could not be started');
  return comparison;
};

/** The latest one that was begun, if it was left before its end. */
export const findUnfinished = async (pool: pg.Pool): Promise<Comparison | null> => {
  const { rows } = await pool.query<Comparison>(
    `select ${COLUMNS} from reconciler.audits order by id desc limit 1`,
  );
  return rows[0]?.finishedAt === null ? rows[0] : null;
};

/**
 * How many accounts to expect: as many as the last finished one was told of, else as many as we know. 0: nobody knows;
 * also where the first one has more before it than are worth counting.
 */
export const expectedAccounts = async (pool: pg.Pool): Promise<number> => {
  const { rows } = await pool.query<{ accounts: number }>(
    `select coalesce(
       (select listed from reconciler.audits
         where finished_at is not null order by id desc limit 1),
       (select case when count(*) <= $1 then count(*) filter (where deleted_at is null) else 0 end
          from (select deleted_at from reconciler.connected_accounts limit $1 + 1) known)
     )::int as accounts`,
    [MOST_COUNTED],
  );
  return rows[0]?.accounts ?? 0;
};

/**
 * Writes down one page: its findings, where the comparison is now, and (of accounts that Seam listed) that
 * they were met. All of it or nothing, so that a resumed one counts nothing twice.
 */
export const recordPage = (
  pool: pg.Pool,
  comparison: Comparison,
  page: { findings: readonly Finding[]; isListed: boolean; workspaceId: string | null },
): Promise<void> =>
  inTransaction(pool, async client => {
    const found = page.findings.filter(({ kind }) => !isRight(kind));
    await client.query(
      `insert into reconciler.audit_findings
              (audit_id, workspace_id, connected_account_id, kind, linked_user_id, claimed_user_id)
       select $1, $2::text, * from unnest($3::text[], $4::text[], $5::text[], $6::text[])
           on conflict (audit_id, connected_account_id) do nothing`,
      [
        comparison.id,
        page.workspaceId,
        found.map(finding => finding.connectedAccountId),
        found.map(finding => finding.kind),
        found.map(finding => finding.linkedUserId),
        found.map(finding => finding.claimedUserId),
      ],
    );
    if (page.isListed) {
      // In the order of their ids, so that two of them at once can't deadlock.
      await client.query(
        `with met as (
           select connected_account_id from reconciler.connected_accounts
            where connected_account_id = any($2) order by connected_account_id for update
         )
         update reconciler.connected_accounts a
            set seen_by_audit = greatest(seen_by_audit, $1)
           from met where a.connected_account_id = met.connected_account_id`,
        [comparison.id, page.findings.map(finding => finding.connectedAccountId)],
      );
    }
    await client.query(
      `update reconciler.audits
          set phase = $2, workspace_index = $3, cursor = $4, listed = $5, counts = $6,
              finished_at = case when $2 = 'done' then now() end
        where id = $1`,
      [
        comparison.id,
        comparison.phase,
        comparison.workspaceIndex,
        comparison.cursor,
        comparison.listed,
        comparison.counts,
      ],
    );
  });

/** So many of our accounts are gone through for each that a page may have: as a rule Seam's list has met them all. */
const PASSED_FOR_EACH = 25;

/**
 * Accounts of ours, in the order of their ids, that this comparison has not met in Seam's list. Not those that
 * were first seen, or looked at, after it began: they may have come after their page had been read. Goes through
 * so many accounts at most: all of them would be more with every year than a statement may take.
 *
 * @returns a page of them (which may be empty), and after which account the next one begins; null: it was the last
 */
export const readLeftovers = async (
  pool: pg.Pool,
  comparison: Comparison,
  limit: number,
): Promise<{ leftovers: Leftover[]; next: string | null }> => {
  const after = comparison.cursor ?? '';
  const { rows: passed } = await pool.query<{ last: string | null }>(
    `select max(connected_account_id) as last
       from (select connected_account_id from reconciler.connected_accounts
              where connected_account_id > $1 order by connected_account_id limit $2) passed`,
    [after, PASSED_FOR_EACH * limit],
  );
  const last = passed[0]?.last ?? null;
  if (last === null) return { leftovers: [], next: null };
  const { rows } = await pool.query<Leftover>(
    `select a.connected_account_id as "connectedAccountId", l.user_id as "linkedUserId",
            ${deletionAnnouncedAt("'connected_account:' || a.connected_account_id", 'a.workspace_id')} is not null
              as "deletionAnnounced"
       from reconciler.connected_accounts a
       left join reconciler.links l
              on l.connected_account_id = a.connected_account_id and l.unlinked_at is null
      where a.connected_account_id > $2 and a.connected_account_id <= $5
        and coalesce(a.seen_by_audit, 0) < $1
        and a.read_at < $3 and (a.deleted_at is null or l.user_id is not null)
      order by a.connected_account_id limit $4`,
    [comparison.id, after, comparison.startedAt, limit, last],
  );
  const isFull = rows.length === limit;
  return { leftovers: rows, next: isFull ? (rows.at(-1)?.connectedAccountId ?? last) : last };
};

/** The findings of a comparison, page by page, in the order of the account ids. */
export async function* readFindings(
  pool: pg.Pool,
  comparisonId: number,
): AsyncGenerator<Finding[]> {
  let after = '';
  for (;;) {
    const { rows } = await pool.query<Omit<Finding, 'kind'> & { kind: string }>(
      `select connected_account_id as "connectedAccountId", kind,
              linked_user_id as "linkedUserId", claimed_user_id as "claimedUserId"
         from reconciler.audit_findings
        where audit_id = $1 and connected_account_id > $2
        order by connected_account_id limit 500`,
      [comparisonId, after],
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.connectedAccountId;
    // A newer version may know kinds that this one doesn't.
    yield rows.flatMap(row => (isFindingKind(row.kind) ? [{ ...row, kind: row.kind }] : []));
  }
}

/** How many of a comparison's findings `--fix` would put through the reconciliation, and how many it leaves. */
export const summarize = (comparison: Comparison): { mendable: number; forAPerson: number } => {
  const counted = Object.entries(comparison.counts).filter(
    ([kind]) => isFindingKind(kind) && !isRight(kind),
  );
  const sum = (entries: readonly (readonly [string, number])[]): number =>
    entries.reduce((total, [, count]) => total + count, 0);
  const mendable = counted.filter(([kind]) => MENDABLE.some(one => one === kind));
  return { mendable: sum(mendable), forAPerson: sum(counted) - sum(mendable) };
};

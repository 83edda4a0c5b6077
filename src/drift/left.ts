import type pg from 'pg';
import { MOST_COUNTED } from '../model/capped-count.ts';
import { type FindingKind, isFindingKind, isRight, MENDABLE } from './findings.ts';
import { mayEnd, withheldOf } from './guard.ts';
import type { Comparison } from './records.ts';

/* What is left to be done of what a comparison found. */

/** What a comparison found that has one right answer and was not asked for yet, among the first 10,000 of that. */
export type Left = Readonly<{
  /** What fixing all asks for, by kind. */
  toFix: Readonly<Partial<Record<FindingKind, number>>>;
  /** What is gone and withheld: it ends once a person says why it may. */
  withheld: number;
  /** Whether there may be more than was counted. */
  isCapped: boolean;
}>;

export const readLeft = async (pool: pg.Pool, { id, tally }: Comparison): Promise<Left> => {
  const { rows } = await pool.query<{ kind: FindingKind; mayEnd: boolean; left: number }>(
    `select kind, ${mayEnd('f', '$4::text[]')} as "mayEnd", count(*)::int as left
       from (select kind, workspace_id from reconciler.audit_findings
              where audit_id = $1 and kind = any($2) and asked_at is null limit $3) f
      group by 1, 2`,
    [id, MENDABLE, MOST_COUNTED, withheldOf(tally)],
  );
  const sum = (some: typeof rows): number => some.reduce((total, { left }) => total + left, 0);
  return {
    toFix: Object.fromEntries(rows.filter(row => row.mayEnd).map(({ kind, left }) => [kind, left])),
    withheld: sum(rows.filter(row => !row.mayEnd)),
    isCapped: sum(rows) >= MOST_COUNTED,
  };
};

/** How many of a comparison's findings were put through the reconciliation. */
export const countAsked = async (pool: pg.Pool, { id }: Comparison): Promise<number> => {
  const { rows } = await pool.query<{ asked: number }>(
    `select count(*)::int as asked from reconciler.audit_findings
      where audit_id = $1 and asked_at is not null`,
    [id],
  );
  return rows[0]?.asked ?? 0;
};

/**
 * How many of a comparison's findings `--fix` puts through the reconciliation, of all that there were, and how many it
 * leaves: what is withheld is for a person, too. Pure.
 *
 * @param endMissing whether a person says that what is withheld may end
 */
export const summarize = (
  { counts, tally }: Comparison,
  endMissing = false,
): { mendable: number; forAPerson: number } => {
  const counted = Object.entries(counts).filter(([kind]) => isFindingKind(kind) && !isRight(kind));
  const sum = (entries: readonly (readonly [string, number])[]): number =>
    entries.reduce((total, [, count]) => total + count, 0);
  const withheld = endMissing
    ? 0
    : withheldOf(tally).reduce((total, key) => total + (tally[key]?.gone ?? 0), 0);
  const mendable = sum(counted.filter(([kind]) => MENDABLE.some(one => one === kind))) - withheld;
  return { mendable, forAPerson: sum(counted) - mendable };
};

import type pg from 'pg';
import { type Actor, insistOn } from '../../access/actor.ts';
import { invalid } from '../../access/errors.ts';
import { userIdFor, wordsFor } from '../../access/mask.ts';
import { changeOf } from '../../drift/compare.ts';
import {
  FINDINGS,
  type FindingKind,
  isFindingKind,
  isRight,
  MENDABLE,
} from '../../drift/findings.ts';
import { type Comparison, readLatest } from '../../drift/records.ts';
import { MOST_COUNTED } from '../../model/capped-count.ts';
import type { Desk } from '../desk.ts';
import { insistInTime, readWithStatementTimeout } from '../finding/statement-timeout.ts';

/** What is to be done about a finding: `fix` does it, or a person decides. */
type Mend = 'fix' | 'choice';

/** A comparison, as people read of it. */
export type DriftComparison = Readonly<{
  id: number;
  scheduled: boolean;
  started_at: string;
  /** Null: it is under way, or stopped by `failure`. */
  finished_at: string | null;
  listed: number;
  failure: string | null;
  withheld: string | null;
  /** What it found, with how many there are; those first that are to be fixed. */
  findings: readonly Readonly<{
    finding: FindingKind;
    count: number;
    mend: Mend;
    sentence: string;
    remedy: string;
  }>[];
  /** How many accounts were right. */
  right: number;
}>;

export type Drift = Readonly<{
  /** The latest that finished: its findings are those that are shown. */
  finished: DriftComparison | null;
  /** A later one that hasn't. */
  unfinished: DriftComparison | null;
  /** Of the findings of the one that finished: how many are to be fixed still, among the first 10,000 of those. */
  to_fix: number;
}>;

/** An account of which the latest comparison has something to tell. */
export type DriftFinding = Readonly<{
  finding: FindingKind;
  connected_account_id: string;
  workspace_id: string | null;
  /** The account's case; null where nobody has told us of the account yet. */
  subject: string | null;
  linked_user_id: string | null;
  claimed_user_id: string | null;
  mend: Mend;
  /** What `fix` would change; null where a person decides. */
  change: string | null;
  sentence: string;
  remedy: string;
  /** When it was put through the reconciliation. */
  asked_at: string | null;
}>;

/** How the comparison of all accounts with Seam stands. @throws SupportError `not_allowed` */
export const readDrift = async ({ pool }: Pick<Desk, 'pool'>, actor: Actor): Promise<Drift> => {
  insistOn(actor, 'view');
  const { latest, finished } = await readLatest(pool);
  return {
    to_fix: finished === null ? 0 : await countToFix(pool, finished.id),
    finished: finished === null ? null : tell(actor, finished),
    unfinished: latest === null || latest.finishedAt !== null ? null : tell(actor, latest),
  };
};

const countToFix = async (pool: pg.Pool, comparisonId: number): Promise<number> => {
  const { rows } = await pool.query<{ left: number }>(
    `select count(*) filter (where asked_at is null)::int as left
       from (select asked_at from reconciler.audit_findings
              where audit_id = $1 and kind = any($2) limit $3) mendable`,
    [comparisonId, MENDABLE, MOST_COUNTED],
  );
  return rows[0]?.left ?? 0;
};

const mendOf = (kind: FindingKind): Mend => (FINDINGS[kind].is === 'mendable' ? 'fix' : 'choice');

const tell = (actor: Actor, comparison: Comparison): DriftComparison => {
  const kinds = (Object.keys(FINDINGS) as FindingKind[]).flatMap(kind => {
    const count = comparison.counts[kind] ?? 0;
    return count === 0 ? [] : [{ kind, count }];
  });
  return {
    id: comparison.id,
    scheduled: comparison.isScheduled,
    started_at: comparison.startedAt.toISOString(),
    finished_at: comparison.finishedAt?.toISOString() ?? null,
    listed: comparison.listed,
    failure: wordsFor(actor, comparison.failure),
    withheld: comparison.withheld,
    findings: kinds
      .filter(({ kind }) => !isRight(kind))
      .map(({ kind, count }) => ({
        finding: kind,
        count,
        mend: mendOf(kind),
        sentence: FINDINGS[kind].sentence,
        remedy: FINDINGS[kind].remedy,
      })),
    right: kinds.reduce((sum, { kind, count }) => sum + (isRight(kind) ? count : 0), 0),
  };
};

const READ_MS = 3_000;

type Row = {
  kind: string;
  connected_account_id: string;
  workspace_id: string | null;
  subject: string | null;
  linked_user_id: string | null;
  claimed_user_id: string | null;
  asked_at: Date | null;
};

/**
 * The findings of the latest comparison that finished, in the order of the account ids.
 *
 * @param page.after the account after which the page begins; absent: the first
 * @throws SupportError `not_allowed`; `invalid` for a kind that there isn't
 */
export const listFindings = async (
  { pool }: Pick<Desk, 'pool'>,
  actor: Actor,
  page: Readonly<{ finding?: string | undefined; after?: string | undefined; limit: number }>,
): Promise<{ comparisonId: number | null; findings: DriftFinding[]; next: string | null }> => {
  insistOn(actor, 'view');
  const { finding = null, after = '', limit } = page;
  if (finding !== null && !isFindingKind(finding)) {
    throw invalid({ finding: `There is no finding "${finding}".` });
  }
  const { finished } = await readLatest(pool);
  if (finished === null) return { comparisonId: null, findings: [], next: null };
  const read = readWithStatementTimeout(pool, READ_MS, async client => {
    const { rows } = await client.query<Row>(
      `select f.kind, f.connected_account_id, f.workspace_id, f.linked_user_id, f.claimed_user_id,
              f.asked_at, r.subject
         from reconciler.audit_findings f
         left join reconciler.reconciliations r
                on r.subject = 'connected_account:' || f.connected_account_id
        where f.audit_id = $1 and f.connected_account_id > $3 and ($2::text is null or f.kind = $2)
        order by f.connected_account_id limit $4`,
      [finished.id, finding, after, limit + 1],
    );
    return rows;
  });
  const rows = insistInTime(await read);
  const shown = rows.slice(0, limit);
  return {
    comparisonId: finished.id,
    findings: shown.flatMap(row => toFinding(actor, row)),
    next: rows.length > limit ? (shown.at(-1)?.connected_account_id ?? null) : null,
  };
};

/** A newer version may know kinds that this one doesn't. */
const toFinding = (actor: Actor, { kind, asked_at, ...row }: Row): DriftFinding[] => {
  if (!isFindingKind(kind)) return [];
  const linked_user_id = userIdFor(actor, row.linked_user_id);
  const claimed_user_id = userIdFor(actor, row.claimed_user_id);
  const users = { linkedUserId: linked_user_id, claimedUserId: claimed_user_id };
  return [
    {
      ...row,
      finding: kind,
      linked_user_id,
      claimed_user_id,
      mend: mendOf(kind),
      change: changeOf({ kind, ...users }),
      sentence: FINDINGS[kind].sentence,
      remedy: FINDINGS[kind].remedy,
      asked_at: asked_at?.toISOString() ?? null,
    },
  ];
};

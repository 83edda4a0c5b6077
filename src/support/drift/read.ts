import { type Actor, insistOn } from '../../access/actor.ts';
import { invalid } from '../../access/errors.ts';
import { userIdFor, wordsFor } from '../../access/mask.ts';
import { changeOf } from '../../drift/compare.ts';
import { FINDINGS, type FindingKind, isFindingKind, isRight } from '../../drift/findings.ts';
import { tellLeftOut } from '../../drift/guard.ts';
import { type Left, readLeft } from '../../drift/left.ts';
import { type Comparison, readLatest } from '../../drift/records.ts';
import type { Desk } from '../desk.ts';
import { insistInTime, readWithStatementTimeout } from '../finding/statement-timeout.ts';

/** What is to be done about a finding: `fix` does it, or a person decides. */
type Mend = 'fix' | 'choice';

/** A comparison, as people read of it. */
export type DriftComparison = Readonly<{
  id: number;
  scheduled: boolean;
  started_at: string;
  /** Null: it is under way, stopped by `failure`, or was begun by hand and left. */
  finished_at: string | null;
  /** Whether a process has the scheduled one at present. */
  under_way: boolean;
  listed: number;
  failure: string | null;
  withheld: string | null;
  /** Which workspaces it ended without, in a sentence; null: with all. */
  left_out: string | null;
  /** What it found, with how many there are; those first that are to be fixed. */
  findings: readonly Readonly<{
    finding: FindingKind;
    count: number;
    /** How many fixing all would check again, among the first 10,000 of all such; null where a person decides. */
    to_fix: number | null;
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
  /** How many are gone and withheld, among as many. */
  withheld: number;
}>;

/** An account of which the latest comparison has something to tell. */
export type DriftFinding = Readonly<{
  finding: FindingKind;
  connected_account_id: string;
  workspace_id: string | null;
  /** The account's case, or else the latest of its webviews'; null where nobody has told us of the account yet. */
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
  const left = finished === null ? NOTHING_LEFT : await readLeft(pool, finished);
  return {
    to_fix: Object.values(left.toFix).reduce((sum, count) => sum + count, 0),
    withheld: left.withheld,
    finished: finished === null ? null : tell(actor, finished, left),
    unfinished:
      latest === null || latest.finishedAt !== null ? null : tell(actor, latest, NOTHING_LEFT),
  };
};

const NOTHING_LEFT: Left = { toFix: {}, withheld: 0, isCapped: false };

const mendOf = (kind: FindingKind): Mend => (FINDINGS[kind].is === 'mendable' ? 'fix' : 'choice');

const tell = (actor: Actor, comparison: Comparison, left: Left): DriftComparison => {
  const kinds = (Object.keys(FINDINGS) as FindingKind[]).flatMap(kind => {
    const count = comparison.counts[kind] ?? 0;
    return count === 0 ? [] : [{ kind, count }];
  });
  return {
    id: comparison.id,
    scheduled: comparison.isScheduled,
    started_at: comparison.startedAt.toISOString(),
    finished_at: comparison.finishedAt?.toISOString() ?? null,
    under_way: comparison.isTaken && comparison.finishedAt === null,
    listed: comparison.listed,
    failure: wordsFor(actor, comparison.failure),
    withheld: comparison.withheld,
    left_out: tellLeftOut(comparison.tally),
    findings: kinds
      .filter(({ kind }) => !isRight(kind))
      .map(({ kind, count }) => ({
        finding: kind,
        count,
        to_fix: toFixOf(kind, count, left),
        mend: mendOf(kind),
        sentence: FINDINGS[kind].sentence,
        remedy: FINDINGS[kind].remedy,
      })),
    right: kinds.reduce((sum, { kind, count }) => sum + (isRight(kind) ? count : 0), 0),
  };
};

/** Where not all were counted, there may be some of it among the rest. */
const toFixOf = (kind: FindingKind, count: number, { toFix, isCapped }: Left): number | null => {
  if (FINDINGS[kind].is !== 'mendable') return null;
  return toFix[kind] ?? (isCapped ? count : 0);
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
              f.asked_at, coalesce(r.subject, (
                select o.subject from reconciler.reconciliations o
                 where o.connected_account_id = f.connected_account_id
                 order by o.updated_at desc limit 1)) as subject
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

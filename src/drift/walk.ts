import type pg from 'pg';
import type { UserIdentity } from '../config/user-identity.ts';
import type { Seam } from '../seam/client.ts';
import { withRetries } from '../seam/with-retries.ts';
import type { UserDirectory } from '../users/directory.ts';
import { compareLeftovers, compareListed, type Finding } from './look-up.ts';
import { type Comparison, readLeftovers, recordPage } from './records.ts';

type Comparer = Readonly<{
  pool: pg.Pool;
  users: UserDirectory;
  identity: UserIdentity;
  /** All workspaces whose accounts may be here: what none of them lists is unknown to Seam. */
  workspaces: readonly Readonly<{
    id: string | null;
    seam: Pick<Seam, 'listConnectedAccounts' | 'getUserIdentity'>;
  }>[];
  pageSize?: number;
}>;

const PAGE_SIZE = 200;

/**
 * Walks every connected account, page by page, from where the comparison stands to its end: first Seam's lists,
 * then what is only here. Nothing is kept in memory from page to page.
 *
 * @param onPage is told how it stands after each page's commit; from there it can be gone on with
 * @throws SeamError when Seam does not answer; the signal's reason when it fires
 */
export const walk = async (
  comparer: Comparer,
  begun: Comparison,
  onPage: (comparison: Comparison) => void,
  signal: AbortSignal,
): Promise<Comparison> => {
  let comparison = begun;
  while (comparison.phase !== 'done') {
    signal.throwIfAborted();
    const { next, findings } = await readPage(comparer, comparison, signal);
    const counted = { ...next, counts: count(comparison.counts, findings) };
    const isListed = comparison.phase === 'seam';
    const workspaceId = isListed
      ? (comparer.workspaces[comparison.workspaceIndex]?.id ?? null)
      : null;
    await recordPage(comparer.pool, counted, { findings, isListed, workspaceId });
    comparison = counted;
    onPage(comparison);
  }
  return comparison;
};

type Page = { next: Comparison; findings: readonly Finding[] };

const readPage = async (
  comparer: Comparer,
  comparison: Comparison,
  signal: AbortSignal,
): Promise<Page> => {
  const limit = comparer.pageSize ?? PAGE_SIZE;
  const workspace = comparer.workspaces[comparison.workspaceIndex];
  if (comparison.phase === 'here' || workspace === undefined) {
    const { leftovers, next } = await readLeftovers(comparer.pool, comparison, limit);
    const phase = next === null ? 'done' : 'here';
    return { next: { ...comparison, phase, cursor: next }, findings: compareLeftovers(leftovers) };
  }
  const { cursor } = comparison;
  const page = await withRetries(
    asking => workspace.seam.listConnectedAccounts({ cursor, limit }, asking),
    signal,
  );
  const findings = await compareListed(comparer, workspace.seam, page.accounts, signal);
  const listed = comparison.listed + page.accounts.length;
  const next = { ...comparison, listed, cursor: page.nextCursor };
  if (page.nextCursor !== null) return { next, findings };
  const workspaceIndex = comparison.workspaceIndex + 1;
  const phase = workspaceIndex < comparer.workspaces.length ? 'seam' : 'here';
  return { next: { ...next, workspaceIndex, phase }, findings };
};

const count = (
  counts: Comparison['counts'],
  findings: readonly Finding[],
): Comparison['counts'] => {
  const sums = { ...counts };
  for (const { kind } of findings) sums[kind] = (sums[kind] ?? 0) + 1;
  return sums;
};

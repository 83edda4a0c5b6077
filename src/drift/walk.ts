import type pg from 'pg';
import type { UserIdentity } from '../config/user-identity.ts';
import type { Seam } from '../seam/client.ts';
import { withRetries } from '../seam/with-retries.ts';
import type { UserDirectory } from '../users/directory.ts';
import { judge, tellWithheld } from './guard.ts';
import { readLeftovers } from './leftovers.ts';
import { compareLeftovers, compareListed, type Finding } from './look-up.ts';
import { type Comparison, type Page, recordPage } from './records.ts';
import { counted, ofWorkspace } from './tally.ts';

/** A workspace whose list is read. `id` is null where there is only one and nobody named it. */
type Walked = Readonly<{
  id: string | null;
  seam: Pick<Seam, 'listConnectedAccounts' | 'getUserIdentity'>;
}>;

export type Comparer = Readonly<{
  pool: pg.Pool;
  users: UserDirectory;
  identity: UserIdentity;
  /** All workspaces whose accounts may be here: what none of them lists is unknown to Seam. */
  workspaces: readonly Walked[];
  /** Of a workspace's accounts, how many of a hundred may be let go at once. */
  mostGonePercent: number;
  pageSize?: number;
  /** How Seam is asked; with the tries of a walk that somebody waits for, as a rule. */
  asking?: typeof withRetries;
}>;

const PAGE_SIZE = 200;

/** The workspaces of the settings are others than those that a comparison was begun with. */
export class OtherWorkspacesError extends Error {
  override readonly name = 'OtherWorkspacesError';
  constructor() {
    super('the workspaces were changed while it walked: begin a new comparison');
  }
}

/**
 * Walks every connected account, page by page, from where the comparison stands to its end: first Seam's lists,
 * then what is only here. Nothing is kept in memory from page to page.
 *
 * @param onPage is told how it stands after each page's commit; from there it can be gone on with
 * @throws SeamError when Seam does not answer; the signal's reason when it fires; what `walkPage` throws
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
    comparison = await walkPage(comparer, comparison, signal);
    onPage(comparison);
  }
  return comparison;
};

/**
 * Walks one page, and writes it down.
 *
 * @throws SeamError, ComparisonTakenError, OtherWorkspacesError
 */
export const walkPage = async (
  comparer: Comparer,
  comparison: Comparison,
  signal: AbortSignal,
): Promise<Comparison> => {
  const { next, ...page } = await readPage(comparer, comparison, signal);
  const now = { ...next, counts: count(comparison.counts, page.findings) };
  await recordPage(comparer.pool, comparison, now, page);
  return now;
};

/** Whose list is read next: the first that hasn't been, to its end. Null: all have. */
export const nextWorkspace = (
  workspaces: readonly Walked[],
  { phase, tally }: Pick<Comparison, 'phase' | 'tally'>,
): Walked | null =>
  phase === 'seam' ? (workspaces.find(({ id }) => !ofWorkspace(tally, id).isWalked) ?? null) : null;

/** @throws OtherWorkspacesError where the page that is next is of another's list */
const workspaceAt = (workspaces: readonly Walked[], comparison: Comparison): Walked | null => {
  const { cursor, workspaceIndex, tally } = comparison;
  const next = nextWorkspace(workspaces, comparison);
  if (next === null || cursor === null) return next;
  // Begun by a version that didn't count by workspace, or with other workspaces.
  const isItsPage = ofWorkspace(tally, next.id).listed !== null;
  if (!isItsPage || workspaces.indexOf(next) !== workspaceIndex) throw new OtherWorkspacesError();
  return next;
};

const readPage = async (
  comparer: Comparer,
  comparison: Comparison,
  signal: AbortSignal,
): Promise<Page & { next: Comparison }> => {
  const limit = comparer.pageSize ?? PAGE_SIZE;
  const workspace = workspaceAt(comparer.workspaces, comparison);
  if (workspace === null) return readOurs(comparer, comparison, limit);
  const { cursor } = comparison;
  const ask = comparer.asking ?? withRetries;
  const { accounts, nextCursor } = await ask(
    asking => workspace.seam.listConnectedAccounts({ cursor, limit }, asking),
    signal,
  );
  const findings = await compareListed(comparer, workspace.seam, accounts, signal);
  const before = ofWorkspace(comparison.tally, workspace.id).listed ?? 0;
  const tally = counted(comparison.tally, workspace.id, {
    listed: before + accounts.length,
    isWalked: nextCursor === null,
  });
  const workspaceIndex = comparer.workspaces.indexOf(workspace);
  const listed = comparison.listed + accounts.length;
  const next = { ...comparison, listed, tally, workspaceIndex, cursor: nextCursor };
  const isLast = comparer.workspaces.every(({ id }) => ofWorkspace(tally, id).isWalked);
  return {
    next: nextCursor === null && isLast ? { ...next, phase: 'here' } : next,
    findings,
    isListed: true,
    workspaceId: workspace.id,
    missed: [],
  };
};

const readOurs = async (
  { pool, mostGonePercent }: Comparer,
  comparison: Comparison,
  limit: number,
): Promise<Page & { next: Comparison }> => {
  const { leftovers, next: cursor, tally } = await readLeftovers(pool, comparison, limit);
  const page: Page = {
    findings: compareLeftovers(leftovers),
    isListed: false,
    workspaceId: null,
    missed: leftovers
      .filter(({ isMissing, deletionAnnounced }) => isMissing && !deletionAnnounced)
      .map(({ connectedAccountId }) => connectedAccountId),
  };
  if (cursor !== null) return { ...page, next: { ...comparison, phase: 'here', cursor, tally } };
  const judged = judge(tally, mostGonePercent);
  const withheld = tellWithheld(judged, mostGonePercent);
  return { ...page, next: { ...comparison, phase: 'done', cursor, tally: judged, withheld } };
};

const count = (
  counts: Comparison['counts'],
  findings: readonly Finding[],
): Comparison['counts'] => {
  const sums = { ...counts };
  for (const { kind } of findings) sums[kind] = (sums[kind] ?? 0) + 1;
  return sums;
};

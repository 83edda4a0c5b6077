import type pg from 'pg';
import type { UserIdentity } from '../config/user-identity.ts';
import type { Seam } from '../seam/client.ts';
import { SeamRefusedError } from '../seam/errors.ts';
import { withRetries } from '../seam/with-retries.ts';
import type { UserDirectory } from '../users/directory.ts';
import { judge, tellWithheld } from './guard.ts';
import { readLeftovers } from './leftovers.ts';
import { compareLeftovers, compareListed, type Finding, type Leftover } from './look-up.ts';
import { type Comparison, type Page, recordPage } from './records.ts';
import { counted, leftOutOf, ofWorkspace, type Tally } from './tally.ts';

/** A workspace whose list is read. `id` is null where there is only one and nobody named it. */
export type Walked = Readonly<{
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
/** Where each account may take a call of its own: so that a page is done within its lease. */
const ASKING_PAGE_SIZE = 20;

/** Seam refuses the very page of its list that is next: it may no longer know it. */
export class PageRefusedError extends SeamRefusedError {}

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
    const [workspace = null] = openWorkspaces(comparer.workspaces, comparison);
    comparison = await walkPage(comparer, comparison, workspace, signal);
    onPage(comparison);
  }
  return comparison;
};

/**
 * Walks one page, and writes it down.
 *
 * @param workspace whose list is read: one of the open ones; null: there is none, and it is ours
 * @throws SeamError, ComparisonTakenError; PageRefusedError where a list can't be gone on with
 */
export const walkPage = async (
  comparer: Comparer,
  comparison: Comparison,
  workspace: Walked | null,
  signal: AbortSignal,
): Promise<Comparison> => {
  const { next, ...page } =
    workspace === null
      ? await readOurs(comparer, comparison, comparer.pageSize ?? PAGE_SIZE)
      : await readPage(
          comparer,
          turnTo(comparer.workspaces, comparison, workspace),
          workspace,
          signal,
        );
  const now = { ...next, failure: null, counts: count(comparison.counts, page.findings) };
  await recordPage(comparer.pool, comparison, now, page);
  return now;
};

/**
 * Whose lists are still to be read, to their end: first the one whose page is next.
 *
 * @throws OtherWorkspacesError where that page is of another's list
 */
export const openWorkspaces = (
  workspaces: readonly Walked[],
  { phase, cursor, workspaceIndex, tally }: Comparison,
): readonly Walked[] => {
  if (phase !== 'seam') return [];
  const open = workspaces.filter(({ id }) => {
    const { isWalked, isLeftOut } = ofWorkspace(tally, id);
    return !isWalked && !isLeftOut;
  });
  if (cursor === null) return open;
  const current = open.find(one => one === workspaces[workspaceIndex]);
  const known = current === undefined ? null : ofWorkspace(tally, current.id);
  // Begun by a version that didn't count by workspace, or with other workspaces.
  if (current === undefined || known?.listed == null || known.cursor !== null) {
    throw new OtherWorkspacesError();
  }
  return [current, ...open.filter(one => one !== current)];
};

/** Goes over to a workspace's list, where that was left; the one that it leaves is gone on with from its page. */
const turnTo = (
  workspaces: readonly Walked[],
  comparison: Comparison,
  workspace: Walked,
): Comparison => {
  const { cursor, workspaceIndex: from, tally } = comparison;
  const to = workspaces.indexOf(workspace);
  if (cursor !== null && to === from) return comparison;
  const left = cursor === null ? tally : counted(tally, workspaces[from]?.id ?? null, { cursor });
  return {
    ...comparison,
    workspaceIndex: to,
    cursor: ofWorkspace(tally, workspace.id).cursor,
    tally: counted(left, workspace.id, { cursor: null }),
  };
};

/** Ends the reading of lists without these: nothing of them is missing. @throws ComparisonTakenError */
export const goWithout = async (
  pool: pg.Pool,
  comparison: Comparison,
  workspaces: readonly Walked[],
): Promise<Comparison> => {
  const tally = workspaces.reduce(
    (sum, { id }) => counted(sum, id, { isLeftOut: true, cursor: null }),
    comparison.tally,
  );
  const next: Comparison = { ...comparison, phase: 'here', cursor: null, tally };
  const nothing = { findings: [], isListed: false, workspaceId: null, missed: [] };
  await recordPage(pool, comparison, next, nothing);
  return next;
};

const listPage = async (
  { identity, pageSize, asking: ask = withRetries }: Comparer,
  { seam }: Walked,
  cursor: string | null,
  signal: AbortSignal,
) => {
  const asksForEach = identity.rules.some(({ kind }) => kind === 'user_identity');
  const usual = asksForEach ? ASKING_PAGE_SIZE : PAGE_SIZE;
  const limit = pageSize ?? usual;
  try {
    return await ask(asking => seam.listConnectedAccounts({ cursor, limit }, asking), signal);
  } catch (error) {
    if (!(error instanceof SeamRefusedError) || cursor === null) throw error;
    throw new PageRefusedError(error.message, { requestId: error.requestId, cause: error });
  }
};

const readPage = async (
  comparer: Comparer,
  comparison: Comparison,
  workspace: Walked,
  signal: AbortSignal,
): Promise<Page & { next: Comparison }> => {
  const { cursor } = comparison;
  const { accounts, nextCursor } = await listPage(comparer, workspace, cursor, signal);
  const findings = await compareListed(comparer, workspace.seam, accounts, signal);
  const before = ofWorkspace(comparison.tally, workspace.id).listed ?? 0;
  const tally = counted(comparison.tally, workspace.id, {
    listed: before + accounts.length,
    isWalked: nextCursor === null,
  });
  const listed = comparison.listed + accounts.length;
  const next = { ...comparison, listed, tally, cursor: nextCursor };
  const isLast = openWorkspaces(comparer.workspaces, { ...next, cursor: null }).length === 0;
  return {
    next: nextCursor === null && isLast ? { ...next, phase: 'here' } : next,
    findings,
    isListed: true,
    workspaceId: workspace.id,
    missed: [],
  };
};

/** What is told of: not what is of a workspace that wasn't walked, as that may be there. */
const isTold = (
  { isLiving, isMissing, deletionAnnounced, workspaceId }: Leftover,
  tally: Tally,
): boolean =>
  !isLiving ||
  isMissing ||
  deletionAnnounced ||
  (workspaceId === null && leftOutOf(tally).length === 0);

const readOurs = async (
  { pool, mostGonePercent }: Comparer,
  comparison: Comparison,
  limit: number,
): Promise<Page & { next: Comparison }> => {
  const { leftovers, next: cursor, tally } = await readLeftovers(pool, comparison, limit);
  const page: Page = {
    findings: compareLeftovers(leftovers.filter(one => isTold(one, tally))),
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

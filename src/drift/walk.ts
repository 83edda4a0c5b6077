import type pg from 'pg';
import type { Seam } from '../seam/client.ts';
import { withRetries } from '../seam/with-retries.ts';
import type { UserDirectory } from '../users/directory.ts';
import { compareLeftovers, compareListed, type Finding } from './look-up.ts';
import { type Audit, readLeftovers, recordPage } from './records.ts';

type Auditor = Readonly<{
  pool: pg.Pool;
  users: UserDirectory;
  userMetadataKey: string;
  /** All workspaces whose accounts may be here: what none of them lists is unknown to Seam. */
  workspaces: readonly Readonly<{
    id: string | null;
    seam: Pick<Seam, 'listConnectedAccounts'>;
  }>[];
  pageSize?: number;
}>;

const PAGE_SIZE = 200;

/**
 * Walks every connected account, page by page, from where the audit stands to its end: first Seam's lists,
 * then what is only here. Nothing is kept in memory from page to page.
 *
 * @param onPage is told how it stands after each page's commit; from there it can be gone on with
 * @throws SeamError when Seam does not answer; the signal's reason when it fires
 */
export const walk = async (
  auditor: Auditor,
  begun: Audit,
  onPage: (audit: Audit) => void,
  signal: AbortSignal,
): Promise<Audit> => {
  let audit = begun;
  while (audit.phase !== 'done') {
    signal.throwIfAborted();
    const { next, findings } = await readPage(auditor, audit, signal);
    const counted = { ...next, counts: count(audit.counts, findings) };
    const isListed = audit.phase === 'seam';
    const workspaceId = isListed ? (auditor.workspaces[audit.workspaceIndex]?.id ?? null) : null;
    await recordPage(auditor.pool, counted, { findings, isListed, workspaceId });
    audit = counted;
    onPage(audit);
  }
  return audit;
};

type Page = { next: Audit; findings: readonly Finding[] };

const readPage = async (auditor: Auditor, audit: Audit, signal: AbortSignal): Promise<Page> => {
  const limit = auditor.pageSize ?? PAGE_SIZE;
  const workspace = auditor.workspaces[audit.workspaceIndex];
  if (audit.phase === 'here' || workspace === undefined) {
    const leftovers = await readLeftovers(auditor.pool, audit, limit);
    const cursor = leftovers.at(-1)?.connectedAccountId ?? null;
    const phase = cursor === null ? 'done' : 'here';
    return { next: { ...audit, phase, cursor }, findings: compareLeftovers(leftovers) };
  }
  const { cursor } = audit;
  const page = await withRetries(
    asking => workspace.seam.listConnectedAccounts({ cursor, limit }, asking),
    signal,
  );
  const findings = await compareListed(auditor, page.accounts);
  const listed = audit.listed + page.accounts.length;
  const next = { ...audit, listed, cursor: page.nextCursor };
  if (page.nextCursor !== null) return { next, findings };
  const workspaceIndex = audit.workspaceIndex + 1;
  const phase = workspaceIndex < auditor.workspaces.length ? 'seam' : 'here';
  return { next: { ...next, workspaceIndex, phase }, findings };
};

const count = (counts: Audit['counts'], findings: readonly Finding[]): Audit['counts'] => {
  const sums = { ...counts };
  for (const { kind } of findings) sums[kind] = (sums[kind] ?? 0) + 1;
  return sums;
};

import type pg from 'pg';
import { type Actor, insistOn } from '../access/actor.ts';
import { SupportError } from '../access/errors.ts';
import { recordAlone } from '../audit-log/record.ts';
import { type Client, inTransactionWithRetries } from '../db/client.ts';
import { type Requested, requestAccountLooks } from '../reconcile/request.ts';
import { type FindingKind, MENDABLE } from './findings.ts';
import { mayEnd, withheldOf } from './guard.ts';
import { type Comparison, readTally, release } from './records.ts';

const PAGE_SIZE = 500;

/**
 * A page of the findings, and of it each once, so that a second try asks for the rest only. What was asked for, or has
 * no one right answer, is passed once, and not at every page.
 */
const TAKE = `
  with page as (
    select connected_account_id, kind, asked_at, workspace_id from reconciler.audit_findings
     where audit_id = $1 and connected_account_id > $3
     order by connected_account_id limit ${PAGE_SIZE} for update
  ), asked as (
    update reconciler.audit_findings f set asked_at = now()
      from page p
     where f.audit_id = $1 and f.connected_account_id = p.connected_account_id
       and p.kind = any($2) and p.asked_at is null
       and ${mayEnd('p', '$4::text[]')}
       and ($5 or not exists (
             select from reconciler.reconciliations own
              where own.subject = 'connected_account:' || p.connected_account_id and own.state = 'dismissed'))
    returning f.connected_account_id as id, f.workspace_id
  )
  select (select max(connected_account_id) from page) as last,
         (select coalesce(json_agg(json_build_object('accountId', id, 'workspaceId', workspace_id) order by id), '[]')
            from asked) as found`;

type Page = Readonly<{ last: string | null; asked: readonly Requested[] }>;

/** What is asked for: of which kinds, of which workspaces nothing that is gone, and whether what was dismissed too. */
type Wanted = Readonly<{
  kinds: readonly FindingKind[];
  withheld: readonly string[];
  withDismissed: boolean;
}>;

const askForNext = async (
  client: Client,
  comparisonId: number,
  { kinds, withheld, withDismissed }: Wanted,
  after: string,
): Promise<Page> => {
  const { rows } = await client.query<{
    last: string | null;
    found: { accountId: string; workspaceId: string | null }[];
  }>(TAKE, [comparisonId, kinds, after, withheld, withDismissed]);
  const { last = null, found = [] } = rows[0] ?? {};
  return {
    last,
    asked: found.length === 0 ? [] : await requestAccountLooks(client, found, 'audit'),
  };
};

type OnAsked = (asked: readonly Requested[]) => void;

const askForAll = async (
  pool: pg.Pool,
  comparisonId: number,
  wanted: Wanted,
  onAsked: OnAsked,
  atItsEnd: (client: Client) => Promise<void> = async () => undefined,
): Promise<number> => {
  let total = 0;
  let after: string | null = '';
  while (after !== null) {
    const from: string = after;
    const page = await inTransactionWithRetries(pool, async client => {
      const next = await askForNext(client, comparisonId, wanted, from);
      if (next.last === null) await atItsEnd(client);
      return next;
    });
    total += page.asked.length;
    if (page.asked.length > 0) onAsked(page.asked);
    after = page.last;
  }
  return total;
};

/**
 * Lets go of what a comparison that has ended found to be gone, but for the workspaces whose accounts it withholds, and
 * for what a person has dismissed: that comes back by news, or by a person. Seam is asked once more about each, and only
 * then its link ends.
 *
 * @param onAsked is told of each batch after its commit, for the queue
 * @returns how many accounts will be looked at
 */
export const letGo = (pool: pg.Pool, { id, tally }: Comparison, onAsked: OnAsked) =>
  askForAll(
    pool,
    id,
    { kinds: ['gone'], withheld: withheldOf(tally), withDismissed: false },
    onAsked,
  );

/** What is to be fixed, where it isn't all. */
export type FixOptions = Readonly<{
  /** Only what was found to be so. */
  kind?: FindingKind | undefined;
  /** Also what is withheld because too much of its workspace is missing: somebody has checked. */
  endMissing?: boolean | undefined;
  why?: string | undefined;
}>;

/**
 * Puts exactly the findings that have one right answer through the ordinary reconciliation. An account that
 * nobody had told us of gets its reconciliation here.
 *
 * @param onAsked is told of each batch after its commit, for the queue
 * @throws SupportError `not_allowed`; `invalid` for a kind that has no one right answer
 * @returns how many accounts will be looked at
 */
export const fix = async (
  pool: pg.Pool,
  actor: Actor,
  comparisonId: number,
  onAsked: OnAsked,
  { kind, endMissing = false, why }: FixOptions = {},
): Promise<number> => {
  insistOn(actor, 'fix_audit');
  if (kind !== undefined && !MENDABLE.includes(kind)) {
    throw new SupportError('invalid', `What is ${kind} has no one right answer: a person decides.`);
  }
  if (endMissing && (why ?? '') === '') {
    throw new SupportError('invalid', 'Say why the accounts may end: who has checked, and how.');
  }
  const after = { ...(kind && { kind }), ...(endMissing && { end_missing: true }) };
  const change = { action: 'fix_audit', target: `audit:${comparisonId}`, why } as const;
  await recordAlone(pool, actor, Object.keys(after).length > 0 ? { ...change, after } : change);
  const tally = await readTally(pool, comparisonId);
  const wanted = {
    kinds: kind === undefined ? MENDABLE : [kind],
    withheld: endMissing ? [] : withheldOf(tally),
    withDismissed: true,
  };
  // With the last of them, so that none is left of what is no longer told of.
  const releases = endMissing && wanted.kinds.includes('gone');
  return askForAll(pool, comparisonId, wanted, onAsked, async client => {
    if (releases) await release(client, comparisonId);
  });
};

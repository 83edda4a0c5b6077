import type pg from 'pg';
import { type Actor, insistOn } from '../access/actor.ts';
import { SupportError } from '../access/errors.ts';
import { recordAlone } from '../audit-log/record.ts';
import { type Client, inTransactionWithRetries } from '../db/client.ts';
import { type Requested, requestAccountLooks } from '../reconcile/request.ts';
import { type FindingKind, MENDABLE } from './findings.ts';
import { withheldOf } from './guard.ts';
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
       and (p.kind <> 'gone' or not coalesce(p.workspace_id, '') = any($4))
    returning f.connected_account_id as id, f.workspace_id
  )
  select (select max(connected_account_id) from page) as last,
         (select coalesce(json_agg(json_build_object('accountId', id, 'workspaceId', workspace_id) order by id), '[]')
            from asked) as found`;

type Page = Readonly<{ last: string | null; asked: readonly Requested[] }>;

/** What is asked for: of which kinds, and of which workspaces nothing that is gone. */
type Wanted = Readonly<{ kinds: readonly FindingKind[]; withheld: readonly string[] }>;

const askForNext = async (
  client: Client,
  comparisonId: number,
  { kinds, withheld }: Wanted,
  after: string,
): Promise<Page> => {
  const { rows } = await client.query<{
    last: string | null;
    found: { accountId: string; workspaceId: string | null }[];
  }>(TAKE, [comparisonId, kinds, after, withheld]);
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
): Promise<number> => {
  let total = 0;
  let after: string | null = '';
  while (after !== null) {
    const from: string = after;
    const page = await inTransactionWithRetries(pool, client =>
      askForNext(client, comparisonId, wanted, from),
    );
    total += page.asked.length;
    if (page.asked.length > 0) onAsked(page.asked);
    after = page.last;
  }
  return total;
};

/**
 * Lets go of what a comparison that has ended found to be gone, but for the workspaces whose accounts it withholds.
 * Seam is asked once more about each, and only then its link ends.
 *
 * @param onAsked is told of each batch after its commit, for the queue
 * @returns how many accounts will be looked at
 */
export const letGo = (pool: pg.Pool, { id, tally }: Comparison, onAsked: OnAsked) =>
  askForAll(pool, id, { kinds: ['gone'], withheld: withheldOf(tally) }, onAsked);

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
  };
  const total = await askForAll(pool, comparisonId, wanted, onAsked);
  if (endMissing) await release(pool, comparisonId);
  return total;
};

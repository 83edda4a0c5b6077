import type pg from 'pg';
import { type Actor, insistOn } from '../access/actor.ts';
import { recordAlone } from '../audit-log/record.ts';
import { type Client, inTransactionWithRetries } from '../db/client.ts';
import { type Requested, requestAccountLooks } from '../reconcile/request.ts';
import { MENDABLE } from './compare.ts';

const PAGE_SIZE = 500;

/**
 * A page of the findings, and of it each once, so that a second try asks for the rest only. What was asked for, or has
 * no one right answer, is passed once, and not at every page.
 */
const TAKE = `
  with page as (
    select connected_account_id, kind, asked_at from reconciler.audit_findings
     where audit_id = $1 and connected_account_id > $3
     order by connected_account_id limit ${PAGE_SIZE} for update
  ), asked as (
    update reconciler.audit_findings f set asked_at = now()
      from page p
     where f.audit_id = $1 and f.connected_account_id = p.connected_account_id
       and p.kind = any($2) and p.asked_at is null
    returning f.connected_account_id as id, f.workspace_id
  )
  select (select max(connected_account_id) from page) as last,
         (select coalesce(json_agg(json_build_object('accountId', id, 'workspaceId', workspace_id) order by id), '[]')
            from asked) as found`;

type Page = Readonly<{ last: string | null; asked: readonly Requested[] }>;

const askForNext = async (client: Client, comparisonId: number, after: string): Promise<Page> => {
  const { rows } = await client.query<{
    last: string | null;
    found: { accountId: string; workspaceId: string | null }[];
  }>(TAKE, [comparisonId, MENDABLE, after]);
  const { last = null, found = [] } = rows[0] ?? {};
  return {
    last,
    asked: found.length === 0 ? [] : await requestAccountLooks(client, found, 'audit'),
  };
};

/**
 * Puts exactly the findings that have one right answer through the ordinary reconciliation. An account that
 * nobody had told us of gets its reconciliation here.
 *
 * @param onAsked is told of each batch after its commit, for the queue
 * @throws SupportError `not_allowed`
 * @returns how many accounts will be looked at
 */
export const fix = async (
  pool: pg.Pool,
  actor: Actor,
  comparisonId: number,
  onAsked: (asked: readonly Requested[]) => void,
): Promise<number> => {
  insistOn(actor, 'fix_audit');
  await recordAlone(pool, actor, { action: 'fix_audit', target: `audit:${comparisonId}` });
  let total = 0;
  let after: string | null = '';
  while (after !== null) {
    const from: string = after;
    const page = await inTransactionWithRetries(pool, client =>
      askForNext(client, comparisonId, from),
    );
    total += page.asked.length;
    if (page.asked.length > 0) onAsked(page.asked);
    after = page.last;
  }
  return total;
};

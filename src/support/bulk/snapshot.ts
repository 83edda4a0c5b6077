import type { Client } from '../../db/client.ts';
import { and, drizzle, inArray, type SQL, sql } from '../../db/drizzle.ts';
import { connectedAccounts, reconciliations } from '../../db/schema.ts';
import { bulkItems } from '../../db/schema-desk.ts';
import type { BulkAction } from '../../model/bulk.ts';
import type { ReconciliationState } from '../../model/outcome.ts';
import type { Queues } from '../../queue/queues.ts';
import { workspaceOf } from '../../reconcile/workspace-of.ts';
import { isLead } from '../cases/leads.ts';
import { casesOf } from '../cases/members.ts';
import { type Few, readFew } from '../finding/few.ts';
import { HEARD } from './heard.ts';
import { MOST_MATCHING } from './limits.ts';
import { chosenStates, conditionOfSelection, type Selection } from './selection.ts';
import type { LeftOut } from './words.ts';

const SAMPLE_SIZE = 5;

/** What matched at one moment. */
export type Snapshot = Readonly<{
  /** To how many it would be done. */
  total: number;
  leftOut: LeftOut;
  /** The first of them. */
  sample: readonly string[];
  /** More match than a bulk run may hold. */
  isTooLarge: boolean;
}>;

/** Why a case that matches can't have this done to it; SQL: null where it can. */
const leftOutBecause = (action: BulkAction, servedIds: Queues['servedIds']): SQL => {
  switch (action) {
    case 'retry':
      return notRetriedBecause(servedIds);
    case 'dismiss':
      return sql`case when state not in ('failed', 'retrying') then 'not_failed' end`;
    case 'link':
      return sql`case
        when connected_account_id is null and not starts_with(subject, 'connected_account:') then 'no_account'
        when exists (select from ${connectedAccounts}
                      where ${connectedAccounts.connectedAccountId} = ${ACCOUNT_ID}
                        and ${connectedAccounts.deletedAt} is not null) then 'account_deleted'
      end`;
    case 'assign':
    case 'note':
      return sql`null::text`;
    default:
      return action satisfies never;
  }
};

const ACCOUNT_ID = sql`coalesce(${reconciliations.connectedAccountId}, substr(${reconciliations.subject}, 19))`;

const notRetriedBecause = (servedIds: Queues['servedIds']): SQL => {
  const isServed =
    servedIds === null
      ? sql`true`
      : sql`coalesce(${sql.raw(workspaceOf('reconciliations'))} = any(${sql.param(servedIds)}::text[]), false)`;
  return sql`case
    when starts_with(subject, 'delivery:') then 'names_nothing'
    when not ${isServed} then 'workspace_not_configured'
    when state = 'pending' and observed_generation < generation or leased_until > now() then 'owed'
  end`;
};

/** Counted up to a bound: of what is settled there may be millions. */
const countOf = (
  { selection, action }: Wanted,
  few: Few,
  states: readonly ReconciliationState[],
): SQL => {
  const chosen = chosenStates(selection, action);
  const others = states.filter(state => !chosen.includes(state));
  if (others.length === 0) return sql`0`;
  const condition = and(
    conditionOfSelection(selection, few),
    inArray(reconciliations.state, others),
    isLead,
  );
  return sql`(select count(*)::int from (
    select 1 from ${reconciliations} where ${condition} limit ${MOST_MATCHING}) as others)`;
};

/** What is to be done, and to which. */
export type Wanted = Readonly<{ selection: Selection; action: BulkAction }>;

/** Of what was ticked, each case once, by the subject that leads it; without those that are gone. */
const toLeads = async (
  client: Client,
  selection: Selection,
): Promise<{ selection: Selection; gone: number }> => {
  if (selection.kind === 'filter') return { selection, gone: 0 };
  const cases = await casesOf(client, selection.subjects);
  const leads = new Set([...cases.values()].map(({ lead }) => lead));
  const gone = selection.subjects.length - cases.size;
  return { selection: { kind: 'subjects', subjects: [...leads] }, gone };
};

/**
 * Sees what matches now, all of it in one statement and so at one moment; and writes down, for a run, what
 * it is done to: a case each, the longest waiting first, with what was heard of it.
 */
export const takeSnapshot = async (
  client: Client,
  { selection: given, action }: Wanted,
  servedIds: Queues['servedIds'],
  runId: number,
): Promise<Snapshot> => {
  const { selection, gone } = await toLeads(client, given);
  const wanted = { selection, action };
  // Looked up beforehand; what it comes to is seen in the one statement below.
  const few = selection.kind === 'filter' ? await readFew(client, selection.filter) : {};
  const chosen = inArray(reconciliations.state, [...chosenStates(selection, action)]);
  // A version before this one takes a retry for one of the subject alone.
  const heard = action === 'retry' ? reconciliations.generation : HEARD;
  const { rows } = await drizzle(client).execute<{
    matching: number;
    total: number;
    left_out: Record<string, number>;
    settled: number;
    dismissed: number;
    sample: string[];
  }>(sql`
    with matching as materialized (
      select subject, ${heard} as heard, updated_at, ${leftOutBecause(action, servedIds)} as left_out
        from ${reconciliations}
       where ${and(conditionOfSelection(selection, few), chosen, isLead)}
       limit ${MOST_MATCHING + 1}
    ), ordered as materialized (
      select row_number() over (order by updated_at, subject) as position, subject, heard
        from matching where left_out is null
    ), planned as (
      insert into ${bulkItems} (bulk_run_id, position, subject, planned_generation)
      select ${runId}::bigint, position, subject, heard from ordered
    )
    select (select count(*)::int from matching) as matching,
           (select count(*)::int from ordered) as total,
           (select coalesce(jsonb_object_agg(left_out, number), '{}')
              from (select left_out, count(*)::int as number from matching
                     where left_out is not null group by left_out) as counted) as left_out,
           ${countOf(wanted, few, ['linked', 'no_action'])} as settled,
           ${countOf(wanted, few, ['dismissed'])} as dismissed,
           array(select subject from ordered order by position limit ${SAMPLE_SIZE}) as sample`);
  const [row] = rows;
  if (row === undefined) throw new Error('a snapshot without a row');
  const { matching, total, settled, dismissed, sample } = row;
  const counted = { ...row.left_out, settled, dismissed, gone };
  const leftOut = Object.fromEntries(Object.entries(counted).filter(([, count]) => count > 0));
  return { total, leftOut, sample, isTooLarge: matching > MOST_MATCHING };
};

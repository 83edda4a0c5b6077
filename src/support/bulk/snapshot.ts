import type { Client } from '../../db/client.ts';
import { and, drizzle, inArray, type SQL, sql } from '../../db/drizzle.ts';
import { reconciliations } from '../../db/schema.ts';
import { bulkItems } from '../../db/schema-desk.ts';
import type { ReconciliationState } from '../../model/outcome.ts';
import type { Queues } from '../../queue/queues.ts';
import { workspaceOf } from '../../reconcile/workspace-of.ts';
import { MOST_MATCHING } from './limits.ts';
import { chosenStates, conditionOfSelection, type Selection } from './selection.ts';
import type { LeftOut } from './words.ts';

const SAMPLE_SIZE = 5;

/** What matched at one moment. */
export type Snapshot = Readonly<{
  /** How many would be retried. */
  total: number;
  leftOut: LeftOut;
  /** The first of them. */
  sample: readonly string[];
  /** More match than a bulk run may hold. */
  isTooLarge: boolean;
}>;

const leftOutBecause = (servedIds: Queues['servedIds']): SQL => {
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
const countOf = (selection: Selection, states: readonly ReconciliationState[]): SQL => {
  const chosen = chosenStates(selection);
  const others = states.filter(state => !chosen.includes(state));
  if (others.length === 0) return sql`0`;
  const condition = and(conditionOfSelection(selection), inArray(reconciliations.state, others));
  return sql`(select count(*)::int from (
    select 1 from ${reconciliations} where ${condition} limit ${MOST_MATCHING}) as others)`;
};

/**
 * Sees what matches now, all of it in one statement and so at one moment; and writes down, for a run, what
 * is to be retried: the longest waiting first, each with its generation.
 *
 * @param runId null: only looks
 */
export const takeSnapshot = async (
  client: Client,
  selection: Selection,
  servedIds: Queues['servedIds'],
  runId: number | null,
): Promise<Snapshot> => {
  const chosen = inArray(reconciliations.state, [...chosenStates(selection)]);
  const { rows } = await drizzle(client).execute<{
    matching: number;
    total: number;
    left_out: Record<string, number>;
    settled: number;
    dismissed: number;
    sample: string[];
  }>(sql`
    with matching as materialized (
      select subject, generation, updated_at, ${leftOutBecause(servedIds)} as left_out
        from ${reconciliations}
       where ${and(conditionOfSelection(selection), chosen)}
       limit ${MOST_MATCHING + 1}
    ), ordered as materialized (
      select row_number() over (order by updated_at, subject) as position, subject, generation
        from matching where left_out is null
    ), planned as (
      insert into ${bulkItems} (bulk_run_id, position, subject, planned_generation)
      select ${runId}::bigint, position, subject, generation
        from ordered where ${runId}::bigint is not null
    )
    select (select count(*)::int from matching) as matching,
           (select count(*)::int from ordered) as total,
           (select coalesce(jsonb_object_agg(left_out, number), '{}')
              from (select left_out, count(*)::int as number from matching
                     where left_out is not null group by left_out) as counted) as left_out,
           ${countOf(selection, ['linked', 'no_action'])} as settled,
           ${countOf(selection, ['dismissed'])} as dismissed,
           array(select subject from ordered order by position limit ${SAMPLE_SIZE}) as sample`);
  const [row] = rows;
  if (row === undefined) throw new Error('a snapshot without a row');
  const { matching, total, settled, dismissed, sample } = row;
  const gone = selection.kind === 'subjects' ? selection.subjects.length - matching : 0;
  const counted = { ...row.left_out, settled, dismissed, gone };
  const leftOut = Object.fromEntries(Object.entries(counted).filter(([, count]) => count > 0));
  return { total, leftOut, sample, isTooLarge: matching > MOST_MATCHING };
};

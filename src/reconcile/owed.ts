import type pg from 'pg';
import { readInOrder } from '../db/read-in-order.ts';
import { type CappedCount, MOST_COUNTED, toCappedCount } from '../model/capped-count.ts';
import { OWING } from './owing.ts';

/** What is owed of one workspace. */
export type Owed = Readonly<{
  workspaceId: string | null;
  /** Subjects that another look is owed. */
  owed: CappedCount;
  /** Of those: due now, and not under way. */
  waiting: CappedCount;
  /** Since when the longest waiting one has been due. */
  oldestDueAt: Date | null;
}>;

const IS_OWED = 'r.observed_generation < r.generation';

/** Due, and not under way. What nobody serves waits for no worker. */
const IS_WAITING = `
  r.due_at <= now() and (r.leased_until is null or r.leased_until < now())
  and r.reason is distinct from 'workspace_unknown'`;

/**
 * Of the workspace of `owing`, in the order in which it is due: an index holds just what is owed, so (db/indexes.ts).
 * One branch for those that have an id, one for what has none: no index is read by "is not distinct from".
 */
const inOrder = (columns: string, condition: string, limit: number): string => {
  const rows = (isOfIt: string): string => `
    (select ${columns} from reconciler.reconciliations r
      where ${IS_OWED} and ${isOfIt} and ${condition}
      order by r.workspace_id, r.due_at limit ${limit})`;
  return `${rows('r.workspace_id = owing.workspace_id')} union all ${rows('owing.workspace_id is null and r.workspace_id is null')}`;
};

/** The first of each workspace: all that are counted, and one more. What is due comes before what isn't. */
const READ = `
  with recursive ${OWING}
  select owing.workspace_id as "workspaceId", first.*
    from owing cross join lateral (
      select count(*)::int as owed, (count(*) filter (where is_waiting))::int as waiting,
             min(due_at) filter (where is_waiting) as "oldestDueAt", bool_and(due_at <= now()) as "areAllDue"
        from (${inOrder(`r.due_at, ${IS_WAITING} as is_waiting`, 'true', MOST_COUNTED + 1)}) page
    ) first
   where first.owed > 0`;

type Row = Readonly<{
  workspaceId: string | null;
  owed: number;
  waiting: number;
  oldestDueAt: Date | null;
  areAllDue: boolean;
}>;

/**
 * What is owed, by workspace; of those with nothing owed there is no row. Reads no more than the first 10,001 of each,
 * the longest due first: beyond these it only says that there are more.
 */
export const readOwed = async (pool: pg.Pool): Promise<Owed[]> => {
  const rows = await readInOrder<Row>(pool, READ);
  return rows.map(({ workspaceId, owed, waiting, oldestDueAt, areAllDue }) => {
    const counted = toCappedCount(owed);
    return {
      workspaceId,
      owed: counted,
      waiting: {
        number: Math.min(waiting, MOST_COUNTED),
        // A few of them may be under way. Where none waits, the rest isn't waited for either: nobody serves them.
        isCapped: counted.isCapped && areAllDue && waiting > 0,
      },
      oldestDueAt,
    };
  });
};

const IS_ANYTHING_STUCK = `
  with recursive ${OWING}
  select exists (
    select from owing cross join lateral (
      ${inOrder('r.subject', "r.due_at < now() - $1 * interval '1 s'", 1)}) overdue
     where $2::text is null or owing.workspace_id = $2) as "isStuck"`;

/**
 * Whether something has been due for so long. Begun or not: a run that can't be recorded begins again and again.
 * One look into the index, however much is owed.
 *
 * @param workspaceId of which workspace; null: of any
 */
export const isAnythingStuck = async (
  pool: pg.Pool,
  seconds: number,
  workspaceId: string | null,
): Promise<boolean> => {
  const rows = await readInOrder<{ isStuck: boolean }>(pool, IS_ANYTHING_STUCK, [
    seconds,
    workspaceId,
  ]);
  return rows[0]?.isStuck === true;
};

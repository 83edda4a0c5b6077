import type { Db } from '../db/client.ts';
import { and, count, eq, isNull, lt, lte, or, sql } from '../db/drizzle.ts';
import { reconciliations } from '../db/schema.ts';

/** What is owed of one workspace. */
export type Owed = Readonly<{
  workspaceId: string | null;
  /** Subjects that another look is owed. */
  owed: number;
  /** Of those: due now, and not under way. */
  waiting: number;
  /** Since when the longest waiting one has been due. */
  oldestDueAt: Date | null;
}>;

const isOwed = lt(reconciliations.observedGeneration, reconciliations.generation);

/** What is owed, due and not under way. */
const isWaiting = and(
  isOwed,
  lte(reconciliations.dueAt, sql`now()`),
  or(isNull(reconciliations.leasedUntil), lt(reconciliations.leasedUntil, sql`now()`)),
  // What nobody serves waits for no worker.
  sql`${reconciliations.reason} is distinct from 'workspace_unknown'`,
);

/** What is owed, by workspace; of those with nothing owed there is no row. */
export const readOwed = (db: Db): Promise<Owed[]> =>
  db
    .select({
      workspaceId: reconciliations.workspaceId,
      owed: count(),
      waiting: sql<number>`(count(*) filter (where ${isWaiting}))::int`,
      oldestDueAt:
        sql<Date | null>`min(${reconciliations.dueAt}) filter (where ${isWaiting})`.mapWith(
          reconciliations.dueAt,
        ),
    })
    .from(reconciliations)
    .where(isOwed)
    .groupBy(reconciliations.workspaceId)
    .orderBy(reconciliations.workspaceId);

/**
 * Whether something has been due for so long. Begun or not: a run that can't be recorded begins again and again.
 *
 * @param workspaceId of which workspace; null: of any
 */
export const isAnythingStuck = async (
  db: Db,
  seconds: number,
  workspaceId: string | null,
): Promise<boolean> => {
  const found = await db
    .select({ subject: reconciliations.subject })
    .from(reconciliations)
    .where(
      and(
        isOwed,
        lt(reconciliations.dueAt, sql`now() - ${seconds} * interval '1 s'`),
        workspaceId === null ? undefined : eq(reconciliations.workspaceId, workspaceId),
      ),
    )
    .limit(1);
  return found.length > 0;
};

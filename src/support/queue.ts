import { and, count, isNull, lt, lte, min, or, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { reconciliations } from '../db/schema.ts';
import { readHolds } from '../reconcile/holds.ts';
import { EXPLANATIONS } from '../reconcile/outcome.ts';

/** How the queue stands, in words for the engineer on call. */
export type QueueStatus = Readonly<{
  /** Why nothing is given out; empty when all is well. */
  holds: readonly {
    reason: string;
    sentence: string;
    remedy: string;
    detail: string;
    seam_request_id: string | null;
    since: string;
  }[];
  /** Subjects that another look is owed. */
  owed: number;
  /** Of those: due now, and not under way. */
  waiting: number;
  /** Since when the longest waiting one has been due. */
  oldest_due_at: string | null;
}>;

const isOwed = lt(reconciliations.observedGeneration, reconciliations.generation);

/** What is owed, due and not under way. */
const isWaiting = and(
  isOwed,
  lte(reconciliations.dueAt, sql`now()`),
  or(isNull(reconciliations.leasedUntil), lt(reconciliations.leasedUntil, sql`now()`)),
);

export const readQueueStatus = async (db: Db): Promise<QueueStatus> => {
  const [standing, [owed], [waiting]] = await Promise.all([
    readHolds(db),
    db.select({ subjects: count() }).from(reconciliations).where(isOwed),
    db
      .select({ subjects: count(), oldest: min(reconciliations.dueAt) })
      .from(reconciliations)
      .where(isWaiting),
  ]);
  return {
    holds: standing.map(hold => ({
      reason: hold.reason,
      ...EXPLANATIONS[hold.reason],
      detail: hold.detail,
      seam_request_id: hold.seamRequestId,
      since: hold.since.toISOString(),
    })),
    owed: owed?.subjects ?? 0,
    waiting: waiting?.subjects ?? 0,
    oldest_due_at: waiting?.oldest?.toISOString() ?? null,
  };
};

/** Whether something has been due for so long. Begun or not: a run that can't be recorded begins again and again. */
export const isAnythingStuck = async (db: Db, seconds: number): Promise<boolean> => {
  const found = await db
    .select({ subject: reconciliations.subject })
    .from(reconciliations)
    .where(and(isOwed, lt(reconciliations.dueAt, sql`now() - ${seconds} * interval '1 s'`)))
    .limit(1);
  return found.length > 0;
};

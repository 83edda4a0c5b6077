import { and, desc, eq, lte, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { holds, reconciliations } from '../db/schema.ts';
import { SWEEP_GRACE_SECONDS } from '../db/timing.ts';
import type { Subject } from '../seam/subject.ts';
import type { FailureReason } from './outcome.ts';

/** Why no look is given out at present. */
export type Hold = Readonly<typeof holds.$inferSelect>;

const FIRST_PROBE_SECONDS = 3;
const LONGEST_PROBE_SECONDS = 60;

/** The holds that stand, the latest first. */
export const readHolds = (db: Db): Promise<Hold[]> =>
  db.select().from(holds).orderBy(desc(holds.since));

/** Puts up a hold. @returns whether it is new: another process may have put it up already */
export const putUpHold = async (
  db: Db,
  hold: { reason: FailureReason; detail: string; seamRequestId: string | null },
): Promise<boolean> => {
  const added = await db
    .insert(holds)
    .values({ ...hold, probeAt: sql`now() + ${FIRST_PROBE_SECONDS} * interval '1 s'` })
    .onConflictDoNothing()
    .returning({ reason: holds.reason });
  return added.length > 0;
};

/**
 * Takes a probe that is due, so that of all processes one asks Seam; and puts the next one off, twice as
 * far each time.
 */
export const takeDueProbe = async (db: Db): Promise<Hold | null> => {
  const wait = sql`least(${LONGEST_PROBE_SECONDS}, ${FIRST_PROBE_SECONDS} * power(2, ${holds.probes}))`;
  const [taken] = await db
    .update(holds)
    .set({ probes: sql`${holds.probes} + 1`, probeAt: sql`now() + ${wait} * interval '1 s'` })
    .where(lte(holds.probeAt, sql`now()`))
    .returning();
  return taken ?? null;
};

/**
 * Takes a hold down, and makes due what had failed for its reason: the cause is gone.
 *
 * @returns the subjects that are due again
 */
export const takeDownHold = (db: Db, reason: FailureReason): Promise<Subject[]> =>
  db.transaction(async tx => {
    await tx.delete(holds).where(eq(holds.reason, reason));
    const due = await tx
      .update(reconciliations)
      .set({ dueAt: sql`now()`, sweepAt: sql`now() + ${SWEEP_GRACE_SECONDS} * interval '1 s'` })
      .where(and(eq(reconciliations.state, 'retrying'), eq(reconciliations.reason, reason)))
      .returning({ subject: reconciliations.subject });
    return due.map(row => row.subject as Subject);
  });

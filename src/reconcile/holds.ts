import { and, desc, eq, inArray, lte, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { type Db, inTransaction } from '../db/client.ts';
import { holds, reconciliations } from '../db/schema.ts';
import { SWEEP_GRACE_SECONDS } from '../db/timing.ts';
import type { Subject } from '../seam/subject.ts';
import type { FailureReason } from './outcome.ts';

/** Why no look is given out at present. */
export type Hold = Readonly<typeof holds.$inferSelect>;

const FIRST_PROBE_SECONDS = 2;
const LONGEST_PROBE_SECONDS = 60;

/** The holds that stand, the latest first. */
export const readHolds = (db: Db): Promise<Hold[]> =>
  db.select().from(holds).orderBy(desc(holds.since));

/**
 * Puts up a hold, or puts off the next probe of the one that stands.
 *
 * @param hold.waitMs how long Seam asks us to wait before anything else; 0 where it doesn't
 * @returns whether it is new: another process may have put it up already
 */
export const putUpHold = async (
  db: Db,
  hold: { reason: FailureReason; detail: string; seamRequestId: string | null; waitMs: number },
): Promise<boolean> => {
  const { waitMs, ...told } = hold;
  const seconds = Math.max(FIRST_PROBE_SECONDS, waitMs / 1_000);
  const [row] = await db
    .insert(holds)
    .values({ ...told, probeAt: sql`now() + ${seconds} * interval '1 s'` })
    .onConflictDoUpdate({
      target: holds.reason,
      set: {
        probeAt: sql`greatest(${holds.probeAt}, now() + ${waitMs / 1_000} * interval '1 s')`,
      },
    })
    .returning({ isNew: sql<boolean>`xmax = 0` });
  return row?.isNew ?? false;
};

/**
 * Takes a probe that is due, so that of all processes one asks Seam; and puts the next one off, twice as
 * far each time.
 */
export const takeDueProbe = async (db: Db): Promise<Hold | null> => {
  const wait = sql`least(${LONGEST_PROBE_SECONDS}, ${FIRST_PROBE_SECONDS} * power(2, least(${holds.probes}, 10)))`;
  const due = db
    .select({ reason: holds.reason })
    .from(holds)
    .where(lte(holds.probeAt, sql`now()`))
    .orderBy(holds.probeAt)
    .limit(1)
    .for('update', { skipLocked: true });
  const [taken] = await db
    .update(holds)
    .set({ probes: sql`${holds.probes} + 1`, probeAt: sql`now() + ${wait} * interval '1 s'` })
    .where(inArray(holds.reason, due))
    .returning();
  return taken ?? null;
};

/**
 * Takes a hold down, and makes due what had failed for its reason: the cause is gone. Not where the first
 * probe was answered: then it was no outage, and whoever failed has to wait for its turn.
 *
 * @returns the subjects that are due again
 */
export const takeDownHold = (db: Db, { reason, probes }: Hold): Promise<Subject[]> =>
  inTransaction(db.$client, async client => {
    const tx = drizzle(client);
    await tx.delete(holds).where(eq(holds.reason, reason));
    if (probes <= 1) return [];
    const due = await tx
      .update(reconciliations)
      .set({ dueAt: sql`now()`, sweepAt: sql`now() + ${SWEEP_GRACE_SECONDS} * interval '1 s'` })
      .where(and(eq(reconciliations.state, 'retrying'), eq(reconciliations.reason, reason)))
      .returning({ subject: reconciliations.subject });
    return due.map(row => row.subject as Subject);
  });

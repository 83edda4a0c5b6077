import { type Db, inTransaction } from '../db/client.ts';
import { and, desc, drizzle, eq, inArray, lt, lte, type SQL, sql } from '../db/drizzle.ts';
import { workspaceHolds as holds } from '../db/schema-holds.ts';
import { recoveries } from '../db/schema-upkeep.ts';
import type { FailureReason } from '../model/outcome.ts';

/** Why no look of a workspace is given out at present. */
export type Hold = Readonly<typeof holds.$inferSelect>;

const FIRST_PROBE_SECONDS = 2;
const LONGEST_PROBE_SECONDS = 60;

const ofWorkspace = (workspaceId: string | null): SQL =>
  sql`${holds.workspaceId} is not distinct from ${workspaceId}`;

/** The holds that stand, of all workspaces, the latest first. */
export const readHolds = (db: Db): Promise<Hold[]> =>
  db.select().from(holds).orderBy(desc(holds.since));

/** Whether a hold of this workspace stands. */
export const isHeld = async (db: Db, workspaceId: string | null): Promise<boolean> => {
  const found = await db
    .select({ reason: holds.reason })
    .from(holds)
    .where(ofWorkspace(workspaceId))
    .limit(1);
  return found.length > 0;
};

/**
 * Puts up a hold, or puts off the next probe of the one that stands.
 *
 * @param hold.waitMs how long Seam asks us to wait before anything else; 0 where it doesn't
 * @returns whether it is new: another process may have put it up already
 */
export const putUpHold = async (
  db: Db,
  hold: {
    workspaceId: string | null;
    reason: FailureReason;
    detail: string;
    seamRequestId: string | null;
    waitMs: number;
  },
): Promise<boolean> => {
  const { waitMs, ...told } = hold;
  const seconds = Math.max(FIRST_PROBE_SECONDS, waitMs / 1_000);
  const [row] = await db
    .insert(holds)
    .values({ ...told, probeAt: sql`now() + ${seconds} * interval '1 s'` })
    .onConflictDoUpdate({
      target: [holds.workspaceId, holds.reason],
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
export const takeDueProbe = async (db: Db, workspaceId: string | null): Promise<Hold | null> => {
  const wait = sql`least(${LONGEST_PROBE_SECONDS}, ${FIRST_PROBE_SECONDS} * power(2, least(${holds.probes}, 10)))`;
  const due = db
    .select({ reason: holds.reason })
    .from(holds)
    .where(and(ofWorkspace(workspaceId), lte(holds.probeAt, sql`now()`)))
    .orderBy(holds.probeAt)
    .limit(1)
    .for('update', { skipLocked: true });
  const [taken] = await db
    .update(holds)
    .set({ probes: sql`${holds.probes} + 1`, probeAt: sql`now() + ${wait} * interval '1 s'` })
    .where(and(ofWorkspace(workspaceId), sql`${holds.reason} = (${due})`))
    .returning();
  return taken ?? null;
};

/** What another key may put an end to. */
const OF_THE_KEY = ['seam_unauthorized', 'seam_forbidden', 'workspace_suspended'] as const;

/**
 * Has a hold that a key is the cause of be probed at once, however long it stands: another has taken its place. A first
 * probe that is answered then is the end of what the former key was refused for.
 */
export const probeOtherKey = async (db: Db, workspaceId: string | null): Promise<void> => {
  await db
    .update(holds)
    .set({ probeAt: sql`now()`, probes: sql`greatest(${holds.probes}, 1)` })
    .where(and(ofWorkspace(workspaceId), inArray(holds.reason, OF_THE_KEY)));
};

/**
 * Takes a hold down: the cause is gone. What had failed for its reason is to be made due, page by page
 * (`advanceRecovery`). Not where the first probe was answered: then it was no outage, and whoever failed has to
 * wait for its turn.
 */
export const takeDownHold = (
  db: Db,
  { workspaceId, reason, probes }: Pick<Hold, 'workspaceId' | 'reason' | 'probes'>,
): Promise<void> =>
  inTransaction(db.$client, async client => {
    const tx = drizzle(client);
    await tx.delete(holds).where(and(ofWorkspace(workspaceId), eq(holds.reason, reason)));
    if (probes <= 1) return;
    await tx
      .insert(recoveries)
      .values(sharers(reason).map(shared => ({ workspaceId, reason: shared })))
      .onConflictDoUpdate({
        target: [recoveries.workspaceId, recoveries.reason],
        set: { endedAt: sql`now()`, pastUpdatedAt: null, pastSubject: '' },
      });
  });

/** In one outage some are not answered, some not in time, and some by what stands in between. */
const OF_AN_OUTAGE: readonly FailureReason[] = [
  'seam_unavailable',
  'seam_timeout',
  'seam_unreadable',
];
const sharers = (reason: FailureReason): readonly FailureReason[] =>
  OF_AN_OUTAGE.includes(reason) ? OF_AN_OUTAGE : [reason];

/** The longest wait between two probes is over ten times. */
const FORGOTTEN_SECONDS = 10 * LONGEST_PROBE_SECONDS;

/**
 * Takes down the holds that no worker has probed for long: of workspaces that are no longer configured.
 *
 * @param servedIds of those that are; null: only the one whose id isn't known
 */
export const forgetHolds = async (db: Db, servedIds: readonly string[] | null): Promise<void> => {
  const isServed =
    servedIds === null
      ? sql`${holds.workspaceId} is null`
      : sql`coalesce(${holds.workspaceId} = any(${sql.param(servedIds)}::text[]), false)`;
  await db
    .delete(holds)
    .where(
      and(
        sql`not (${isServed})`,
        lt(holds.probeAt, sql`now() - ${FORGOTTEN_SECONDS} * interval '1 s'`),
      ),
    );
};

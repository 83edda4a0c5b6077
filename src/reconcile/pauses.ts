import type { Db } from '../db/client.ts';
import { desc, or, type SQL, sql } from '../db/drizzle.ts';
import { pauses } from '../db/schema-desk.ts';

/** A person has stopped the queue: nothing is given out until a person resumes it. */
export type Pause = Readonly<{
  /** Seam's id of it; null: all workspaces. */
  workspace_id: string | null;
  why: string;
  by: string;
  since: string;
}>;

/** The pauses that stand, the latest first. */
export const readPauses = async (db: Pick<Db, 'select'>): Promise<Pause[]> =>
  (await db.select().from(pauses).orderBy(desc(pauses.since))).map(toPause);

/** Whether a person has paused this workspace, or all. */
export const isPaused = async (db: Db, workspaceId: string | null): Promise<boolean> => {
  const found = await db
    .select({ since: pauses.since })
    .from(pauses)
    .where(or(sql`${pauses.workspaceId} is null`, isOf(workspaceId)))
    .limit(1);
  return found.length > 0;
};

const isOf = (workspaceId: string | null): SQL => sql`${pauses.workspaceId} = ${workspaceId}`;

/** A pause as its row has it. */
export const toPause = (row: typeof pauses.$inferSelect): Pause => ({
  workspace_id: row.workspaceId,
  why: row.why,
  by: row.by,
  since: row.since.toISOString(),
});

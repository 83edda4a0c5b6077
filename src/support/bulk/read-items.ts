import { userIdFor, type Viewer, wordsFor } from '../../access/mask.ts';
import type { Db } from '../../db/client.ts';
import { and, eq, sql } from '../../db/drizzle.ts';
import { bulkItems } from '../../db/schema-desk.ts';
import type { ItemState } from './words.ts';

/** One subject of a bulk run, and what came of it. */
export type BulkItem = Readonly<{
  position: number;
  subject: string;
  /** Whom it is to be linked to, where it is. */
  user_id: string | null;
  state: ItemState;
  why: string | null;
  changed_at: string;
}>;

/**
 * The items of a bulk run, in their order.
 *
 * @param state only those
 * @param after a position: only those behind it
 */
export const listBulkItems = async (
  db: Db,
  viewer: Viewer,
  id: number,
  {
    state,
    after,
    limit,
  }: { state?: ItemState | undefined; after?: number | undefined; limit: number },
): Promise<BulkItem[]> => {
  const rows = await db
    .select()
    .from(bulkItems)
    .where(
      and(
        eq(bulkItems.bulkRunId, id),
        state === undefined ? undefined : eq(bulkItems.state, state),
        after === undefined ? undefined : sql`${bulkItems.position} > ${after}`,
      ),
    )
    .orderBy(bulkItems.position)
    .limit(limit);
  return rows.map(row => ({
    position: row.position,
    subject: row.subject,
    user_id: userIdFor(viewer, row.userId),
    state: row.state,
    why: wordsFor(viewer, row.why),
    changed_at: row.changedAt.toISOString(),
  }));
};

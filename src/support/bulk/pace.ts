import type { Client } from '../../db/client.ts';
import { and, drizzle, eq, isNull, type SQL, sql } from '../../db/drizzle.ts';
import { bulkRuns } from '../../db/schema-desk.ts';

/* How fast a run goes, however many processes drive it. */

/** What was not handed out for so long (held, or nobody was there) is not made up for. */
const LONGEST_CATCH_UP_SECONDS = 2;

/**
 * What isn't a retry is put off by this much more. A version that knows only retries hands out whatever runs, as retries,
 * unless its pace is used up: to that version it is, for good.
 */
const OUT_OF_REACH = sql`interval '1000 years'`;

/** Since when a run's pace allows the next, of a run that isn't started. */
export const outOfReachOfOldVersions = sql`now() + ${OUT_OF_REACH}`;

/** Of a row: what it is put off by beyond its pace. */
const OFFSET = sql`(case when ${bulkRuns.action} = 'retry' then interval '0' else ${OUT_OF_REACH} end)`;

/** Up to when what was handed out so far has used up a run's pace. A slow one hands out one at a time. */
const usedUntil = (share: SQL | number): SQL =>
  sql`greatest(${bulkRuns.startedAt}, ${bulkRuns.leasedUntil} - ${OFFSET},
               now() - greatest(${LONGEST_CATCH_UP_SECONDS}, 61 / ${share}::float8) * interval '1 s')`;

/** A run that is under way, in the hands of one process for one step. */
export type Run = Pick<
  typeof bulkRuns.$inferSelect,
  'id' | 'action' | 'given' | 'why' | 'state' | 'stoppedBecause' | 'query' | 'total' | 'perMinute'
> &
  Readonly<{
    /** Of its pace, as several share it. */
    share: number;
    /** For how long it could have handed out, and hasn't. */
    idleSeconds: number;
  }>;

/**
 * Takes a run for one step; null: another process has it in hand, or it is finished.
 *
 * @param running so many share the pace
 */
export const take = async (client: Client, id: number, running: number): Promise<Run | null> => {
  const share = sql`${bulkRuns.perMinute} / ${Math.max(1, running)}::float8`;
  const [run] = await drizzle(client)
    .select({
      id: bulkRuns.id,
      action: bulkRuns.action,
      given: bulkRuns.given,
      why: bulkRuns.why,
      state: bulkRuns.state,
      stoppedBecause: bulkRuns.stoppedBecause,
      query: bulkRuns.query,
      total: bulkRuns.total,
      perMinute: bulkRuns.perMinute,
      share: sql<number>`${share}`,
      idleSeconds: sql<number>`extract(epoch from now() - ${usedUntil(sql`(${share})`)})::float8`,
    })
    .from(bulkRuns)
    .where(and(eq(bulkRuns.id, id), isNull(bulkRuns.finishedAt)))
    .for('update', { skipLocked: true });
  return run ?? null;
};

/** Of what floating point makes of a whole number. */
const TOLERANCE = 1e-6;

/** How many its pace allows by now. */
export const allowedBy = ({ idleSeconds, share }: Pick<Run, 'idleSeconds' | 'share'>): number =>
  Math.floor((idleSeconds * share) / 60 + TOLERANCE);

/** Lets nobody hand out any more of it until its pace allows, after so many. */
export const putOff = async (
  client: Client,
  { id, share }: Pick<Run, 'id' | 'share'>,
  dealtWith: number,
): Promise<void> => {
  const seconds = (dealtWith * 60) / share;
  await drizzle(client)
    .update(bulkRuns)
    .set({ leasedUntil: sql`${usedUntil(share)} + ${seconds} * interval '1 s' + ${OFFSET}` })
    .where(eq(bulkRuns.id, id));
};

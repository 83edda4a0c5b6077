import { type Viewer, wordsFor } from '../../access/mask.ts';
import type { Db } from '../../db/client.ts';
import { and, desc, inArray, lt, sql } from '../../db/drizzle.ts';
import { deliveries, runs } from '../../db/schema.ts';
import { isStorable } from '../../seam/storable.ts';
import { type SetAside, setAsideColumns, toSetAside } from './set-aside.ts';

/** A webhook (or a listed event) that told of a case; its payload is read when somebody asks for it. */
export type DeliveryRecord = Readonly<{
  event_id: string;
  event_type: string;
  received_at: string;
  /** When it happened, by Seam's clock; null where Seam doesn't say. */
  occurred_at: string | null;
  source: 'webhook' | 'backfill';
  /** How many other bodies were signed under its id later; this one counts. */
  conflicting_bodies: number;
  /** That it isn't believed, and changes nothing; null: it counts. */
  set_aside: SetAside | null;
}>;

/** Of a row of `deliveries`. */
export const conflictingBodies = sql<number>`(
  select count(*)::int from reconciler.conflicting_deliveries c where c.event_id = deliveries.event_id)`;

/** One look at a case. */
export type RunRecord = Readonly<{
  id: number;
  trigger: string;
  outcome: string | null;
  reason: string | null;
  detail: string | null;
  seam_request_id: string | null;
  /** Of the trace that it is part of; null: none was recorded. */
  trace_id: string | null;
  started_at: string;
  finished_at: string | null;
}>;

/** @param page.before the id of an event: those received before it */
export const deliveriesOf = async (
  db: Db,
  subjects: string | readonly string[],
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<DeliveryRecord[]> => {
  const isOlder =
    before === undefined || !isStorable(before)
      ? undefined
      : sql`(${deliveries.receivedAt}, ${deliveries.eventId}) < (
          select received_at, event_id from reconciler.deliveries where event_id = ${before})`;
  const rows = await db
    .select({
      event_id: deliveries.eventId,
      event_type: deliveries.eventType,
      received_at: deliveries.receivedAt,
      occurred_at: deliveries.occurredAt,
      source: deliveries.source,
      conflicting_bodies: conflictingBodies,
      ...setAsideColumns,
    })
    .from(deliveries)
    .where(and(inArray(deliveries.subject, [subjects].flat()), isOlder))
    .orderBy(desc(deliveries.receivedAt), desc(deliveries.eventId))
    .limit(limit);
  return rows.map(({ because, vouchedBy, unbelieved, ...row }) => ({
    ...row,
    received_at: row.received_at.toISOString(),
    occurred_at: row.occurred_at?.toISOString() ?? null,
    set_aside: toSetAside({ because, vouchedBy, unbelieved }),
  }));
};

/**
 * The looks at a case, as this person may read of them: what went wrong may be told in Seam's words.
 *
 * @param page.before the id of a run: those that began before it
 */
export const runsOf = async (
  db: Db,
  viewer: Viewer,
  subjects: string | readonly string[],
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<RunRecord[]> => {
  const rows = await db
    .select({
      id: runs.id,
      trigger: runs.trigger,
      outcome: runs.outcome,
      reason: runs.reason,
      detail: runs.detail,
      seam_request_id: runs.seamRequestId,
      trace_id: runs.traceId,
      started_at: runs.startedAt,
      finished_at: runs.finishedAt,
    })
    .from(runs)
    .where(
      and(
        inArray(runs.subject, [subjects].flat()),
        before === undefined ? undefined : lt(runs.id, before),
      ),
    )
    .orderBy(desc(runs.id))
    .limit(limit);
  return rows.map(row => ({
    ...row,
    detail: wordsFor(viewer, row.detail),
    started_at: row.started_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
  }));
};

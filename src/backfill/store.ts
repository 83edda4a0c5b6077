import { createHash } from 'node:crypto';
import type pg from 'pg';
import { broughtByWebhook, type Delivery, storeDeliveries } from '../inbox/deliveries.ts';
import { vouchedFor } from '../inbox/vouched.ts';
import { readEvent } from '../seam/events.ts';
import type { ListedEvent } from '../seam/lists.ts';
import { findLacking } from './lacking.ts';
import type { Told } from './report.ts';
import type { Slice } from './slices.ts';

/** An event without an id gets one made of what it says, so that it is stored once all the same. */
const toDelivery = (listed: ListedEvent, workspaceId: string | null): Delivery | null => {
  const body = Buffer.from(JSON.stringify(listed));
  const id = `listed-${createHash('sha256').update(body).digest('hex')}`;
  const reading = readEvent(body, id);
  if (reading.kind !== 'event') return null;
  return { ...vouchedFor(reading.event, workspaceId), body, headers: null };
};

/**
 * When a listed event occurred. One that says nothing, or that it did after Seam listed it, did so at some
 * time of the slice, or earlier: taken for its beginning, it is never newer than it is.
 */
const occurredAt = ({ event }: Delivery, { from, until }: Slice): Date =>
  event.occurredAt === null || event.occurredAt > until ? from : event.occurredAt;

/**
 * Stores what the inbox lacks of a slice, with one commit, in the way that webhooks get in: once per event,
 * and each is then to be counted. What is older than what is kept, and may have been here, is not news
 * and stays out.
 *
 * @param workspaceId in whose list they are, and so whose word; null: the only one, whose id isn't known
 * @returns what became of each event
 * @throws whatever Postgres throws; then nothing is stored
 */
export const storeSlice = async (
  pool: pg.Pool,
  slice: Slice,
  workspaceId: string | null,
): Promise<Told[]> => {
  const deliveries = slice.events
    .map(listed => toDelivery(listed, workspaceId))
    .filter(delivery => delivery !== null);
  if (deliveries.length === 0) return [];
  const byId = new Map(
    deliveries.map(delivery => [
      delivery.event.eventId,
      { ...delivery.event, at: occurredAt(delivery, slice) },
    ]),
  );
  const lacking = await findLacking(pool, [...byId.values()], workspaceId);
  // Only these: one that is here now may be pruned at any moment, and would get in again.
  const wanted = deliveries.filter(({ event }) => lacking.get(event.eventId) === 'missing');
  const stored = wanted.length === 0 ? [] : await storeDeliveries(pool, wanted);
  const missing = new Set(stored.filter(({ isNew }) => isNew).map(({ eventId }) => eventId));
  const brought = await broughtByWebhook(pool, [...byId.keys()], workspaceId);
  const whatBecameOf = (eventId: string): Told['was'] => {
    if (missing.has(eventId)) return 'missing';
    if (lacking.get(eventId) === 'older') return 'older';
    return brought.has(eventId) ? 'brought_by_webhook' : 'here';
  };
  return [...byId.values()].map(({ eventId, at }) => ({
    occurredAt: at,
    was: whatBecameOf(eventId),
  }));
};

import { createHash } from 'node:crypto';
import type pg from 'pg';
import { broughtByWebhook, type Delivery, storeDeliveries } from '../inbox/deliveries.ts';
import { readEvent } from '../seam/events.ts';
import type { ListedEvent } from '../seam/lists.ts';
import type { Told } from './report.ts';
import type { Slice } from './slices.ts';

/** An event without an id gets one made of what it says, so that it is stored once all the same. */
const toDelivery = (listed: ListedEvent, workspaceId: string | null): Delivery | null => {
  const body = Buffer.from(JSON.stringify(listed));
  const id = `listed-${createHash('sha256').update(body).digest('hex')}`;
  const reading = readEvent(body, id);
  if (reading.kind !== 'event') return null;
  const event = { ...reading.event, workspaceId: reading.event.workspaceId ?? workspaceId };
  return { event, body, headers: null };
};

/**
 * Stores what the inbox lacks of a slice, with one commit, in the way that webhooks get in: once per event,
 * and each is then to be counted.
 *
 * @param workspaceId in whose list they are, for events that name none themselves
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
  const byId = new Map(deliveries.map(delivery => [delivery.event.eventId, delivery.event]));
  const stored = await storeDeliveries(pool, deliveries);
  const missing = new Set(stored.filter(({ isNew }) => isNew).map(({ eventId }) => eventId));
  const brought = await broughtByWebhook(pool, [...byId.keys()]);
  const whatBecameOf = (eventId: string): Told['was'] => {
    if (missing.has(eventId)) return 'missing';
    return brought.has(eventId) ? 'brought_by_webhook' : 'here';
  };
  return [...byId.values()].map(({ eventId, occurredAt }) => ({
    occurredAt: occurredAt ?? slice.from,
    was: whatBecameOf(eventId),
  }));
};

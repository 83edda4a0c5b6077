import type { Logger } from '../ops/log.ts';
import type { Delivery, Storing } from './deliveries.ts';

/** Of one that is kept and not believed. */
export const SET_ASIDE_MESSAGE = 'a delivery was set aside: it changes nothing';

/**
 * Tells of a commit: one line that names its events, and at `debug` one for each. An event whose id came
 * before with another body is told of at `warn`: the first one counts, and something is wrong at the sender. So is one
 * that is set aside as it comes.
 */
export const logStored = (
  log: Logger,
  deliveries: readonly Delivery[],
  stored: readonly Storing[],
): void => {
  const fresh = stored.filter(({ isNew }) => isNew).map(({ eventId }) => eventId);
  const conflicting = stored.filter(({ isConflicting }) => isConflicting);
  const [only, another] = deliveries;
  if (only !== undefined && another === undefined) {
    log.info(lineOf(only), fresh.length > 0 ? 'delivery stored' : 'delivery seen before');
  } else if (log.isLevelEnabled('info')) {
    const isNew = new Set(fresh);
    const again = stored.map(({ eventId }) => eventId).filter(id => !isNew.has(id));
    const seenBefore = again.length === 0 ? undefined : again;
    log.info({ event_ids: fresh, seen_before: seenBefore }, 'deliveries stored');
    if (log.isLevelEnabled('debug')) logEach(log, deliveries, isNew);
  }
  const isFresh = new Set(fresh);
  for (const { event, vouchedBy, setAside } of deliveries) {
    if (setAside === null || !isFresh.delete(event.eventId)) continue;
    const { eventId: event_id, subject } = event;
    log.warn({ event_id, subject, vouched_by: vouchedBy, because: setAside }, SET_ASIDE_MESSAGE);
  }
  for (const { eventId, subject } of conflicting) {
    log.warn(
      { event_id: eventId, subject },
      'an event id came again with another body: the first one counts, this one was not stored',
    );
  }
};

const lineOf = ({ event, headers }: Delivery): object => ({
  event_id: event.eventId,
  event_type: event.eventType,
  subject: event.subject,
  svix_id: headers?.['svix-id'],
});

const logEach = (log: Logger, deliveries: readonly Delivery[], isNew: Set<string>): void => {
  for (const delivery of deliveries) {
    // Deleted as it is told: the same event twice in one batch was stored once.
    const told = isNew.delete(delivery.event.eventId) ? 'delivery stored' : 'delivery seen before';
    log.debug(lineOf(delivery), told);
  }
};

import type { Logger } from '../ops/log.ts';
import { startLoop } from '../ops/loop.ts';

/** Counts the signed events that are of no interest, by type. */
export type IgnoredEvents = Readonly<{
  /** One was acknowledged and not stored. Costs an addition. */
  tell: (eventType: string) => void;
}> &
  AsyncDisposable;

const INTERVAL_MS = 10 * 60_000;
/** Nearly twice as many as Seam documents. Whoever signs could send any number. */
const MOST_TYPES = 200;
const LONGEST_TYPE = 100;
/** As Seam writes them; anything else could be a payload. */
const TYPE = /^[a-z0-9_]+(?:\.[a-z0-9_]+)+$/;
const OTHER = 'other';

/**
 * Counts in memory, so that no answer waits for it; every ten minutes, and at the end, a log line tells how many
 * there were of each type. None where there were none.
 */
export const startIgnoredEvents = (log: Logger, intervalMs = INTERVAL_MS): IgnoredEvents => {
  let counts = new Map<string, number>();
  const told = (eventType: string): string => {
    if (counts.has(eventType)) return eventType;
    const isFit = eventType.length <= LONGEST_TYPE && TYPE.test(eventType);
    return isFit && counts.size < MOST_TYPES ? eventType : OTHER;
  };
  const flush = (): void => {
    if (counts.size === 0) return;
    const byType = [...counts].toSorted(([, one], [, other]) => other - one);
    counts = new Map();
    log.info(
      {
        events: byType.reduce((sum, [, count]) => sum + count, 0),
        by_type: Object.fromEntries(byType),
      },
      'events of no interest were answered with 204 and not stored; "webhook setup --update" has Seam stop sending them',
    );
  };
  const loop = startLoop({
    name: 'telling of events of no interest',
    intervalMs,
    log,
    turn: async () => flush(),
  });
  return {
    tell: eventType => {
      const type = told(eventType);
      counts.set(type, (counts.get(type) ?? 0) + 1);
    },
    [Symbol.asyncDispose]: async () => {
      await loop[Symbol.asyncDispose]();
      flush();
    },
  };
};

import type { Seam } from '../seam/client.ts';
import { EVENT_TYPES } from '../seam/events.ts';
import type { ListedEvent } from '../seam/lists.ts';
import { withRetries } from '../seam/with-retries.ts';

/** Some time, and events of our types that Seam made in it. */
export type Slice = Readonly<{
  from: Date;
  /** Not before this one. The same as `from` where more of that instant is to come. */
  until: Date;
  events: readonly ListedEvent[];
  /** False: of this time Seam lists more than it gave, and nothing can be said of what it left out. */
  isWhole: boolean;
}>;

/**
 * As many as Seam lists unless told otherwise. It documents no maximum: were it asked for more and kept
 * silently to fewer, an answer that was cut off would look complete.
 */
const MOST_LISTED = 500;
const HOUR_MS = 3_600_000;
const FIRST_SPAN_MS = 6 * HOUR_MS;
const LONGEST_SPAN_MS = 7 * 24 * HOUR_MS;

type List = (eventTypes?: (typeof EVENT_TYPES)[number]) => Promise<readonly ListedEvent[]>;

/**
 * Reads Seam's list of events slice by slice, the oldest first, with one slice in memory at a time. The
 * list has no pages and no order that Seam promises: an answer that is as long as it may be says nothing of
 * what was left out, so the slice is halved until its answer is shorter. Within one millisecond, which is all
 * that Seam's times tell apart, it is asked type by type; where even that is too much, what came is given out,
 * and the slice says that it isn't whole.
 *
 * @throws SeamError when Seam does not answer: a failed call is never an empty slice
 */
export async function* readSlices(
  seam: Pick<Seam, 'listEvents'>,
  from: Date,
  until: Date,
  signal: AbortSignal,
  limit = MOST_LISTED,
): AsyncGenerator<Slice> {
  const end = until.getTime();
  let start = from.getTime();
  let spanMs = FIRST_SPAN_MS;
  while (start < end) {
    const stop = Math.min(start + spanMs, end);
    // Seam excludes both ends.
    const between = { after: new Date(start - 1), before: new Date(stop), limit };
    const list: List = eventType =>
      withRetries(
        asking =>
          seam.listEvents(
            eventType === undefined ? between : { ...between, eventTypes: [eventType] },
            asking,
          ),
        signal,
      );
    const events = await list();
    const isFull = events.length >= limit;
    if (isFull && stop - start > 1) {
      spanMs = Math.floor((stop - start) / 2);
      continue;
    }
    if (isFull) yield* readTypeByType(list, start, limit);
    else yield { from: new Date(start), until: new Date(stop), events, isWhole: true };
    if (isFull || events.length < limit / 4) spanMs = Math.min(spanMs * 2, LONGEST_SPAN_MS);
    start = stop;
  }
}

/** One millisecond: a slice a type, and a last one that ends it. */
async function* readTypeByType(list: List, start: number, limit: number): AsyncGenerator<Slice> {
  const from = new Date(start);
  let isWhole = true;
  for (const type of EVENT_TYPES) {
    const events = await list(type);
    isWhole &&= events.length < limit;
    yield { from, until: from, events, isWhole: true };
  }
  yield { from, until: new Date(start + 1), events: [], isWhole };
}

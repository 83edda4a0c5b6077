import type { Seam } from '../seam/client.ts';
import type { ListedEvent } from '../seam/lists.ts';
import { withRetries } from '../seam/with-retries.ts';

/** Some time, and all the events of our types that Seam made in it. */
export type Slice = Readonly<{ from: Date; until: Date; events: readonly ListedEvent[] }>;

/** More events within one millisecond than Seam lists at once: nothing can be said of what is left out. */
export class TooManyEventsError extends Error {
  override readonly name = 'TooManyEventsError';
}

/** Seam lists 500 unless told otherwise; so many of the largest fit into memory many times over. */
const LIMIT = 200;
const HOUR_MS = 3_600_000;
const FIRST_SPAN_MS = 6 * HOUR_MS;
const LONGEST_SPAN_MS = 7 * 24 * HOUR_MS;

/**
 * Reads Seam's list of events slice by slice, the oldest first, with one slice in memory at a time. The
 * list has no pages and no order that Seam promises: an answer that is as long as it may be says nothing of
 * what was left out, so the slice is halved until its answer is shorter.
 *
 * @throws SeamError when Seam does not answer: a failed call is never an empty slice; TooManyEventsError
 */
export async function* readSlices(
  seam: Pick<Seam, 'listEvents'>,
  from: Date,
  until: Date,
  signal: AbortSignal,
  limit = LIMIT,
): AsyncGenerator<Slice> {
  const end = until.getTime();
  let start = from.getTime();
  let spanMs = FIRST_SPAN_MS;
  while (start < end) {
    const stop = Math.min(start + spanMs, end);
    // Seam excludes both ends.
    const between = { after: new Date(start - 1), before: new Date(stop), limit };
    const events = await withRetries(asking => seam.listEvents(between, asking), signal);
    if (events.length >= limit) {
      if (stop - start <= 1) {
        throw new TooManyEventsError(
          `Seam lists ${limit} or more events at ${between.after.toJSON()}`,
        );
      }
      spanMs = Math.floor((stop - start) / 2);
      continue;
    }
    yield { from: new Date(start), until: new Date(stop), events };
    if (events.length < limit / 4) spanMs = Math.min(spanMs * 2, LONGEST_SPAN_MS);
    start = stop;
  }
}

import type { ProcessVitals, Vitals } from '../model/vitals.ts';

/** As the page of the processes has it: one that wasn't heard of for so long is lost. */
const LOST_MS = 30_000;
/** Older figures say nothing of the time since: while the database was away, nobody could be heard of. */
const LASTING_MS = 60_000;

type Before = Pick<Vitals, 'measuredAt' | 'workerlessSince'>;

/**
 * Since when no worker was found. Counted from when none is found, not from when one was last heard of: that may be one that was
 * killed yesterday. What was found before goes on counting, whichever process found it. Pure.
 *
 * @param now when the processes were read, by the database's clock
 * @returns as ISO 8601; null: a worker was heard of
 */
export const workerlessSince = (
  processes: readonly Pick<ProcessVitals, 'works' | 'seenAt'>[],
  now: Date,
  before: Before | null,
): string | null => {
  const age = (at: string): number => now.getTime() - new Date(at).getTime();
  if (processes.some(({ works, seenAt }) => works && age(seenAt) < LOST_MS)) return null;
  const lasts = before !== null && age(before.measuredAt) < LASTING_MS;
  return (lasts ? before.workerlessSince : null) ?? now.toISOString();
};

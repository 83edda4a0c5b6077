import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { readClock } from '../db/clock.ts';
import type { Logger } from '../ops/log.ts';
import { startLoop } from '../ops/loop.ts';
import { keepAcknowledgements, type MinuteOfAnswers } from './acknowledgements.ts';
import { bucketOf, noBuckets } from './timings.ts';

/** Counts how long webhooks waited for their answer. */
export type AnswerClock = Readonly<{
  /** One was acknowledged after so many ms. Costs an addition. */
  tell: (ms: number) => void;
}> &
  AsyncDisposable;

const MINUTE_MS = 60_000;
const FLUSH_INTERVAL_MS = 10_000;
/** While the database is away: then the oldest are forgotten. */
const MOST_MINUTES = 120;

/** Counts by the minute, in memory; every ten seconds, and at the end, it is put into the database. */
export const startAnswerClock = (
  pool: pg.Pool,
  log: Logger,
  intervalMs = FLUSH_INTERVAL_MS,
): AnswerClock => {
  const processId = randomUUID();
  const minutes = createMinutes();
  const flush = async (): Promise<void> => {
    // Each turn anew: minutes of several processes are put together.
    minutes.setAhead((await readClock(pool)).aheadMs);
    const told = minutes.changed();
    if (told.length === 0) return;
    await keepAcknowledgements(pool, processId, told);
    minutes.kept(told);
  };
  const name = 'storing response times';
  const loop = startLoop({ name, intervalMs, log, turn: flush });
  return {
    tell: minutes.tell,
    [Symbol.asyncDispose]: async () => {
      await loop[Symbol.asyncDispose]();
      try {
        await flush();
      } catch (err) {
        log.warn({ err }, 'the latest response times could not be stored');
      }
    },
  };
};

type Minute = { readonly minute: number; readonly buckets: number[]; count: number };

/** The minutes of which something isn't kept yet, and the present one; they are the database's. */
const createMinutes = () => {
  let aheadMs = 0;
  const presentMinute = (): number => Math.floor((Date.now() - aheadMs) / MINUTE_MS) * MINUTE_MS;
  const minutes = new Map<number, Minute>();
  const keptCounts = new Map<number, number>();

  const at = (minute: number): Minute => {
    const known = minutes.get(minute);
    if (known !== undefined) return known;
    const [oldest] = minutes.keys();
    if (minutes.size >= MOST_MINUTES && oldest !== undefined) minutes.delete(oldest);
    const fresh = { minute, buckets: noBuckets(), count: 0 };
    minutes.set(minute, fresh);
    return fresh;
  };

  return {
    /** How far this process's clock is ahead of the database's. */
    setAhead: (ms: number): void => {
      aheadMs = ms;
    },
    tell: (ms: number): void => {
      const own = at(presentMinute());
      const bucket = bucketOf(ms);
      own.buckets[bucket] = (own.buckets[bucket] ?? 0) + 1;
      own.count += 1;
    },
    changed: (): MinuteOfAnswers[] =>
      [...minutes.values()]
        .filter(({ minute, count }) => keptCounts.get(minute) !== count)
        .map(own => ({ ...own, buckets: [...own.buckets] })),
    /** What of them has not changed since; a minute that is over changes no more, and is forgotten. */
    kept: (told: readonly MinuteOfAnswers[]): void => {
      keptCounts.clear();
      const present = presentMinute();
      for (const { minute, count } of told) {
        if (minute < present && minutes.get(minute)?.count === count) minutes.delete(minute);
        else keptCounts.set(minute, count);
      }
    },
  };
};

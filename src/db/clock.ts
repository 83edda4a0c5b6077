import type pg from 'pg';

/** What time it is in the database, whose clock all processes share, and how far ours is from it. */
export type Clock = Readonly<{
  now: Date;
  /** How far our clock is ahead of the database's, in ms; below 0: behind. */
  aheadMs: number;
  /** By so many ms `aheadMs` may be wrong: half of the round trip. */
  uncertainMs: number;
}>;

/**
 * Pure: what was asked at one time of ours and answered at another was read half way between them, give or
 * take that half.
 */
export const clockOf = (now: Date, askedAt: number, answeredAt: number): Clock => {
  const uncertainMs = Math.max(0, answeredAt - askedAt) / 2;
  return { now, aheadMs: askedAt + uncertainMs - now.getTime(), uncertainMs };
};

/** Asks the database what time it is. */
export const readClock = async (pool: pg.Pool): Promise<Clock> => {
  // So that opening a connection is no part of the round trip.
  const client = await pool.connect();
  try {
    const askedAt = Date.now();
    const { rows } = await client.query<{ now: Date }>('select clock_timestamp() as now');
    const answeredAt = Date.now();
    return clockOf(rows[0]?.now ?? new Date(askedAt), askedAt, answeredAt);
  } finally {
    client.release();
  }
};

/** Clocks that are kept by NTP differ by less than a second. */
const MOST_SKEW_MS = 5_000;

/** Says that our clock is too far from the database's; null: it is near enough, or that can't be told. */
export const describeSkew = ({ aheadMs, uncertainMs }: Clock): string | null => {
  if (Math.abs(aheadMs) - uncertainMs <= MOST_SKEW_MS) return null;
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  return `this process's clock is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the database's`;
};

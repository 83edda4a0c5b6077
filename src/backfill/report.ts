/**
 * What came of one listed event: a webhook had brought it, an earlier backfill had, or it was missing; or it
 * isn't here and is older than what is kept, so that nobody can tell.
 */
export type Told = Readonly<{
  occurredAt: Date;
  was: 'brought_by_webhook' | 'here' | 'missing' | 'older';
}>;

/** One hour (UTC) of a backfill: its beginning, and how many events Seam listed and we lacked. */
export type Hour = Readonly<{ hour: string; listed: number; missing: number }>;

const HOUR_MS = 3_600_000;

/** Counts by hour; grows with the hours, not with the events. */
export const createHours = (): Readonly<{
  add: (told: readonly Told[]) => void;
  /** The hours in which something was missing, the oldest first. */
  withMissing: () => Hour[];
  totals: () => Readonly<{ listed: number; missing: number; older: number }>;
}> => {
  const hours = new Map<number, { listed: number; missing: number }>();
  let older = 0;
  return {
    add: told => {
      for (const { occurredAt, was } of told) {
        const start = Math.floor(occurredAt.getTime() / HOUR_MS) * HOUR_MS;
        const { listed, missing } = hours.get(start) ?? { listed: 0, missing: 0 };
        const more = was === 'missing' ? 1 : 0;
        if (was === 'older') older += 1;
        hours.set(start, { listed: listed + 1, missing: missing + more });
      }
    },
    withMissing: () =>
      [...hours]
        .filter(([, { missing }]) => missing > 0)
        .toSorted(([a], [b]) => a - b)
        .map(([start, counts]) => ({ hour: new Date(start).toISOString(), ...counts })),
    totals: () => {
      const all = [...hours.values()];
      return {
        listed: all.reduce((sum, { listed }) => sum + listed, 0),
        missing: all.reduce((sum, { missing }) => sum + missing, 0),
        older,
      };
    },
  };
};

/** Whether webhooks still reach us: the newest event that one brought, and what came after it without one. */
export type Hearing = Readonly<{
  lastHeardAt: Date | null;
  unheardSince: Date | null;
  /** Events up to here have been counted. */
  unheardUntil: Date | null;
  unheardEvents: number;
}>;

const at = (date: Date | null): number => date?.getTime() ?? Number.NEGATIVE_INFINITY;
export const latest = (dates: readonly (Date | null)[]): Date | null =>
  dates.reduce<Date | null>((newest, date) => (at(date) > at(newest) ? date : newest), null);

/** Of what is older than what is kept, a webhook may have brought it. */
const isUnheard = (was: Told['was']): boolean => was === 'here' || was === 'missing';

/**
 * What some more listed events say about our hearing. Pure; the same events told twice change nothing.
 * A webhook that arrives ends the silence before it, whatever was lost in it.
 */
export const hear = (before: Hearing, told: readonly Told[]): Hearing => {
  const brought = told.filter(({ was }) => was === 'brought_by_webhook');
  const heard = latest(brought.map(({ occurredAt }) => occurredAt));
  const lastHeardAt = at(heard) > at(before.lastHeardAt) ? heard : before.lastHeardAt;
  const isOver = at(lastHeardAt) >= at(before.unheardUntil);
  const standing: Hearing = isOver
    ? { lastHeardAt, unheardSince: null, unheardUntil: null, unheardEvents: 0 }
    : { ...before, lastHeardAt };
  const counted = Math.max(at(lastHeardAt), at(standing.unheardUntil));
  const unheard = told
    .filter(({ was, occurredAt }) => isUnheard(was) && at(occurredAt) > counted)
    .map(({ occurredAt }) => occurredAt)
    .toSorted((a, b) => at(a) - at(b));
  return {
    lastHeardAt,
    unheardSince: standing.unheardSince ?? unheard[0] ?? null,
    unheardUntil: unheard.at(-1) ?? standing.unheardUntil,
    unheardEvents: standing.unheardEvents + unheard.length,
  };
};

import type pg from 'pg';
import type { Owed } from './owed-page.ts';
import { earlyMs } from './recovery.ts';

/** Of so many at a time it is asked whether they may go before their time. */
const ASKED = 500;

const EARLY = {
  name: 'owed-early',
  text: `
    select s.position::float8 as position, e.ms
      from reconciler.sendings s
     cross join lateral (
       select ${earlyMs('(select rest_until from reconciler.endpoints where id = $1)')} as ms) e
     where s.endpoint_id = $1 and s.position = any($2::bigint[]) and s.state = 'waiting' and e.ms is not null`,
};

/** The first of each connection that waits for its next try. */
export type Waiting = Readonly<{
  add: (owed: Owed) => void;
  /** One of them, in the order of messages and from the first again after the last: it is none of them any more. */
  take: (number: number) => Owed | null;
  /** What may go before its time now, for whoever takes it out; of the others it is not asked again. @throws whatever Postgres throws */
  early: () => Promise<Owed[]>;
  /** Whether `early` may have something. */
  mayHaveEarly: () => boolean;
  /** Whether, of those that were asked about, any may go before its time, now or later. */
  hasEarly: () => boolean;
  /** When the next of these may, by `performance.now()`; null: none is known of. */
  earlyAt: () => number | null;
  clear: () => void;
}>;

/** Only what is to go next is asked about: of a long queue the rest may never be. */
export const createWaiting = (pool: Pick<pg.Pool, 'query'>, endpointId: number): Waiting => {
  const unasked = new Map<string, Owed>();
  const goes: Owed[] = [];
  let hasEarly = false;
  let earlyAt: number | null = null;

  const heard = (owed: Owed, inMs: number | null, now: number): void => {
    if (inMs === null) return;
    hasEarly = true;
    if (inMs <= 0) goes.push(owed);
    else earlyAt = Math.min(earlyAt ?? now + inMs, now + inMs);
  };

  const ask = async (): Promise<void> => {
    const asked = [...unasked.values().take(ASKED)];
    const { rows } = await pool.query<{ position: number; ms: number }>({
      ...EARLY,
      values: [endpointId, asked.map(({ position }) => position)],
    });
    for (const { about } of asked) unasked.delete(about);
    const now = performance.now();
    const inMs = new Map(rows.map(({ position, ms }) => [position, ms]));
    for (const owed of asked) heard(owed, inMs.get(owed.position) ?? null, now);
  };

  return {
    add: owed => unasked.set(owed.about, owed),
    take: number => {
      const owed = [...unasked.values()][number % unasked.size];
      if (owed === undefined) return null;
      unasked.delete(owed.about);
      return owed;
    },
    early: async () => {
      while (goes.length === 0 && unasked.size > 0) await ask();
      return goes;
    },
    mayHaveEarly: () => goes.length > 0 || unasked.size > 0,
    hasEarly: () => hasEarly,
    earlyAt: () => earlyAt,
    clear: () => {
      unasked.clear();
      goes.length = 0;
      hasEarly = false;
      earlyAt = null;
    },
  };
};

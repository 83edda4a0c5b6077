import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Struck } from './injector.ts';

/**
 * How long the system took to recover from a fault, counted from the fault's end (of what was
 * killed: from the moment when its start begins) until both are true:
 *
 * - a webhook that was posted after the end has been acknowledged (where one was posted at all),
 *   and
 * - every subject that the fault held up has been looked at: a run of it has finished. Held up are
 *   those that came due since a second before the fault and still waited at its end, and those that
 *   failed during it and waited to be tried again.
 *
 * Backoffs and holds that the fault caused count, waits that the subject itself calls for (no such
 * user, no such account) don't. A subject that was overdue before the fault is the affair of the
 * fault before it, which goes on being measured; a run that meets with the next fault is the affair
 * of that one.
 *
 * Seen by looking every 200 ms, so up to 0.4 s too long. While Postgres is away nothing is seen.
 */
export type Recovery = Readonly<{
  watch: (struck: Struck) => void;
  /** @param postedAtMs of a try that has just been acknowledged (performance.now) */
  acknowledged: (postedAtMs: number) => void;
  /** How many subjects are due for a look, as last seen. */
  backlog: () => number;
  /** Whether there was a recovery from every fault so far. */
  complete: () => boolean;
  /** Ms until recovery by number of the fault; absent for one from which there was none. */
  times: () => ReadonlyMap<number, number>;
}> &
  AsyncDisposable;

/** A subject that is owed a look. */
export type Owed = Readonly<{
  subject: string;
  generation: number;
  observed: number;
  /** Its last run failed; it waits to be tried again. */
  retrying: boolean;
  reason: string | null;
  due: boolean;
  /** Ms since 1970, as is `updatedAt`. */
  dueAt: number;
  /** When a run or news last wrote to it. */
  updatedAt: number;
}>;

type Watch = {
  readonly struck: Struck;
  atEnd: readonly Owed[] | null;
  acknowledgedAtMs: number | null;
  lookedAtMs: number | null;
};

const INTERVAL_MS = 200;
/** A subject that is due for longer than this is overdue. */
const PROMPT_MS = 1_000;

/** Failures that the subject itself is to blame for. */
const OF_ITS_OWN = ['user_not_found', 'account_not_found'];

/** What a fault that began at this time (ms since 1970) has left to be looked at. Pure. */
export const heldUpBy = (beganAt: number, owed: readonly Owed[]): Owed[] =>
  owed.filter(
    row =>
      (row.due && row.dueAt >= beganAt - PROMPT_MS) ||
      (row.retrying && row.updatedAt >= beganAt && !OF_ITS_OWN.includes(row.reason ?? '')),
  );

/** Whether a run of this subject has finished since. Pure. */
export const wasLookedAt = (before: Owed, now: Owed | undefined): boolean =>
  now === undefined ||
  now.observed >= before.generation ||
  (now.retrying && now.updatedAt > before.updatedAt);

const readOwed = async (pool: pg.Pool): Promise<Owed[]> =>
  (
    await pool.query<Owed>(
      `select subject, generation::int, observed_generation::int as observed, reason,
              state = 'retrying' as retrying, due_at <= now() as due,
              (extract(epoch from due_at) * 1000)::float8 as "dueAt",
              (extract(epoch from updated_at) * 1000)::float8 as "updatedAt"
         from reconciler.reconciliations
        where observed_generation < generation`,
    )
  ).rows;

export const startRecovery = (pool: pg.Pool): Recovery => {
  const watches: Watch[] = [];
  const stopping = new AbortController();
  let owed: readonly Owed[] = [];

  const look = async (): Promise<void> => {
    try {
      owed = await readOwed(pool);
    } catch (error) {
      // Postgres is away: part of the game, and of the time to recover.
      if (error instanceof Error) return;
      throw error;
    }
    const bySubject = new Map(owed.map(row => [row.subject, row]));
    for (const watch of watches.filter(({ lookedAtMs }) => lookedAtMs === null)) {
      watch.atEnd ??= heldUpBy(performance.timeOrigin + watch.struck.beganAtMs, owed);
      watch.atEnd = watch.atEnd.filter(row => !wasLookedAt(row, bySubject.get(row.subject)));
      if (watch.atEnd.length === 0) watch.lookedAtMs = performance.now();
    }
  };
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await look();
      await sleep(INTERVAL_MS);
    }
  };
  const looping = loop();

  return {
    watch: struck => {
      watches.push({ struck, atEnd: null, acknowledgedAtMs: null, lookedAtMs: null });
    },
    acknowledged: postedAtMs => {
      for (const watch of watches) {
        if (watch.acknowledgedAtMs === null && postedAtMs >= (watch.struck.endedAtMs ?? 0)) {
          watch.acknowledgedAtMs = performance.now();
        }
      }
    },
    backlog: () => owed.filter(({ due }) => due).length,
    complete: () => watches.every(({ lookedAtMs }) => lookedAtMs !== null),
    times: () => new Map(watches.flatMap(timeOf)),
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await looping;
    },
  };
};

const timeOf = ({ struck, lookedAtMs, acknowledgedAtMs }: Watch): [number, number][] => {
  const { endedAtMs, fault } = struck;
  if (lookedAtMs === null || endedAtMs === null) return [];
  return [[fault.number, Math.round(Math.max(lookedAtMs, acknowledgedAtMs ?? 0) - endedAtMs)]];
};

import type pg from 'pg';
import { inTransaction } from './client.ts';

/** So often the transaction that has the lock is heard of: well below the time after which a silent one is ended. */
const HEARD_EVERY_MS = 5_000;

/** In each pool one at a time, so that those who are at it never have all of its connections. */
const TURNS = new WeakMap<pg.Pool, Promise<unknown>>();

/**
 * Does something that one process at a time does, and others pass by. The lock is that of a transaction that stays open
 * meanwhile: behind a pooler a session's would stay with a connection that others get. It reads and writes nothing,
 * so it keeps no one from anything; what is done is done over the other connections of the pool.
 *
 * @param key of the lock
 * @param signal asks to stop
 * @param work gets a signal that asks to stop, also where the lock was lost
 * @returns null when another process is at it
 */
export const whileAlone = <T>(
  pool: pg.Pool,
  key: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> => {
  const before = TURNS.get(pool) ?? Promise.resolve();
  const turn = before.then(() => lockAndWork(pool, key, signal, work));
  // The next one's turn comes also where this one fails, which its caller is told.
  TURNS.set(pool, Promise.allSettled([turn]));
  return turn;
};

const lockAndWork = <T>(
  pool: pg.Pool,
  key: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> =>
  inTransaction(pool, async client => {
    const { rows } = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_xact_lock(hashtext($1)) as locked',
      [key],
    );
    if (rows[0]?.locked !== true) return null;
    const lost = new AbortController();
    const timer = setInterval(() => {
      client.query('select 1').catch((error: unknown) => lost.abort(error));
    }, HEARD_EVERY_MS);
    try {
      return await work(AbortSignal.any([signal, lost.signal]));
    } finally {
      clearInterval(timer);
    }
  });

import type pg from 'pg';
import { inTransaction } from './client.ts';
import { withoutLimits } from './migration-session.ts';
import { whileKeepingOne } from './pool.ts';

/** So often the transaction that has the lock is heard of: well below the time after which a silent one is ended. */
const HEARD_EVERY_MS = 5_000;

/**
 * Does something that one process at a time does, and others pass by. The lock is that of a transaction that stays open
 * meanwhile: behind a pooler a session's would stay with a connection that others get. It reads and writes nothing,
 * so it keeps no one from anything; what is done is done over the other connections of the pool. In one process, too,
 * none waits here for what is done under another key: who comes with several sees to it that the pool has enough.
 *
 * @param key of the lock
 * @param signal asks to stop
 * @param work gets a signal that asks to stop, also where the lock was lost
 * @returns null when another process is at it
 * @throws TooFewConnectionsError where the pool has no other connection; what `work` throws
 */
export const whileAlone = <T>(
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
    // It lasts as long as the work, whatever the role or the database allows other transactions.
    await client.query(withoutLimits(['transaction_timeout'], true));
    const lost = new AbortController();
    const timer = setInterval(() => {
      client.query('select 1').catch((error: unknown) => lost.abort(error));
    }, HEARD_EVERY_MS);
    try {
      return await whileKeepingOne(pool, () => work(AbortSignal.any([signal, lost.signal])));
    } finally {
      clearInterval(timer);
    }
  });

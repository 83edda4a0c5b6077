import type pg from 'pg';
import type { Logger } from '../ops/log.ts';
import { settledClient } from './connection.ts';
import { drizzle, type NodePgDatabase } from './drizzle.ts';
import { isWorthAnotherTry } from './errors.ts';
import { ModestPool } from './pool.ts';
import * as schema from './schema.ts';
import { sessionSettings, splitUrl } from './session.ts';

export type Db = NodePgDatabase<typeof schema> & { $client: pg.Pool };
/** A connection that is in use, within a transaction. */
export type Client = pg.PoolClient;

/** A pool with Drizzle on top. `pool` is for the few statements that Drizzle can't express. */
export type Database = Readonly<{ db: Db; pool: pg.Pool }> & AsyncDisposable;

/**
 * The limits that keep a slow or dead Postgres from holding anything up for long. Svix waits 15 s
 * for an answer, so all of them together stay below that.
 */
const TIMEOUTS = {
  /** To get a connection: from the pool, or a new one. */
  connectionTimeoutMillis: 3_000,
  /** We give up on a server that has gone silent. */
  query_timeout: 9_000,
} as const;

const SETTINGS = sessionSettings({
  statement_timeout: 8_000,
  lock_timeout: 5_000,
  idle_in_transaction_session_timeout: 30_000,
});

/**
 * Opens a pool. Connects only when first used, so it never throws for an unreachable server.
 *
 * @param options.max the most connections it may hold open
 */
export const openDatabase = (options: {
  url: string;
  name: string;
  max: number;
  log: Logger;
}): Database => {
  const pool = new ModestPool({
    ...splitUrl(options.url),
    Client: settledClient(SETTINGS),
    application_name: options.name,
    max: options.max,
    keepAlive: true,
    // What is asked without waiting for the last answer is sent at once (`inOpenedTransaction`).
    pipeline: true,
    ...TIMEOUTS,
  });
  // An idle connection that drops is replaced by the pool; unheard, the event would end the process.
  pool.on('error', err => options.log.warn({ err }, 'a database connection was lost'));
  // Nor does the pool listen to a connection that is in use: one that breaks in a transaction.
  pool.on('connect', client => {
    client.on('error', err =>
      options.log.debug({ err }, 'a database connection failed while in use'),
    );
  });
  let ended: Promise<void> | null = null;
  return {
    db: drizzle(pool, { schema }),
    pool,
    [Symbol.asyncDispose]: () => {
      ended ??= pool.end();
      return ended;
    },
  };
};

/**
 * Does something in a transaction. Drizzle's own never gives a connection back whose BEGIN failed (seen
 * in 0.45.4), and so loses one of the pool for good each time that Postgres goes away at that moment.
 *
 * @throws what `work` throws, after a rollback
 */
export const inTransaction = <T>(pool: pg.Pool, work: (client: Client) => Promise<T>): Promise<T> =>
  inOpenedTransaction(
    pool,
    async () => undefined,
    client => work(client),
  );

/**
 * The same, where it is known beforehand what is asked first: that is sent together with BEGIN, and all of
 * it costs one round trip.
 *
 * @param opening asks, and must not write: should BEGIN fail, it is not part of the transaction
 * @throws what `opening` or `work` throws, after a rollback
 */
const inOpenedTransaction = async <Opened, T>(
  pool: pg.Pool,
  opening: (client: Client) => Promise<Opened>,
  work: (client: Client, opened: Opened) => Promise<T>,
): Promise<T> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const [begun, opened] = await Promise.allSettled([client.query('begin'), opening(client)]);
    if (begun.status === 'rejected') throw begun.reason;
    if (opened.status === 'rejected') throw opened.reason;
    const result = await work(client, opened.value);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((fault: Error) => {
      broken = fault; // Not to be used again: the pool makes another.
    });
    throw error;
  } finally {
    client.release(broken);
  }
};

const MAX_TRIES = 4;

/**
 * The same, and again where it only met others at work (a deadlock, a lock held for long, somebody who was
 * first): `work` must do nothing that a rollback doesn't take back.
 *
 * @throws what `work` throws, of the last of four tries
 */
export const inTransactionWithRetries = <T>(
  pool: pg.Pool,
  work: (client: Client) => Promise<T>,
): Promise<T> => withRetries(() => inTransaction(pool, work));

/** As `inTransactionWithRetries`, for what is known beforehand to be asked first (`inOpenedTransaction`). */
export const inOpenedTransactionWithRetries = <Opened, T>(
  pool: pg.Pool,
  opening: (client: Client) => Promise<Opened>,
  work: (client: Client, opened: Opened) => Promise<T>,
): Promise<T> => withRetries(() => inOpenedTransaction(pool, opening, work));

/** The same for what is one statement, or one message of several: each is a transaction of its own. */
export const withRetries = async <T>(once: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries++) {
    try {
      return await once();
    } catch (error) {
      if (tries >= MAX_TRIES || !isWorthAnotherTry(error)) throw error;
    }
  }
};

import pg from 'pg';
import { sqlState, TooFewConnectionsError } from './errors.ts';

/** too_many_connections: the server, the database or our role has no more to give. */
const NO_MORE = '53300';
/** For how long it makes do with what it has. */
const CONTENT_MS = 10_000;
/** With none yet, so long after who was refused asks once more, where others of the same pool are on their way. */
const PAUSE_MS = 200;

/** How many connections of each pool are kept by what is done over its others meanwhile. */
const KEPT = new WeakMap<pg.Pool, number>();

/**
 * Does something over other connections of a pool, while the caller keeps one that it has got from it.
 *
 * @throws TooFewConnectionsError at once where there are no others
 */
export const whileKeepingOne = async <T>(pool: pg.Pool, work: () => Promise<T>): Promise<T> => {
  const kept = (KEPT.get(pool) ?? 0) + 1;
  if (pool.options.max <= kept) throw new TooFewConnectionsError(pool.options.max);
  KEPT.set(pool, kept);
  try {
    return await work();
  } finally {
    KEPT.set(pool, (KEPT.get(pool) ?? kept) - 1);
  }
};

type Got = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: Error | boolean) => void,
) => void;

/**
 * A pool that makes do with the connections that it has where the server gives it no more: whoever needs one waits for
 * one of these, as in a pool that is full, instead of failing. After a while it asks for more again. Where there are none
 * it fails, as any pool.
 */
export class ModestPool extends pg.Pool {
  readonly #most: number;
  #established = 0;
  #asksAgainAt = 0;

  /** @param config.connectionTimeoutMillis above 0: for a connection that is waited for, and half of it for asking again */
  constructor(config: pg.PoolConfig & { max: number; connectionTimeoutMillis: number }) {
    super(config);
    this.#most = config.max;
    this.on('connect', () => this.#established++);
    this.on('remove', () => this.#established--);
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Got): void;
  override connect(callback?: Got): unknown {
    if (performance.now() >= this.#asksAgainAt) this.options.max = this.#most;
    const deadline = performance.now() + (this.options.connectionTimeoutMillis ?? 0) / 2;
    if (callback !== undefined) return this.#ask(callback, deadline);
    return new Promise((resolve, reject) => {
      this.#ask((error, client) => (error ? reject(error) : resolve(client)), deadline);
    });
  }

  /** @param isFirst nothing was established, and others were on their way, only once */
  #ask(callback: Got, deadline: number, isFirst = true): void {
    super.connect((error, client, done) => {
      if (sqlState(error) !== NO_MORE || performance.now() > deadline) {
        callback(error, client, done);
        return;
      }
      if (this.#established > 0) {
        // From now on it is full: who asks waits for one of them.
        this.options.max = this.#established;
        this.#asksAgainAt = performance.now() + CONTENT_MS;
      }
      if (this.#established > (KEPT.get(this) ?? 0)) this.#ask(callback, deadline, isFirst);
      else if (this.totalCount > this.#established && isFirst) {
        setTimeout(() => this.#ask(callback, deadline, false), PAUSE_MS);
      } else callback(error, client, done);
    });
  }
}

import pg from 'pg';
import { sqlState, TooFewConnectionsError } from './errors.ts';

/** too_many_connections: the server, the database or our role has no more to give. */
const NO_MORE = '53300';
/** For how long it makes do with what it has. */
const CONTENT_MS = 10_000;

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
 * one of these, as in a pool that is full, instead of failing. After a while it asks for more again, for one at a time.
 * With none it fails at once, as any pool.
 *
 * As soon as pg-pool (3.14) hears that an attempt has failed, it makes another for whoever waits, if there is room. So
 * there must be none by then.
 */
export class ModestPool extends pg.Pool {
  readonly #most: number;
  /** Attempts to connect that have not ended. */
  #underWay = 0;
  /** Those that were refused, and pg-pool is not told so yet: whether one can wait depends on the others. */
  readonly #refused = new Set<() => void>();
  #asksAgainAt = 0;

  /** @param config.connectionTimeoutMillis above 0: in all, whether one waits or connects or both */
  constructor(config: pg.PoolConfig & { max: number; connectionTimeoutMillis: number }) {
    const { Client = pg.Client } = config;
    super({ ...config, Client: watched(Client, () => this.#begin()) });
    this.#most = config.max;
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Got): void;
  override connect(callback?: Got): unknown {
    const now = performance.now();
    const deadline = now + this.#limitMs;
    if (now >= this.#asksAgainAt) {
      const { max } = this.options;
      this.options.max = Math.min(this.#most, Math.max(max, this.#established + 1));
    }
    if (callback !== undefined) return this.#connect(callback, deadline);
    return new Promise((resolve, reject) => {
      this.#connect((error, client) => (error ? reject(error) : resolve(client)), deadline);
    });
  }

  #connect(callback: Got, deadline: number): void {
    super.connect((error, client, done) => {
      const leftMs = deadline - performance.now();
      const waits = sqlState(error) === NO_MORE && this.#coming > 0 && leftMs > 0;
      if (!waits) return callback(error, client, done);
      // pg-pool reads the limit as one comes. What they have waited counts.
      const limitMs = this.#limitMs;
      this.options.connectionTimeoutMillis = leftMs;
      try {
        this.#connect(callback, deadline);
      } finally {
        this.options.connectionTimeoutMillis = limitMs;
      }
    });
  }

  get #limitMs(): number {
    return this.options.connectionTimeoutMillis ?? 0;
  }

  get #established(): number {
    return this.totalCount - this.#underWay - this.#refused.size;
  }

  /** The connections that somebody will give back before long. */
  get #coming(): number {
    return this.#established - (KEPT.get(this) ?? 0);
  }

  #begin(): Ended {
    this.#underWay++;
    const deadline = performance.now() + this.#limitMs;
    return (error, tell) => {
      this.#underWay--;
      if (sqlState(error) === NO_MORE) this.#refuse(tell, deadline - performance.now());
      else tell();
      this.#decide();
    };
  }

  #refuse(tell: () => void, leftMs: number): void {
    const pass = (): void => {
      clearTimeout(timer);
      this.#refused.delete(pass);
      tell();
    };
    const timer = setTimeout(pass, leftMs);
    this.#refused.add(pass);
  }

  /** Where one of those that are under way may still get in, what the refused are to do isn't known yet. */
  #decide(): void {
    if (this.#refused.size === 0 || (this.#coming <= 0 && this.#underWay > 0)) return;
    const left = this.#established + this.#underWay;
    this.options.max = left > 0 ? left : this.#most;
    this.#asksAgainAt = left > 0 ? performance.now() + CONTENT_MS : 0;
    for (const pass of [...this.#refused]) pass();
  }
}

/** How an attempt has ended, and what tells pg-pool of it. */
type Ended = (error: Error | null, tell: () => void) => void;
type Connected = ((error: Error) => void) | ((error: null, client: pg.ClientBase) => void);

/** Connections of which it is heard that one is asked for, and how that ends, before pg-pool hears of it. */
const watched = (Client: new () => pg.ClientBase, begin: () => Ended): typeof Client =>
  class extends Client {
    override connect(): Promise<pg.ClientBase>;
    override connect(callback: Connected): void;
    override connect(callback?: Connected): unknown {
      if (callback === undefined) return super.connect();
      const tell = callback as (error: Error | null, client?: pg.ClientBase) => void;
      const end = begin();
      const ended = (error: Error | null, client?: pg.ClientBase): void =>
        end(error, () => tell(error, client));
      return super.connect(ended as (error: Error) => void);
    }
  };

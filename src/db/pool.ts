import pg from 'pg';
import { sqlState } from './errors.ts';

/** too_many_connections: the server, the database or our role has no more to give. */
const NO_MORE = '53300';
/** For how long it makes do with what it has. */
const CONTENT_MS = 10_000;

type Connected = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: Error | boolean) => void,
) => void;

/**
 * A pool that makes do with the connections that it has where the server gives it no more: whoever needs one waits for
 * one of these, as in a pool that is full, instead of failing. After a while it asks for more again.
 */
export class ModestPool extends pg.Pool {
  readonly #most = this.options.max;
  #asksAgainAt = 0;

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): unknown {
    const { connectionTimeoutMillis: limitMs = 0 } = this.options;
    const deadline = performance.now() + limitMs;
    if (callback !== undefined) return this.#connect(callback, deadline);
    return new Promise((resolve, reject) => {
      this.#connect((error, client) => (error ? reject(error) : resolve(client)), deadline);
    });
  }

  #connect(callback: Connected, deadline: number): void {
    const now = performance.now();
    if (now >= this.#asksAgainAt) this.options.max = this.#most;
    super.connect((error, client, done) => {
      // With none of its own there is nothing to wait for. The one that was refused no longer counts.
      const waits = sqlState(error) === NO_MORE && this.totalCount > 0 && now < deadline;
      if (!waits) return callback(error, client, done);
      this.options.max = Math.min(this.options.max, this.totalCount);
      this.#asksAgainAt = performance.now() + CONTENT_MS;
      this.#connect(callback, deadline);
    });
  }
}

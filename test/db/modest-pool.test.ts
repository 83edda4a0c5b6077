import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ModestPool, whileKeepingOne } from '../../src/db/pool.ts';
import { startStingyServer } from '../fixtures/stingy-server.ts';

/* How often a server that is out of connections is asked for one, and what those who need one are told. */

type AnyPool = new (...config: ConstructorParameters<typeof ModestPool>) => pg.Pool;
type Options = { granted: number; max: number; limitMs?: number; Pool?: AnyPool };

const open = async ({ granted, max, limitMs = 3_000, Pool = ModestPool }: Options) => {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startStingyServer(granted));
  const { url: connectionString } = server;
  const pool = new Pool({ connectionString, max, connectionTimeoutMillis: limitMs });
  stack.defer(() => pool.end());
  const opened = stack.move();
  return { server, pool, [Symbol.asyncDispose]: () => opened.disposeAsync() };
};

/** So many who come at once, and keep for a moment what they get. @returns what they were told, each thing once */
const come = async (pool: pg.Pool, callers: number): Promise<string[]> => {
  const told = Array.from({ length: callers }, async () => {
    try {
      const client = await pool.connect();
      await sleep(5);
      client.release();
      return 'served';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  });
  return [...new Set(await Promise.all(told))];
};

const REFUSED = 'sorry, too many clients already';
/** As long as a pool is content with what it has. */
const CONTENT_MS = 10_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

describe('a server that gives', () => {
  test.each([
    { name: 'any pool', Pool: pg.Pool, each: 1 },
    { name: 'ours', Pool: ModestPool, each: 2 },
  ])('none is asked $each times by each caller, at most, who is told so: $name', async options => {
    const { Pool, each } = options;
    await using site = await open({ granted: 0, max: 4, limitMs: 600_000, Pool });
    expect(await come(site.pool, 8)).toEqual([REFUSED]);
    expect(site.server.attempts.length).toBeLessThanOrEqual(8 * each);
    site.server.grant(4);
    expect(await come(site.pool, 8)).toEqual(['served']);
    expect(site.pool.totalCount).toBe(4);
  });

  test('fewer than a pool may have, is not asked for more, and all are served', async () => {
    await using site = await open({ granted: 2, max: 20 });
    expect(await come(site.pool, 40)).toEqual(['served']);
    expect(site.server.attempts.length).toBeLessThanOrEqual(40);
    expect(site.pool.totalCount).toBe(2);
    const before = site.server.attempts.length;
    expect(await come(site.pool, 40)).toEqual(['served']);
    expect(site.server.attempts).toHaveLength(before);
  });

  test('more after a while, is asked for it, once by each caller at most', async () => {
    await using site = await open({ granted: 2, max: 20 });
    await come(site.pool, 40);
    const before = site.server.attempts.length;
    site.server.grant(5);
    vi.advanceTimersByTime(CONTENT_MS);
    expect(await come(site.pool, 40)).toEqual(['served']);
    expect(site.pool.totalCount).toBe(5);
    expect(site.server.attempts.length - before).toBeLessThanOrEqual(40);
  });
});

test('who was refused late waits no longer than all may take together', async () => {
  await using site = await open({ granted: 1, max: 4 });
  const client = await site.pool.connect();
  const second = site.pool.connect();
  vi.advanceTimersByTime(3_000);
  await expect(second).rejects.toThrow(REFUSED);
  client.release();
});

describe('where the only connection is kept by one who works over others', () => {
  test('the work is told at once that there is none, and others are served afterwards', async () => {
    await using site = await open({ granted: 1, max: 4, limitMs: 600_000 });
    const client = await site.pool.connect();
    const work = whileKeepingOne(site.pool, () => site.pool.connect());
    await expect(work).rejects.toThrow(REFUSED);
    const again = whileKeepingOne(site.pool, () => site.pool.connect());
    await expect(again).rejects.toThrow('too few connections for this (1)');
    const waiting = come(site.pool, 3);
    client.release();
    expect(await waiting).toEqual(['served']);
  });
});

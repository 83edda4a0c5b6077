import { rm } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { freePort } from '../fixtures/ports.ts';
import { makeFolder } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

/** A real PostgreSQL with its default durability, on a port that stays the same. */
export type KillablePostgres = Readonly<{
  url: string;
  /** Ends the server as a power cut does, and waits until all its processes have ended. */
  kill: () => Promise<void>;
  start: () => Promise<void>;
  /** Cuts all connections. @throws when it can't be reached */
  cut: () => Promise<void>;
  /**
   * Does this in a transaction that stays open until it is disposed of, or the server is killed. Where there
   * is no server at the moment, it waits for one.
   */
  hold: (sql: string) => Promise<AsyncDisposable>;
}> &
  AsyncDisposable;

export const openPostgres = async (): Promise<KillablePostgres> => {
  await using stack = new AsyncDisposableStack();
  const folder = await makeFolder();
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const port = await freePort();
  const launch = () => startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres'), port });
  // As a promise: whoever closes this in the middle of a start waits for it, and leaves nothing
  // running.
  let starting: Promise<EmbeddedPostgres> = launch();
  stack.defer(async () => (await starting)[Symbol.asyncDispose]());
  const { url } = await starting;
  const owned = stack.move();
  return {
    url,
    kill: async () => {
      const server = await starting;
      // Only ever this one: 0 and -1 would mean many.
      if (server.pid <= 1) throw new Error('the pid of PostgreSQL is not known');
      process.kill(server.pid, 'SIGKILL');
      // Waits for the end of its stderr, which all its processes hold: they end once it is gone.
      await server[Symbol.asyncDispose]();
    },
    start: async () => {
      starting = launch();
      await starting;
    },
    cut: () => cutConnections(url),
    hold: sql => until('a transaction that holds rows', () => holdOpen(url, sql)),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};

const cutConnections = async (url: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    );
  } finally {
    await client.end();
  }
};

/** @returns null where there is no server, or it went away meanwhile */
const holdOpen = async (url: string, sql: string): Promise<AsyncDisposable | null> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // The server may be killed while it holds: then nothing is held any more.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('begin');
    await client.query(sql);
  } catch (error) {
    await client.end();
    if (error instanceof Error) return null;
    throw error;
  }
  return { [Symbol.asyncDispose]: () => client.end() };
};

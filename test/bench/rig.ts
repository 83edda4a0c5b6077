import { rm } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { runMigrations } from '../../src/db/migrate.ts';
import { createQueueBackend } from '../../src/queue/backend.ts';
import { createRedis } from '../fixtures/redis.ts';
import { makeFolder, silentLog, withDatabase } from '../fixtures/settings.ts';
import { USERS } from './messages.ts';

export type QueueKind = 'redis' | 'postgres';

/** A migrated database with users, and where the queue lives. */
export type Site = Readonly<{ databaseUrl: string; redisUrl: string | undefined }>;

/** Real Postgres with its default durability, real Redis; all gone at the end. */
export type Rig = Readonly<{
  redisUrl: string;
  /** A new, empty site; the Redis is emptied. */
  openSite: (queue: QueueKind) => Promise<Site>;
  /** A new database that holds nothing, for what isn't ours. */
  openDatabase: () => Promise<string>;
  /** For what a site is asked from outside. */
  query: <Row extends pg.QueryResultRow>(
    url: string,
    sql: string,
    values?: unknown[],
  ) => Promise<Row[]>;
}> &
  AsyncDisposable;

export const openRig = async (): Promise<Rig> => {
  const stack = new AsyncDisposableStack();
  const folder = await makeFolder();
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const postgres = stack.use(
    await startEmbeddedPostgres({
      dataDir: path.join(folder, 'postgres'),
      settings: {
        max_connections: '300',
        // There for who turns it on in a database of theirs (blocks.ts).
        shared_preload_libraries: 'pg_stat_statements',
        'pg_stat_statements.track': 'none',
      },
    }),
  );
  const redis = stack.use(await createRedis({ started: true }));
  let databases = 0;

  const query: Rig['query'] = async <Row extends pg.QueryResultRow>(
    url: string,
    sql: string,
    values: unknown[] = [],
  ) => {
    const client = new pg.Client(url);
    // What it was asked fails, too; unheard, the event would end the process.
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(sql, values)).rows;
    } finally {
      await client.end();
    }
  };
  const openDatabase = async (): Promise<string> => {
    const name = `bench_${++databases}`;
    await query(postgres.url, `create database ${name}`);
    return withDatabase(postgres.url, name);
  };
  return {
    redisUrl: redis.url,
    query,
    openDatabase,
    openSite: async queue => {
      if (stack.disposed) throw new Error('the rig is closed');
      await redis.kill();
      await redis.start();
      const databaseUrl = await openDatabase();
      const redisUrl = queue === 'redis' ? redis.url : undefined;
      await using backend = createQueueBackend({ redisUrl, databaseUrl, log: silentLog });
      await runMigrations(databaseUrl, backend.migrations);
      await query(
        databaseUrl,
        `insert into reconciler.users (id) select 'user_' || n from generate_series(0, $1) n`,
        [USERS - 1],
      );
      return { databaseUrl, redisUrl };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMigrations } from '../../src/db/migrate.ts';
import { createQueueBackend } from '../../src/queue/backend.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { silentLog } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

const stack = new AsyncDisposableStack();
let database: TestDatabase;
beforeAll(async () => {
  database = stack.use(await createTestDatabase('template0'));
});
afterAll(() => stack.disposeAsync());

/** Another way to the database, whose connections can be cut as a crash or a cable would. */
const openRelay = async () => {
  const { hostname, port } = new URL(database.url);
  const sockets = new Set<Socket>();
  const server = createServer(client => {
    const upstream = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => undefined);
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(database.url);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: url.href,
    cut,
    [Symbol.asyncDispose]: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
};

const isQueueWaiting = async (): Promise<boolean> => {
  const { rows } = await database.pool.query(
    `select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'
        and application_name = 'seam-reconciler queue'`,
  );
  return rows.length > 0;
};

// An error event that nobody hears would end the process; here it fails the run.
test('a queue that loses its connection while it opens fails, and takes nothing with it', async () => {
  await using relay = await openRelay();
  await using backend = createQueueBackend({
    redisUrl: undefined,
    databaseUrl: relay.url,
    log: silentLog,
  });
  await runMigrations(database.url, backend.migrations);
  const holder = await database.pool.connect();
  await holder.query('begin; lock table bullmq.migration in access exclusive mode');
  const queue = backend.openQueue(null);
  queue.on('error', () => undefined);
  try {
    const opening = Promise.allSettled([queue.waitUntilReady()]);
    await until('it to wait', isQueueWaiting);
    relay.cut();
    const [opened] = await opening;
    expect(opened.status).toBe('rejected');
  } finally {
    await holder.query('rollback');
    holder.release();
    await queue.close();
  }
});

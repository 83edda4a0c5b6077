import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createContext } from '../../src/app/context.ts';
import { startHealth, startWeb } from '../../src/app/web.ts';
import { startWork } from '../../src/app/worker.ts';
import { parseConfig } from '../../src/config/config.ts';
import type { LookWorker, QueueBackend } from '../../src/queue/backend.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { readinessOf } from '../fixtures/readiness.ts';
import { startTestSeam } from '../fixtures/seam.ts';
import { SECRET } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

/** The worker side in this process, with its health, and the health of a web side beside it. */
type Room = Readonly<{
  database: TestDatabase;
  /** BullMQ's own. */
  worker: LookWorker;
  /** The same, of what sends messages. */
  endpointWorker: Pick<LookWorker, 'close'>;
  /** How many looks have found that they may not begin. */
  countVainLooks: () => number;
  readiness: () => ReturnType<typeof readinessOf>;
  readinessOfWeb: () => ReturnType<typeof readinessOf>;
}> &
  AsyncDisposable;

const openRoom = async (): Promise<Room> => {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase());
  const seam = stack.use(await startTestSeam());
  const config = parseConfig({
    DATABASE_URL: database.url,
    SEAM_API_KEY: seam.apiKey,
    SEAM_ENDPOINT: seam.endpoint,
    SEAM_WEBHOOK_SECRET: SECRET,
    PORT: '0',
  });
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: line => void lines.push(line) });
  const opened = stack.use(
    createContext({
      databaseUrl: database.url,
      redisUrl: undefined,
      workspaces: config.workspaces,
      log,
      name: 'test',
      maxConnections: 8,
    }),
  );
  const { promise: worker, resolve } = Promise.withResolvers<LookWorker>();
  const { promise: endpointWorker, resolve: resolveEndpoint } =
    Promise.withResolvers<Pick<LookWorker, 'close'>>();
  const backend: QueueBackend = {
    ...opened.backend,
    openEndpointWorker: (...given) => {
      const made = opened.backend.openEndpointWorker(...given);
      resolveEndpoint(made);
      return made;
    },
    openWorker: (...given) => {
      const made = opened.backend.openWorker(...given);
      resolve(made);
      return made;
    },
  };
  const context = { ...opened, backend };
  const work = stack.use(await startWork(context, config));
  const health = stack.use(await startHealth(context, work, config));
  const web = stack.use(await startWeb(context, config, { worker: work }));
  // That of looks, and that of endpoints.
  await until(
    'the workers',
    () => lines.filter(line => line.includes('worker ready')).length === 2,
  );
  return {
    database,
    worker: await worker,
    endpointWorker: await endpointWorker,
    countVainLooks: () => lines.filter(line => line.includes('nothing to check')).length,
    readiness: () => readinessOf(health.url),
    readinessOfWeb: () => readinessOf(web.url),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

describe('a worker that gets nothing done', () => {
  let room: Room;
  beforeEach(async () => {
    // The only clock that the worker's progress is measured by; all others go on.
    vi.useFakeTimers({ toFake: ['performance'] });
    room = await openRoom();
  });
  afterEach(async () => {
    await room[Symbol.asyncDispose]();
    vi.useRealTimers();
  });

  const passTwoMinutes = () => vi.advanceTimersByTime(121_000);
  /** Owed and due for three minutes. Leased: no look at it may begin. */
  const addOwed = async ({ isLeased }: { isLeased: boolean }): Promise<void> => {
    await room.database.pool.query(
      `insert into reconciler.reconciliations (subject, generation, state, due_at, leased_until)
       values ($1, 1, 'pending', now() - interval '3 min', now() + $2 * interval '1 h')`,
      [`connected_account:${randomUUID()}`, isLeased ? 1 : 0],
    );
  };
  const endLeases = () =>
    room.database.pool.query('update reconciler.reconciliations set leased_until = null');
  const isReady = async (): Promise<boolean> => (await room.readiness()).status === 200;
  const expectStuck = async (words: string): Promise<void> => {
    expect(await room.readiness()).toMatchObject({
      status: 503,
      checks: { database: 'ok', queue: 'ok', progress: expect.stringContaining(words) },
    });
  };

  test('is asked how it is without waiting for the users table, which it doesn’t read for that', async () => {
    const client = await room.database.pool.connect();
    await client.query('begin; lock table reconciler.users in access exclusive mode');
    const answers = await Promise.all([room.readiness(), room.readinessOfWeb()]);
    await client.query('rollback');
    client.release();
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 200, checks: { progress: 'ok' } });
    }
  });

  test('because nothing is owed is ready, for hours', async () => {
    vi.advanceTimersByTime(3 * 3_600_000);
    expect(await isReady()).toBe(true);
  });

  test('though looks come and go is not ready; once a run has finished it is', async () => {
    await addOwed({ isLeased: true });
    await until('a look in vain', () => room.countVainLooks() > 0);
    expect(await isReady()).toBe(true);
    passTwoMinutes();
    const before = room.countVainLooks();
    await until('more looks in vain', () => room.countVainLooks() > before);
    await expectStuck('checks have been due');
    await endLeases();
    await until('readiness', isReady);
  });

  test('because a lock keeps its runs from beginning is not ready, until it is gone', async () => {
    const client = await room.database.pool.connect();
    await client.query('begin; lock table reconciler.runs in exclusive mode');
    await addOwed({ isLeased: false });
    await until('a run that waits', async () => {
      const { rowCount } = await client.query(
        `select from pg_locks where relation = 'reconciler.runs'::regclass and not granted
          and database = (select oid from pg_database where datname = current_database())`,
      );
      return rowCount !== 0;
    });
    passTwoMinutes();
    await expectStuck('checks have been due');
    await client.query('commit');
    client.release();
    await until('readiness', isReady);
  });

  test('because it was paused and never resumed is not ready, until it is', async () => {
    await room.worker.pause(true);
    await addOwed({ isLeased: false });
    passTwoMinutes();
    await expectStuck('checks have been due');
    await room.worker.resume();
    await until('readiness', isReady);
  });

  test('because the queue is held is ready, and has its time when the hold ends', async () => {
    await room.database.pool.query(
      `insert into reconciler.workspace_holds (reason, detail, probe_at)
       values ('seam_unauthorized', 'of the test', now() + interval '1 h')`,
    );
    await addOwed({ isLeased: true });
    passTwoMinutes();
    expect(await isReady()).toBe(true);
    await room.database.pool.query('delete from reconciler.workspace_holds');
    expect(await isReady()).toBe(true);
    passTwoMinutes();
    await expectStuck('checks have been due');
  });

  test('because a person has paused it is ready, and has its time when it goes on', async () => {
    await room.database.pool.query(`insert into reconciler.pauses (why, by) values ($1, $1)`, [
      'of the test',
    ]);
    await addOwed({ isLeased: true });
    passTwoMinutes();
    expect(await isReady()).toBe(true);
    await room.database.pool.query('delete from reconciler.pauses');
    expect(await isReady()).toBe(true);
    passTwoMinutes();
    await expectStuck('checks have been due');
  });

  test('because its loop has ended is not ready at once; a web side beside it tells, and stays ready', async () => {
    await room.worker.close();
    await expectStuck('the worker has ended');
    expect(await room.readinessOfWeb()).toMatchObject({
      status: 200,
      checks: { progress: expect.stringContaining('the worker has ended') },
    });
  });

  test('because the one that sends messages has ended is not ready at once', async () => {
    await room.endpointWorker.close();
    await expectStuck('the worker that sends messages has ended');
  });
});

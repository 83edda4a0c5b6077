import { createPostgresBackend, type Job, Worker } from 'bullmq';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { traceparentOf, withSpan } from '../../src/ops/tracing.ts';
import type { MessageBody } from '../../src/outbox/body.ts';
import { createQueueBackend, type QueueBackend } from '../../src/queue/backend.ts';
import { createEndpointQueue, type EndpointQueue } from '../../src/queue/endpoint-queue.ts';
import { startEndpointWorker } from '../../src/queue/endpoint-worker.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { BACKENDS } from '../fixtures/house.ts';
import { createRedis } from '../fixtures/redis.ts';
import { silentLog } from '../fixtures/settings.ts';
import { readTraces } from '../fixtures/traces.ts';
import { until } from '../fixtures/wait.ts';

/** Turns that a worker has begun, each of which ends as the test says. */
type Begun = { endpointId: number; finish: (nextInMs: number | null) => void };

const BODY: MessageBody = {
  type: 'account.linked',
  timestamp: '2026-11-27T20:00:00.000Z',
  data: {
    message_id: '6f2f4f2e-6ac7-4bd5-8d0c-4c53a3f2c1aa',
    position: 7,
    about: 'connected_account:a',
    sequence: 1,
    workspace_id: null,
    user_id: 'ada',
    connected_account_id: 'a',
    connect_webview_id: null,
  },
};

describe.each(BACKENDS)('endpoints in turn (queue in %s)', kind => {
  const stack = new AsyncDisposableStack();
  let database: TestDatabase;
  let backend: QueueBackend;
  let queue: EndpointQueue;
  let redisPort: number | undefined;
  let begun: Begun[];
  let underWay: number[];
  let overlaps: number[];

  beforeAll(async () => {
    database = stack.use(await createTestDatabase());
    const redis = kind === 'redis' ? stack.use(await createRedis({ started: true })) : null;
    redisPort = redis?.port;
    const log = silentLog;
    backend = stack.use(
      createQueueBackend({ redisUrl: redis?.url, databaseUrl: database.url, log }),
    );
    queue = stack.use(createEndpointQueue({ backend, log }));
    stack.use(
      startEndpointWorker({
        ...{ pool: database.pool, backend, queue, log },
        send: async (endpointId, signal) => {
          if (underWay.includes(endpointId)) overlaps.push(endpointId);
          underWay.push(endpointId);
          const { promise, resolve } = Promise.withResolvers<number | null>();
          begun.push({ endpointId, finish: resolve });
          // As the real one does: a turn that no test has ended isn’t waited for when the worker stops.
          signal.addEventListener('abort', () => resolve(null), { once: true });
          const nextInMs = await promise;
          underWay.splice(underWay.indexOf(endpointId), 1);
          return { nextInMs };
        },
      }),
    );
  });
  afterAll(() => stack.disposeAsync());
  beforeEach(() => {
    begun = [];
    underWay = [];
    overlaps = [];
  });
  const turn = (nth: number): Promise<Begun> => until(`turn ${nth}`, () => begun[nth - 1]);
  const turnsOf = (id: number): number => begun.filter(each => each.endpointId === id).length;

  test('what is told while one is under way makes one more, and the two never overlap', async () => {
    queue.news([1]);
    const first = await turn(1);
    for (let n = 0; n < 5; n++) queue.news([1, 1]);
    // Another one's turn comes meanwhile.
    queue.news([2]);
    (await turn(2)).finish(null);
    first.finish(null);
    (await turn(3)).finish(null);
    queue.news([3]);
    (await until('the marker', () => begun.find(({ endpointId }) => endpointId === 3))).finish(
      null,
    );
    expect([turnsOf(1), overlaps]).toEqual([2, []]);
  });

  test('it comes again when it says, and news does not wait for that', async () => {
    queue.news([4]);
    (await turn(1)).finish(5);
    (await turn(2)).finish(3_600_000);
    queue.news([5]);
    (await turn(3)).finish(null);
    queue.news([4]);
    const again = await turn(4);
    again.finish(null);
    expect(again.endpointId).toBe(4);
  });

  test('what the queue was never told of is found', async () => {
    await database.pool.query(
      `with e as (
         insert into reconciler.endpoints (name, kind, target, created_by)
         values ('forgotten', 'queue', 'x', 'a test') returning id
       ), m as (
         insert into reconciler.messages (message_id, type, about, sequence, at, data)
         values (gen_random_uuid(), 'account.linked', 'connected_account:a', 1, now(), '{}')
         returning position
       )
       insert into reconciler.sendings (endpoint_id, position, about)
       select e.id, m.position, 'connected_account:a' from e, m`,
    );
    const { rows } = await database.pool.query<{ id: number }>(
      'select id::int from reconciler.endpoints',
    );
    const found = await turn(1);
    await database.pool.query('delete from reconciler.endpoints');
    found.finish(null);
    expect(found.endpointId).toBe(rows[0]?.id);
  });

  test('a turn that fails is none of the last', async () => {
    queue.news([6]);
    (await turn(1)).finish(Number.NaN);
    queue.news([6]);
    (await turn(2)).finish(null);
  });

  test('the app reads a queue of its own with a worker of its own, each message once', async () => {
    await queue.addToQueue('locks-for-my-app', BODY, 0);
    await queue.addToQueue('locks-for-my-app', BODY, 0);
    const last = { ...BODY, data: { ...BODY.data, message_id: 'the last' } };
    const got: { name: string; id: string | undefined; data: unknown }[] = [];
    const kept: unknown[] = [];
    /** Of which trace each is said to be, where BullMQ's own instrumentation looks for it. */
    const traces: unknown[] = [];
    const work = async ({ name, id, data, opts }: Pick<Job, 'name' | 'id' | 'data' | 'opts'>) => {
      got.push({ name, id, data });
      kept.push(opts.removeOnFail);
      traces.push(opts.telemetry?.metadata);
    };
    const worker =
      redisPort === undefined
        ? new Worker(
            'locks-for-my-app',
            work,
            { connection: { connectionString: database.url, schema: 'bullmq' } },
            createPostgresBackend,
          )
        : new Worker('locks-for-my-app', work, {
            connection: { host: '127.0.0.1', port: redisPort },
            prefix: '{seam-reconciler}',
          });
    stack.defer(() => worker.close());
    worker.on('error', () => undefined);
    await until('the message', () => got.length > 0);
    // Added again after it is done, as by a process that was killed before it could note it.
    await queue.addToQueue('locks-for-my-app', BODY, 0);
    let traceparent: string | null = null;
    using _traces = readTraces();
    await withSpan('send message', { parent: null }, span => {
      traceparent = traceparentOf(span);
      return queue.addToQueue('locks-for-my-app', last, 0);
    });
    await until('the last', () => got.find(({ id }) => id === 'the last'));
    expect(got).toEqual([
      { name: 'account.linked', id: BODY.data.message_id, data: BODY },
      { name: 'account.linked', id: 'the last', data: last },
    ]);
    expect(traces).toEqual([undefined, JSON.stringify({ traceparent })]);
    // A person sends it again, while the queue still has what it was; and we are killed before we could note that.
    await queue.addToQueue('locks-for-my-app', BODY, 1);
    await queue.addToQueue('locks-for-my-app', BODY, 1);
    const end = { ...BODY, data: { ...BODY.data, message_id: 'the end' } };
    await queue.addToQueue('locks-for-my-app', end, 0);
    await until('the end', () => got.find(({ id }) => id === 'the end'));
    expect(got.slice(2)).toEqual([
      { name: 'account.linked', id: `${BODY.data.message_id}-again-1`, data: BODY },
      { name: 'account.linked', id: 'the end', data: end },
    ]);
    // What fails for good stays for a month, and not for ever.
    expect(new Set(kept.map(each => JSON.stringify(each)))).toEqual(new Set(['{"age":2592000}']));
  });
});

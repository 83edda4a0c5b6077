import { describe, expect, inject, test } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import { databaseFault } from '../../src/db/errors.ts';
import { createQueueBackend } from '../../src/queue/backend.ts';
import { createTestDatabase } from '../fixtures/database.ts';
import { createRedis } from '../fixtures/redis.ts';
import { silentLog } from '../fixtures/settings.ts';
import { openWay } from '../fixtures/silence.ts';

const NO_ANSWER = "Postgres can't be used (DATABASE_URL): it doesn't answer.";

describe.concurrent('a Postgres that accepts and then says nothing', () => {
  test.each(['from the beginning', 'later on'])('is given up on: %s', async when => {
    await using admin = await createTestDatabase();
    await using way = await openWay(admin.url);
    if (when === 'from the beginning') way.fallSilent();
    const database = openDatabase({ url: way.url, name: 'silent', max: 2, log: silentLog });
    if (when === 'later on') await database.pool.query('select 1');
    way.fallSilent();
    const asked = await database.pool.query('select 1').catch((error: unknown) => error);
    expect(databaseFault(asked)).toBe(NO_ANSWER);
    await database[Symbol.asyncDispose]();
  });

  test('keeps nobody who leaves', async () => {
    await using admin = await createTestDatabase();
    await using way = await openWay(admin.url);
    const database = openDatabase({ url: way.url, name: 'silent', max: 2, log: silentLog });
    await Promise.all([database.pool.query('select 1'), database.pool.query('select 1')]);
    way.fallSilent();
    await database[Symbol.asyncDispose]();
  });
});

const KINDS = inject('hasRedis') ? (['postgres', 'redis'] as const) : (['postgres'] as const);

describe.concurrent.each(KINDS)('a queue in a silent %s', kind => {
  const open = async () => {
    await using stack = new AsyncDisposableStack();
    const database = stack.use(await createTestDatabase());
    const redis = kind === 'redis' ? stack.use(await createRedis({ started: true })) : null;
    const way = stack.use(await openWay(redis?.url ?? database.url));
    const backend = createQueueBackend({
      redisUrl: redis === null ? undefined : way.url,
      databaseUrl: redis === null ? way.url : database.url,
      log: silentLog,
    });
    const opened = stack.move();
    return { way, backend, [Symbol.asyncDispose]: () => opened.disposeAsync() };
  };

  test('is out of reach', async () => {
    await using site = await open();
    site.way.fallSilent();
    await expect(site.backend.probe()).rejects.toThrow();
    await site.backend[Symbol.asyncDispose]();
  });

  test('takes nothing, and keeps nobody who leaves', async () => {
    await using site = await open();
    await site.backend.probe();
    const queue = site.backend.openQueue(null);
    queue.on('error', () => undefined);
    await queue.waitUntilReady();
    const look = { subject: 'connect_webview:w', trigger: 'delivery' } as const;
    const job = { name: 'look' as const, data: look, opts: {} };
    await queue.addBulk([job]);
    site.way.fallSilent();
    await expect(queue.addBulk([job])).rejects.toThrow();
    await queue.close();
    await site.backend[Symbol.asyncDispose]();
  });
});

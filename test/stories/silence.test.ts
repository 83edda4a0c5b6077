import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { start } from '../fixtures/processes.ts';
import { createRedis, type TestRedis } from '../fixtures/redis.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { SECRET } from '../fixtures/settings.ts';
import { openWay } from '../fixtures/silence.ts';
import { postAll } from '../fixtures/webhooks.ts';

const stack = new AsyncDisposableStack();
let database: TestDatabase;
let redis: TestRedis;
let seam: TestSeam;
beforeAll(async () => {
  database = stack.use(await createTestDatabase());
  seam = stack.use(await startTestSeam());
  redis = stack.use(await createRedis({ started: inject('hasRedis') }));
});
afterAll(() => stack.disposeAsync());

/** All else that they are told is the same. */
const startWith = (args: readonly string[], urls: Readonly<Record<string, string>>) =>
  start(args, {
    SEAM_API_KEY: seam.apiKey,
    SEAM_ENDPOINT: seam.endpoint,
    SEAM_WEBHOOK_SECRET: SECRET,
    PORT: '0',
    ...urls,
  });

/** The answers to the webhooks of somebody who connects an account. */
const webhooks = async (url: unknown): Promise<number[]> => {
  const webviewId = await seam.createWebview({ id: 'ada' });
  const { events } = await seam.completeWebview(webviewId, { email: 'ada@l.example' });
  return postAll(String(url), events);
};

describe.concurrent('servers that are connected, and say nothing any more', () => {
  test('Postgres: webhooks are refused, and whoever is told to ends by itself', async () => {
    await using way = await openWay(database.url);
    await using serve = startWith(['serve'], { DATABASE_URL: way.url });
    const { url } = await serve.logged('listening');
    expect(new Set(await webhooks(url))).toEqual(new Set([204]));
    way.fallSilent();
    expect(new Set(await webhooks(url))).toEqual(new Set([503]));
    expect(await serve.stop('SIGTERM')).toBe(0);
  });

  test('Postgres with the queue in it: whoever is told to ends by itself, at once, too', async () => {
    await using way = await openWay(database.url);
    await using both = startWith(['serve', '--work'], { DATABASE_URL: way.url });
    await both.logged('worker ready');
    way.fallSilent();
    expect(await both.stop('SIGTERM')).toBe(0);
  });

  test.skipIf(!inject('hasRedis'))(
    'Redis: webhooks are taken, and whoever is told to ends by itself',
    async () => {
      await using way = await openWay(redis.url);
      const urls = { DATABASE_URL: database.url, REDIS_URL: way.url };
      await using both = startWith(['serve', '--work'], urls);
      const { url } = await both.logged('listening');
      await both.logged('worker ready');
      way.fallSilent();
      expect(new Set(await webhooks(url))).toEqual(new Set([204]));
      expect(await both.stop('SIGTERM')).toBe(0);
    },
  );

  test('one that is silent from the beginning is waited for, and keeps nobody who is told to end', async () => {
    await using way = await openWay(database.url);
    way.fallSilent();
    await using work = startWith(['work'], { DATABASE_URL: way.url });
    await work.logged('waiting for the queue');
    expect(await work.stop('SIGTERM')).toBe(0);
  });
});

import { describe, expect, test } from 'vitest';
import { createTestDatabase } from '../fixtures/database.ts';
import { BACKENDS } from '../fixtures/house.ts';
import { freePort } from '../fixtures/ports.ts';
import { start } from '../fixtures/processes.ts';
import { readinessOf } from '../fixtures/readiness.ts';
import { createRedis } from '../fixtures/redis.ts';
import { SECRET } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

describe.runIf(BACKENDS.includes('redis'))('a worker whose Redis is killed', () => {
  test('is not ready and names the queue, until Redis is back', async () => {
    await using database = await createTestDatabase();
    await using redis = await createRedis({ started: true });
    const port = String(await freePort());
    await using work = start(['work', '--health-port', port], {
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      SEAM_API_KEY: 'seam_key',
    });
    await work.logged('worker ready');
    const readiness = () => readinessOf(`http://127.0.0.1:${port}`).catch(() => null);
    await until('readiness', async () => (await readiness())?.status === 200);
    await redis.kill();
    expect(await readiness()).toMatchObject({
      status: 503,
      checks: { database: 'ok', queue: 'failed' },
    });
    await redis.start();
    await until('readiness again', async () => (await readiness())?.status === 200);
  });
});

test('serve --work tells of its worker, too', async () => {
  await using database = await createTestDatabase();
  await using serve = start(['serve', '--work'], {
    DATABASE_URL: database.url,
    SEAM_API_KEY: 'seam_key',
    SEAM_WEBHOOK_SECRET: SECRET,
    PORT: '0',
  });
  const { url } = await serve.logged('listening');
  expect(await readinessOf(String(url))).toMatchObject({ status: 200, checks: { progress: 'ok' } });
});

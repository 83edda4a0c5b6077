import { describe, expect, inject, test } from 'vitest';
import { createTestDatabase } from '../fixtures/database.ts';
import { freePort } from '../fixtures/ports.ts';
import { start } from '../fixtures/processes.ts';
import { createRedis } from '../fixtures/redis.ts';
import { askRedis } from '../fixtures/redis-kinds.ts';
import { createRole, rowsOf } from '../fixtures/roles.ts';
import { until } from '../fixtures/wait.ts';

/** A worker that can't get at its queue, and what its `/readyz` says; `mend` makes it work. */
const expectWaiting = async (
  env: Readonly<Record<string, string>>,
  told: string,
  mend: () => Promise<unknown>,
): Promise<void> => {
  const port = String(await freePort());
  await using work = start(['work', '--health-port', port], { ...env, SEAM_API_KEY: 'seam_key' });
  await work.logged('waiting for the queue');
  const readiness = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    if (response === null) return null;
    const { checks } = (await response.json()) as { checks: Record<string, string> };
    return { status: response.status, queue: checks.queue };
  };
  expect(await until('the health port', readiness)).toEqual({ status: 503, queue: told });
  await mend();
  await work.logged('worker ready');
  await until('readiness', async () => (await readiness())?.status === 200);
};

describe.runIf(inject('hasRedis'))('a worker whose Redis', () => {
  test('runs no scripts for us is not ready and says why; it works once they are allowed', async () => {
    await using database = await createTestDatabase();
    await using redis = await createRedis({ started: true });
    const ask = (...command: string[]) => askRedis({ tls: null }, redis.port, ...command);
    await ask('acl', 'setuser', 'ours', 'on', '>pw', '~*', '&*', '+@all', '-eval');
    await expectWaiting(
      { DATABASE_URL: database.url, REDIS_URL: `redis://ours:pw@127.0.0.1:${redis.port}` },
      "Redis can't be used: our user may not run EVAL",
      () => ask('acl', 'setuser', 'ours', '+eval'),
    );
  });
});

test('a worker whose role may not make its queue in Postgres is not ready, until it may', async () => {
  await using database = await createTestDatabase();
  await using role = await createRole(database, name => [
    ...rowsOf('reconciler', name),
    ...rowsOf('bullmq', name),
    `grant execute on all functions in schema reconciler to ${name}`,
  ]);
  await expectWaiting(
    { DATABASE_URL: role.url },
    "the queue can't work in Postgres: our role lacks rights: create on schema bullmq",
    () => database.pool.query(`grant create on schema bullmq to ${role.name}`),
  );
});

import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ProcessStatus, readProcesses, tellProcess } from '../../src/metrics/processes.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { run, start } from '../fixtures/processes.ts';
import { SECRET } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const known = async (pid: number): Promise<ProcessStatus | undefined> =>
  (await readProcesses(database.db)).find(process => process.pid === pid);

test('each process tells how it is; a clean stop takes it off the list, a kill shows it as lost', async () => {
  const env = {
    DATABASE_URL: database.url,
    SEAM_API_KEY: 'seam_key',
    SEAM_WEBHOOK_SECRET: SECRET,
    WORKER_CONCURRENCY: '7',
    PORT: '0',
  };
  await using serve = start(['serve'], env);
  await using work = start(['work'], env);
  expect(await until('the web process', () => known(serve.pid))).toMatchObject({
    kind: 'serve',
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    lost: false,
    worker: null,
  });
  expect(await until('the worker', () => known(work.pid))).toMatchObject({
    kind: 'work',
    worker: { running: 0, concurrency: 7, trouble: null, progress_at: expect.any(String) },
  });

  await serve.stop('SIGTERM');
  expect(await known(serve.pid)).toBeUndefined();

  await work.stop('SIGKILL');
  await database.pool.query(
    `update reconciler.processes set seen_at = now() - interval '31 s' where pid = $1`,
    [work.pid],
  );
  expect(await known(work.pid)).toMatchObject({ lost: true });
  const { stdout } = await run(['queue', 'status'], { DATABASE_URL: database.url });
  expect(stdout).toMatch(new RegExp(`^work .* ${work.pid} .* LOST since`, 'm'));
});

test('when a worker last got on is told by the database’s clock', async () => {
  const worker = { progressMsAgo: 60_000, running: 0, concurrency: 1, trouble: null };
  const own = { id: 'skewed', pid: 3, kind: 'work', host: 'h', version: '1.0.0', worker } as const;
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
  await tellProcess(database.pool, own);
  vi.useRealTimers();
  const { rows } = await database.pool.query(
    `select seen_at - progress_at = interval '60 s' as is_right
       from reconciler.processes where id = 'skewed'`,
  );
  expect(rows).toEqual([{ is_right: true }]);
});

test('after a day a lost one is forgotten, by whichever process tells of itself next', async () => {
  const own = { kind: 'work', host: 'h', version: '1.0.0', worker: null } as const;
  await tellProcess(database.pool, { ...own, id: 'old', pid: 1 });
  await database.pool.query(
    `update reconciler.processes set seen_at = now() - interval '25 h' where id = 'old'`,
  );
  await tellProcess(database.pool, { ...own, id: 'new', pid: 2 });
  await tellProcess(database.pool, { ...own, id: 'new', pid: 2 });
  const ids = (await readProcesses(database.db)).map(({ id }) => id);
  expect(ids).toContain('new');
  expect(ids).not.toContain('old');
});

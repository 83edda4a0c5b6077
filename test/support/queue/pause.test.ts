import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readQueueStatus } from '../../../src/support/queue/status.ts';
import { runHere } from '../../fixtures/here.ts';
import { BACKENDS, type House, openHouse } from '../../fixtures/house.ts';
import { start } from '../../fixtures/processes.ts';
import { SHELL } from '../../fixtures/shell.ts';
import { until } from '../../fixtures/wait.ts';

const WHY = 'Seam asked us to wait';
/** A sweep comes every two seconds. */
const SWEEP_MS = 2_500;

describe.each(BACKENDS)('a person pauses the queue (queue in %s)', kind => {
  const stack = new AsyncDisposableStack();
  let house: House;
  beforeAll(async () => {
    house = stack.use(await openHouse(kind, { apart: true }));
    await house.addUser('ada');
  });
  afterAll(() => stack.disposeAsync());

  const connect = async (): Promise<string> => {
    const webviewId = await house.seam.createWebview({ id: 'ada' });
    const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
    await house.deliver(...events);
    return webviewId;
  };
  const countRuns = async (): Promise<number> => {
    const { rows } = await house.database.pool.query('select count(*)::int from reconciler.runs');
    return rows[0]?.count;
  };
  /** What is owed is overdue for a sweep and more, and waits where it is. */
  const expectNothingRuns = async (before: number): Promise<void> => {
    const { pool } = house.database;
    // Stored, it is counted in a moment: only then is it owed.
    await until('something to be owed', async () => {
      const { rowCount } = await pool.query(
        `update reconciler.reconciliations set sweep_at = now()
          where observed_generation < generation and not exists (select from reconciler.uncounted)`,
      );
      return rowCount === 1;
    });
    await sleep(SWEEP_MS);
    const { rowCount } = await pool.query(
      `select from reconciler.reconciliations
        where observed_generation < generation and sweep_at <= now()`,
    );
    expect(rowCount).toBe(1);
    expect(await countRuns()).toBe(before);
  };
  const command = async (...args: string[]) => runHere(['queue', ...args], house.env);

  test('what is in hand is finished', async () => {
    const asked = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    house.seam.interfere(path =>
      path === '/connect_webviews/get'
        ? response => {
            asked.resolve();
            void released.promise.then(() => response.writeHead(503).end());
          }
        : null,
    );
    const webviewId = await connect();
    await asked.promise;
    await command('pause', '--why', WHY);
    await house.work.logged('a person has paused the queue');
    released.resolve();
    await until('the end of the run', async () => (await house.find(webviewId))?.runs[0]?.outcome);
    house.seam.interfere(null);
    await command('resume');
    await house.settled(webviewId, 'linked');
    await house.database.pool.query('truncate reconciler.audit_log');
  });

  test('nothing is looked at, whatever is restarted or wiped, until somebody resumes it', async () => {
    expect(await command('pause', '--why', WHY)).toMatchObject({ code: 0 });
    const pausedLines = () =>
      house.work.log.filter(line => line.msg === 'a person has paused the queue').length;
    await until('the worker to see it', () => pausedLines() === 2);
    const before = await countRuns();
    const webviewId = await connect();
    await expectNothingRuns(before);
    expect(await house.find(webviewId)).toMatchObject({ state: 'pending' });

    if (house.redis !== null) {
      const redis = new Redis(house.redis.url);
      await redis.flushall();
      redis.disconnect();
      await expectNothingRuns(before);
    }
    await house.work.stop('SIGTERM');
    await using worker = start(['work'], house.env);
    await worker.logged('worker ready');
    await expectNothingRuns(before);

    // Seam is asked because of an earlier trouble, and answers: that ends the hold, not the pause.
    await house.database.pool.query(
      `insert into reconciler.workspace_holds (reason, detail, probe_at)
       values ('seam_unavailable', 'of the test', now())`,
    );
    await until('a probe that was answered', async () => {
      const { holds } = await readQueueStatus(house.database.db, SHELL);
      return holds.length === 0;
    });
    await expectNothingRuns(before);

    const told = await command('status');
    expect(told.stdout).toMatch(new RegExp(`^PAUSED by \\S.* since \\S+: ${WHY}$`, 'm'));
    const ready = await fetch(`${house.url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({
      checks: { pause: expect.stringContaining('paused by a person since') },
    });

    const resumed = await command('resume', '--json');
    expect(JSON.parse(resumed.stdout)).toMatchObject({ resumed: { why: WHY } });
    expect(await house.settled(webviewId, 'linked')).toMatchObject({ user_id: 'ada' });
    expect((await command('status')).stdout).toContain('The queue is running');
    const { rows } = await house.database.pool.query(
      'select action, target, face, why, before, after from reconciler.audit_log order by id',
    );
    expect(rows).toMatchObject([
      { action: 'pause_queue', target: 'queue', face: 'cli', why: WHY, after: { paused: true } },
      { action: 'resume_queue', target: 'queue', before: { why: WHY }, after: { paused: false } },
    ]);
  });
});

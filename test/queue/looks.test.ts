import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Subject } from '../../src/model/subject.ts';
import {
  createQueueBackend,
  type Look,
  type LookResult,
  type QueueBackend,
} from '../../src/queue/backend.ts';
import { createEnqueuer, type Enqueuer } from '../../src/queue/enqueue.ts';
import { createTestDatabase } from '../fixtures/database.ts';
import { BACKENDS } from '../fixtures/house.ts';
import { createRedis } from '../fixtures/redis.ts';
import { silentLog } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

/** Looks that a worker has begun, each of which ends when the test says so. */
type Begun = { look: Look; finish: () => void };

describe.each(BACKENDS)('asking for looks (queue in %s)', kind => {
  const stack = new AsyncDisposableStack();
  let backend: QueueBackend;
  let enqueuer: Enqueuer;
  let begun: Begun[];
  let underWay: Subject[];
  let overlaps: Subject[];

  beforeAll(async () => {
    const database = stack.use(await createTestDatabase());
    const redis = kind === 'redis' ? stack.use(await createRedis({ started: true })) : null;
    const log = silentLog;
    backend = stack.use(
      createQueueBackend({ redisUrl: redis?.url, databaseUrl: database.url, log }),
    );
    enqueuer = stack.use(createEnqueuer({ backend, workspaceId: null, log }));
    const look = async ({ data }: { data: Look }): Promise<LookResult> => {
      if (underWay.includes(data.subject)) overlaps.push(data.subject);
      underWay.push(data.subject);
      const { promise, resolve } = Promise.withResolvers<void>();
      begun.push({ look: data, finish: resolve });
      await promise;
      underWay.splice(underWay.indexOf(data.subject), 1);
      return { nextLookInMs: null };
    };
    const worker = backend.openWorker(look, { workspaceId: null, concurrency: 5 });
    worker.on('error', () => undefined);
    void worker.run();
    stack.defer(() => worker.close());
  });
  afterAll(() => stack.disposeAsync());
  beforeEach(() => {
    begun = [];
    underWay = [];
    overlaps = [];
  });

  const nextLook = (nth: number): Promise<Begun> => until(`look ${nth}`, () => begun[nth - 1]);
  const isQuiet = async (): Promise<void> => {
    // A marker that is asked for now comes after all that was asked for before.
    const marker: Subject = `connected_account:marker_${Math.random()}`;
    await enqueuer.owed([{ subject: marker, lateness: 'overdue' }]);
    const seen = await until('the marker', () => begun.find(b => b.look.subject === marker));
    seen.finish();
  };
  const looksAt = (subject: Subject): Look[] =>
    begun.map(({ look }) => look).filter(look => look.subject === subject);

  test('many events while a look is running cost one more look, and the two never overlap', async () => {
    const subject: Subject = 'connect_webview:busy';
    enqueuer.news([{ subject, trigger: 'delivery', waitMs: 0 }]);
    const first = await nextLook(1);
    for (let i = 0; i < 5; i++) await enqueuer.request(subject);
    await isQuiet();
    expect(looksAt(subject)).toHaveLength(1);
    first.finish();
    const second = await until('one more', () => begun.filter(b => b.look.subject === subject)[1]);
    second.finish();
    await isQuiet();
    expect(looksAt(subject)).toHaveLength(2);
    expect(overlaps).toEqual([]);
  });

  test('news does not wait out a backoff, and what was waiting is gone', async () => {
    const subject: Subject = 'connect_webview:patient';
    await enqueuer.later(subject, 3_600_000);
    enqueuer.news([{ subject, trigger: 'delivery', waitMs: 0 }]);
    const { look, finish } = await nextLook(1);
    expect(look).toEqual({ subject, trigger: 'delivery' });
    finish();
    await isQuiet();
    expect(looksAt(subject)).toHaveLength(1);
  });

  test('what the sweep finds overdue does not wait for a time that is no longer true', async () => {
    const subject: Subject = 'connect_webview:swept';
    await enqueuer.later(subject, 3_600_000);
    await enqueuer.owed([{ subject, lateness: 'overdue' }]);
    const { look, finish } = await nextLook(1);
    expect(look).toEqual({ subject, trigger: 'sweep' });
    finish();
    await isQuiet();
    expect(looksAt(subject)).toHaveLength(1);
  });

  test('what was left in the middle of a run is looked at once more beside the job that looks as if it went on', async () => {
    const subject: Subject = 'connect_webview:left';
    enqueuer.news([{ subject, trigger: 'delivery', waitMs: 0 }]);
    const first = await nextLook(1);
    await enqueuer.owed([{ subject, lateness: 'left' }]);
    const second = await until(
      'one beside',
      () => begun.filter(b => b.look.subject === subject)[1],
    );
    expect(second.look).toEqual({ subject, trigger: 'sweep' });
    await isQuiet();
    expect(looksAt(subject)).toHaveLength(2);
    second.finish();
    first.finish();
    await until('both to end', () => !underWay.includes(subject));
  });

  test('what nobody has begun for long is looked at beside a job that seems to be under way, and beside that one', async () => {
    const subject: Subject = 'connect_webview:taken';
    await enqueuer.request(subject);
    const taken = [await nextLook(1)];
    const minute = Date.now();
    for (const later of [1, 2]) {
      // Each minute anew: whoever took the one beside it may have died, too.
      vi.spyOn(Date, 'now').mockReturnValue(minute + later * 60_000);
      await enqueuer.owed([{ subject, lateness: 'late' }]);
      vi.restoreAllMocks();
      taken.push(
        await until(
          'one beside',
          () => begun.filter(({ look }) => look.subject === subject)[later],
        ),
      );
    }
    for (const { finish } of taken) finish();
    await until('all to end', () => !underWay.includes(subject));
  });

  test('what is late because much waits is asked for once', async () => {
    const subject: Subject = 'connect_webview:late';
    await enqueuer.hold(60_000);
    for (let n = 0; n < 3; n++) await enqueuer.owed([{ subject, lateness: 'late' }]);
    await enqueuer.release();
    (await nextLook(1)).finish();
    await isQuiet();
    expect(looksAt(subject)).toHaveLength(1);
  });

  test('another look after a while takes nothing away from one that waits already', async () => {
    const subject: Subject = 'connect_webview:later';
    await enqueuer.later(subject, 3_600_000);
    await enqueuer.later(subject, 1);
    await isQuiet();
    expect(looksAt(subject)).toEqual([]);
  });

  test('a look that is finished can be asked for again', async () => {
    const subject: Subject = 'connect_webview:again';
    for (const nth of [1, 2, 3]) {
      await enqueuer.request(subject);
      const { finish } = await until(
        `look ${nth}`,
        () => begun.filter(b => b.look.subject === subject)[nth - 1],
      );
      finish();
      await until('its end', () => !underWay.includes(subject));
      await isQuiet();
    }
    expect(looksAt(subject)).toHaveLength(3);
  });

  test('a look that is asked for with a delay comes after it', async () => {
    const subject: Subject = 'connect_webview:delayed';
    const before = Date.now();
    await enqueuer.later(subject, 700);
    const { finish } = await nextLook(1);
    expect(Date.now() - before).toBeGreaterThanOrEqual(690);
    finish();
  });

  test('a queue that is held gives out nothing until the hold is over', async () => {
    const subject: Subject = 'connect_webview:held';
    const before = Date.now();
    await enqueuer.hold(1_500);
    // A worker that was asking for a job just then may still get one: that is over by now.
    await sleep(300);
    await enqueuer.request(subject);
    const { finish } = await until('the look', () => begun.find(b => b.look.subject === subject));
    expect(Date.now() - before).toBeGreaterThanOrEqual(1_400);
    finish();
  });

  test('ids with colons, spaces and braces are ids like any other', async () => {
    const subject: Subject = 'connected_account:a:b {c} "d" é';
    await enqueuer.request(subject);
    const { look, finish } = await nextLook(1);
    expect(look.subject).toBe(subject);
    finish();
  });
});

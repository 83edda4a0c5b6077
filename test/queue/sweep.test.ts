import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Subject } from '../../src/model/subject.ts';
import type { Queues } from '../../src/queue/queues.ts';
import { sweepOnce } from '../../src/queue/sweep.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

let database: TestDatabase;
let enqueued: Subject[];
/** A queue that only remembers what it was given: what the sweep asks for is all that matters here. */
let queue: Pick<Queues, 'servedIds' | 'open' | 'owed' | 'waiting'>;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.pool.query('delete from reconciler.reconciliations');
  enqueued = [];
  queue = {
    servedIds: null,
    open: async () => undefined,
    waiting: async () => 0,
    owed: async subjects => void enqueued.push(...subjects.map(({ subject }) => subject)),
  };
});

const addReconciliation = async (values: {
  generation: number;
  observed: number;
  sweepInSeconds: number;
}): Promise<Subject> => {
  const subject: Subject = `connect_webview:${randomUUID()}`;
  await database.pool.query(
    `insert into reconciler.reconciliations (subject, generation, observed_generation, state, sweep_at)
     values ($1, $2::bigint, $3::bigint, case when $2::bigint = $3::bigint then 'linked' else 'pending' end, now() + $4 * interval '1 s')`,
    [subject, values.generation, values.observed, values.sweepInSeconds],
  );
  return subject;
};

test('what is owed and overdue is put back, and nothing else', async () => {
  const lost = await addReconciliation({ generation: 2, observed: 1, sweepInSeconds: -1 });
  await addReconciliation({ generation: 2, observed: 2, sweepInSeconds: -1 });
  await addReconciliation({ generation: 2, observed: 1, sweepInSeconds: 60 });
  expect(await sweepOnce(database.pool, queue)).toBe(1);
  expect(enqueued).toEqual([lost]);
});

test('what one sweep has put back the next leaves alone for a while', async () => {
  await addReconciliation({ generation: 1, observed: 0, sweepInSeconds: -1 });
  await sweepOnce(database.pool, queue);
  expect(await sweepOnce(database.pool, queue)).toBe(0);
});

test('sweeps of several processes share the work instead of doubling it', async () => {
  for (let i = 0; i < 50; i++) {
    await addReconciliation({ generation: 1, observed: 0, sweepInSeconds: -1 });
  }
  const found = await Promise.all([1, 2, 3, 4].map(() => sweepOnce(database.pool, queue)));
  expect(found.reduce((sum, n) => sum + n, 0)).toBe(50);
  expect(new Set(enqueued).size).toBe(50);
  expect(enqueued).toHaveLength(50);
});

test('more than one batch is put back in one sweep', async () => {
  await database.pool.query(
    `insert into reconciler.reconciliations (subject, generation, state, sweep_at)
     select 'connect_webview:many' || n, 1, 'pending', now() - interval '1 s'
       from generate_series(1, 2500) n`,
  );
  expect(await sweepOnce(database.pool, queue)).toBe(2_500);
});

test('with the queue out of reach nothing is marked as seen to', async () => {
  await addReconciliation({ generation: 1, observed: 0, sweepInSeconds: -1 });
  const closed = { ...queue, open: async () => Promise.reject(new Error('no queue')) };
  await expect(sweepOnce(database.pool, closed)).rejects.toThrow('no queue');
  expect(await sweepOnce(database.pool, queue)).toBe(1);
});

describe('what can’t be worked on now is left where it is', () => {
  const addTo = (workspaceId: string | null, number: number) =>
    database.pool.query(
      `insert into reconciler.reconciliations (subject, generation, state, workspace_id, sweep_at)
       select 'connect_webview:' || coalesce($1, '-') || n, 1, 'pending', $1, now() - interval '1 s'
         from generate_series(1, $2) n`,
      [workspaceId, number],
    );
  const untouched = async (): Promise<number> => {
    const { rows } = await database.pool.query<{ left: number }>(
      'select count(*)::int as left from reconciler.reconciliations where sweep_at <= now()',
    );
    return rows[0]?.left ?? 0;
  };
  const clear = () =>
    database.pool.query('delete from reconciler.pauses; delete from reconciler.workspace_holds');
  const hold = (workspaceId: string | null) =>
    database.pool.query(
      `insert into reconciler.workspace_holds (workspace_id, reason, detail, probe_at)
       values ($1, 'seam_unavailable', '', now())`,
      [workspaceId],
    );
  const pause = (workspaceId: string | null) =>
    database.pool.query(
      `insert into reconciler.pauses (workspace_id, why, by) values ($1, 'a test', 'Ada')`,
      [workspaceId],
    );
  beforeEach(async () => void (await clear()));
  afterAll(async () => void (await clear()));

  test.each([
    ['held', hold],
    ['paused', pause],
  ])(
    'a workspace that is %s: none of its rows is written, and the others get theirs',
    async (_, close) => {
      await addTo('big', 3_000);
      await addTo('small', 3);
      await close('big');
      const both = { ...queue, servedIds: ['big', 'small'] };
      expect(await sweepOnce(database.pool, both)).toBe(3);
      expect(await untouched()).toBe(3_000);
      await clear();
      expect(await sweepOnce(database.pool, both)).toBe(3_000);
    },
  );

  test('all of them are paused, or the only one is held', async () => {
    await addTo('one', 2);
    await addTo(null, 2);
    await pause(null);
    expect(await sweepOnce(database.pool, { ...queue, servedIds: ['one'] })).toBe(0);
    expect(await sweepOnce(database.pool, queue)).toBe(0);
    await clear();
    await hold(null);
    expect(await sweepOnce(database.pool, queue)).toBe(0);
    await clear();
    expect(await sweepOnce(database.pool, queue)).toBe(4);
  });

  test('more than the queue has room for, but for a few, so that something always gets on', async () => {
    await addTo('one', 9_000);
    const asked = { ...queue, servedIds: ['one'] };
    expect(await sweepOnce(database.pool, { ...asked, waiting: async () => 4_000 })).toBe(1_000);
    expect(await sweepOnce(database.pool, { ...asked, waiting: async () => 50_000 })).toBe(100);
    expect(await untouched()).toBe(7_900);
  });
});

test('what a run has left behind is told apart, and what nobody has begun for long, once either is some time ago', async () => {
  const lateness = new Map<string, string>();
  queue = {
    ...queue,
    owed: async overdue => {
      for (const each of overdue) lateness.set(each.subject, each.lateness);
    },
  };
  const cases = [
    { leased: null, due: 0, told: 'overdue' },
    { leased: null, due: -20, told: 'overdue' },
    { leased: null, due: -40, told: 'late' },
    { leased: 10, due: -40, told: 'overdue' },
    { leased: -20, due: -40, told: 'overdue' },
    { leased: -40, due: -60, told: 'left' },
  ];
  const expected: [string, string][] = [];
  for (const { leased, due, told } of cases) {
    const subject = await addReconciliation({ generation: 1, observed: 0, sweepInSeconds: -1 });
    expected.push([subject, told]);
    await database.pool.query(
      `update reconciler.reconciliations
          set leased_until = now() + $2 * interval '1 s', due_at = now() + $3 * interval '1 s' where subject = $1`,
      [subject, leased, due],
    );
  }
  await sweepOnce(database.pool, queue);
  expect(expected.map(([subject]) => [subject, lateness.get(subject)])).toEqual(expected);
});

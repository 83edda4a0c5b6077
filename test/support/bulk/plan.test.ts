import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Actor } from '../../../src/access/actor.ts';
import { plan, planAndStart, tryPlan } from '../../../src/support/bulk/plan.ts';
import { readBulkRun } from '../../../src/support/bulk/read.ts';
import { parseSelection, selectSubjects } from '../../../src/support/bulk/selection.ts';
import { start, stop } from '../../../src/support/bulk/start.ts';
import { addFailed, type BulkDesk, bulkDesk, itemStates } from '../../fixtures/bulk.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { addConnection } from '../../fixtures/desk.ts';
import { SHELL } from '../../fixtures/shell.ts';

const actor = (role: Actor['role'], idempotencyKey: string | null = null): Actor => ({
  key: 'operator:1',
  name: 'ada',
  role,
  face: 'console',
  idempotencyKey,
});
const SUPPORT = actor('support');
const FAILED = parseSelection('state=failed&reason=user_not_found');

let database: TestDatabase;
let desk: BulkDesk;
beforeEach(async () => {
  database = await createTestDatabase();
  desk = bulkDesk(database);
});
afterEach(() => database[Symbol.asyncDispose]());

const audit = async () => {
  const { rows } = await database.pool.query(
    'select action, target, why, bulk_run_id::int as run from reconciler.audit_log order by id',
  );
  return rows;
};

describe('a plan', () => {
  test('holds to what matched: what matches later is not in it', async () => {
    await addFailed(database, 3);
    const id = await plan(desk, SUPPORT, FAILED, { why: 'users were imported' });
    await addFailed(database, 2, 'later');
    await start(desk, SUPPORT, id);
    expect(await readBulkRun(desk, SHELL, id)).toMatchObject({
      state: 'running',
      total: 3,
      planned_by: 'ada',
      started_by: 'ada',
      why: 'users were imported',
      selection: 'Needs attention; User not found',
      counts: { waiting: 3 },
    });
    expect(await audit()).toEqual([
      { action: 'plan_bulk_run', target: 'bulk_runs', why: 'users were imported', run: id },
      { action: 'start_bulk_run', target: `bulk_run:${id}`, why: null, run: id },
    ]);
  });

  test('leaves out what can’t or needn’t be retried, and says how many of each', async () => {
    const served = bulkDesk(database, ['ours']);
    await addFailed(database, 3);
    await addConnection(database, { subject: 'delivery:e1', reason: 'event_unusable' });
    await addConnection(database, { subject: 'connect_webview:strange' });
    await addConnection(database, { subject: 'connect_webview:looked-at', state: 'pending' });
    await addConnection(database, { subject: 'connect_webview:linked', state: 'linked' });
    await addConnection(database, { subject: 'connect_webview:off', state: 'dismissed' });
    await database.pool.query(`
      update reconciler.reconciliations set workspace_id = 'ours' where subject <> 'connect_webview:strange';
      update reconciler.reconciliations set generation = 2 where state = 'pending'`);
    expect(await tryPlan(served, SUPPORT, parseSelection(''))).toEqual({
      total: 3,
      isTooLarge: false,
      sample: ['connect_webview:w1', 'connect_webview:w2', 'connect_webview:w3'],
      leftOut: {
        owed: 1,
        names_nothing: 1,
        workspace_not_configured: 1,
        settled: 1,
        dismissed: 1,
      },
    });
    const { rows } = await database.pool.query('select 1 from reconciler.bulk_runs');
    expect(rows).toEqual([]);
    expect(await tryPlan(served, SUPPORT, parseSelection('state=linked'))).toMatchObject({
      total: 1,
      leftOut: {},
    });
    expect(await tryPlan(served, SUPPORT, parseSelection('state=dismissed'))).toMatchObject({
      total: 1,
      leftOut: {},
    });
  });

  test('knows the workspace of what has it from its deliveries only', async () => {
    await addFailed(database, 1);
    await database.pool.query(
      `insert into reconciler.deliveries (event_id, event_type, subject, workspace_id, body, signature)
       values ('e', 't', 'connect_webview:w1', 'ours', '', '{}')`,
    );
    expect(await tryPlan(bulkDesk(database, ['ours']), SUPPORT, FAILED)).toMatchObject({
      total: 1,
    });
    await expect(tryPlan(bulkDesk(database, ['other']), SUPPORT, FAILED)).rejects.toThrow(
      'Nothing that matches can be retried now: 1 × in a Seam workspace',
    );
  });

  test('of nothing, or of too much, is refused; nothing is stored of it', async () => {
    await expect(plan(desk, SUPPORT, FAILED)).rejects.toThrow('Nothing matches');
    await addFailed(database, 50_001);
    await expect(plan(desk, SUPPORT, FAILED)).rejects.toThrow('More than 50,000 match');
    const { rows } = await database.pool.query('select 1 from reconciler.bulk_items');
    expect(rows).toEqual([]);
    expect(await audit()).toEqual([]);
  });

  test('holds to no filter that it doesn’t know', () => {
    expect(() => parseSelection('state=failed&colour=red')).toThrow('"colour"');
    expect(() => parseSelection('state=failed&state=linked')).toThrow('twice');
    expect(() => parseSelection('state=nonsense')).toThrow('"state" must be one of');
    expect(() => selectSubjects([' '])).toThrow('Select at least one');
  });
});

test('one person’s previews don’t pile up: the oldest makes room, what was started stays', async () => {
  await addFailed(database, 2);
  const started = await planAndStart(desk, SUPPORT, FAILED);
  await stop(desk, SUPPORT, started);
  const theirs = await plan(desk, { ...SUPPORT, name: 'bob' }, FAILED);
  const own: number[] = [];
  for (let n = 0; n < 7; n++) own.push(await plan(desk, SUPPORT, FAILED));
  const { rows } = await database.pool.query(
    'select id::int from reconciler.bulk_runs order by id',
  );
  expect(rows.map(({ id }) => id)).toEqual([started, theirs, ...own.slice(-5)]);
});

describe('starting', () => {
  test('more than 100 takes the role on-call', async () => {
    await addFailed(database, 101);
    const id = await plan(desk, SUPPORT, FAILED);
    await expect(start(desk, SUPPORT, id)).rejects.toThrow('This requires the role "on-call"');
    expect(await readBulkRun(desk, SHELL, id)).toMatchObject({ state: 'planned' });
    await start(desk, actor('on-call'), id);
    expect(await readBulkRun(desk, SHELL, id)).toMatchObject({ state: 'running' });
  });

  test('a viewer neither plans nor starts nor stops', async () => {
    const viewer = actor('viewer');
    await addFailed(database, 1);
    const id = await plan(desk, SUPPORT, FAILED);
    await expect(plan(desk, viewer, FAILED)).rejects.toThrow('requires the role');
    await expect(start(desk, viewer, id)).rejects.toThrow('requires the role');
    await expect(stop(desk, viewer, id)).rejects.toThrow('requires the role');
  });

  test('happens once: the second one is told who did, a double click that it is done', async () => {
    await addFailed(database, 1);
    const id = await plan(desk, SUPPORT, FAILED);
    const results = await Promise.allSettled([
      start(desk, actor('support', 'a form'), id),
      start(desk, actor('support', 'a form'), id),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(start(desk, actor('support', 'a form'), id)).rejects.toThrow('already done');
    await expect(start(desk, SUPPORT, id)).rejects.toThrow('was already started by ada');
    expect((await audit()).filter(({ action }) => action === 'start_bulk_run')).toHaveLength(1);
  });

  test('is refused for an old preview, and for one that isn’t there', async () => {
    await addFailed(database, 1);
    const id = await plan(desk, SUPPORT, FAILED);
    await database.pool.query(
      `update reconciler.bulk_runs set planned_at = now() - interval '61 min'`,
    );
    await expect(start(desk, SUPPORT, id)).rejects.toThrow('Plan it again');
    await expect(start(desk, SUPPORT, 4711)).rejects.toThrow('There is no bulk run 4711');
  });

  test('a preview is as old as the database says, whatever the clock here says', async () => {
    await addFailed(database, 1);
    const id = await plan(desk, SUPPORT, FAILED);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 3_600_000 });
    try {
      await start(desk, SUPPORT, id);
    } finally {
      vi.useRealTimers();
    }
  });

  test('what somebody ticked is planned and started in one step, once a click', async () => {
    await addFailed(database, 2);
    await addConnection(database, { subject: 'connect_webview:linked', state: 'linked' });
    const ticked = selectSubjects(['connect_webview:w1', 'connect_webview:linked', 'gone']);
    const clicked = actor('support', 'one click');
    const results = await Promise.allSettled([
      planAndStart(desk, clicked, ticked),
      planAndStart(desk, clicked, ticked),
    ]);
    const ids = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
    expect(ids).toHaveLength(1);
    const run = await readBulkRun(desk, SHELL, ids[0] ?? 0);
    expect(run).toMatchObject({ state: 'running', total: 2, left_out: { gone: 1 } });
    expect(run.selection).toBe('3 selected by hand');
  });
});

test('Stop skips what waits, and says who stopped it', async () => {
  await addFailed(database, 3);
  const id = await planAndStart(desk, SUPPORT, FAILED);
  await stop(desk, SUPPORT, id, 'wrong filter');
  expect(await itemStates(database, id)).toEqual({ skipped: 3 });
  expect(await readBulkRun(desk, SHELL, id)).toMatchObject({
    state: 'stopped',
    stopped_because: 'stopped by ada',
    finished_at: expect.any(String),
  });
  expect((await audit()).at(-1)).toMatchObject({ action: 'stop_bulk_run', why: 'wrong filter' });
  await expect(stop(desk, SUPPORT, id)).rejects.toThrow('isn’t running: stopped');
});

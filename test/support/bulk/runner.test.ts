import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Actor, shellActor } from '../../../src/access/actor.ts';
import { forgetBulkRuns } from '../../../src/support/bulk/forget.ts';
import { plan, planAndStart } from '../../../src/support/bulk/plan.ts';
import { readBulkRun } from '../../../src/support/bulk/read.ts';
import { listBulkItems } from '../../../src/support/bulk/read-items.ts';
import { advanceBulkRuns, startBulkRunner } from '../../../src/support/bulk/runner.ts';
import { parseSelection, selectSubjects } from '../../../src/support/bulk/selection.ts';
import { stop } from '../../../src/support/bulk/start.ts';
import {
  addFailed,
  type BulkDesk,
  bulkDesk,
  endLooks,
  itemStates,
  stepOn,
} from '../../fixtures/bulk.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { SHELL } from '../../fixtures/shell.ts';
import { until } from '../../fixtures/wait.ts';

const ADA: Actor = shellActor('ada');
const FAILED = parseSelection('state=failed');

let database: TestDatabase;
let desk: BulkDesk;
beforeEach(async () => {
  database = await createTestDatabase();
  desk = bulkDesk(database);
});
afterEach(() => database[Symbol.asyncDispose]());

const begin = async (number: number): Promise<number> => {
  await addFailed(database, number);
  return planAndStart(desk, ADA, FAILED);
};
const sql = async (text: string, values: unknown[] = []) =>
  (await database.pool.query(text, values)).rows;

describe('a bulk run', () => {
  test('asks for each look with an audit row of its own, and tells what came of it', async () => {
    const id = await begin(4);
    await stepOn(desk);
    expect(await itemStates(database, id)).toEqual({ asked: 4 });
    expect(desk.requested).toEqual([1, 2, 3, 4].map(n => `connect_webview:w${n}`));
    expect(
      await sql(
        `select action, actor, bulk_run_id::int as run, before->>'state' as before,
                (after->>'generation')::int as generation
           from reconciler.audit_log where target = 'connect_webview:w1'`,
      ),
    ).toEqual([{ action: 'retry', actor: 'shell:ada', run: id, before: 'failed', generation: 2 }]);

    await endLooks(database, { state: 'linked', subject: 'connect_webview:w1' });
    await endLooks(database, {
      state: 'failed',
      reason: 'user_not_found',
      subject: 'connect_webview:w2',
    });
    await endLooks(database, {
      state: 'retrying',
      reason: 'webview_pending',
      subject: 'connect_webview:w3',
    });
    await stepOn(desk);
    expect(await readBulkRun(desk, SHELL, id)).toMatchObject({
      state: 'running',
      counts: { succeeded: 1, failed: 2, asked: 1 },
    });
    await sql(`delete from reconciler.reconciliations where subject = 'connect_webview:w4'`);
    await stepOn(desk);
    expect(await readBulkRun(desk, SHELL, id)).toMatchObject({
      state: 'done',
      finished_at: expect.any(String),
    });
    const items = await listBulkItems(database.db, SHELL, id, { limit: 10 });
    expect(items.map(({ state, why }) => [state, why])).toEqual([
      ['succeeded', null],
      ['failed', 'User not found'],
      ['failed', 'Webview not finished; retrying automatically'],
      ['skipped', 'it has since been pruned'],
    ]);
  });

  test('skips what has moved on since the preview', async () => {
    const id = await begin(3);
    await sql(
      `update reconciler.reconciliations set generation = 2, observed_generation = 2 where subject = 'connect_webview:w1'`,
    );
    await sql(
      `update reconciler.reconciliations
          set state = 'dismissed', dismissed_by = 'Alan', dismissed_why = 'done with' where subject = 'connect_webview:w2'`,
    );
    await stepOn(desk);
    const skipped = await listBulkItems(database.db, SHELL, id, { state: 'skipped', limit: 10 });
    expect(skipped.map(({ subject, why }) => [subject, why])).toEqual([
      ['connect_webview:w1', 'it has changed since the preview'],
      ['connect_webview:w2', 'it has changed since the preview'],
    ]);
    expect(desk.requested).toEqual(['connect_webview:w3']);
  });

  test('keeps to its pace, however many processes drive it and however often', async () => {
    await begin(30);
    await sql(
      `update reconciler.bulk_runs set per_minute = 60, started_at = now(), leased_until = now()`,
    );
    const before = Date.now();
    await using _first = startBulkRunner(desk);
    await using _second = startBulkRunner(desk);
    await using _third = startBulkRunner(desk);
    await until('three looks', () => desk.requested.length >= 3);
    expect(desk.requested.length).toBeLessThanOrEqual((Date.now() - before) / 1_000);
    expect(new Set(desk.requested).size).toBe(desk.requested.length);
  });

  test('of several, each has its share of the pace', async () => {
    await begin(2);
    await addFailed(database, 1, 'x');
    await planAndStart(desk, ADA, selectSubjects(['connect_webview:x1']));
    await sql(
      `update reconciler.bulk_runs set per_minute = 30, started_at = now() - interval '1 h'`,
    );
    await advanceBulkRuns(desk);
    await advanceBulkRuns(desk);
    // Each is owed what its 15 a minute make of the time that is caught up: one.
    expect(desk.requested).toEqual(['connect_webview:w1', 'connect_webview:x1']);
  });

  test('one that a newer version has planned, by a reason that is new, keeps no other from going on', async () => {
    const strange = await begin(2);
    await sql(`update reconciler.bulk_runs set query = 'reason=of_tomorrow'`);
    await addFailed(database, 1, 'x');
    await planAndStart(desk, ADA, selectSubjects(['connect_webview:x1']));
    await expect(stepOn(desk)).rejects.toThrow(`bulk run ${strange} can't continue`);
    expect(desk.requested).toEqual(['connect_webview:x1']);
    expect(await readBulkRun(desk, SHELL, strange)).toMatchObject({
      selection: 'reason=of_tomorrow',
    });
    await stop(desk, ADA, strange);
    await stepOn(desk);
  });

  test('Stop while it runs: what is being looked at still counts, the rest is skipped', async () => {
    const id = await begin(15);
    await stepOn(desk);
    expect(await itemStates(database, id)).toEqual({ asked: 10, waiting: 5 });
    await stop(desk, ADA, id);
    expect(await readBulkRun(desk, SHELL, id)).toMatchObject({
      state: 'stopped',
      finished_at: null,
      counts: { asked: 10, skipped: 5 },
    });
    await endLooks(database, { state: 'linked' });
    await stepOn(desk);
    expect(await readBulkRun(desk, SHELL, id)).toMatchObject({
      state: 'stopped',
      finished_at: expect.any(String),
      counts: { succeeded: 10, skipped: 5 },
    });
    expect(desk.requested).toHaveLength(10);
  });

  test('stops itself when most of the first ones fail again', async () => {
    const id = await begin(100);
    for (let i = 0; i < 6; i++) await stepOn(desk);
    // Nobody knows yet how the first ones end.
    expect(await itemStates(database, id)).toEqual({ asked: 40, waiting: 60 });
    for (const n of [1, 2, 3]) {
      await endLooks(database, { state: 'linked', subject: `connect_webview:w${n}` });
    }
    await endLooks(database, { state: 'failed', reason: 'user_not_found' });
    await stepOn(desk);
    expect(await readBulkRun(desk, SHELL, id)).toMatchObject({
      state: 'stopped_itself',
      stopped_because: '17 of the first 20 failed again: 17 × User not found',
      counts: { succeeded: 3, failed: 37, skipped: 60, waiting: 0 },
    });
  });

  test('goes on where enough of the first ones succeed', async () => {
    const id = await begin(60);
    for (let i = 0; i < 6; i++) await stepOn(desk);
    for (const n of [1, 2, 3, 4, 5]) {
      await endLooks(database, { state: 'linked', subject: `connect_webview:w${n}` });
    }
    await endLooks(database, { state: 'failed', reason: 'user_not_found' });
    for (let i = 0; i < 3; i++) await stepOn(desk);
    expect(await readBulkRun(desk, SHELL, id)).toMatchObject({
      state: 'running',
      counts: { waiting: 0, asked: 20 },
    });
  });
});

describe('while the queue is', () => {
  const HELD = `insert into reconciler.workspace_holds (workspace_id, reason, detail, probe_at)
                values ($1, 'seam_unauthorized', '', now())`;
  const PAUSED = `insert into reconciler.pauses (workspace_id, why, by) values ($1, 'Seam asked us', 'grace')`;

  test.each([
    { what: 'held', text: HELD, told: 'the queue is held: Seam rejects our key' },
    { what: 'paused', text: PAUSED, told: 'grace paused the queue: Seam asked us' },
  ])('$what, nothing is handed out, and it says why; then it goes on', async ({ text, told }) => {
    const id = await begin(2);
    await sql(text, [null]);
    await stepOn(desk);
    expect(await itemStates(database, id)).toEqual({ waiting: 2 });
    expect(await readBulkRun(desk, SHELL, id)).toMatchObject({ waits_because: told });
    await sql('delete from reconciler.workspace_holds');
    await sql('delete from reconciler.pauses');
    await stepOn(desk);
    expect(await itemStates(database, id)).toEqual({ asked: 2 });
    expect(await readBulkRun(desk, SHELL, id)).toMatchObject({ waits_because: null });
  });

  test('held for one workspace, those of another go on', async () => {
    const id = await begin(2);
    await sql(`update reconciler.reconciliations set workspace_id = right(subject, 2)`);
    await sql(HELD, ['w1']);
    await stepOn(desk);
    expect(desk.requested).toEqual(['connect_webview:w2']);
    expect(await itemStates(database, id)).toEqual({ waiting: 1, asked: 1 });
  });
});

test('previews that nobody started are forgotten, and what ended long ago', async () => {
  const old = await begin(1);
  await sql(`update reconciler.bulk_runs set finished_at = now() - interval '31 d'`);
  await planAndStart(desk, ADA, FAILED);
  const preview = await plan(desk, ADA, FAILED);
  const { signal } = new AbortController();
  expect(await forgetBulkRuns(desk.pool, 0, signal)).toBe(0);
  await sql(
    `update reconciler.bulk_runs set planned_at = now() - interval '25 h' where state = 'planned'`,
  );
  expect(await forgetBulkRuns(desk.pool, 30, signal)).toBe(2);
  const left = await sql('select id::int from reconciler.bulk_runs');
  expect(left.map(({ id }) => id)).toEqual([old + 1]);
  expect(preview).toBe(old + 2);
});

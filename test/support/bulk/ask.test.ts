import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '../../../src/access/actor.ts';
import type { Role } from '../../../src/access/permissions.ts';
import { addOperator } from '../../../src/operators/operators.ts';
import { operatorActor } from '../../../src/operators/sign-in.ts';
import { askToStart, decline } from '../../../src/support/bulk/ask.ts';
import { forgetBulkRuns } from '../../../src/support/bulk/forget.ts';
import { plan } from '../../../src/support/bulk/plan.ts';
import { listAsked, readBulkRun } from '../../../src/support/bulk/read.ts';
import { parseSelection } from '../../../src/support/bulk/selection.ts';
import { start } from '../../../src/support/bulk/start.ts';
import { addFailed, type BulkDesk, bulkDesk, itemStates, stepOn } from '../../fixtures/bulk.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { SHELL } from '../../fixtures/shell.ts';

/* A run that is too large for the role of whoever previewed it waits for somebody on call. */

const FAILED = parseSelection('state=failed');
const NOTE = { action: 'note', given: { text: 'Seam was down' } } as const;

let database: TestDatabase;
let desk: BulkDesk;
let ada: Actor;
let grace: Actor;
beforeEach(async () => {
  database = await createTestDatabase();
  desk = bulkDesk(database);
  ada = await operator('Ada', 'support');
  grace = await operator('Grace', 'on-call');
  await addFailed(database, 120);
});
afterEach(() => database[Symbol.asyncDispose]());

const operator = async (name: string, role: Role): Promise<Actor> => {
  const { id } = await addOperator(database.pool, SHELL, { name, role, password: null });
  return operatorActor({ id, name, role });
};
const sql = async (text: string, values: unknown[] = []) =>
  (await database.pool.query(text, values)).rows;
const asked = async (): Promise<number> => {
  const id = await plan(desk, ada, FAILED, { order: NOTE });
  await askToStart(desk, ada, id);
  return id;
};

describe('a run that is asked for', () => {
  test('waits, however old, and is started as it was previewed: what changed meanwhile is skipped', async () => {
    const id = await asked();
    await sql(`update reconciler.bulk_runs set planned_at = now() - interval '3 d'`);
    await sql(`update reconciler.reconciliations
                  set generation = 2, observed_generation = 2 where subject = 'connect_webview:w1'`);
    expect(await listAsked(desk, grace, 5)).toMatchObject([
      { id, asked_by: 'Ada', total: 120, state: 'planned' },
    ]);
    await expect(start(desk, ada, id)).rejects.toThrow('requires the role "on-call"');
    await start(desk, grace, id);
    expect(await listAsked(desk, grace, 5)).toEqual([]);
    for (let n = 0; n < 3; n++) await stepOn(desk);
    expect(await itemStates(database, id)).toEqual({ succeeded: 119, skipped: 1 });
    expect(
      await sql(
        `select action, actor_name from reconciler.audit_log
          where bulk_run_id = $1 and action like '%bulk_run' order by id`,
        [id],
      ),
    ).toEqual([
      { action: 'plan_bulk_run', actor_name: 'Ada' },
      { action: 'ask_bulk_run', actor_name: 'Ada' },
      { action: 'start_bulk_run', actor_name: 'Grace' },
    ]);
  });

  test('is declined with why, and then can’t be started', async () => {
    const id = await asked();
    await expect(decline(desk, grace, id, ' ')).rejects.toMatchObject({ fault: 'invalid' });
    await decline(desk, grace, id, 'Wait for Monday');
    expect(await readBulkRun(desk, SHELL, id)).toMatchObject({
      state: 'stopped',
      stopped_because: 'Grace declined it: Wait for Monday',
      counts: { skipped: 120, waiting: 0 },
    });
    await expect(start(desk, grace, id)).rejects.toThrow('won’t be started: Grace declined it');
    await expect(decline(desk, grace, id, 'again')).rejects.toMatchObject({ fault: 'conflict' });
    await stepOn(desk);
    expect(await sql('select 1 from reconciler.notes')).toEqual([]);
  });

  test('makes no room for the previews that come after it, and is forgotten later than those', async () => {
    const id = await asked();
    for (let n = 0; n < 7; n++) await plan(desk, ada, FAILED);
    expect(await listAsked(desk, ada, 5)).toMatchObject([{ id }]);
    const { signal } = new AbortController();
    await sql(`update reconciler.bulk_runs set planned_at = now() - interval '2 d'`);
    expect(await forgetBulkRuns(desk.pool, 0, signal)).toBe(5);
    await sql(`update reconciler.bulk_runs set asked_at = now() - interval '15 d'`);
    expect(await forgetBulkRuns(desk.pool, 0, signal)).toBe(1);
  });
});

describe('nobody is asked', () => {
  test('twice, by whoever may start it, or for one that lacks something', async () => {
    const id = await asked();
    await expect(askToStart(desk, ada, id)).rejects.toThrow('Ada has already asked');
    const own = await plan(desk, grace, FAILED, { order: NOTE });
    await expect(askToStart(desk, grace, own)).rejects.toThrow('You may start this run yourself');
    const lacking = await plan(desk, ada, FAILED, { order: { action: 'dismiss', given: {} } });
    await expect(askToStart(desk, ada, lacking)).rejects.toMatchObject({ fault: 'invalid' });
    await askToStart(desk, ada, lacking, 'The tenant left.');
    expect(await readBulkRun(desk, SHELL, lacking)).toMatchObject({ why: 'The tenant left.' });
  });

  test('for a small one, or one whose preview is old', async () => {
    const old = await plan(desk, ada, FAILED, { order: NOTE });
    await sql(`update reconciler.bulk_runs set planned_at = now() - interval '2 h'`);
    await expect(askToStart(desk, ada, old)).rejects.toThrow('too old');
    await sql(`delete from reconciler.reconciliations where subject like '%:w1__'`);
    const small = await plan(desk, ada, FAILED, { order: NOTE });
    await expect(askToStart(desk, ada, small)).rejects.toThrow('You may start this run yourself');
  });
});

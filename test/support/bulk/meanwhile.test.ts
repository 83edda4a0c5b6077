import { afterEach, beforeEach, expect, test } from 'vitest';
import { askToStart, decline } from '../../../src/support/bulk/ask.ts';
import { plan } from '../../../src/support/bulk/plan.ts';
import { readBulkRun } from '../../../src/support/bulk/read.ts';
import { listBulkItems } from '../../../src/support/bulk/read-items.ts';
import { advanceBulkRuns } from '../../../src/support/bulk/runner.ts';
import { parseSelection } from '../../../src/support/bulk/selection.ts';
import { start } from '../../../src/support/bulk/start.ts';
import { addFailed, type BulkDesk, bulkDesk, itemStates, stepOn } from '../../fixtures/bulk.ts';
import { clerk } from '../../fixtures/by-hand.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { addConnection } from '../../fixtures/desk.ts';
import { SHELL } from '../../fixtures/shell.ts';
import { until } from '../../fixtures/wait.ts';

/* What happens to the cases and the users of a run between its preview, its start and its steps. */

const FAILED = parseSelection('state=failed');

let database: TestDatabase;
let desk: BulkDesk;
beforeEach(async () => {
  database = await createTestDatabase();
  desk = bulkDesk(database);
});
afterEach(() => database[Symbol.asyncDispose]());

const sql = async (text: string) => (await database.pool.query(text)).rows;
const planLink = async (): Promise<number> => {
  await sql(`insert into reconciler.users (id) values ('ada')`);
  await addConnection(database, { subject: 'connected_account:a1', accountId: 'a1' });
  const order = { action: 'link', given: { userId: 'ada' } } as const;
  return plan(desk, SHELL, FAILED, { order, why: 'ticket 7' });
};

test('nobody is linked to a user who is gone since the preview', async () => {
  const id = await planLink();
  await start(desk, SHELL, id);
  await sql('delete from reconciler.users');
  await stepOn(desk);
  expect(await readBulkRun(desk, SHELL, id)).toMatchObject({
    state: 'done',
    counts: { skipped: 1 },
  });
  const [skipped] = await listBulkItems(database.db, SHELL, id, { limit: 1 });
  expect(skipped?.why).toContain('None of our users has the id any more');
  expect(await sql('select 1 from reconciler.links')).toEqual([]);
});

test('what another process did between a refusal and its note is not told as skipped', async () => {
  const id = await planLink();
  await start(desk, SHELL, id);
  await sql(`update reconciler.bulk_runs set started_at = now() - interval '1 h'`);
  let asked = 0;
  const users: BulkDesk['users'] = {
    ...desk.users,
    find: async () => {
      asked++;
      return { kind: 'none' };
    },
  };
  // Whoever takes the run for the note lets the other have it first.
  const connect = desk.pool.connect.bind(desk.pool);
  const pool = Object.assign(Object.create(desk.pool), {
    connect: async (...given: []) => {
      if (given.length === 0 && asked === 1) {
        asked++;
        await advanceBulkRuns(desk);
        expect(await itemStates(database, id)).toEqual({ succeeded: 1 });
        await sql("update reconciler.bulk_runs set finished_at = null, state = 'running'");
      }
      return connect(...given);
    },
  });
  await until('the run is its turn', async () => {
    await advanceBulkRuns({ ...desk, pool, users });
    return asked > 0;
  });
  expect(asked).toBe(2);
  expect(await itemStates(database, id)).toEqual({ succeeded: 1 });
});

test('what was declined is not said to have been started', async () => {
  await addFailed(database, 101);
  const id = await plan(desk, SHELL, FAILED);
  await askToStart(desk, clerk('carol'), id, 'please');
  await decline(desk, SHELL, id, 'not today');
  await expect(start(desk, SHELL, id)).rejects.toMatchObject({
    fault: 'conflict',
    message: expect.stringContaining('won’t be started: '),
  });
});

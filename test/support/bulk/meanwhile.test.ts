import { afterEach, beforeEach, expect, test } from 'vitest';
import { askToStart, decline } from '../../../src/support/bulk/ask.ts';
import { plan } from '../../../src/support/bulk/plan.ts';
import { readBulkRun } from '../../../src/support/bulk/read.ts';
import { listBulkItems } from '../../../src/support/bulk/read-items.ts';
import { parseSelection } from '../../../src/support/bulk/selection.ts';
import { start } from '../../../src/support/bulk/start.ts';
import { addFailed, type BulkDesk, bulkDesk, stepOn } from '../../fixtures/bulk.ts';
import { clerk } from '../../fixtures/by-hand.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { addConnection } from '../../fixtures/desk.ts';
import { SHELL } from '../../fixtures/shell.ts';

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

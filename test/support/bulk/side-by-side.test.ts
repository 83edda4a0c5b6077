import { afterEach, beforeEach, expect, test } from 'vitest';
import { shellActor } from '../../../src/access/actor.ts';
import { plan } from '../../../src/support/bulk/plan.ts';
import { readBulkRun } from '../../../src/support/bulk/read.ts';
import { advanceBulkRuns } from '../../../src/support/bulk/runner.ts';
import { parseSelection } from '../../../src/support/bulk/selection.ts';
import { start } from '../../../src/support/bulk/start.ts';
import { addFailed, type BulkDesk, bulkDesk, stepOn } from '../../fixtures/bulk.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { SHELL } from '../../fixtures/shell.ts';

/*
 * A version that knows only retries takes whatever runs for a retry. While it runs beside this one, it must hand out
 * nothing of what is something else.
 */

const ADA = shellActor('ada');
const FAILED = parseSelection('state=failed');
const NOTE = { action: 'note', given: { text: 'Seam was down' } } as const;

let database: TestDatabase;
let desk: BulkDesk;
beforeEach(async () => {
  database = await createTestDatabase();
  desk = bulkDesk(database);
  await addFailed(database, 90);
});
afterEach(() => database[Symbol.asyncDispose]());

const sql = async (text: string, values: unknown[] = []) =>
  (await database.pool.query(text, values)).rows;

/** How many the version before this one would hand out now, as 0.16 had it in its runner. */
const handedOutByOld = async (id: number): Promise<number> => {
  const [row] = await sql(
    `select floor(extract(epoch from now() - greatest(coalesce(leased_until, started_at),
               now() - greatest(2, 61 / per_minute::float8) * interval '1 s')) * per_minute / 60 + 1e-6)::float8 as due
       from reconciler.bulk_runs where id = $1 and started_at is not null and finished_at is null
        and state = 'running'`,
    [id],
  );
  return Math.max(0, row?.due ?? 0);
};

test('an old process hands out nothing of it, when it begins, between two steps, and long after', async () => {
  const retry = await plan(desk, ADA, FAILED);
  await start(desk, ADA, retry);
  await sql(`update reconciler.bulk_runs set started_at = now() - interval '1 h'`);
  expect(await handedOutByOld(retry)).toBeGreaterThan(0);
  await sql('delete from reconciler.bulk_runs');

  const id = await plan(desk, ADA, FAILED, { order: NOTE });
  await start(desk, ADA, id);
  expect(await handedOutByOld(id)).toBe(0);
  await sql(
    `update reconciler.bulk_runs set started_at = now() - interval '1 h', planned_at = now() - interval '1 h',
            leased_until = leased_until - interval '1 h'`,
  );
  expect(await handedOutByOld(id)).toBe(0);
  await advanceBulkRuns(desk);
  expect((await readBulkRun(desk, SHELL, id)).counts.succeeded).toBeGreaterThan(0);
  expect(await handedOutByOld(id)).toBe(0);
});

test('one that was started in an old console, which shows it as a retry, is not carried out', async () => {
  const id = await plan(desk, ADA, FAILED, { order: NOTE });
  await sql(
    `update reconciler.bulk_runs set state = 'running', started_by = 'ada', started_at = now() where id = $1`,
    [id],
  );
  await sql(
    `insert into reconciler.audit_log (actor, actor_name, role, face, action, target, after, bulk_run_id)
     values ('shell:ada', 'ada', 'admin', 'cli', 'start_bulk_run', $1, '{"state":"running","total":90}', $2)`,
    [`bulk_run:${id}`, id],
  );
  await stepOn(desk);
  expect(await readBulkRun(desk, SHELL, id)).toMatchObject({
    state: 'stopped_itself',
    counts: { succeeded: 0, skipped: 90 },
  });
  expect(await sql('select 1 from reconciler.notes')).toEqual([]);
});

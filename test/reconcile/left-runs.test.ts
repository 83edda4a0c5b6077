import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Subject } from '../../src/model/subject.ts';
import { beginRun } from '../../src/reconcile/begin.ts';
import { endLeftRuns } from '../../src/reconcile/left-runs.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { owe } from '../fixtures/reconciler.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

/** A run has begun, its lease ended so long ago, and whoever was at it is gone. */
const leave = async (leaseEndedSecondsAgo: number, isSettled: boolean): Promise<Subject> => {
  const subject: Subject = `connect_webview:${randomUUID()}`;
  await owe(database, subject);
  expect(await beginRun(database.pool, subject, 'delivery')).toMatchObject({ kind: 'begun' });
  await database.pool.query(
    `update reconciler.reconciliations
        set leased_until = now() - $2 * interval '1 s',
            state = case when $3 then 'failed' else state end,
            reason = case when $3 then 'user_not_found' end,
            observed_generation = case when $3 then generation else observed_generation end
      where subject = $1`,
    [subject, leaseEndedSecondsAgo, isSettled],
  );
  return subject;
};
const standing = async (subject: Subject) => {
  const { rows } = await database.pool.query(
    `select r.leased_until is not null as leased, n.outcome, n.finished_at is not null as ended
       from reconciler.reconciliations r join reconciler.runs n on n.id = r.newest_run_id
      where r.subject = $1`,
    [subject],
  );
  return rows[0];
};
const UNTOUCHED = { leased: true, outcome: null, ended: false };

test('a run that was left of what is settled is ended, and no other', async () => {
  const left = await leave(31, true);
  const perhapsStillAtIt = await leave(20, true);
  const owed = await leave(31, false);
  expect(await endLeftRuns(database.pool)).toBe(1);
  expect(await standing(left)).toEqual({ leased: false, outcome: 'interrupted', ended: true });
  expect(await standing(perhapsStillAtIt)).toEqual(UNTOUCHED);
  // The next run of it, which is owed, does that.
  expect(await standing(owed)).toEqual(UNTOUCHED);
  expect(await endLeftRuns(database.pool)).toBe(0);
});

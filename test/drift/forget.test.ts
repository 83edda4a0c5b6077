import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgetComparisons } from '../../src/drift/forget.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

let database: TestDatabase;
const { signal } = new AbortController();

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const compare = async (days: number, isFinished: boolean, findings: number): Promise<void> => {
  await database.pool.query(
    `with begun as (
       insert into reconciler.audits (started_at, finished_at)
       values (now() - $1 * interval '1 day', case when $2 then now() end) returning id
     )
     insert into reconciler.audit_findings (audit_id, connected_account_id, kind)
     select id, n, 'missing_link' from begun, generate_series(1, $3) n`,
    [days, isFinished, findings],
  );
};
const left = async () => {
  const { rows } = await database.pool.query(
    `select a.id::int, count(f.audit_id)::int as findings
       from reconciler.audits a left join reconciler.audit_findings f on f.audit_id = a.id
      group by a.id order by a.id`,
  );
  return rows.map(({ id, findings }) => [id, findings]);
};

test('what comparisons found goes after a month, but of the latest and the latest that was finished', async () => {
  await compare(60, true, 2_500);
  await compare(50, false, 3);
  await compare(40, true, 3);
  await compare(35, false, 3);
  expect(await forgetComparisons(database.pool, signal)).toBe(2_505);
  expect(await left()).toEqual([
    [3, 3],
    [4, 3],
  ]);
  await compare(29, true, 1);
  expect(await forgetComparisons(database.pool, signal)).toBe(8);
  await compare(1, true, 1);
  expect(await forgetComparisons(database.pool, signal)).toBe(0);
  expect(await left()).toEqual([
    [5, 1],
    [6, 1],
  ]);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { fix } from '../../src/drift/fix.ts';
import { forgetComparisons } from '../../src/drift/forget.ts';
import { beginComparison, expectedAccounts } from '../../src/drift/records.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { SHELL } from '../fixtures/shell.ts';
import { blocksOf, blocksOfEach } from '../fixtures/statement-cost.ts';

/* No statement of a comparison goes through all accounts, or through all that was found. */

const MANY = 12_000;
const { signal } = new AbortController();

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

test('before the first one, accounts are counted up to a bound: past it nobody knows how many to expect', async () => {
  const { pool } = database;
  const add = (number: number, prefix: string) =>
    pool.query(
      `insert into reconciler.connected_accounts
         (connected_account_id, user_identifier, custom_metadata, errors, warnings, accepted_capabilities, read_by_run)
       select $2 || n, '{}', '{}', '[]', '[]', '[]', 0 from generate_series(1, $1) n`,
      [number, prefix],
    );
  await add(300, 'few');
  expect(await expectedAccounts(pool)).toBe(300);
  await add(MANY, 'many');
  expect(await expectedAccounts(pool)).toBe(0);
  const before = await blocksOf(pool, expectedAccounts);
  await add(MANY, 'more');
  expect(await blocksOf(pool, expectedAccounts)).toBeLessThan(before * 1.2);
});

const addFindings = (id: number, kind: string): Promise<unknown> =>
  database.pool.query(
    `insert into reconciler.audit_findings (audit_id, connected_account_id, kind)
     select $1, 'account ' || n, $2 from generate_series(1, $3) n`,
    [id, kind, MANY],
  );

test('--fix passes what it leaves to a person a page a statement', async () => {
  const { pool } = database;
  const { id } = await beginComparison(pool);
  await addFindings(id, 'names_nobody');
  await pool.query(
    `insert into reconciler.audit_findings (audit_id, connected_account_id, kind)
     values ($1, 'zz', 'not_linked')`,
    [id],
  );
  await pool.query('vacuum (analyze) reconciler.audit_findings');
  const each = await blocksOfEach(pool, explaining => fix(explaining, SHELL, id, () => undefined));
  expect(each.length).toBeGreaterThan(MANY / 500);
  // Of 500 rows each may be locked anew.
  expect(Math.max(...each)).toBeLessThan(2_500);
});

test('what an old comparison found goes without going through what the latest has', async () => {
  const { pool } = database;
  await pool.query('truncate reconciler.audits cascade');
  const old = await beginComparison(pool);
  await pool.query(
    `update reconciler.audits set started_at = now() - interval '40 d', finished_at = now() - interval '40 d'`,
  );
  const latest = await beginComparison(pool);
  await pool.query('update reconciler.audits set finished_at = now() where id = $1', [latest.id]);
  await addFindings(latest.id, 'names_nobody');
  await pool.query('vacuum (analyze) reconciler.audits, reconciler.audit_findings');
  const plans: string[] = [];
  const explaining = {
    query: async (text: string, values: unknown[]) => {
      const { rows: lines } = await pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
      plans.push(lines.map(line => line['QUERY PLAN']).join('\n'));
      return { rowCount: 0 };
    },
  };
  await forgetComparisons(explaining as unknown as typeof pool, signal);
  expect(plans).toHaveLength(2);
  expect(plans.join('\n')).not.toContain('Seq Scan on audit_findings');
  // The comparison itself.
  expect(await forgetComparisons(pool, signal)).toBe(1);
  const { rows } = await pool.query<{ id: number }>('select id::int from reconciler.audits');
  expect(rows).toEqual([{ id: latest.id }]);
  expect(old.id).toBeLessThan(latest.id);
});

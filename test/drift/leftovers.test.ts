import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLeftovers } from '../../src/drift/leftovers.ts';
import { beginComparison } from '../../src/drift/records.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const idOf = (n: number): string => `account ${String(n).padStart(3, '0')}`;

test('what is only here is found among many that are not, so many accounts at a time', async () => {
  const { pool } = database;
  await pool.query(
    `insert into reconciler.connected_accounts
       (connected_account_id, user_identifier, custom_metadata, errors, warnings, accepted_capabilities,
        read_by_run, read_at)
     select 'account ' || lpad(n::text, 3, '0'), '{}', '{}', '[]', '[]', '[]', 0, now() - interval '1 h'
       from generate_series(1, 230) n`,
  );
  const begun = await beginComparison(pool);
  const onlyHere = [3, 104, 105, 106, 107, 108, 230].map(idOf);
  await pool.query(
    `update reconciler.connected_accounts set seen_by_audit = $1 where connected_account_id <> all ($2)`,
    [begun.id, onlyHere],
  );
  const pages: (readonly [found: string[], next: string | null])[] = [];
  let cursor: string | null = null;
  do {
    const page = await readLeftovers(pool, { ...begun, cursor }, 2);
    pages.push([page.leftovers.map(({ connectedAccountId: id }) => id), page.next]);
    cursor = page.next;
  } while (cursor !== null);
  // 50 at most, or up to the second that was found.
  expect(pages).toEqual([
    [[idOf(3)], idOf(50)],
    [[], idOf(100)],
    [[idOf(104), idOf(105)], idOf(105)],
    [[idOf(106), idOf(107)], idOf(107)],
    [[idOf(108)], idOf(157)],
    [[], idOf(207)],
    [[idOf(230)], idOf(230)],
    [[], null],
  ]);
});

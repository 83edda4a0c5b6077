import { afterAll, beforeAll, expect, test } from 'vitest';
import { passOnClaimed } from '../../src/reconcile/claimed.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const PAGE = 5_000;

test('however many can be asked for with nobody’s key, what comes after them is passed on', async () => {
  const { pool } = database;
  await pool.query(
    `insert into reconciler.reconciliations
       (subject, generation, observed_generation, state, workspace_id, claimants, sweep_at)
     select 'connect_webview:' || lpad(n::text, 8, '0'), 1, 0, 'pending', 'gone',
            case when n > $1 then array['gone', 'served'] else array['gone', 'gone_too'] end, now() - interval '1 h'
       from generate_series(1, $1 + 1) n`,
    [PAGE],
  );
  const theirs = async () => {
    const { rows } = await pool.query(
      `select subject, to_ask from reconciler.reconciliations where workspace_id = 'served'`,
    );
    return rows;
  };
  const after = await passOnClaimed(pool, ['served'], 0, '');
  expect(after).toBe('connect_webview:00005000');
  expect(await theirs()).toEqual([]);
  expect(await passOnClaimed(pool, ['served'], 0, after)).toBe('');
  expect(await theirs()).toEqual([{ subject: 'connect_webview:00005001', to_ask: [] }]);
});

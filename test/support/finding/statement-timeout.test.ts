import { expect, test } from 'vitest';
import { drizzle, sql } from '../../../src/db/drizzle.ts';
import {
  insistInTime,
  readWithStatementTimeout,
} from '../../../src/support/finding/statement-timeout.ts';
import { createTestDatabase } from '../../fixtures/database.ts';

test('what takes too long is cut off, and told in words; the connection is as good as before', async () => {
  await using database = await createTestDatabase();
  const { pool } = database;
  // Drizzle wraps what Postgres says, pg doesn't.
  const slow = [
    readWithStatementTimeout(pool, 20, client => client.query('select pg_sleep(60)')),
    readWithStatementTimeout(pool, 20, client => drizzle(client).execute(sql`select pg_sleep(60)`)),
  ];
  const answers = await Promise.all(slow);
  expect(answers).toEqual([null, null]);
  expect(() => insistInTime(answers[0] ?? null)).toThrow(/Narrow it/);
  const { rows } = await pool.query('show statement_timeout');
  expect(rows).toEqual([{ statement_timeout: '8s' }]);
});

test('what fails otherwise is thrown', async () => {
  await using database = await createTestDatabase();
  const read = readWithStatementTimeout(database.pool, 1_000, client =>
    client.query('select nothing'),
  );
  await expect(read).rejects.toThrow(/nothing/);
});

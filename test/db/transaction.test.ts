import { expect, test } from 'vitest';
import { inTransaction, openDatabase } from '../../src/db/client.ts';
import { createTestDatabase } from '../fixtures/database.ts';
import { silentLog } from '../fixtures/settings.ts';

test('connections that break in transactions are replaced, and end neither the process nor the pool', async () => {
  await using admin = await createTestDatabase();
  await using database = openDatabase({ url: admin.url, name: 'breaks', max: 2, log: silentLog });
  for (let i = 0; i < 5; i++) {
    const broken = inTransaction(database.pool, async client => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      await admin.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      await client.query('select 1');
    });
    await expect(broken).rejects.toThrow();
  }
  const result = await inTransaction(database.pool, client => client.query('select 1 as alive'));
  expect(result.rows).toEqual([{ alive: 1 }]);
});

test('a transaction that throws leaves nothing behind', async () => {
  await using database = await createTestDatabase();
  const failing = inTransaction(database.pool, async client => {
    await client.query(`insert into reconciler.users (id) values ('half')`);
    throw new Error('half way');
  });
  await expect(failing).rejects.toThrow('half way');
  const { rows } = await database.pool.query('select id from reconciler.users');
  expect(rows).toEqual([]);
});

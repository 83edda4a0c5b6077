import { describe, expect, test } from 'vitest';
import {
  type Client,
  inOpenedTransactionWithRetries,
  inTransaction,
  openDatabase,
} from '../../src/db/client.ts';
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

describe('what is asked first', () => {
  const txid = async (client: Client): Promise<string | undefined> =>
    (await client.query<{ id: string }>('select pg_current_xact_id()::text as id')).rows[0]?.id;

  test('is asked within the transaction, and its locks are held until its end', async () => {
    await using admin = await createTestDatabase();
    await using database = openDatabase({ url: admin.url, name: 'opens', max: 2, log: silentLog });
    const isFree = async (): Promise<boolean> =>
      (await admin.pool.query('select pg_try_advisory_xact_lock(7) as free')).rows[0].free;
    const [opened, later, free] = await inOpenedTransactionWithRetries(
      database.pool,
      async client => {
        const locking = client.query('select pg_advisory_xact_lock(7)');
        const [id] = await Promise.all([txid(client), locking]);
        return id;
      },
      async (client, id) => [id, await txid(client), await isFree()],
    );
    expect(later).toBe(opened);
    expect(free).toBe(false);
    expect(await isFree()).toBe(true);
  });

  test('ends the transaction when it fails, and is asked again where it only met others', async () => {
    await using admin = await createTestDatabase();
    await using database = openDatabase({ url: admin.url, name: 'opens', max: 1, log: silentLog });
    let tries = 0;
    const failing = (sqlState: string) =>
      inOpenedTransactionWithRetries(
        database.pool,
        client => {
          tries += 1;
          return client.query(`do $$ begin raise exception using errcode = '${sqlState}'; end $$`);
        },
        async () => 'not reached',
      );
    await expect(failing('22012')).rejects.toMatchObject({ code: '22012' });
    expect(tries).toBe(1);
    await expect(failing('40P01')).rejects.toMatchObject({ code: '40P01' });
    expect(tries).toBe(1 + 4);
    const { rows } = await database.pool.query('select now() = statement_timestamp() as outside');
    expect(rows).toEqual([{ outside: true }]);
  });

  test('may lose its connection: that is replaced, and ends neither the process nor the pool', async () => {
    await using admin = await createTestDatabase();
    await using database = openDatabase({ url: admin.url, name: 'breaks', max: 2, log: silentLog });
    for (let i = 0; i < 3; i++) {
      const broken = inOpenedTransactionWithRetries(
        database.pool,
        async client => {
          const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
          await admin.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
          await client.query('select 1');
        },
        async () => 'not reached',
      );
      await expect(broken).rejects.toThrow();
    }
    const alive = await inOpenedTransactionWithRetries(
      database.pool,
      client => client.query('select 1 as alive'),
      async (_client, { rows }) => rows,
    );
    expect(alive).toEqual([{ alive: 1 }]);
  });
});

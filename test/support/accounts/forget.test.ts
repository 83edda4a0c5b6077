import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgetLeases } from '../../../src/support/accounts/forget.ts';
import { withAccountLease } from '../../../src/support/accounts/lease.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { silentLog } from '../../fixtures/settings.ts';

let database: TestDatabase;
const { signal } = new AbortController();

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const left = async () =>
  (await database.pool.query('select connected_account_id as id from reconciler.account_changes'))
    .rows;

test('what says that an account is being changed goes once it is over, however much there is, and not before', async () => {
  await database.pool.query(
    `insert into reconciler.account_changes
     select 'dead ' || n, 'a process that died', now() - n * interval '1 s' from generate_series(1, 2500) n
     union all select 'unknown end', 'another process', now() + interval '10 s'`,
  );
  await withAccountLease(database.pool, 'mine', { signal, log: silentLog }, async lease => {
    expect(await forgetLeases(database.pool, signal)).toBe(2_500);
    expect(await lease.renew()).toBe(true);
    expect((await left()).map(({ id }) => id).toSorted()).toEqual(['mine', 'unknown end']);
  });
  expect(await left()).toEqual([{ id: 'unknown end' }]);
});

test('one that somebody takes over at this moment stays theirs', async () => {
  await database.pool.query(
    `insert into reconciler.account_changes values ('taken over', 'dead', now() - interval '1 s')`,
  );
  const holder = await database.pool.connect();
  try {
    await holder.query('begin');
    await holder.query(
      `update reconciler.account_changes set until = now() + interval '30 s' where connected_account_id = 'taken over'`,
    );
    expect(await forgetLeases(database.pool, signal)).toBe(0);
    await holder.query('commit');
  } finally {
    holder.release();
  }
  expect(await forgetLeases(database.pool, signal)).toBe(0);
});

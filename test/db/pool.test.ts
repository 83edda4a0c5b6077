import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { silentLog } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

const ROLE = `few_${randomBytes(6).toString('hex')}`;
let database: TestDatabase;
let url: string;
beforeAll(async () => {
  database = await createTestDatabase('template0');
  await database.pool.query(`create role ${ROLE} login password 'of-the-test' connection limit 2`);
  const ours = new URL(database.url);
  ours.username = ROLE;
  ours.password = 'of-the-test';
  url = ours.href;
});
afterAll(async () => {
  await database.pool.query(`drop role ${ROLE}`);
  await database[Symbol.asyncDispose]();
});

// The server sees that a connection has ended a moment after we do.
beforeEach(() =>
  until('no connection of ours to be left', async () => {
    const { rowCount } = await database.pool.query(
      'select from pg_stat_activity where usename = $1',
      [ROLE],
    );
    return rowCount === 0;
  }),
);

const open = (max = 10) => openDatabase({ url, name: 'test', max, log: silentLog });

test('where the server gives it fewer connections than it may have, it makes do with these', async () => {
  await using few = open();
  const asked = Array.from({ length: 50 }, async (_, i) => {
    const { rows } = await few.pool.query('select $1::int as i, pg_sleep(0.01)', [i]);
    return rows[0]?.i;
  });
  expect(await Promise.all(asked)).toEqual(asked.map((_, i) => i));
  expect(few.pool.totalCount).toBeLessThanOrEqual(2);
});

test('with none at all it says so, and takes what it is given later', async () => {
  await using all = open(2);
  const taken = [await all.pool.connect(), await all.pool.connect()];
  await using none = open();
  await expect(none.pool.query('select 1')).rejects.toThrow(/too many connections/);
  for (const client of taken) client.release(true);
  await until('a connection', async () => {
    try {
      return (await none.pool.query('select 1')).rowCount === 1;
    } catch (error) {
      expect(error).toMatchObject({ message: expect.stringContaining('too many connections') });
      return false;
    }
  });
});

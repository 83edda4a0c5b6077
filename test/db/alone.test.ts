import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { whileAlone } from '../../src/db/alone.ts';
import { openDatabase } from '../../src/db/client.ts';
import { removeAlone } from '../../src/db/remove-old.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { onDatabase } from '../fixtures/odds.ts';
import { silentLog } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

const { signal } = new AbortController();

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('template0');
});
afterAll(() => database[Symbol.asyncDispose]());

const open = (max: number, url = database.url) =>
  openDatabase({ url, name: 'alone', max, log: silentLog });

const locks = async (): Promise<number> => {
  const { rowCount } = await database.pool.query(
    `select from pg_locks
      where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
  );
  return rowCount ?? 0;
};

test('one that is under way keeps none waiting that is about something else', async () => {
  await using few = open(4);
  const second = () => whileAlone(few.pool, 'an erasure', signal, async () => 'done');
  expect(await whileAlone(few.pool, 'a prune', signal, second)).toBe('done');
});

test('of those that remove what is old, one at a time keeps a connection in each process', async () => {
  await using few = open(3);
  const began: string[] = [];
  const finish = Promise.withResolvers<void>();
  const remove = (key: string, stop = signal) =>
    removeAlone(few.pool, key, 90, stop, async () => {
      began.push(key);
      await finish.promise;
      return key;
    });
  const stopping = new AbortController();
  const first = remove('first');
  const second = remove('second');
  const third = remove('third', stopping.signal);
  await until('the first to begin', () => began.length > 0);
  await few.pool.query('select pg_sleep(0.05)');
  const meanwhile = { began: [...began], locks: await locks() };
  stopping.abort();
  finish.resolve();
  expect(await Promise.all([first, second, third])).toEqual(['first', 'second', null]);
  expect(meanwhile).toEqual({ began: ['first'], locks: 1 });
});

test('it outlasts what the role or the database allows a transaction', async context => {
  const { rows } = await database.pool.query('show server_version_num');
  context.skip(Number(rows[0]?.server_version_num) < 170_000, 'transaction_timeout came with 17');
  await using hasty = await createTestDatabase('template0', {
    made: name => onDatabase(name, { transaction_timeout: '150ms' }),
  });
  await using few = open(2, hasty.url);
  expect(
    await whileAlone(few.pool, 'a key', signal, async () => {
      await sleep(400);
      return 'done';
    }),
  ).toBe('done');
});

const asking = (pool: pg.Pool) => whileAlone(pool, 'a key', signal, () => pool.query('select 1'));

test('where a pool may have one connection only, it gives up, and says why', async () => {
  await using one = open(1);
  await expect(asking(one.pool)).rejects.toThrow('too few connections for this (1)');
  expect((await one.pool.query('select 1')).rowCount).toBe(1);
});

test('where the server gives one connection only, too, and others are served', async () => {
  const role = `one_${randomBytes(6).toString('hex')}`;
  await database.pool.query(`create role ${role} login password 'of-the-test' connection limit 1`);
  const url = new URL(database.url);
  url.username = role;
  url.password = 'of-the-test';
  {
    await using few = open(4, url.href);
    await expect(asking(few.pool)).rejects.toThrow('too many connections for role');
    await expect(asking(few.pool)).rejects.toThrow('too few connections for this (1)');
    expect((await few.pool.query('select 1')).rowCount).toBe(1);
  }
  await until('its connection to have ended', async () => {
    const { rowCount } = await database.pool.query(
      'select from pg_stat_activity where usename = $1',
      [role],
    );
    return rowCount === 0;
  });
  await database.pool.query(`drop role ${role}`);
});

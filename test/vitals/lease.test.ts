import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { giveUpMeasuring, keepVitals, takeMeasuring } from '../../src/vitals/lease.ts';
import { startVitals } from '../../src/vitals/loop.ts';
import { readVitals } from '../../src/vitals/read.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { silentLog } from '../fixtures/settings.ts';
import { MEASURED_AT, vitalsOf } from '../fixtures/vitals.ts';
import { until } from '../fixtures/wait.ts';

/* One of all processes measures. That one is slow, frozen or gone stalls none of the others. */

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.pool.query('truncate reconciler.vitals');
});

const pass = () =>
  database.pool.query(`update reconciler.vitals set leased_until = now() - interval '1 s'`);
const measuredBy = (holder: string, uncounted: number, measuredAt = MEASURED_AT) =>
  keepVitals(database.pool, holder, vitalsOf({ uncounted, measuredAt: measuredAt.toISOString() }));
const kept = async () => (await readVitals(database.pool)).vitals?.uncounted;

const begin = (name: string, measured: string[]) =>
  startVitals({
    db: database.db,
    workspaces: () => [{ id: null }],
    databaseMaxBytes: undefined,
    onMeasured: () => void measured.push(name),
    log: silentLog,
  });

test('of several that ask at once, one measures, and goes on', async () => {
  const { pool } = database;
  const names = ['a', 'b', 'c', 'd', 'e'];
  const taken = await Promise.all(names.map(name => takeMeasuring(pool, name)));
  expect(taken.filter(isTaken => isTaken)).toHaveLength(1);
  const again = await Promise.all(names.map(name => takeMeasuring(pool, name)));
  expect(again).toEqual(taken);
});

test('who has stopped is followed at once; who is gone, once its time is over by the clock of Postgres', async () => {
  const { pool } = database;
  await takeMeasuring(pool, 'a');
  await giveUpMeasuring(pool, 'a');
  expect(await takeMeasuring(pool, 'b')).toBe(true);
  expect(await takeMeasuring(pool, 'a')).toBe(false);
  await pass();
  expect(await takeMeasuring(pool, 'a')).toBe(true);
  // By now it is not its own to give up.
  await giveUpMeasuring(pool, 'b');
  expect(await takeMeasuring(pool, 'b')).toBe(false);
});

test('who measures for longer than its time keeps what it has measured, unless another has taken over', async () => {
  const { pool } = database;
  await takeMeasuring(pool, 'a');
  await pass();
  expect(await measuredBy('a', 1)).toBe(true);
  expect(await takeMeasuring(pool, 'b')).toBe(false);
  await pass();
  expect(await takeMeasuring(pool, 'b')).toBe(true);
  expect(await measuredBy('b', 2)).toBe(true);
  expect(await measuredBy('a', 3)).toBe(false);
  expect(await kept()).toBe(2);
});

test('a row that somebody has locked keeps nobody waiting, and is measured into again afterwards', async () => {
  const { pool } = database;
  await takeMeasuring(pool, 'a');
  await measuredBy('a', 1);
  await pass();
  const client = await pool.connect();
  try {
    await client.query('begin; select from reconciler.vitals for update');
    // Whoever waited would wait for ever here.
    expect(await takeMeasuring(pool, 'b')).toBe(false);
    expect(await takeMeasuring(pool, 'a')).toBe(false);
    expect(await measuredBy('a', 2)).toBe(false);
    await giveUpMeasuring(pool, 'a');
    expect(await kept()).toBe(1);
    await client.query('rollback');
  } finally {
    client.release();
  }
  expect(await takeMeasuring(pool, 'b')).toBe(true);
});

test('who was followed while it measured keeps it, where the other has nothing newer yet', async () => {
  const { pool } = database;
  await takeMeasuring(pool, 'a');
  await measuredBy('a', 1);
  await pass();
  await takeMeasuring(pool, 'b');
  expect(await measuredBy('a', 2, new Date(MEASURED_AT.getTime() + 10_000))).toBe(true);
  expect(await takeMeasuring(pool, 'a')).toBe(false);
  expect(await kept()).toBe(2);
});

test('where somebody keeps the row locked, what is wrong is still found', async () => {
  const { pool } = database;
  await takeMeasuring(pool, 'a');
  await measuredBy('a', 1, new Date(Date.now() - 90_000));
  await pass();
  const client = await pool.connect();
  try {
    await client.query('begin; select from reconciler.vitals for update');
    const measured: string[] = [];
    await using _one = begin('one', measured);
    await until('one to measure', () => measured.length > 0);
    expect(await kept()).toBe(1);
  } finally {
    await client.query('rollback');
    client.release();
  }
});

test('two that are started measure once, and the one that stops leaves it to the other', async () => {
  const measured: string[] = [];
  const one = begin('one', measured);
  await until('the first to measure', () => measured.length > 0);
  const other = begin('other', measured);
  await other[Symbol.asyncDispose]();
  expect(measured).toEqual(['one']);
  await one[Symbol.asyncDispose]();
  await using _last = begin('last', measured);
  await until('another to measure', () => measured.length > 1);
  expect(measured).toEqual(['one', 'last']);
});

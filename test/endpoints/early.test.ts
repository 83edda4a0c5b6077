import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sendOwed } from '../../src/endpoints/send-owed.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import {
  addEndpoint,
  endpointOf,
  owe,
  type Receiver,
  sendAll,
  senderOf,
  sendingsOf,
  startReceiver,
} from '../fixtures/endpoints.ts';

let database: TestDatabase;
let app: Receiver;
beforeAll(async () => {
  database = await createTestDatabase();
  app = await startReceiver();
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  app.got.length = 0;
  await database.pool.query('truncate reconciler.endpoints, reconciler.messages cascade');
});

const signal = new AbortController().signal;
const isBad = ({ about }: { about: string }) => about.includes('bad');
const abouts = (number: number, name: string): string[] =>
  Array.from({ length: number }, (_, n) => `connected_account:${name}${n}`);

/** One in trouble that has had its rest: so many that it refuses have failed three times and come in two hours. */
const refusing = async (number: number, headers = {}) => {
  const { pool } = database;
  const { id, secret } = await addEndpoint(pool, { target: app.url });
  app.verifyWith(secret);
  app.handle(({ data }, response) => {
    response.writeHead(isBad(data) ? 500 : 204, isBad(data) ? headers : {}).end();
  });
  await owe(pool, id, abouts(number, 'bad'));
  await pool.query(
    `update reconciler.sendings set attempts = 3, due_at = now() + interval '2 h' where endpoint_id = $1`,
    [id],
  );
  await pool.query(
    `insert into reconciler.send_attempts (endpoint_id, position, at, duration_ms, status, fault)
     select endpoint_id, position, now() - interval '6 min', 1, 500, 'no'
       from reconciler.sendings, generate_series(1, 3)`,
  );
  await pool.query(
    `update reconciler.endpoints set failures = 5, failing_since = now() - interval '1 h',
            rest_until = now() - interval '1 s'`,
  );
  const stands = async (which: 'bad' | 'good') =>
    (await sendingsOf(pool, id)).filter(({ about }) => about.includes(which));
  return { pool, id, sender: senderOf(pool), stands };
};

test('however many are refused again before their time: what is due goes first, and the endpoint is well', async () => {
  const { pool, id, sender, stands } = await refusing(400);
  await owe(pool, id, [...abouts(100, 'good'), ...abouts(100, 'good')]);
  const { nextInMs } = await sendOwed(sender, id, signal);
  expect(new Set((await stands('good')).map(({ state }) => state))).toEqual(new Set(['delivered']));
  expect(await endpointOf(pool, id)).toMatchObject({
    failures: 0,
    failing_since: null,
    fault: null,
    is_recovering: true,
  });
  // Of the others a few were tried, after all that was due; more of them after a while.
  const got = app.got.map(({ data }) => isBad(data));
  expect(got.indexOf(true)).toBe(200);
  expect(got.filter(Boolean).length).toBeGreaterThanOrEqual(4);
  expect(got.filter(Boolean).length).toBeLessThan(16);
  expect(nextInMs).toBeLessThanOrEqual(5_000);
  expect(nextInMs).toBeGreaterThan(1_000);
  for (let round = 0; round < 5; round++) {
    await owe(pool, id, abouts(2, `good${round}-`));
    await sendOwed(sender, id, signal);
    expect(await endpointOf(pool, id)).toMatchObject({ failures: 0 });
  }
  expect(new Set((await stands('good')).map(({ state }) => state))).toEqual(new Set(['delivered']));
  const tried = app.got.filter(({ data }) => isBad(data)).map(({ data }) => data.about);
  expect(tried.length).toBeGreaterThan(20);
  // Others each time.
  expect(new Set(tried).size).toBe(tried.length);
});

test('what is behind one that went before its time goes in the same turn', async () => {
  const { pool, id, sender } = await refusing(20);
  app.handle((_got, response) => void response.writeHead(204).end());
  await owe(pool, id, [...abouts(20, 'bad'), ...abouts(1, 'good')]);
  expect(await sendAll(sender, id)).toBeNull();
  expect(app.got).toHaveLength(41);
  for (const of of Map.groupBy(app.got, ({ data }) => data.about).values()) {
    const sequences = of.map(({ data }) => data.sequence);
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
  }
  expect(await endpointOf(pool, id)).toMatchObject({ is_recovering: false });
});

test('however long the app asks to wait each time: its tries come when they were to, until it is given up', async () => {
  const { pool, id, sender, stands } = await refusing(1, { 'retry-after': '600' });
  const soon = () =>
    pool.query(
      `update reconciler.sendings set due_at = now() + interval '4 min' where state = 'waiting'`,
    );
  await soon();
  for (let round = 0; round < 3; round++) {
    await pool.query(`update reconciler.send_attempts set at = at - interval '6 min'`);
    await pool.query(`update reconciler.endpoints set is_recovering = true`);
    await owe(pool, id, abouts(1, `good${round}-`));
    await sendOwed(sender, id, signal);
    const [{ attempts, due_in_s } = { attempts: 0, due_in_s: 0 }] = await stands('bad');
    expect(attempts).toBe(3);
    expect(due_in_s).toBeLessThanOrEqual(240);
  }
  expect(app.got.filter(({ data }) => isBad(data))).toHaveLength(3);
  for (let tries = 3; tries < 8; tries++) {
    await pool.query(`update reconciler.sendings set due_at = now() where state = 'waiting'`);
    await pool.query('update reconciler.endpoints set rest_until = null');
    await sendOwed(sender, id, signal);
  }
  expect((await stands('bad')).map(({ state }) => state)).toEqual(['dead']);
});

test('in trouble, a process without the hook reads a few of what waits for another, and others each time', async () => {
  const { pool, id } = await refusing(200);
  await pool.query(`update reconciler.endpoints set kind = 'hook'`);
  const read: number[] = [];
  const asked = new Proxy(pool, {
    get: (target, name) =>
      name !== 'query'
        ? Reflect.get(target, name)
        : (...given: [{ name?: string; values: unknown[] }]) => {
            const [{ name: of = '', values }] = given;
            if (of.includes('messages-owed')) read.push(...(values[2] as number[]));
            return Reflect.apply(target.query, target, given);
          },
  });
  const hooks = { has: () => false, call: () => Promise.reject(new Error('there is none')) };
  const sender = senderOf(asked, { hooks, random: Math.random });
  const { nextInMs } = await sendOwed(sender, id, signal);
  expect(read).toHaveLength(32);
  expect(nextInMs).toBe(1_000);
  await sendOwed(sender, id, signal);
  expect(read).toHaveLength(64);
  expect(new Set(read).size).toBeGreaterThan(40);
  expect(await endpointOf(pool, id)).toMatchObject({ failures: 5, holder: null });
});

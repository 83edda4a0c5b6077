import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readOverdue } from '../../src/endpoints/overdue.ts';
import { sendOwed } from '../../src/endpoints/send-owed.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import {
  addEndpoint,
  endpointOf,
  type Handler,
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
const takes: Handler = (_got, response) => {
  response.writeHead(204).end();
};
beforeEach(async () => {
  app.handle(takes);
  await database.pool.query('truncate reconciler.endpoints, reconciler.messages cascade');
});

const signal = new AbortController().signal;

/** One in trouble, to which so many are owed, of as many connections: all have failed but the first. */
const inTrouble = async (number: number) => {
  const { pool } = database;
  const { id, secret } = await addEndpoint(pool, { target: app.url });
  app.verifyWith(secret);
  const abouts = Array.from({ length: number }, (_, n) => `connected_account:${n}`);
  const [first] = await owe(pool, id, abouts);
  await pool.query(
    `update reconciler.sendings set attempts = 4, due_at = now() + interval '5 h' where position <> $1`,
    [first],
  );
  await pool.query(
    `update reconciler.endpoints set failures = 5, failing_since = now() - interval '1 h'`,
  );
  return { pool, id };
};

test('what waits for its next try goes at once when the app takes messages again', async () => {
  const { pool, id } = await inTrouble(30);
  expect(await sendAll(senderOf(pool), id)).toBeNull();
  expect((await sendingsOf(pool, id)).map(({ state }) => state)).toEqual(
    Array(30).fill('delivered'),
  );
  expect(await endpointOf(pool, id)).toMatchObject({ failures: 0, is_recovering: false });
});

test('a process that dies right after it noted that leaves nothing waiting for its own long schedule', async () => {
  const { pool, id } = await inTrouble(30);
  // Postgres is gone for it from then on.
  let isNoted = false;
  const dying = {
    ...senderOf(pool),
    pool: new Proxy(pool, {
      get: (target, name) =>
        name !== 'query'
          ? Reflect.get(target, name)
          : (...given: unknown[]) => {
              if (isNoted) return Promise.reject(new Error('dead'));
              return Reflect.apply(target.query, target, given);
            },
    }),
    onStep: (step: string) => {
      if (step === 'noted') isNoted = true;
    },
  };
  await expect(sendOwed(dying, id, signal)).rejects.toThrow('dead');
  expect(await endpointOf(pool, id)).toMatchObject({ failures: 0, is_recovering: true });
  // Its lease runs out: then it is found, whatever the queue knows, though nothing of it is due.
  await pool.query(`update reconciler.endpoints set leased_until = now()`);
  expect(await readOverdue(pool)).toEqual([id]);
  expect(await sendAll(senderOf(pool), id)).toBeNull();
  expect((await sendingsOf(pool, id)).map(({ state }) => state)).toEqual(
    Array(30).fill('delivered'),
  );
  expect(await endpointOf(pool, id)).toMatchObject({ is_recovering: false });
});

const fails: Handler = (_got, response) => {
  response.writeHead(500).end();
};
const restIsOver = () =>
  database.pool.query('update reconciler.endpoints set rest_until = now(), leased_until = null');

/** Six connections whose messages the app refuses, while it takes those of others. */
const halfBroken = async () => {
  const { pool } = database;
  const { id, secret } = await addEndpoint(pool, { target: app.url });
  app.verifyWith(secret);
  app.got.length = 0;
  app.handle((got, response) =>
    got.data.about.includes('bad') ? fails(got, response) : takes(got, response),
  );
  const bad = Array.from({ length: 6 }, (_, n) => `connected_account:bad${n}`);
  await owe(pool, id, bad);
  await sendOwed(senderOf(pool), id, signal);
  return { pool, id };
};
/** As if what failed had failed so often, with hours until it is tried again. */
const failedBefore = async (id: number, tries: number) => {
  await database.pool.query(
    `with f as (update reconciler.sendings set attempts = $2, due_at = now() + interval '9 h'
                 where endpoint_id = $1 and attempts > 0 returning position)
     insert into reconciler.send_attempts (endpoint_id, position, at, duration_ms, status, fault)
     select $1, position, now() - interval '1 h', 1, 500, 'no' from f cross join generate_series(2, $2)`,
    [id, tries],
  );
};
/** What is refused, as it stands. */
const refused = async (id: number) =>
  (await sendingsOf(database.pool, id)).filter(({ about }) => about.includes('bad'));

test('what is refused while others are taken keeps its tries and its times', async () => {
  const { pool, id } = await halfBroken();
  expect(await endpointOf(pool, id)).toMatchObject({ failures: 5 });
  // They have failed often before.
  await failedBefore(id, 6);
  for (let round = 0; round < 10; round++) {
    await owe(pool, id, [`connected_account:good${round}`]);
    await restIsOver();
    await sendOwed(senderOf(pool), id, signal);
  }
  const after = await refused(id);
  expect(after.map(({ state, attempts }) => [state, attempts])).toEqual(
    Array(6).fill(['waiting', 6]),
  );
  for (const { due_in_s } of after) expect((due_in_s ?? 0) / 3_600).toBeGreaterThan(8.9);
  expect((await sendingsOf(pool, id)).filter(({ state }) => state === 'delivered')).toHaveLength(
    10,
  );
  // Each was tried once as it failed, and once before its time: not each time that another was taken.
  expect(app.got.filter(({ data }) => data.about.includes('bad')).length).toBeLessThanOrEqual(12);
});

test('what was refused before its time is tried so again after a part of its wait', async () => {
  const { pool, id } = await halfBroken();
  await failedBefore(id, 3);
  const goodComes = async (name: string) => {
    await owe(pool, id, [`connected_account:${name}`]);
    await restIsOver();
    app.got.length = 0;
    await sendOwed(senderOf(pool), id, signal);
    return app.got.filter(({ data }) => data.about.includes('bad')).length;
  };
  expect(await goodComes('good1')).toBeGreaterThanOrEqual(4);
  expect(await goodComes('good2')).toBeLessThanOrEqual(2);
  await pool.query(`update reconciler.send_attempts set at = at - interval '6 min'`);
  app.handle(takes);
  expect(await goodComes('good3')).toBe(6);
  expect(await refused(id)).toEqual(Array(6).fill(expect.objectContaining({ state: 'delivered' })));
});

test('however many wait: a turn goes on where the last one was, and says when all were tried', async () => {
  const { pool, id } = await inTrouble(31);
  const cut = new AbortController();
  let taken = 0;
  app.handle((_got, response) => {
    if (++taken === 10) cut.abort();
    response.writeHead(204).end();
  });
  await sendOwed(senderOf(pool), id, cut.signal);
  expect(await endpointOf(pool, id)).toMatchObject({ failures: 0, is_recovering: true });
  const left = (await sendingsOf(pool, id)).filter(({ state }) => state === 'waiting');
  expect(left.length).toBeGreaterThan(0);
  // Nothing of it is due.
  for (const { due_in_s } of left) expect(due_in_s).toBeGreaterThan(3_600);
  expect(await readOverdue(pool)).toEqual([id]);
  expect(await sendAll(senderOf(pool), id)).toBeNull();
  expect(await endpointOf(pool, id)).toMatchObject({ is_recovering: false });
  expect(taken).toBe(31);
});

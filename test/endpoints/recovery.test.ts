import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { hurry } from '../../src/endpoints/hurry.ts';
import { takeEndpoint } from '../../src/endpoints/lease.ts';
import { readOverdue } from '../../src/endpoints/overdue.ts';
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
  await database.pool.query('truncate reconciler.endpoints, reconciler.messages cascade');
});

const signal = new AbortController().signal;
const dueOf = async (id: number) =>
  (await sendingsOf(database.pool, id)).filter(({ due_in_s }) => due_in_s === null).length;

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
  expect(await dueOf(id)).toBe(1);
  // Its lease runs out: then it is found, whatever the queue knows, though nothing of it is due.
  await pool.query(`update reconciler.endpoints set leased_until = now()`);
  expect(await readOverdue(pool)).toEqual([id]);
  expect(await sendAll(senderOf(pool), id)).toBeNull();
  expect((await sendingsOf(pool, id)).map(({ state }) => state)).toEqual(
    Array(30).fill('delivered'),
  );
  expect(await endpointOf(pool, id)).toMatchObject({ is_recovering: false });
});

test('it goes page by page, and only by whoever has the lease', async () => {
  const { pool, id } = await inTrouble(31);
  await pool.query('update reconciler.endpoints set is_recovering = true');
  await takeEndpoint(pool, id, 'me');
  await hurry(pool, id, 'another', () => true, 10);
  expect(await dueOf(id)).toBe(1);
  let pages = 0;
  await hurry(pool, id, 'me', () => pages++ < 2, 10);
  expect(await dueOf(id)).toBe(21);
  expect(await endpointOf(pool, id)).toMatchObject({ is_recovering: true });
  await hurry(pool, id, 'me', () => true, 10);
  expect(await dueOf(id)).toBe(31);
  expect(await endpointOf(pool, id)).toMatchObject({ is_recovering: false });
});

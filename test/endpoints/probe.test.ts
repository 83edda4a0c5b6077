import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.pool.query('truncate reconciler.endpoints, reconciler.messages cascade');
  app = await startReceiver();
});
afterEach(() => app[Symbol.asyncDispose]());

const signal = new AbortController().signal;
const fails: Handler = (_got, response) => {
  response.writeHead(500).end();
};
const takes: Handler = (_got, response) => {
  response.writeHead(204).end();
};

const restIsOver = () =>
  database.pool.query('update reconciler.endpoints set rest_until = now(), leased_until = null');
const statesOf = async (id: number) =>
  (await sendingsOf(database.pool, id)).map(({ state }) => state);

/** An app that has failed for so many connections that it rests; what is owed of each comes in five hours. */
const inTrouble = async (abouts: readonly string[]) => {
  const { pool } = database;
  const { id, secret } = await addEndpoint(pool, { target: app.url });
  app.verifyWith(secret);
  const positions = await owe(pool, id, abouts);
  app.handle(fails);
  await sendOwed(senderOf(pool), id, signal);
  await pool.query(
    `update reconciler.sendings set attempts = 5, due_at = now() + interval '5 h' where attempts > 0`,
  );
  app.got.length = 0;
  return { pool, id, positions, sender: senderOf(pool) };
};
const SIX = Array.from({ length: 6 }, (_, n) => `connected_account:${n}`);

describe('an endpoint that has had its rest', () => {
  test('is tried before the time of what waits, and gets all of it once it is well again', async () => {
    const { pool, id, sender } = await inTrouble([...SIX, ...SIX]);
    expect(await endpointOf(pool, id)).toMatchObject({ failures: 5, rest_s: expect.any(Number) });
    expect(await readOverdue(pool)).toEqual([]);
    await restIsOver();
    expect(await readOverdue(pool)).toEqual([id]);
    // Still failing: one more, and a rest that is twice as long.
    const { nextInMs } = await sendOwed(sender, id, signal);
    expect(app.got).toHaveLength(1);
    expect(nextInMs).toBeGreaterThan(5_000);
    expect(nextInMs).toBeLessThanOrEqual(10_000);
    expect(await endpointOf(pool, id)).toMatchObject({ failures: 6 });
    expect(await readOverdue(pool)).toEqual([]);
    await restIsOver();
    app.handle(takes);
    expect(await sendAll(sender, id)).toBeNull();
    expect(await statesOf(id)).toEqual(Array(12).fill('delivered'));
    expect(await endpointOf(pool, id)).toMatchObject({ failures: 0, rest_until: expect.any(Date) });
  });

  test('for a day uses up no tries of what waits, and leaves its times', async () => {
    const { pool, id, sender, positions } = await inTrouble(SIX);
    await pool.query(`update reconciler.sendings set attempts = 7`);
    const before = await sendingsOf(pool, id);
    const DAY_OF_RESTS = 288;
    for (let probe = 0; probe < DAY_OF_RESTS; probe++) {
      await restIsOver();
      const { nextInMs } = await sendOwed(sender, id, signal);
      expect(nextInMs).toBeLessThanOrEqual(300_000);
    }
    // Each in its turn, from the first.
    const at = app.got.map(({ data }) => data.position);
    expect(at).toHaveLength(DAY_OF_RESTS);
    expect(at.slice(0, 7)).toEqual([...positions, positions[0]]);
    const after = await sendingsOf(pool, id);
    expect(after.map(({ attempts, state }) => [attempts, state])).toEqual(
      Array(6).fill([7, 'waiting']),
    );
    for (const [n, { due_in_s }] of after.entries()) {
      // Not by the five or ten hours of its schedule.
      expect(Math.abs((due_in_s ?? 0) - (before[n]?.due_in_s ?? 0))).toBeLessThan(3_600);
    }
    const { rows } = await pool.query('select count(*)::int as n from reconciler.send_attempts');
    expect(rows[0].n).toBe(6 + DAY_OF_RESTS);
    expect((await endpointOf(pool, id)).failures).toBe(5 + DAY_OF_RESTS);
  });

  test('is found well again though it refuses the first that waits', async () => {
    const { id, sender, positions } = await inTrouble(SIX);
    app.handle((got, response) =>
      got.data.position === positions[0] ? fails(got, response) : takes(got, response),
    );
    for (let probe = 0; probe < 2; probe++) {
      await restIsOver();
      await sendAll(sender, id);
    }
    expect(await statesOf(id)).toEqual(['waiting', ...Array(5).fill('delivered')]);
  });

  test('gets what is due rather than what is not', async () => {
    const { pool, id, sender, positions } = await inTrouble(SIX);
    const [fresh] = await owe(pool, id, ['connected_account:fresh']);
    app.handle((got, response) =>
      got.data.position === positions[0] ? fails(got, response) : takes(got, response),
    );
    await restIsOver();
    await sendAll(sender, id);
    expect(app.got[0]?.data.position).toBe(fresh);
    expect((await statesOf(id)).filter(state => state === 'delivered')).toHaveLength(6);
  });

  test('never gets a message before an earlier one of its connection', async () => {
    const { pool, id, sender } = await inTrouble(SIX);
    await owe(pool, id, SIX);
    await restIsOver();
    await sendOwed(sender, id, signal);
    expect(app.got).toHaveLength(1);
    app.handle(takes);
    app.got.length = 0;
    await restIsOver();
    expect(await sendAll(sender, id)).toBeNull();
    for (const of of Map.groupBy(app.got, ({ data }) => data.about).values()) {
      const sequences = of.map(({ data }) => data.sequence);
      expect(sequences).toHaveLength(2);
      expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
    }
  });
});

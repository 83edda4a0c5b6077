import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readOverdue } from '../../src/endpoints/overdue.ts';
import { sendOwed } from '../../src/endpoints/send-owed.ts';
import { sendTest } from '../../src/endpoints/send-test.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import {
  addEndpoint,
  endpointOf,
  type Handler,
  letPass,
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
  await database.pool.query('delete from reconciler.endpoints');
  await database.pool.query('delete from reconciler.messages');
  app = await startReceiver();
});
afterEach(() => app[Symbol.asyncDispose]());

const started = async () => {
  const { pool } = database;
  const endpoint = await addEndpoint(pool, { target: app.url });
  app.verifyWith(endpoint.secret);
  return { pool, ...endpoint, sender: senderOf(pool) };
};
const statesOf = async (id: number) =>
  (await sendingsOf(database.pool, id)).map(({ state }) => state);
const attemptsOf = async (id: number) =>
  (await sendingsOf(database.pool, id)).map(({ attempts }) => attempts);
const answers =
  (status: number, headers = {}): Handler =>
  (_got, response) => {
    response.writeHead(status, headers).end();
  };
const abouts = (number: number): string[] =>
  Array.from({ length: number }, (_, n) => `connected_account:${n}`);
const signal = new AbortController().signal;
describe('an app that fails', () => {
  test('is rested, tried with one, and caught up in order once it takes messages', async () => {
    const { pool, id, sender } = await started();
    await owe(pool, id, [...abouts(40), ...abouts(40)]);
    app.handle(answers(500));
    await sendOwed(sender, id, signal);
    // Those that were under way when the fifth had failed.
    expect(app.got.length).toBeLessThanOrEqual(20);
    expect(await endpointOf(pool, id)).toMatchObject({
      failures: 5,
      fault: 'The app answered 500 (Internal Server Error).',
      failing_since: expect.any(Date),
      rest_s: expect.any(Number),
    });
    expect(await readOverdue(pool)).toEqual([]);
    const before = app.got.length;
    // A day of it: one at a time is tried, of those that are due.
    for (let hour = 0; hour < 24; hour++) {
      await letPass(pool, id, '1 h');
      await sendOwed(sender, id, signal);
      expect(app.got.length).toBeLessThanOrEqual(before + hour + 1);
    }
    expect(await statesOf(id)).toEqual(Array(80).fill('waiting'));
    app.got.length = 0;
    app.handle(answers(204));
    await letPass(pool, id, '6 min');
    expect(await readOverdue(pool)).toEqual([id]);
    expect(await sendAll(sender, id)).toBeNull();
    expect(await statesOf(id)).toEqual(Array(80).fill('delivered'));
    expect(app.got).toHaveLength(80);
    for (const of of Map.groupBy(app.got, ({ data }) => data.about).values()) {
      expect(of.map(({ data }) => data.sequence)).toEqual(
        of.map(({ data }) => data.sequence).toSorted((a, b) => a - b),
      );
    }
    expect(await endpointOf(pool, id)).toMatchObject({
      failures: 0,
      fault: null,
      failing_since: null,
    });
  });

  test('one message eight times is given up, and the next of its connection goes on', async () => {
    const { pool, id, sender } = await started();
    await owe(pool, id, ['connected_account:a', 'connected_account:a']);
    const [poison] = await sendingsOf(pool, id);
    app.handle(({ data }, response) => {
      response.writeHead(data.position === poison?.position ? 400 : 204).end();
    });
    for (let tries = 0; tries < 8; tries++) {
      expect((await statesOf(id))[1]).toBe('waiting');
      await sendAll(sender, id);
      await letPass(pool, id, '13 h');
    }
    // It failed alone, so the endpoint was rested, too.
    expect(await sendAll(sender, id)).toBeNull();
    expect(await statesOf(id)).toEqual(['dead', 'delivered']);
    expect(await attemptsOf(id)).toEqual([8, 0]);
    const { rows } = await pool.query('select status from reconciler.send_attempts order by id');
    expect(rows.map(({ status }) => status)).toEqual([...Array(8).fill(400), 204]);
  });

  test('for over five days is disabled, and what is owed waits', async () => {
    const { pool, id, sender } = await started();
    await owe(pool, id, ['connected_account:a']);
    app.handle(answers(500));
    await sendAll(sender, id);
    await letPass(pool, id, '5 days 1 min');
    // One failure, quiet days, and one more: that says little.
    await sendAll(sender, id);
    expect(await endpointOf(pool, id)).toMatchObject({ disabled_at: null, failures: 2 });
    await pool.query('update reconciler.endpoints set failures = 15');
    await letPass(pool, id, '1 h');
    expect(await sendOwed(sender, id, signal)).toEqual({ nextInMs: null });
    expect(await endpointOf(pool, id)).toMatchObject({
      disabled_at: expect.any(Date),
      disabled_because: 'failing',
      holder: null,
    });
    expect(await statesOf(id)).toEqual(['waiting']);
    expect(await readOverdue(pool)).toEqual([]);
  });

  test('with 410 is disabled at once, and uses up no try', async () => {
    const { pool, id, sender } = await started();
    await owe(pool, id, abouts(3));
    app.handle(answers(410));
    expect(await sendOwed(sender, id, signal)).toEqual({ nextInMs: null });
    expect(await endpointOf(pool, id)).toMatchObject({ disabled_because: 'gone' });
    expect(await statesOf(id)).toEqual(['waiting', 'waiting', 'waiting']);
    expect(await attemptsOf(id)).toEqual([0, 0, 0]);
    expect(await sendOwed(sender, id, signal)).toEqual({ nextInMs: null });
  });

  test('with 429 and Retry-After rests for as long as it says', async () => {
    const { pool, id, sender } = await started();
    await owe(pool, id, abouts(40));
    app.handle(answers(429, { 'retry-after': '60' }));
    const { nextInMs } = await sendOwed(sender, id, signal);
    expect(nextInMs).toBeGreaterThan(55_000);
    expect(nextInMs).toBeLessThanOrEqual(60_000);
    expect(app.got.length).toBeLessThanOrEqual(16);
    expect(await sendOwed(sender, id, signal)).toEqual({ nextInMs: expect.any(Number) });
    expect(app.got.length).toBeLessThanOrEqual(16);
    expect(new Set(await attemptsOf(id))).toEqual(new Set([0]));
  });
});

describe('a queue', () => {
  test('of the app’s gets messages in order, and uses up no tries where it is out of reach', async () => {
    const { pool } = database;
    const { id } = await addEndpoint(pool, { kind: 'queue', target: 'seam-messages' });
    await owe(pool, id, ['connected_account:a', 'connected_account:a']);
    await sendAll(senderOf(pool), id);
    expect(await attemptsOf(id)).toEqual([0, 0]);
    expect((await endpointOf(pool, id)).fault).toMatch(/^The message could not be added/);
    await letPass(pool, id, '1 min');
    const added: unknown[] = [];
    const addToQueue = async (queue: string, body: { type: string }) => {
      added.push([queue, body.type]);
    };
    expect(await sendAll(senderOf(pool, { addToQueue }), id)).toBeNull();
    expect(added).toEqual(Array(2).fill(['seam-messages', 'account.linked']));
  });
});

describe('a test', () => {
  test('is signed, says what it is, and leaves no trace, also of a disabled endpoint', async () => {
    const { pool, id, sender } = await started();
    await pool.query(`update reconciler.endpoints set disabled_at = now()`);
    const before = await endpointOf(pool, id);
    expect(await sendTest(sender, id)).toMatchObject({ status: 204, fault: null });
    const [got] = app.got;
    expect(got).toMatchObject({
      type: 'endpoint.test',
      data: { is_test: true, message_id: got?.id },
    });
    app.handle(answers(500));
    expect(await sendTest(sender, id)).toMatchObject({ status: 500 });
    const after = await endpointOf(pool, id);
    expect(after).toEqual(before);
    expect(await sendTest(sender, 0)).toMatchObject({ fault: 'The endpoint was removed.' });
  });
});

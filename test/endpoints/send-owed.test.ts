import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sendOwed } from '../../src/endpoints/send-owed.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import {
  addEndpoint,
  endpointOf,
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

const started = async (of: { perSecond?: number } = {}) => {
  const { pool } = database;
  const endpoint = await addEndpoint(pool, { target: app.url, ...of });
  app.verifyWith(endpoint.secret);
  return { pool, id: endpoint.id, secret: endpoint.secret, sender: senderOf(pool) };
};
const statesOf = async (id: number) =>
  (await sendingsOf(database.pool, id)).map(({ state }) => state);
const positionsGot = () => app.got.map(({ data }) => data.position);

describe('what is owed is sent', () => {
  test('signed, once, as the contract says, and noted', async () => {
    const { pool, id, sender } = await started();
    const [position] = await owe(pool, id, ['connected_account:a']);
    app.handle((_got, response) => void response.writeHead(200).end('thank you\0\n'));
    expect(await sendAll(sender, id)).toBeNull();
    expect(app.unsigned).toEqual([]);
    expect(app.got).toHaveLength(1);
    const [message] = app.got;
    expect(message).toMatchObject({
      type: 'account.linked',
      data: { position, about: 'connected_account:a', user_id: 'ada', state: 'connected' },
    });
    expect(message?.id).toBe(message?.data.message_id);
    expect(message?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^seam-reconciler\/\d+\.\d+\.\d+$/),
    });
    expect(await sendingsOf(pool, id)).toEqual([
      expect.objectContaining({ position, state: 'delivered', attempts: 0 }),
    ]);
    const { rows } = await pool.query('select * from reconciler.send_attempts');
    expect(rows).toEqual([
      expect.objectContaining({ status: 200, fault: null, answer: 'thank you\uFFFD' }),
    ]);
    expect(await endpointOf(pool, id)).toMatchObject({
      holder: null,
      leased_until: null,
      failures: 0,
      fault: null,
      failing_since: null,
      last_delivered_at: expect.any(Date),
    });
    expect(await sendAll(sender, id)).toBeNull();
    expect(app.got).toHaveLength(1);
  });

  test('of each connection in order, of several side by side', async () => {
    const { pool, id, sender } = await started();
    const abouts = Array.from({ length: 300 }, (_, n) => `connected_account:${n % 20}`);
    await owe(pool, id, abouts);
    const open = new Set<string>();
    const overlapping: string[] = [];
    app.handle(async ({ data }, response) => {
      if (open.has(data.about)) overlapping.push(data.about);
      open.add(data.about);
      await new Promise(resolve => setTimeout(resolve, (data.position * 7) % 5));
      open.delete(data.about);
      response.writeHead(204).end();
    });
    expect(await sendAll(sender, id)).toBeNull();
    expect(overlapping).toEqual([]);
    expect(app.got).toHaveLength(300);
    expect(app.mostAtOnce()).toBeGreaterThan(4);
    expect(app.mostAtOnce()).toBeLessThanOrEqual(16);
    for (const of of Map.groupBy(app.got, ({ data }) => data.about).values()) {
      const positions = of.map(({ data }) => data.position);
      expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    }
  });

  test('of one connection more than are held at once', async () => {
    const { pool, id, sender } = await started();
    const positions = await owe(pool, id, [
      ...Array<string>(520).fill('connected_account:a'),
      'connected_account:b',
    ]);
    expect(await sendAll(sender, id)).toBeNull();
    expect(positionsGot().toSorted((a, b) => a - b)).toEqual(positions);
    const ofOne = app.got.filter(({ data }) => data.about.endsWith(':a'));
    expect(ofOne.map(({ data }) => data.position)).toEqual(positions.slice(0, -1));
  });

  test('while one connection fails, the others go on, and what is of it waits', async () => {
    const { pool, id, sender } = await started();
    await owe(
      pool,
      id,
      ['a', 'b', 'a', 'c', 'b', 'a'].map(name => `connected_account:${name}`),
    );
    app.handle(({ data }, response) => {
      response.writeHead(data.about.endsWith(':a') ? 500 : 200).end();
    });
    const next = await sendAll(sender, id);
    expect(next).toBeGreaterThan(4_000);
    expect(next).toBeLessThanOrEqual(5_000);
    expect(await statesOf(id)).toEqual([
      'waiting',
      'delivered',
      'waiting',
      'delivered',
      'delivered',
      'waiting',
    ]);
    expect((await sendingsOf(pool, id)).map(({ attempts }) => attempts)).toEqual([
      1, 0, 0, 0, 0, 0,
    ]);
    app.handle((_got, response) => void response.writeHead(200).end());
    await letPass(pool, id, '6 s');
    expect(await sendAll(sender, id)).toBeNull();
    const ofA = app.got.filter(({ data }) => data.about.endsWith(':a'));
    expect(ofA.map(({ data }) => data.position)).toEqual(
      [0, 0, 2, 5].map(n => (app.got[0]?.data.position ?? 0) + n),
    );
  });

  test('what comes while another is under way does not wait for it', async () => {
    const { pool, id, sender } = await started();
    await owe(pool, id, ['connected_account:slow']);
    const other = Promise.withResolvers<void>();
    app.handle(async ({ data }, response) => {
      if (data.about.endsWith(':slow')) {
        await owe(pool, id, ['connected_account:b']);
        await other.promise; // Only once the other one has come.
      } else other.resolve();
      response.writeHead(204).end();
    });
    expect(await sendAll(sender, id)).toBeNull();
    expect(await statesOf(id)).toEqual(['delivered', 'delivered']);
  });

  test('one that is stopped ends what is under way and begins nothing more', async () => {
    const { pool, id, sender } = await started();
    await owe(pool, id, ['connected_account:a', 'connected_account:a']);
    const stop = new AbortController();
    app.handle((_got, response) => {
      stop.abort();
      response.writeHead(204).end();
    });
    expect(await sendOwed(sender, id, stop.signal)).toEqual({ nextInMs: 0 });
    expect(await statesOf(id)).toEqual(['delivered', 'waiting']);
    expect(await endpointOf(pool, id)).toMatchObject({ holder: null, leased_until: null });
  });

  test('at its pace, whoever sends next: nobody takes it until another one may go', async () => {
    const { pool, id, sender } = await started({ perSecond: 1 });
    await owe(pool, id, ['connected_account:a', 'connected_account:b']);
    const stop = new AbortController();
    app.handle((_got, response) => {
      stop.abort();
      response.writeHead(204).end();
    });
    const { nextInMs } = await sendOwed(sender, id, stop.signal);
    expect(nextInMs).toBeGreaterThan(0);
    expect(await endpointOf(pool, id)).toMatchObject({
      holder: null,
      leased_until: expect.any(Date),
    });
    expect(await sendOwed(sender, id, new AbortController().signal)).toEqual({
      nextInMs: expect.any(Number),
    });
    expect(await statesOf(id)).toEqual(['delivered', 'waiting']);
    expect(await sendAll(sender, id)).toBeNull();
    expect(await statesOf(id)).toEqual(['delivered', 'delivered']);
  });
});

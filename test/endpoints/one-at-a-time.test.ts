import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { readOverdue } from '../../src/endpoints/overdue.ts';
import { createSecretBox } from '../../src/endpoints/secrets.ts';
import { sendOwed } from '../../src/endpoints/send-owed.ts';
import { sendTest } from '../../src/endpoints/send-test.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import {
  addEndpoint,
  ENDPOINT_KEY,
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
const abouts = (number: number): string[] =>
  Array.from({ length: number }, (_, n) => `connected_account:${n}`);
const signal = new AbortController().signal;
/** Another process takes the endpoint, as the lease of the first one is over. */
const frozen = (id: number) => letPass(database.pool, id, '31 s');

describe('secrets', () => {
  test('a former one signs until its overlap ends', async () => {
    const { pool, id, secret, sender } = await started();
    const next = createSecretBox([ENDPOINT_KEY]).make();
    await pool.query(
      `update reconciler.endpoint_secrets set until = now() + interval '1 h' where endpoint_id = $1`,
      [id],
    );
    await pool.query(
      'insert into reconciler.endpoint_secrets (endpoint_id, sealed) values ($1, $2)',
      [id, next.sealed],
    );
    for (const known of [secret, next.secret]) {
      await owe(pool, id, ['connected_account:a']);
      app.verifyWith(known);
      expect(await sendAll(sender, id)).toBeNull();
    }
    expect(app.got).toHaveLength(2);
    await pool.query(
      `update reconciler.endpoint_secrets set until = now() - interval '1 s' where until is not null`,
    );
    app.verifyWith(secret);
    await owe(pool, id, ['connected_account:a']);
    await sendAll(sender, id);
    expect(app.unsigned).toHaveLength(1);
  });

  test.each<[string, string[], string]>([
    ['missing', [], 'ENDPOINT_SECRETS_KEY is missing'],
    ['another one', ['x'.repeat(32)], "secret can't be opened"],
  ])(
    'with the key %s nothing is sent, nothing is lost, and it is said why',
    async (_, keys, words) => {
      const { pool, id, sender } = await started();
      await owe(pool, id, ['connected_account:a']);
      const without = { ...sender, secretsKeys: keys };
      expect(await sendOwed(without, id, signal)).toEqual({ nextInMs: 60_000 });
      expect((await endpointOf(pool, id)).fault).toContain(words);
      expect((await sendTest(without, id)).fault).toContain(words);
      expect(await attemptsOf(id)).toEqual([0]);
      expect(await readOverdue(pool)).toEqual([]);
      await letPass(pool, id, '61 s');
      expect(
        await sendAll({ ...sender, secretsKeys: ['n'.repeat(32), ENDPOINT_KEY] }, id),
      ).toBeNull();
      expect(await statesOf(id)).toEqual(['delivered']);
      expect((await endpointOf(pool, id)).fault).toBeNull();
    },
  );
});

describe('one process at a time', () => {
  test('another one waits, and takes over what a dead one has left', async () => {
    const { pool, id, sender } = await started();
    await owe(pool, id, ['connected_account:a']);
    await pool.query(
      `update reconciler.endpoints set holder = 'dead', leased_until = now() + interval '30 s' where id = $1`,
      [id],
    );
    expect(await sendOwed(sender, id, signal)).toEqual({ nextInMs: 1_000 });
    expect(await readOverdue(pool)).toEqual([]);
    expect(app.got).toEqual([]);
    await frozen(id);
    expect(await readOverdue(pool)).toEqual([id]);
    expect(await sendAll(sender, id)).toBeNull();
    expect(await statesOf(id)).toEqual(['delivered']);
  });

  /** The first try is answered only after another process has tried, and noted what came of it. */
  const late = async (first: number, second: number) => {
    const { pool, id, sender } = await started();
    await owe(pool, id, ['connected_account:a', 'connected_account:a']);
    const isFirst = Promise.withResolvers<void>();
    const isSecondNoted = Promise.withResolvers<void>();
    app.handle(async (_got, response) => {
      if (app.got.length > 1) {
        response.writeHead(second).end();
        return;
      }
      isFirst.resolve();
      await isSecondNoted.promise;
      response.writeHead(first).end();
    });
    const slow = sendOwed(sender, id, signal);
    await isFirst.promise;
    await frozen(id);
    await sendOwed(sender, id, signal);
    const between = { sendings: await sendingsOf(pool, id), endpoint: await endpointOf(pool, id) };
    isSecondNoted.resolve();
    expect(await slow).toEqual({ nextInMs: null });
    return { pool, id, between };
  };

  test('what a late one failed at undoes nothing that the next has delivered', async () => {
    const { pool, id } = await late(500, 204);
    expect(await statesOf(id)).toEqual(['delivered', 'delivered']);
    expect(await endpointOf(pool, id)).toMatchObject({ failures: 0, fault: null });
    const { rows } = await pool.query(
      'select count(*)::int as tries from reconciler.send_attempts where endpoint_id = $1',
      [id],
    );
    expect(rows).toEqual([{ tries: 3 }]);
  });

  test('nor counts as another failure of what the next failed at', async () => {
    const { pool, id, between } = await late(500, 503);
    expect(await attemptsOf(id)).toEqual([1, 0]);
    expect(await endpointOf(pool, id)).toMatchObject({
      failures: 1,
      fault: between.endpoint.fault,
      failing_since: between.endpoint.failing_since,
    });
  });

  test('what a late one has delivered is delivered, and no more is sent by it', async () => {
    const { pool, id } = await late(204, 500);
    expect(await statesOf(id)).toEqual(['delivered', 'waiting']);
    expect(await endpointOf(pool, id)).toMatchObject({ failures: 1, fault: expect.any(String) });
    expect(app.got).toHaveLength(2);
  });
});

test('one that was frozen while it read what is owed sends nothing of it', async () => {
  const { pool, id, sender } = await started();
  await owe(pool, id, ['connected_account:a', 'connected_account:a']);
  const isRead = Promise.withResolvers<void>();
  const goesOn = Promise.withResolvers<void>();
  const freezing = new Proxy(pool, {
    get: (target, key) =>
      key === 'query'
        ? async (query: { name?: string }, values: unknown[]) => {
            const answer = await target.query(query as never, values);
            if (query.name === 'messages-owed') {
              isRead.resolve();
              await goesOn.promise;
            }
            return answer;
          }
        : Reflect.get(target, key),
  });
  const froze = sendOwed({ ...sender, pool: freezing }, id, signal);
  await isRead.promise;
  await frozen(id);
  expect(await sendAll(sender, id)).toBeNull();
  const byClock = performance.now.bind(performance);
  using _later = vi.spyOn(performance, 'now').mockImplementation(() => byClock() + 31_000);
  goesOn.resolve();
  expect(await froze).toEqual({ nextInMs: null });
  expect(app.got.map(({ data }) => data.sequence)).toEqual([1, 2]);
});

describe('while a try is under way', () => {
  test.each<[string, string, string[]]>([
    [
      'disabled',
      `update reconciler.endpoints set disabled_at = now(), disabled_because = 'person'`,
      ['delivered', 'waiting'],
    ],
    ['removed', 'delete from reconciler.endpoints', []],
    ['without messages', 'delete from reconciler.messages', []],
  ])('an endpoint is %s: nothing more is sent', async (_, sql, states) => {
    const { pool, id, sender } = await started();
    await owe(pool, id, ['connected_account:a', 'connected_account:a']);
    app.handle(async (_got, response) => {
      await pool.query(sql);
      response.writeHead(204).end();
    });
    expect(await sendOwed(sender, id, signal)).toEqual({ nextInMs: null });
    expect(app.got).toHaveLength(1);
    expect(await statesOf(id)).toEqual(states);
  });

  test('Postgres refuses: it is thrown once all has ended, and sent again', async () => {
    const { pool, id, sender } = await started();
    await owe(pool, id, abouts(3));
    const broken = new Error('Postgres is away');
    const failing = new Proxy(pool, {
      get: (target, key) =>
        key === 'query'
          ? (query: { name?: string }, values: unknown[]) => {
              if (query.name === 'record-tries') return Promise.reject(broken);
              return target.query(query as never, values);
            }
          : Reflect.get(target, key),
    });
    await expect(sendOwed({ ...sender, pool: failing }, id, signal)).rejects.toBe(broken);
    expect(app.got).toHaveLength(3);
    expect(await statesOf(id)).toEqual(['waiting', 'waiting', 'waiting']);
    expect(await sendAll(sender, id)).toBeNull();
    expect(app.got).toHaveLength(6);
  });
});

import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { callHooks } from '../../src/endpoints/hooks.ts';
import { sendOwed } from '../../src/endpoints/send-owed.ts';
import type { Hooks } from '../../src/model/hooks.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import {
  addEndpoint,
  endpointOf,
  owe,
  senderOf,
  sendingsOf,
  startReceiver,
} from '../fixtures/endpoints.ts';
import { silentLog } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.pool.query('truncate reconciler.endpoints, reconciler.messages cascade');
});

/** One of these hooks, and a process that has them. */
const started = async (hooks: Hooks) => {
  const { pool } = database;
  const { rows } = await pool.query<{ id: number }>(
    `insert into reconciler.endpoints (name, kind, target, per_second, created_by)
     values ('app', 'hook', 'app', 10000, 'the tests') returning id::int`,
  );
  const ending = new AbortController().signal;
  const called = callHooks(hooks, { log: silentLog, ending, limitMs: 60_000 });
  return { pool, id: rows[0]?.id ?? 0, sender: senderOf(pool, { hooks: called }) };
};
const statesOf = async (id: number) =>
  (await sendingsOf(database.pool, id)).map(({ state }) => state);

/** As if so many ms had passed for this process. */
const passing = () => {
  const real = performance.now.bind(performance);
  let ahead = 0;
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => real() + ahead);
  return {
    pass: (ms: number) => {
      ahead += ms;
    },
    [Symbol.dispose]: () => spy.mockRestore(),
  };
};

test('while a hook takes long, the others are called beside it, also what fails and what comes anew', async () => {
  using clock = passing();
  const end = Promise.withResolvers<void>();
  let slowIsIn = false;
  let failures = 0;
  const { pool, id, sender } = await started({
    'account.linked': async ({ data }) => {
      if (data.about === 'connected_account:slow') {
        slowIsIn = true;
        await end.promise;
      }
      if (data.about === 'connected_account:fails' && failures++ === 0) throw new Error('once');
    },
  });
  await owe(pool, id, ['connected_account:slow', 'connected_account:slow']);
  const stop = new AbortController();
  const turn = sendOwed(sender, id, stop.signal);
  await until('it to be called', () => slowIsIn);
  // In steps, as the lease is renewed meanwhile.
  for (let step = 0; step < 4; step++) {
    clock.pass(6_000);
    const [fresh] = await owe(pool, id, [`connected_account:${step}`]);
    await until('another to be called', async () =>
      (await sendingsOf(pool, id)).some(
        ({ position, state }) => position === fresh && state === 'delivered',
      ),
    );
  }
  await owe(pool, id, ['connected_account:fails']);
  await until('one to fail', () => failures === 1);
  await until('that to be noted', async () => (await endpointOf(pool, id)).failures === 1);
  await pool.query('update reconciler.sendings set due_at = now() where attempts > 0');
  clock.pass(6_000);
  await until('its time to come', async () => {
    clock.pass(3_000);
    return failures === 2;
  });
  expect(await statesOf(id)).toEqual(['waiting', 'waiting', ...Array(5).fill('delivered')]);
  end.resolve();
  await turn;
  await sendOwed(sender, id, stop.signal);
  expect(new Set(await statesOf(id))).toEqual(new Set(['delivered']));
});

test('while an app takes long over one message, the others go on beside it, and no longer', async () => {
  await using app = await startReceiver();
  using clock = passing();
  const { pool } = database;
  const { id, secret } = await addEndpoint(pool, { target: app.url });
  app.verifyWith(secret);
  const ends = new Map<string, () => void>();
  app.handle(async ({ data }, response) => {
    if (data.about.includes('slow')) await new Promise<void>(end => ends.set(data.about, end));
    response.writeHead(204).end();
  });
  await owe(pool, id, ['connected_account:slow']);
  const turn = sendOwed(senderOf(pool), id, new AbortController().signal);
  await until('it to be sent', () => ends.size === 1);
  for (const about of ['a', 'slow2']) {
    clock.pass(6_000);
    await owe(pool, id, [`connected_account:${about}`]);
    await until('another to be sent', () => app.got.some(({ data }) => data.about.endsWith(about)));
  }
  ends.get('connected_account:slow')?.();
  await until('it to be noted', async () => (await statesOf(id))[0] === 'delivered');
  // Its time is over, whatever has begun since.
  await owe(pool, id, ['connected_account:late']);
  ends.get('connected_account:slow2')?.();
  await turn;
  expect(await statesOf(id)).toEqual(['delivered', 'delivered', 'delivered', 'waiting']);
});

test('who has left something to another process lets it have its turn', async () => {
  using clock = passing();
  const end = Promise.withResolvers<void>();
  let calls = 0;
  const { pool, id, sender } = await started({
    'account.linked': async () => {
      calls++;
      await end.promise;
    },
  });
  const [theirs] = await owe(pool, id, ['connected_account:a', 'connected_account:b']);
  await pool.query(`update reconciler.messages set type = 'account.deleted' where position = $1`, [
    theirs,
  ]);
  const turn = sendOwed(sender, id, new AbortController().signal);
  await until('it to be called', () => calls === 1);
  clock.pass(9_000);
  await owe(pool, id, ['connected_account:c']);
  await until('another to be called', () => calls === 2);
  clock.pass(2_000);
  end.resolve();
  await owe(pool, id, ['connected_account:d']);
  expect((await turn).nextInMs).not.toBeNull();
  expect(await statesOf(id)).toContain('waiting');
  expect((await endpointOf(pool, id)).holder).toBeNull();
});

test('in trouble, what no process here has a hook for is not looked at all the time', async () => {
  const { pool, id, sender } = await started({ 'account.deleted': () => undefined });
  await owe(pool, id, ['connected_account:a']);
  await pool.query('update reconciler.endpoints set failures = 7, failing_since = now()');
  const { nextInMs } = await sendOwed(sender, id, new AbortController().signal);
  expect(nextInMs).toBeGreaterThanOrEqual(1_000);
});

test('another pace counts in a turn that goes on', async () => {
  using clock = passing();
  const end = Promise.withResolvers<void>();
  let calls = 0;
  const { pool, id, sender } = await started({
    'account.linked': async ({ data }) => {
      calls++;
      if (data.about === 'connected_account:slow') await end.promise;
    },
  });
  await owe(pool, id, ['connected_account:slow']);
  const turn = sendOwed(sender, id, new AbortController().signal);
  await until('it to be called', () => calls === 1);
  await pool.query('update reconciler.endpoints set per_second = 1');
  const before = (await endpointOf(pool, id)).leased_until;
  clock.pass(6_000);
  await until(
    'the lease to be renewed',
    async () => (await endpointOf(pool, id)).leased_until > before,
  );
  await owe(pool, id, ['connected_account:a', 'connected_account:b']);
  await until('one to be called', () => calls === 2);
  end.resolve();
  // The second one would go a second later.
  await until('the slow one to be noted', async () => (await statesOf(id))[0] === 'delivered');
  expect(calls).toBe(2);
  clock.pass(1_000);
  await turn;
  expect(calls).toBe(3);
});

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readOverdue } from '../../src/endpoints/overdue.ts';
import { sendOwed } from '../../src/endpoints/send-owed.ts';
import type { MessageOf } from '../../src/model/message.ts';
import { arrangeAll } from '../../src/outbox/arranging.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { endpointOf, letPass, owe, senderOf, sendingsOf } from '../fixtures/endpoints.ts';
import { hookEndpoint, openHooks } from '../fixtures/hooks.ts';
import { until } from '../fixtures/wait.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.pool.query('delete from reconciler.endpoints');
  await database.pool.query('delete from reconciler.messages');
});

const statesOf = async (id: number) =>
  (await sendingsOf(database.pool, id)).map(({ state }) => state);
const signal = new AbortController().signal;

test('a hook is called with what is arranged, in order for each connection', async () => {
  const got: string[] = [];
  await using _app = await openHooks(database, {
    'account.linked': ({ type, data }) => void got.push(`${type} ${data.about} ${data.sequence}`),
  });
  const { id, kind, types } = await hookEndpoint(database);
  expect({ kind, types }).toEqual({ kind: 'hook', types: ['account.linked'] });
  for (const n of [1, 2, 3]) {
    await database.pool.query(
      `insert into reconciler.outbox (type, about, sequence, user_id, connected_account_id, data)
       values ('account.linked', 'connected_account:a', $1, 'ada', 'a', '{}'),
              ('account.deleted', 'connected_account:b', $1, null, 'b', '{}')`,
      [n],
    );
  }
  expect(await arrangeAll(database.pool)).toEqual([id]);
  await until('all to be told', () => got.length === 3);
  expect(got).toEqual([1, 2, 3].map(n => `account.linked connected_account:a ${n}`));
  await until('all to be noted', async () =>
    (await statesOf(id)).every(state => state === 'delivered'),
  );
});

test('who has no hooks leaves their endpoint alone', async () => {
  const { pool } = database;
  const app = await openHooks(database, { 'account.linked': () => undefined });
  await app[Symbol.asyncDispose]();
  const { id } = await hookEndpoint(database);
  await owe(pool, id, ['connected_account:a']);
  expect(await readOverdue(pool)).toEqual([]);
  expect(await sendOwed(senderOf(pool), id, signal)).toEqual({ nextInMs: null });
  // As a version takes it that knows no hooks.
  await pool.query(
    `update reconciler.endpoints set holder = 'theirs', leased_until = now() + interval '1 h' where id = $1`,
    [id],
  );
  const { holder, leased_until, fault, rest_until } = await endpointOf(pool, id);
  expect({ holder, leased_until, fault, rest_until }).toEqual({
    ...{ holder: null, leased_until: null, fault: null, rest_until: null },
  });
});

test('a hook that fails is called again, and the endpoint says with what it failed, not more', async () => {
  const { pool } = database;
  const got: MessageOf<'account.linked'>[] = [];
  await using app = await openHooks(database, {
    'account.linked': async message => {
      got.push(message);
      if (got.length === 1) throw new RangeError('the secret of ada');
    },
  });
  const { id } = await hookEndpoint(database);
  await owe(pool, id, ['connected_account:a']);
  app.news([id]);
  await until('it to fail', async () => (await sendingsOf(pool, id))[0]?.attempts === 1);
  const { fault, failures } = await endpointOf(pool, id);
  expect({ fault, failures }).toEqual({
    fault:
      'The hook for account.linked failed with RangeError. The log of its process has the whole error.',
    failures: 1,
  });
  await letPass(pool, id, '10 s');
  await until('it to be taken', async () => (await statesOf(id))[0] === 'delivered');
  expect(got[1]).toEqual(got[0]);
});

test('a hook that takes too long has failed, and hears of it', async () => {
  const { pool } = database;
  let heard = false;
  await using app = await openHooks(
    database,
    {
      'account.linked': (_message, { signal: own }) =>
        new Promise(() => own.addEventListener('abort', () => (heard = true))),
    },
    { times: { limitMs: 100 } },
  );
  const { id } = await hookEndpoint(database);
  await owe(pool, id, ['connected_account:a']);
  app.news([id]);
  await until('it to fail', async () => (await sendingsOf(pool, id))[0]?.attempts === 1);
  expect(heard).toBe(true);
  expect((await endpointOf(pool, id)).fault).toBe(
    'The hook for account.linked took longer than 0.1 seconds.',
  );
});

test('what fails each time is given up after eight tries, and the next of its connection goes on', async () => {
  const { pool } = database;
  const got: number[] = [];
  await using app = await openHooks(database, {
    'account.linked': ({ data }) => {
      got.push(data.position);
      if (data.position === got[0]) throw new Error('never');
    },
  });
  const { id } = await hookEndpoint(database);
  await owe(pool, id, ['connected_account:a', 'connected_account:a']);
  for (let tries = 1; tries <= 8; tries++) {
    app.news([id]);
    await until('another try', async () => (await sendingsOf(pool, id))[0]?.attempts === tries);
    await letPass(pool, id, '13 h');
  }
  await until('the next', async () => (await statesOf(id))[1] === 'delivered');
  expect(await statesOf(id)).toEqual(['dead', 'delivered']);
  expect((await endpointOf(pool, id)).disabled_at).toBeNull();
});

test('stopping waits for the hook that is under way; later its signal fires', async () => {
  const { pool } = database;
  const began = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const patient = await openHooks(database, {
    'account.linked': async () => {
      began.resolve();
      await end.promise;
    },
  });
  const { id } = await hookEndpoint(database);
  await owe(pool, id, ['connected_account:a', 'connected_account:a']);
  patient.news([id]);
  await began.promise;
  const stopped = patient[Symbol.asyncDispose]();
  end.resolve();
  await stopped;
  expect(await statesOf(id)).toEqual(['delivered', 'waiting']);

  const asked = Promise.withResolvers<void>();
  const hurried = await openHooks(
    database,
    {
      'account.linked': (_message, { signal: own }) => {
        asked.resolve();
        return new Promise((_done, fail) => {
          own.addEventListener('abort', () => fail(own.reason));
        });
      },
    },
    { times: { graceMs: 50 } },
  );
  hurried.news([id]);
  await asked.promise;
  await hurried[Symbol.asyncDispose]();
  // As if it had not been called: what it was cut off in says nothing of it.
  expect((await sendingsOf(pool, id)).map(({ attempts }) => attempts)).toEqual([0, 0]);
  expect(await endpointOf(pool, id)).toMatchObject({ holder: null, failures: 0, fault: null });
  const { rows } = await pool.query('select count(*)::int as n from reconciler.send_attempts');
  expect(rows).toEqual([{ n: 1 }]);
});

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runMigrations } from '../../src/db/migrate.ts';
import { storeDeliveries } from '../../src/inbox/deliveries.ts';
import { createQueueBackend } from '../../src/queue/backend.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { deliveryOf, takeIn } from '../fixtures/intake.ts';
import { freePort } from '../fixtures/ports.ts';
import { createRole, rowsOf } from '../fixtures/roles.ts';
import { silentLog } from '../fixtures/settings.ts';
import { event, openWeb, signed, type TestWeb } from '../fixtures/web.ts';

const stack = new AsyncDisposableStack();
let database: TestDatabase;
beforeAll(async () => {
  database = stack.use(await createTestDatabase());
});
afterAll(() => stack.disposeAsync());

const get = async (web: TestWeb, path: string) => {
  const { status, text } = await web.send({ method: 'GET', path });
  return { status, body: JSON.parse(text) as unknown };
};

const expectAlive = async (web: TestWeb): Promise<void> => {
  expect(await get(web, '/healthz')).toEqual({ status: 200, body: { status: 'ok' } });
};

/** Svix tries again when it is told to; anything but a 503 could make it give up. */
const expectAskedToComeAgain = async (web: TestWeb): Promise<void> => {
  const answer = await web.send(signed(event()));
  expect(answer.status).toBe(503);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  expect(JSON.parse(answer.text)).toStrictEqual({
    error: { type: 'unavailable', message: expect.stringMatching(/^The event .* again\.$/) },
  });
};

describe('with everything in order', () => {
  let web: TestWeb;
  beforeAll(async () => {
    web = await openWeb(database.url);
  });
  afterAll(() => web[Symbol.asyncDispose]());

  test('it is alive and ready, and says what it looked at', async () => {
    await expectAlive(web);
    expect(await get(web, '/readyz')).toMatchObject({
      status: 200,
      body: { status: 'ok', checks: { database: 'ok', migrations: 'ok', queue: 'ok' } },
    });
  });

  test.each(['/healthz', '/readyz'])('%s can only be read: 405 with Allow', async path => {
    const answer = await web.send({ method: 'POST', path });
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET' } });
    expect(JSON.parse(answer.text)).toMatchObject({ error: { type: 'method_not_allowed' } });
  });
});

test('it says when what was stored is not counted for a minute, and stays ready', async () => {
  const [subject, eventId] = ['connect_webview:held_for_long', 'held_for_long'] as const;
  await takeIn(database.pool, [deliveryOf(subject, { eventId: 'before_it_was_held' })]);
  const holder = await database.pool.connect();
  await holder.query('begin');
  await holder.query('select 1 from reconciler.reconciliations where subject = $1 for update', [
    subject,
  ]);
  try {
    await storeDeliveries(database.pool, [deliveryOf(subject, { eventId })]);
    const age = (seconds: number) =>
      database.pool.query(
        `update reconciler.uncounted set stored_at = now() - $1 * interval '1 s' where event_id = $2`,
        [seconds, eventId],
      );
    await using web = await openWeb(database.url);
    await age(50);
    expect(await get(web, '/readyz')).toMatchObject({ body: { checks: { counting: 'ok' } } });
    await age(61);
    expect(await get(web, '/readyz')).toMatchObject({
      status: 200,
      body: {
        checks: {
          counting: expect.stringMatching(/^deliveries .* counted: 1, the oldest for 6\d s/),
        },
      },
    });
  } finally {
    await holder.query('rollback');
    holder.release();
  }
});

test('it says when its clock is not the database’s, and stays ready', async () => {
  await using web = await openWeb(database.url);
  expect(await get(web, '/readyz')).toMatchObject({ body: { checks: { clock: 'ok' } } });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 10_000 });
  try {
    expect(await get(web, '/readyz')).toMatchObject({
      status: 200,
      body: {
        status: 'ok',
        checks: { clock: expect.stringMatching(/^this process's clock is 10 s behind .*: sync/) },
      },
    });
  } finally {
    vi.useRealTimers();
  }
});

test('without migrations it is not ready, says so, and asks webhooks to come again', async () => {
  await using empty = await createTestDatabase('template0');
  await using web = await openWeb(empty.url);
  await expectAlive(web);
  expect(await get(web, '/readyz')).toMatchObject({
    status: 503,
    body: {
      status: 'unavailable',
      checks: { database: 'ok', migrations: expect.stringContaining('run "migrate"') },
    },
  });
  await expectAskedToComeAgain(web);
});

test('it becomes ready by itself once the database is there', async () => {
  await using late = await createTestDatabase('template0');
  await using web = await openWeb(late.url);
  expect(await get(web, '/readyz')).toMatchObject({ status: 503 });
  await using backend = createQueueBackend({
    redisUrl: undefined,
    databaseUrl: late.url,
    log: silentLog,
  });
  await runMigrations(late.url, backend.migrations);
  expect(await get(web, '/readyz')).toMatchObject({ status: 200 });
  expect(await web.send(signed(event()))).toMatchObject({ status: 204 });
});

test('without a database it lives on, is not ready, and gives no password away', async () => {
  const url = `postgresql://ann:hunter2@127.0.0.1:${await freePort()}/locks`;
  await using web = await openWeb(url);
  await expectAlive(web);
  const readiness = await get(web, '/readyz');
  expect(readiness).toMatchObject({
    status: 503,
    body: { status: 'unavailable', checks: { database: 'failed' } },
  });
  expect(JSON.stringify(readiness)).not.toContain('hunter2');
  await expectAskedToComeAgain(web);
});

describe('where a webhook could not be stored', () => {
  const expectUnready = async (url: string, told: RegExp): Promise<void> => {
    await using web = await openWeb(url);
    await expectAlive(web);
    expect(await get(web, '/readyz')).toMatchObject({
      status: 503,
      body: { status: 'unavailable', checks: { database: expect.stringMatching(told) } },
    });
    await expectAskedToComeAgain(web);
  };

  test('as the database can only be read, it is not ready', async () => {
    await using own = await createTestDatabase();
    const name = new URL(own.url).pathname.slice(1);
    await own.pool.query(`alter database ${name} set default_transaction_read_only = on`);
    await expectUnready(own.url, /can only be read/);
  });

  test('as our role lacks the right, it is not ready; with it, it is', async () => {
    await using own = await createTestDatabase();
    await using role = await createRole(own, each => [
      ...rowsOf('reconciler', each),
      `revoke insert on reconciler.deliveries from ${each}`,
    ]);
    await expectUnready(role.url, /lacks rights: insert on reconciler.deliveries$/);
    await own.pool.query(`grant insert on reconciler.deliveries to ${role.name}`);
    await using web = await openWeb(role.url);
    expect(await get(web, '/readyz')).toMatchObject({ status: 200 });
    expect(await web.send(signed(event()))).toMatchObject({ status: 204 });
  });
});

test('without its Redis it says so, stays ready, and takes webhooks', async () => {
  await using web = await openWeb(database.url, `redis://127.0.0.1:${await freePort()}`);
  const readiness = await get(web, '/readyz');
  expect(readiness).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(readiness.body).not.toMatchObject({ checks: { queue: 'ok' } });
  expect(await web.send(signed(event()))).toMatchObject({ status: 204 });
});

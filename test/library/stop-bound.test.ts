import { once } from 'node:events';
import { connect as openSocket } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endedWithin, limitsOf } from '../../src/library/ending.ts';
import { createReconciler } from '../../src/library/index.ts';
import { type Ground, openApp, openGround } from '../fixtures/library.ts';
import { until } from '../fixtures/wait.ts';
import { event, JSON_TYPE, sign } from '../fixtures/web.ts';
import { post } from '../fixtures/webhooks.ts';

/* What stop() ends, in which order, and how long it waits for what doesn't end. */

let ground: Ground;
beforeAll(async () => {
  ground = await openGround();
  await ground.database.pool.query(`insert into reconciler.users (id) values ('ada')`);
});
afterAll(() => ground[Symbol.asyncDispose]());

const connections = async (name: string): Promise<number> => {
  const { rows } = await ground.database.pool.query(
    `select count(*)::int as count from pg_stat_activity
      where datname = current_database() and application_name = $1`,
    [name],
  );
  return rows[0].count;
};
/** Postgres ends a session a moment after its connection was closed. */
const gone = (name: string): Promise<unknown> =>
  until(`no connection of "${name}"`, async () => (await connections(name)) === 0);
/** As BullMQ names the one by which a worker hears of checks. */
const WORKER = 'looks';
const MAIN = 'seam-reconciler library';
const CONSOLE = 'seam-reconciler console';

test('the worker ends while a request is still under way', async () => {
  let isUnderWay = false;
  await using app = await openApp(ground.options, (their, { router }) => {
    their.use((request, _response, next) => {
      isUnderWay = request.path === '/webhooks/seam';
      next();
    });
    their.use(router);
  });
  await app.reconciler.work();
  await until('the worker', async () => (await connections(WORKER)) === 1);
  const { port } = new URL(app.url);
  const socket = openSocket(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  const answered = once(socket, 'data');
  let isAnswered = false;
  answered.then(
    () => {
      isAnswered = true;
    },
    () => undefined,
  );
  const body = event();
  const headers = { host: 'app', 'content-length': body.length, ...JSON_TYPE, ...sign(body) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST /webhooks/seam HTTP/1.1\r\n${lines.join('')}\r\n`);
  socket.write(body.subarray(0, 5));
  await until('the request to be under way', () => isUnderWay);
  const stopping = app.reconciler.stop();
  await gone(WORKER);
  expect(isAnswered).toBe(false);
  socket.write(body.subarray(5));
  expect(String(await answered)).toContain('HTTP/1.1 204');
  socket.destroy();
  await stopping;
  await gone(MAIN);
});

test('a hook that doesn’t end is waited for no longer than is said, and told in the log', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  let isCalled = false;
  await using app = await openApp({
    ...ground.options,
    console: { url: 'http://localhost:3000' },
    hooks: {
      'account.linked': () => {
        isCalled = true;
        return released;
      },
    },
  });
  await app.reconciler.work();
  const webview = await ground.seam.createWebview({ id: 'ada' });
  const { events } = await ground.seam.completeWebview(webview, { email: 'stuck@locks.example' });
  for (const event of events) expect((await post(app.url, event)).status).toBe(204);
  await until('the hook to be called', () => isCalled);
  const headers = { authorization: `Bearer sr_${'x'.repeat(40)}` };
  expect((await fetch(`${app.url}/api/v1/queue`, { headers })).status).toBe(401);
  await until('the API to have asked', async () => (await connections(CONSOLE)) > 0);
  await app.reconciler.stop({ withinMs: 300 });
  const told = app.lines
    .map(line => JSON.parse(line))
    .find(({ unfinished }) => unfinished !== undefined);
  expect(told).toMatchObject({
    msg: expect.stringContaining('not everything could be closed in time'),
    unfinished: ['checks, messages and hooks', 'connections'],
  });
  await gone(CONSOLE);
  await until('it to be taken off the list of processes', async () => {
    const { rowCount } = await ground.database.pool.query('select from reconciler.processes');
    return rowCount === 0;
  });
  // At most what goes on with the hook keeps one.
  await until('the others to be given back', async () => (await connections(MAIN)) <= 1);
  release();
  await gone(MAIN);
  await until('all to be closed', async () => {
    const { rowCount } = await ground.database.pool.query(
      `select from pg_stat_activity where datname = current_database() and application_name <> 'test'`,
    );
    return rowCount === 0;
  });
});

test('a migration that waits for its turn waits no longer', async () => {
  await using stack = new AsyncDisposableStack();
  const other = new pg.Client(ground.database.url);
  await other.connect();
  stack.defer(() => other.end());
  await other.query('begin');
  await other.query(`select pg_advisory_xact_lock(hashtext('seam-reconciler migrations'))`);
  const reconciler = createReconciler(ground.options);
  const fault = reconciler.migrate().catch((error: unknown) => error);
  await until(
    'it to wait for its turn',
    async () => (await connections('seam-reconciler migrate')) === 1,
  );
  await reconciler.stop();
  expect(await fault).toMatchObject({ code: 'stopped' });
  await gone('seam-reconciler migrate');
});

test('what waits for Seam is cut off after a while', async () => {
  const asked: string[] = [];
  ground.seam.interfere(path => () => void asked.push(path));
  const reconciler = createReconciler(ground.options);
  const fault = reconciler.connect('ada').catch((error: unknown) => error);
  await until('Seam to be asked', () => asked.length > 0);
  await reconciler.stop({ withinMs: 5_000 });
  ground.seam.interfere(null);
  expect(await fault).toMatchObject({ code: 'stopped' });
  await gone(MAIN);
});

test('a signal of the app’s ends waiting for Seam, too, with its own reason', async () => {
  await using reconciler = createReconciler(ground.options);
  const { signal } = { signal: AbortSignal.abort(new Error('they went away')) };
  await expect(reconciler.connect('ada', { signal })).rejects.toThrow('they went away');
});

test.each([Number.NaN, -1, 'soon', null])(
  'a time that is none (%s) stops nothing',
  async withinMs => {
    await using reconciler = createReconciler(ground.options);
    await expect(reconciler.stop({ withinMs: withinMs as number })).rejects.toMatchObject({
      code: 'invalid',
    });
    expect(await reconciler.accountsOf('nobody')).toEqual([]);
  },
);

test('at the end of its block it is stopped', async () => {
  const { reconciler } = await (async () => {
    await using own = createReconciler(ground.options);
    expect(await own.accountsOf('nobody')).toEqual([]);
    return { reconciler: own };
  })();
  await expect(reconciler.accountsOf('nobody')).rejects.toMatchObject({ code: 'stopped' });
  await gone(MAIN);
});

test('what is under way is cut off before the whole is over', () => {
  expect(limitsOf()).toEqual({ withinMs: 25_000, cutOffMs: 10_000 });
  expect(limitsOf(5_000)).toEqual({ withinMs: 5_000, cutOffMs: 2_000 });
  expect(limitsOf(0)).toEqual({ withinMs: 0, cutOffMs: 0 });
  expect(limitsOf(Number.POSITIVE_INFINITY)).toEqual({ withinMs: 2 ** 31 - 1, cutOffMs: 10_000 });
});

test('what has ended is left out, and what failed is thrown', async () => {
  const never = new Promise(() => undefined);
  expect(await endedWithin({ one: Promise.resolve(), other: never }, 10)).toEqual(['other']);
  expect(await endedWithin({ one: Promise.resolve() }, 60_000)).toEqual([]);
  const failing = endedWithin({ one: Promise.reject(new Error('it broke')), other: never }, 60_000);
  await expect(failing).rejects.toThrow('it broke');
});

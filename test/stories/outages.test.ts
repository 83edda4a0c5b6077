import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { findMatches } from '../../src/support/cases/find.ts';
import { createTestDatabase } from '../fixtures/database.ts';
import { runHere } from '../fixtures/here.ts';
import { BACKENDS, type House, openHouse } from '../fixtures/house.ts';
import { freePort } from '../fixtures/ports.ts';
import { start } from '../fixtures/processes.ts';
import { createRedis } from '../fixtures/redis.ts';
import { startTestSeam } from '../fixtures/seam.ts';
import { makeFolder, SECRET } from '../fixtures/settings.ts';
import { SHELL } from '../fixtures/shell.ts';
import { until } from '../fixtures/wait.ts';
import { post, postAll } from '../fixtures/webhooks.ts';

describe.each(BACKENDS)('Seam fails (queue in %s)', kind => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind, { apart: true });
    await house.addUser('ada');
  });
  afterAll(() => house[Symbol.asyncDispose]());

  const completion = async () => {
    const webviewId = await house.seam.createWebview({ id: 'ada' });
    return {
      webviewId,
      ...(await house.seam.completeWebview(webviewId, { email: 'a@l.example' })),
    };
  };

  test('asked to slow down, it waits as long as Seam says and goes on by itself', async () => {
    const { webviewId, accountId, events } = await completion();
    const looksOf = () => house.seam.calls.filter(({ id }) => [webviewId, accountId].includes(id));
    house.seam.interfere(() => response => response.writeHead(429, { 'retry-after': '2' }).end());
    await house.deliver(...events);
    await house.work.logged('the queue is held');
    const callsWhenHeld = looksOf().length;
    house.seam.interfere(null);
    const match = await house.settled(webviewId, 'linked');
    const [second, first] = match.runs.slice(-2);
    expect(first).toMatchObject({ reason: 'seam_rate_limited' });
    const msBetween =
      Date.parse(String(second?.started_at)) - Date.parse(String(first?.started_at));
    expect(msBetween).toBeGreaterThanOrEqual(2_000);
    expect(match.attempts).toBe(0);
    // Two for the look that was refused, two for the one that was not.
    expect(looksOf().length - callsWhenHeld).toBeLessThanOrEqual(4);
  });

  test('down, it says so, is tried again, and uses up no tries', async () => {
    // Down before anything happens there: `work` asks Seam of its own accord, too, and might be first.
    house.seam.interfere(() => response => response.destroy());
    const { webviewId, events } = await completion();
    await house.deliver(...events);
    const match = await until('a failed look', async () => {
      const found = await house.find(webviewId);
      return found?.reason === 'seam_unavailable' && found;
    });
    expect(match).toMatchObject({ state: 'retrying', attempts: 0, user_id: null });
    house.seam.interfere(null);
    expect(await house.settled(webviewId, 'linked')).toMatchObject({ user_id: 'ada' });
  });

  test('asked to stop, both finish and end with 0, and what is owed is done after a restart', async () => {
    const { webviewId, events } = await completion();
    expect(await house.work.stop('SIGTERM')).toBe(0);
    await house.deliver(...events);
    expect(await house.serve.stop('SIGTERM')).toBe(0);
    expect(await house.find(webviewId)).toMatchObject({ state: 'pending' });
    await using restarted = start(['work'], house.env);
    await restarted.logged('worker ready');
    expect(await house.settled(webviewId, 'linked')).toMatchObject({ user_id: 'ada' });
  });
});

describe.runIf(BACKENDS.includes('redis'))('Redis is not there at the start', () => {
  test('webhooks are answered 204 all the same, and are worked on once it comes', async () => {
    await using database = await createTestDatabase();
    await using redis = await createRedis({ started: false });
    await using seam = await startTestSeam();
    await database.pool.query(`insert into reconciler.users (id) values ('ada')`);
    const env = {
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      SEAM_API_KEY: seam.apiKey,
      SEAM_ENDPOINT: seam.endpoint,
      SEAM_WEBHOOK_SECRET: SECRET,
      PORT: '0',
    };
    await using serve = start(['serve'], env);
    await using work = start(['work'], env);
    const { url } = await serve.logged('listening');
    await work.logged('waiting for the queue');
    const webviewId = await seam.createWebview({ id: 'ada' });
    const { events } = await seam.completeWebview(webviewId, { email: 'a@l.example' });
    expect(await postAll(String(url), events)).toEqual([204, 204, 204, 204]);
    await redis.start();
    await until('the link', async () => {
      const [match] = await findMatches(database.db, SHELL, webviewId);
      return match?.user_id === 'ada';
    });
  });
});

describe.each(BACKENDS)('Postgres goes away (queue in %s)', kind => {
  test('webhooks are answered 503 with Retry-After, then 204 again, and nothing needs a restart', async () => {
    const folder = await makeFolder();
    await using stack = new AsyncDisposableStack();
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const port = await freePort();
    const startPostgres = () =>
      startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres'), port });
    let postgres = await startPostgres();
    stack.defer(() => postgres[Symbol.asyncDispose]());
    const redis = kind === 'redis' ? stack.use(await createRedis({ started: true })) : null;
    const seam = stack.use(await startTestSeam());
    const env = {
      DATABASE_URL: postgres.url,
      ...(redis === null ? {} : { REDIS_URL: redis.url }),
      SEAM_API_KEY: seam.apiKey,
      SEAM_ENDPOINT: seam.endpoint,
      SEAM_WEBHOOK_SECRET: SECRET,
      PORT: '0',
    };
    expect(await runHere(['migrate'], env)).toMatchObject({ code: 0 });
    const serve = stack.use(start(['serve'], env));
    const work = stack.use(start(['work'], env));
    const url = String((await serve.logged('listening')).url);
    await work.logged('worker ready');

    const webviewId = await seam.createWebview({ id: 'nobody' });
    const { events } = await seam.completeWebview(webviewId, { email: 'a@l.example' });
    const [first, second] = events;
    if (first === undefined || second === undefined) throw new Error('no events');
    expect((await post(url, first)).status).toBe(204);

    await postgres[Symbol.asyncDispose]();
    const refused = await post(url, second);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toEqual({
      error: { type: 'unavailable', message: expect.any(String) },
    });
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);

    postgres = await startPostgres();
    await until('a 204 again', async () => (await post(url, second)).status === 204);
    await until('a look by the same worker', async () => {
      const { stdout } = await runHere(['show', webviewId, '--json'], env);
      const [match] = JSON.parse(stdout).matches;
      return match.generation === 2 && match.reason === 'user_not_found';
    });
  });
});

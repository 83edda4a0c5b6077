import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { start } from '../fixtures/processes.ts';
import { SECRET } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';
import { event, type Sent, signed } from '../fixtures/web.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

/** A client with one connection, which it keeps for as long as it is told to. */
const openClient = (url: string) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sockets = new Set<number | undefined>();
  return {
    /** From how many ports it has sent: each is a connection. */
    sockets,
    send: async ({ body, headers = {}, method = 'POST', path = '/webhooks/seam' }: Sent) => {
      const request = httpRequest(url, { method, path, headers, agent }).end(body);
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      sockets.add(request.socket?.localPort);
      const text = Buffer.concat(await response.toArray()).toString();
      return { status: response.statusCode, connection: response.headers.connection, text };
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
};

const startServe = (delaySeconds: number) =>
  start(['serve'], {
    DATABASE_URL: database.url,
    SEAM_WEBHOOK_SECRET: SECRET,
    PORT: '0',
    SHUTDOWN_DELAY_SECONDS: String(delaySeconds),
  });

test('a process that leaves says so first: whoever keeps a connection is answered, and not cut off', async () => {
  await using serve = startServe(6);
  const url = String((await serve.logged('listening')).url);
  const clients = Array.from({ length: 5 }, () => openClient(url));
  for (const client of clients) {
    const answer = await client.send(signed(event()));
    expect(answer).toMatchObject({ status: 204, connection: 'keep-alive' });
  }
  process.kill(serve.pid, 'SIGTERM');
  await serve.logged('stopping');

  // On the connections that were kept, and then on new ones: for as long as it listens.
  const told = clients[0];
  const readiness = await told?.send({ method: 'GET', path: '/readyz' });
  expect(readiness).toMatchObject({ status: 503, connection: 'close' });
  expect(JSON.parse(String(readiness?.text))).toEqual({
    status: 'unavailable',
    checks: { process: 'stopping' },
  });
  for (const client of clients) {
    for (const _time of ['kept', 'new']) {
      const answer = await client.send(signed(event()));
      expect(answer).toMatchObject({ status: 204, connection: 'close' });
    }
  }
  expect(clients.map(({ sockets }) => sockets.size)).toEqual([3, 2, 2, 2, 2]);
  expect(await serve.ended()).toBeNull();
  const { rows } = await database.pool.query(
    'select count(*)::int as n from reconciler.deliveries',
  );
  expect(rows).toEqual([{ n: 15 }]);
  for (const client of clients) client[Symbol.dispose]();
});

test('what is under way when it is asked to stop is answered, as the last of its connection', async () => {
  await using serve = startServe(0);
  const url = String((await serve.logged('listening')).url);
  using client = openClient(url);
  const holder = await database.pool.connect();
  await holder.query('begin; lock table reconciler.deliveries in exclusive mode');
  const answer = client.send(signed(event()));
  await until('the webhook to wait', async () => {
    const { rowCount } = await holder.query(
      `select from pg_locks where relation = 'reconciler.deliveries'::regclass and not granted
          and database = (select oid from pg_database where datname = current_database())`,
    );
    return rowCount !== 0;
  });
  process.kill(serve.pid, 'SIGTERM');
  await serve.logged('stopping');
  await holder.query('commit');
  holder.release();
  expect(await answer).toMatchObject({ status: 204, connection: 'close' });
  expect(await serve.ended()).toBeNull();
});

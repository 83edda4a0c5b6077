import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Queue } from 'bullmq';
import express, { type RequestHandler } from 'express';
import fastify from 'fastify';
import pg from 'pg';
import { Webhook } from 'svix';
import { answerParent } from '../child.ts';
import { SECRET } from '../messages.ts';

/**
 * What ours is measured against, as people write it: `ceiling` (verifies, stores nothing), `group-commit`
 * (the same, with one plain insert for all that wait, and nothing after it), `usual` (one insert, queue.add, 204), `queue-only` (no insert), `fastify` (as usual, on Fastify).
 */
const [kind, databaseUrl, redisUrl] = process.argv.slice(2);

const webhook = new Webhook(SECRET);
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
const queue =
  kind === 'ceiling' || kind === 'group-commit'
    ? null
    : new Queue('usual', { connection: { url: String(redisUrl) } });
const INSERT = 'insert into webhooks (event_id, payload) values ($1, $2) on conflict do nothing';

let waiting: { id: string; payload: string; done: () => void; failed: (error: unknown) => void }[] =
  [];
let isInserting = false;

/** Resolves once a statement that had it among others is committed. */
const insertTogether = (id: string, payload: string): Promise<void> =>
  new Promise((done, failed) => {
    waiting.push({ id, payload, done, failed });
    if (!isInserting) setImmediate(insertAll);
  });

const insertAll = async (): Promise<void> => {
  if (isInserting) return;
  isInserting = true;
  while (waiting.length > 0) {
    const batch = waiting;
    waiting = [];
    try {
      await pool.query({
        name: 'insert-all',
        text: `insert into webhooks (event_id, payload)
               select * from unnest($1::text[], $2::jsonb[]) on conflict do nothing`,
        values: [batch.map(({ id }) => id), batch.map(each => each.payload)],
      });
      for (const { done } of batch) done();
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  }
  isInserting = false;
};

const handle = async (body: Buffer, headers: Record<string, unknown>): Promise<number> => {
  try {
    webhook.verify(body, headers as Record<string, string>);
  } catch {
    return 400;
  }
  const event = JSON.parse(body.toString()) as { event_id: string };
  if (kind === 'ceiling') return 204;
  if (kind === 'group-commit') {
    await insertTogether(event.event_id, body.toString());
    return 204;
  }
  if (kind !== 'queue-only') await pool.query(INSERT, [event.event_id, body.toString()]);
  await queue?.add('event', event, { jobId: event.event_id });
  return 204;
};

const listenExpress = async (): Promise<number> => {
  const receive: RequestHandler = async (request, response) => {
    response.status(await handle(request.body as Buffer, request.headers)).end();
  };
  const app = express();
  app.post('/webhooks/seam', express.raw({ type: 'application/json' }), receive);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

const listenFastify = async (): Promise<number> => {
  const app = fastify();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  app.post('/webhooks/seam', async (request, reply) =>
    reply.code(await handle(request.body as Buffer, request.headers)).send(),
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  return (app.server.address() as AddressInfo).port;
};

const port = await (kind === 'fastify' ? listenFastify() : listenExpress());
answerParent<'port', number>(async () => port);

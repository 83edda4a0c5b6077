import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import express from 'express';
import { SignatureError, verify } from 'seam-reconciler-client';
import { app as expressApp } from './express.ts';
import { app as fastifyApp } from './fastify.ts';
import { app as honoApp } from './hono.ts';
import { POST } from './route.ts';

/* Serves the examples of the README, and what an app gets wrong; says where. */

const SECRETS = (process.env.RECONCILER_SECRETS ?? '').split(' ');

/** As Next and the adapters of Hono make a web request of Node's. */
const asWeb = (fetch: (request: Request) => Response | Promise<Response>): Server =>
  createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const init = {
      method: 'POST',
      headers: new Headers(request.headers as Record<string, string>),
      body: Readable.toWeb(request) as unknown as ReadableStream,
      duplex: 'half',
    };
    const answer = await fetch(
      new Request(`http://app.example${request.url}`, init as RequestInit),
    );
    response.writeHead(answer.status).end(await answer.text());
  });

const tell = async (request: Parameters<typeof verify>[0], limit?: number): Promise<string> => {
  try {
    const options = limit === undefined ? {} : { limit };
    return `taken ${(await verify(request, SECRETS, options)).type}`;
  } catch (error) {
    return error instanceof SignatureError ? error.reason : String(error);
  }
};

const odd = express();
odd.post('/json', express.json(), async (req, res) => void res.send(await tell(req)));
odd.post(
  '/text',
  express.text({ type: '*/*' }),
  async (req, res) => void res.send(await tell(req)),
);
odd.post('/stream', async (req, res) => void res.send(await tell(req)));
odd.post('/small', async (req, res) => void res.send(await tell(req, 100)));
odd.post(
  '/kept',
  express.json({
    verify: (req, _res, bytes) => {
      Object.assign(req, { rawBody: bytes });
    },
  }),
  async (req, res) => void res.send(await tell(req)),
);
odd.post('/drained', async (req, res) => {
  await Readable.prototype.toArray.call(req);
  res.send(await tell(req));
});

const read = asWeb(async request => {
  await request.text();
  return new Response(await tell(request));
});

const portOf = (server: Server): Promise<number> =>
  new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

await fastifyApp.ready();
const ports = {
  express: await portOf(createServer(expressApp)),
  fastify: await portOf(createServer((...given) => fastifyApp.routing(...given))),
  hono: await portOf(asWeb(request => honoApp.fetch(request))),
  next: await portOf(asWeb(POST)),
  odd: await portOf(createServer(odd)),
  read: await portOf(read),
};
console.log(`ports ${JSON.stringify(ports)}`);

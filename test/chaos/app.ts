import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Webhook } from 'svix';
import type { MessageBody } from '../../src/outbox/body.ts';
import { freePort } from '../fixtures/ports.ts';
import { APP_FAULTS, type AppFaultKind } from './app-faults.ts';

/** A message that the app has taken. */
export type Receipt = Readonly<{ messageId: string; body: MessageBody }>;

/** What the app has been told. */
export type Heard = Readonly<{
  /** In the order in which it took them; the same one may come again. */
  receipts: readonly Receipt[];
  /** What nobody may ever send to it, in words. */
  complaints: readonly string[];
}>;

/** The app behind an endpoint: it verifies with svix, and can misbehave and be killed. */
export type ChaosApp = Readonly<{
  url: string;
  /** What its endpoint signs with: from then on it takes messages. */
  know: (secret: string) => void;
  heard: Heard;
  /** Every answer is of this kind from now on; null: it takes what comes. */
  misbehave: (kind: AppFaultKind | null) => void;
  isWell: () => boolean;
  /** Whoever is being answered sees the connection break. */
  kill: () => Promise<void>;
  /** On the same port. */
  start: () => Promise<void>;
}> &
  AsyncDisposable;

const HOST = '127.0.0.1';

export const startApp = async (): Promise<ChaosApp> => {
  const port = await freePort();
  const receipts: Receipt[] = [];
  const complaints: string[] = [];
  let webhook: Webhook | null = null;
  let fault: AppFaultKind | null = null;
  let server: Server | null = null;

  /** @returns null, and a complaint: nobody of ours sent it like this */
  const read = (text: string, headers: IncomingMessage['headers']): Receipt | null => {
    const messageId = String(headers['webhook-id']);
    try {
      if (webhook === null) throw new Error('nobody has said yet what it is signed with');
      webhook.verify(text, headers as Record<string, string>);
      return { messageId, body: JSON.parse(text) as MessageBody };
    } catch (error) {
      complaints.push(`${messageId} does not verify: ${error}`);
      return null;
    }
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = Buffer.concat(await request.toArray()).toString();
    const receipt = read(text, request.headers);
    if (receipt === null) {
      response.writeHead(400).end();
      return;
    }
    const take = (): void => void receipts.push(receipt);
    if (fault !== null) {
      await APP_FAULTS[fault]({ response, take });
      return;
    }
    take();
    response.writeHead(204).end();
  };

  const start = async (): Promise<void> => {
    server = createServer((request, response) => {
      // A sender that was killed in the middle: there is nobody to answer.
      answer(request, response).catch(() => response.destroy());
    }).listen(port, HOST);
    await once(server, 'listening');
  };
  const kill = async (): Promise<void> => {
    if (server === null) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    server = null;
    await closed;
  };
  await start();
  return {
    url: `http://${HOST}:${port}/messages`,
    know: secret => {
      webhook = new Webhook(secret);
    },
    heard: { receipts, complaints },
    misbehave: kind => {
      fault = kind;
    },
    isWell: () => server !== null && fault === null,
    kill,
    start,
    [Symbol.asyncDispose]: kill,
  };
};

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MessageBody } from '../../src/outbox/body.ts';

/** An app that is told: it takes all there is, at once. */
export type BenchApp = Readonly<{
  url: string;
  /** Calls back with the first message about an account, and when it was there (performance.now). */
  onMessage: (accountId: string, hear: (at: number) => void) => void;
}> &
  AsyncDisposable;

export const startBenchApp = async (): Promise<BenchApp> => {
  const waiting = new Map<string, (at: number) => void>();
  const server = createServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString();
    const at = performance.now();
    response.writeHead(204).end();
    const { data } = JSON.parse(text) as MessageBody;
    const id = data.connected_account_id ?? '';
    waiting.get(id)?.(at);
    waiting.delete(id);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/messages`,
    onMessage: (accountId, hear) => void waiting.set(accountId, hear),
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createContext } from '../../src/app/context.ts';
import { onlyWorkspace, silentLog } from '../fixtures/settings.ts';

/** A Redis that lets everybody in and says nothing, and counts who came. */
const openSilent = async () => {
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.resume();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `redis://127.0.0.1:${port}`,
    came: () => sockets.size,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

test('before it listens, a server asks nothing of a Redis, which may be away', async () => {
  await using redis = await openSilent();
  await using context = createContext({
    databaseUrl: 'postgres://nobody@127.0.0.1:1/nowhere',
    redisUrl: redis.url,
    workspaces: onlyWorkspace(),
    log: silentLog,
    name: 'test',
    maxConnections: 1,
  });
  await context.insistOnQueue();
  expect(redis.came()).toBe(0);
});

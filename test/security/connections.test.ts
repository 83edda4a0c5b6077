import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Router } from 'express';
import { expect, test } from 'vitest';
import { mostConnections, openFilesLimit } from '../../src/http/connections.ts';
import { startHttpServer } from '../../src/http/server.ts';
import { silentLog } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

/* The attack: so many connections that say nothing that the process has no descriptor left for its database. */

test.each([
  [1_024, 1, 716],
  [1_024, 2, 358],
  [256, 2, 51],
  [1_048_576, 1, 4_000],
  [1_048_576, 2, 4_000],
  [null, 2, 4_000],
  [64, 2, 16],
])('of %s descriptors and %s ports, each port may have %s connections', (files, doors, most) => {
  expect(mostConnections(files, doors)).toBe(most);
});

test('this process knows its own limit', () => {
  expect(openFilesLimit() ?? Number.POSITIVE_INFINITY).toBeGreaterThan(100);
});

const openServer = (maxConnections: number) =>
  startHttpServer({
    host: '127.0.0.1',
    port: 0,
    maxConnections,
    routers: [Router().get('/', (_request, response) => void response.json('here'))],
    log: silentLog,
  });

const openSocket = (port: number): Socket => {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => socket.destroy()); // A reset is one way of being turned away.
  return socket;
};

test('of a flood of silent connections no more stay open than may', async () => {
  await using server = await openServer(5);
  const sockets = Array.from({ length: 40 }, () => openSocket(server.port));
  const isOpen = (socket: Socket): boolean => !socket.destroyed && !socket.readableEnded;
  for (const socket of sockets) socket.resume();
  // Node 26 counts one that has said nothing yet among the idle ones, and closes some of the five, too.
  await until('all but five are turned away', () => sockets.filter(isOpen).length <= 5);
  for (const socket of sockets) socket.destroy();
  await until('there is room again', async () => {
    const response = await fetch(server.url).catch(() => null);
    return response?.status === 200;
  });
});

test('who keeps a connection without using it makes room when others come', async () => {
  await using server = await openServer(2);
  const idle = [openSocket(server.port), openSocket(server.port)];
  for (const socket of idle) {
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(socket, 'data');
  }
  const closed = Promise.all(idle.map(socket => once(socket, 'close')));
  openSocket(server.port).resume();
  await closed;
  expect(await (await fetch(server.url)).json()).toBe('here');
});

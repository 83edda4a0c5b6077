import { once } from 'node:events';
import { createServer } from 'node:net';
import { wholeBetween } from './random.ts';

/**
 * Below the ports that Linux, macOS and Windows give to outgoing connections: while a server that
 * was killed is away, no connection of anybody's can take its port.
 */
const FIRST = 20_000;
const LAST = 31_000;
const TRIES = 100;

/**
 * A free port that stays free while its server is down. @throws Error when there seems to be none
 */
export const steadyPort = async (): Promise<number> => {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = wholeBetween(Math.random, FIRST, LAST);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port between ${FIRST} and ${LAST}`);
};

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
};

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A Redis of one's own, on a port that stays the same when it is started again. */
export type TestRedis = Readonly<{
  url: string;
  port: number;
  start: () => Promise<void>;
  /** Ends it as a crash does. */
  kill: () => Promise<void>;
}> &
  AsyncDisposable;

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
};

/** @param options.started false: only the port is chosen; start it later */
export const createRedis = async (options: { started: boolean }): Promise<TestRedis> => {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'seam-reconciler-redis-'));
  const port = await freePort();
  let server: ChildProcess | null = null;

  const kill = async (): Promise<void> => {
    if (server === null) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
    server = null;
  };
  const start = async (): Promise<void> => {
    const child = spawn(
      'redis-server',
      ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    server = child;
    for await (const line of createInterface({ input: child.stdout })) {
      if (/Ready to accept connections/.test(line)) {
        child.stdout.resume();
        return;
      }
    }
    throw new Error('redis-server did not start');
  };
  if (options.started) await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    start,
    kill,
    [Symbol.asyncDispose]: async () => {
      await kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
};

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { freePort } from '../fixtures/ports.ts';

/** A real Redis that keeps nothing on disk, on a port that stays the same. */
export type KillableRedis = Readonly<{
  url: string;
  /** Ends it as a crash does: everything in it is lost. */
  kill: () => Promise<void>;
  start: () => Promise<void>;
  /** Sends a command. @throws when it can't be reached */
  tell: (...command: [string, ...string[]]) => Promise<void>;
}> &
  AsyncDisposable;

/** @throws Error when there is no redis-server, or it doesn't start */
export const openRedis = async (): Promise<KillableRedis> => {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(path.join(os.tmpdir(), 'seam-reconciler-redis-'));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let server: ChildProcess | null = null;

  const start = async (): Promise<void> => {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir];
    const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await untilSpawned(child);
    server = child;
    for await (const line of createInterface({ input: child.stdout })) {
      if (/Ready to accept connections/.test(line)) {
        child.stdout.resume();
        return;
      }
    }
    throw new Error('redis-server did not start');
  };
  const kill = async (): Promise<void> => {
    if (server === null || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  };

  stack.defer(kill);
  await start();
  const owned = stack.move();
  return {
    url,
    start,
    kill,
    tell: (...command) => tell(url, command),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};

const untilSpawned = async (child: ChildProcess): Promise<void> => {
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw new Error('redis-server could not be started; --queue postgres does without', { cause });
  }
};

const tell = async (url: string, command: [string, ...string[]]): Promise<void> => {
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1 });
  // Told to the caller by the rejected command; unheard, the event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.call(...command);
  } finally {
    client.disconnect();
  }
};

import { chmod, lstat, readlink, rm } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { makeFolder } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

let folder: string;
let dataDir: string;

beforeEach(async () => {
  folder = await makeFolder();
  dataDir = path.join(folder, 'postgres');
});

afterEach(async () => {
  const isLink = await lstat(dataDir).then(
    found => found.isSymbolicLink(),
    () => false,
  );
  if (isLink) {
    const target = await readlink(dataDir);
    await rm(target, { recursive: true });
    await rm(`${target}.password`);
  }
  await rm(folder, { recursive: true });
});

const query = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

const REMEMBER = "create table memory as select 'kept'::text as what";
const RECALL = 'select what from memory';

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
};

describe('PostgreSQL on a laptop', () => {
  test('keeps its data from one start to the next, and is gone in between', async () => {
    const first = await startEmbeddedPostgres({ dataDir });
    await query(first.url, REMEMBER);
    await first[Symbol.asyncDispose]();
    expect(isRunning(first.pid)).toBe(false);
    await expect(query(first.url, RECALL)).rejects.toThrow('ECONNREFUSED');

    await using second = await startEmbeddedPostgres({ dataDir });
    expect(await query(second.url, RECALL)).toEqual([{ what: 'kept' }]);
  });

  test('replaces a server that outlived its parent, and loses nothing', async () => {
    await using leftover = await startEmbeddedPostgres({ dataDir });
    await query(leftover.url, REMEMBER);
    await using successor = await startEmbeddedPostgres({ dataDir });
    expect(successor.pid).not.toBe(leftover.pid);
    await until('the leftover to be gone', () => !isRunning(leftover.pid));
    expect(await query(successor.url, RECALL)).toEqual([{ what: 'kept' }]);
  });

  test('comes up again after it was killed', async () => {
    await using killed = await startEmbeddedPostgres({ dataDir });
    await query(killed.url, REMEMBER);
    process.kill(killed.pid, 'SIGKILL');
    await until('the server to be gone', () => !isRunning(killed.pid));
    await using successor = await startEmbeddedPostgres({ dataDir });
    expect(await query(successor.url, RECALL)).toEqual([{ what: 'kept' }]);
  });

  test('lets nobody in without the password', async () => {
    await using server = await startEmbeddedPostgres({ dataDir });
    const url = new URL(server.url);
    url.password = 'postgres';
    await expect(query(url.href, 'select 1')).rejects.toThrow('password authentication failed');
  });

  test('says in the server’s own words why it does not start', async () => {
    const settings = { shared_buffers: 'a lot' };
    await expect(startEmbeddedPostgres({ dataDir, settings })).rejects.toThrow(/shared_buffers/);
  });

  test.runIf(process.getuid?.() === 0)(
    'runs for root where nobody else can enter, as in /root, and keeps its data there too',
    async () => {
      await chmod(folder, 0o700);
      {
        await using first = await startEmbeddedPostgres({ dataDir });
        await query(first.url, REMEMBER);
      }
      await using second = await startEmbeddedPostgres({ dataDir });
      expect(await query(second.url, RECALL)).toEqual([{ what: 'kept' }]);
    },
  );
});

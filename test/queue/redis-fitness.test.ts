import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createQueueBackend } from '../../src/queue/backend.ts';
import { QueueFault } from '../../src/queue/errors.ts';
import { createRedis, type TestRedis } from '../fixtures/redis.ts';
import { askRedis } from '../fixtures/redis-kinds.ts';
import { silentLog } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

const OURS = ['~{seam-reconciler}:*', '&*'];
const PASSWORD = 'of-a-test';

describe.runIf(inject('hasRedis'))('a Redis in which the queue', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await createRedis({ started: true });
    await ask('config', 'set', 'repl-diskless-sync-delay', '0');
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  const ask = (...command: string[]) => askRedis({ tls: null }, redis.port, ...command);
  const probe = async (redisUrl: string) => {
    await using backend = createQueueBackend({ redisUrl, databaseUrl: '', log: silentLog });
    return await backend.probe();
  };
  const probeAs = async (...rules: string[]) => {
    await ask('acl', 'setuser', 'ours', 'reset', 'on', `>${PASSWORD}`, ...rules);
    return probe(`redis://ours:${PASSWORD}@127.0.0.1:${redis.port}`);
  };
  const faultAs = async (...rules: string[]): Promise<QueueFault> => {
    const fault: unknown = await probeAs(...rules).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(QueueFault);
    expect(inspect(fault, { depth: 5 })).not.toContain(PASSWORD);
    return fault as QueueFault;
  };

  test('can work is found so, and keeps nothing of it', async () => {
    expect(await probe(redis.url)).toBeNull();
    expect((await ask('dbsize')).trim()).toBe('0');
  });

  test.each([
    [['+@all', '-@dangerous', '-@admin', '+info'], OURS],
    [
      ['+@all', '-@admin', '-keys', '-flushall', '-client|list', '-config'],
      ['~*', '&*'],
    ],
  ])('can work has a user that may do %j with %j', async (commands, keys) => {
    expect(await probeAs(...keys, ...commands)).toBeNull();
  });

  test.each([
    ['INFO', ['+@all', '-@dangerous']],
    ['EVAL', ['+@all', '-eval']],
    ['EVALSHA', ['+@all', '-evalsha']],
    ['MULTI', ['+@all', '-multi']],
    ['BZPOPMIN', ['+@all', '-bzpopmin']],
    ['a command that BullMQ needs|XADD', ['+@all', '-xadd']],
  ])('can’t work, as our user may not run %s', async (command, commands) => {
    const { message, remedy } = await faultAs(...OURS, ...commands);
    expect(message).toMatch(new RegExp(`^Redis can't be used: our user may not run (${command})$`));
    expect(remedy).toContain('ACL');
  });

  test('can’t work, as our keys are not ours', async () => {
    const { message, remedy } = await faultAs('~myapp:*', '&*', '+@all');
    expect(message).toMatch(/our user may not use keys like \{seam-reconciler\}:\*$/);
    expect(remedy).toContain('~{seam-reconciler}:*');
  });

  test('works for now, but may lose checks that wait: it is told', async () => {
    await ask('config', 'set', 'maxmemory-policy', 'allkeys-lru');
    try {
      expect(await probe(redis.url)).toMatchObject({
        message: expect.stringContaining('allkeys-lru'),
        remedy: 'Set maxmemory-policy to noeviction.',
      });
    } finally {
      await ask('config', 'set', 'maxmemory-policy', 'noeviction');
    }
  });

  test('can’t work, as its memory is full', async () => {
    await ask('config', 'set', 'maxmemory', '1');
    try {
      await expect(probe(redis.url)).rejects.toThrow('its memory is full');
    } finally {
      await ask('config', 'set', 'maxmemory', '0');
    }
    expect(await probe(redis.url)).toBeNull();
  });

  test.each(['yes', 'no'])('can’t work, as it is a replica (read only: %s)', async readOnly => {
    await using replica = await createRedis({ started: true });
    const askReplica = (...command: string[]) => askRedis({ tls: null }, replica.port, ...command);
    await askReplica('config', 'set', 'replica-read-only', readOnly);
    await askReplica('replicaof', '127.0.0.1', String(redis.port));
    await until('the replica to follow', async () =>
      (await askReplica('info', 'replication')).includes('master_link_status:up'),
    );
    await expect(probe(replica.url)).rejects.toMatchObject({
      message: "Redis can't be used: it is a replica",
      remedy: expect.stringContaining('primary'),
    });
    await askReplica('replicaof', 'no', 'one');
    expect(await probe(replica.url)).toBeNull();
  });
});

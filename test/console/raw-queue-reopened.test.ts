import { expect, test } from 'vitest';
import { createRawQueue } from '../../src/console/raw-queue/raw-queue.ts';
import type { QueueBackend } from '../../src/queue/backend.ts';
import { silentLog } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

test('a board that could not be opened takes nothing from the one that was opened after it', async () => {
  const first = Promise.withResolvers<void>();
  let probes = 0;
  const probe = async () => {
    probes += 1;
    if (probes === 1) await first.promise;
  };
  let present: [] = [];
  await using rawQueue = createRawQueue({
    backend: { probe } as unknown as QueueBackend,
    workspaces: () => present,
    log: silentLog,
  });
  const former = expect(rawQueue.open()).rejects.toThrow('out of reach');
  await until('the first to be under way', () => probes === 1);
  present = [];
  const board = await rawQueue.open();
  first.reject(new Error('out of reach'));
  await former;
  expect(await rawQueue.open()).toBe(board);
  expect(probes).toBe(2);
});

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CircuitBreaker, startCircuitBreaker } from '../../src/queue/circuit-breaker.ts';
import type { Applied } from '../../src/reconcile/conclude.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { silentLog } from '../fixtures/settings.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(() => database.pool.query('delete from reconciler.workspace_holds'));
afterAll(() => database[Symbol.asyncDispose]());

const start = (): CircuitBreaker =>
  startCircuitBreaker({
    db: database.db,
    workspaceId: 'w1',
    seam: { probe: () => Promise.reject(new Error('nobody asks')) },
    enqueuer: {
      hold: async () => undefined,
      release: async () => undefined,
      news: () => undefined,
    },
    log: silentLog,
  });

const ended = (reason: Applied['reason'], isOutage: boolean): Applied => ({
  outcome: reason === null ? 'linked' : 'failed',
  reason,
  detail: null,
  requestId: null,
  retryAfterMs: null,
  isOutage,
  nextLookInMs: null,
});

/** Whether five subjects that Seam doesn't answer hold the queue, where another ends so among them. */
const isHeldIn = async (between: Applied): Promise<boolean> => {
  await using breaker = start();
  for (const n of [1, 2, 3]) {
    await breaker.tell(`connected_account:${n}`, ended('seam_timeout', true));
  }
  await breaker.tell('connected_account:other', between);
  for (const n of [4, 5]) {
    await breaker.tell(`connected_account:${n}`, ended('seam_timeout', true));
  }
  const { rowCount } = await database.pool.query('select from reconciler.workspace_holds');
  return rowCount === 1;
};

test.each([
  ['one that Seam answers', ended(null, false), false],
  ['one that Seam refuses', ended('seam_refused', false), false],
  ['one without a user', ended('user_not_found', false), false],
  ['one whose answer can’t be read', ended('seam_unreadable', false), true],
  ['one that gets a page in place of Seam’s answer', ended('seam_unavailable', false), true],
])('an outage is over with %s, or goes on', async (_what, between, isHeld) => {
  expect(await isHeldIn(between)).toBe(isHeld);
});

test('what can’t be read makes no outage, however many there are', async () => {
  await using breaker = start();
  for (const n of [1, 2, 3, 4, 5, 6]) {
    await breaker.tell(`connected_account:${n}`, ended('seam_unavailable', false));
    await breaker.tell(`connected_account:${n}`, ended('seam_unreadable', false));
  }
  const { rowCount } = await database.pool.query('select from reconciler.workspace_holds');
  expect(rowCount).toBe(0);
});

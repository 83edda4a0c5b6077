import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { forgetAcknowledgements } from '../../src/metrics/acknowledgements.ts';
import { startAnswerClock } from '../../src/metrics/answer-clock.ts';
import { noBuckets } from '../../src/metrics/timings.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { start } from '../fixtures/processes.ts';
import { SECRET, silentLog } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';
import { post } from '../fixtures/webhooks.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.pool.query('truncate reconciler.acknowledgements');
});

const SOON_MS = 20;
const kept = async (): Promise<number> => {
  const { rows } = await database.pool.query(
    'select coalesce(sum(count), 0)::int as count from reconciler.acknowledgements',
  );
  return rows[0]?.count;
};

test('answers are kept as they come, and none twice', async () => {
  await using clock = startAnswerClock(database.pool, silentLog, SOON_MS);
  clock.tell(4);
  await until('the first', async () => (await kept()) === 1);
  clock.tell(400);
  clock.tell(40_000);
  await until('all three', async () => (await kept()) === 3);
  const { rows } = await database.pool.query('select buckets from reconciler.acknowledgements');
  const slots = rows.flatMap(({ buckets }: { buckets: number[] }) =>
    buckets.flatMap((count, slot) => (count > 0 ? [slot] : [])),
  );
  expect(slots).toEqual([3, 15, noBuckets().length - 1]);
});

test('minutes are the database’s, whatever the clock here says', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
  try {
    await using clock = startAnswerClock(database.pool, silentLog, SOON_MS);
    await until('its first look at the clock', async () => {
      clock.tell(4);
      const { rows } = await database.pool.query(
        `select 1 from reconciler.acknowledgements where minute between now() - interval '2 min' and now()`,
      );
      return rows.length > 0;
    });
  } finally {
    vi.useRealTimers();
  }
});

test('what can’t be kept for a while is kept later', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: line => void lines.push(line) });
  await using clock = startAnswerClock(database.pool, log, SOON_MS);
  await database.pool.query('alter table reconciler.acknowledgements rename to away');
  clock.tell(4);
  await until('a failure', () => lines.length > 0);
  clock.tell(5);
  await database.pool.query('alter table reconciler.away rename to acknowledgements');
  await until('both', async () => (await kept()) === 2);
});

test('a process that stops keeps its last answers; refused webhooks are none', async () => {
  await using serve = start(['serve'], {
    DATABASE_URL: database.url,
    SEAM_WEBHOOK_SECRET: SECRET,
    PORT: '0',
  });
  const url = String((await serve.logged('listening')).url);
  const event = {
    event_id: crypto.randomUUID(),
    event_type: 'connected_account.created',
    connected_account_id: crypto.randomUUID(),
    workspace_id: crypto.randomUUID(),
    created_at: new Date().toISOString(),
    occurred_at: new Date().toISOString(),
  };
  expect((await post(url, event)).status).toBe(204);
  expect((await post(url, event)).status).toBe(204);
  expect((await fetch(`${url}/webhooks/seam`, { method: 'POST' })).status).toBe(415);
  expect(await serve.stop('SIGTERM')).toBe(0);
  expect(await kept()).toBe(2);
});

test('after two days they are forgotten', async () => {
  await database.pool.query(
    `insert into reconciler.acknowledgements (minute, process_id, count, buckets)
     values (now() - interval '47 h', 'a', 1, '[1]'), (now() - interval '49 h', 'a', 2, '[2]')`,
  );
  await forgetAcknowledgements(database.pool, new AbortController().signal);
  expect(await kept()).toBe(1);
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AlertReceiver, startAlertReceiver } from '../fixtures/alert-channels.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { CRASH_MAIN, type Running, start } from '../fixtures/processes.ts';
import { SECRET } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

/* Messages about alerts, and what becomes of them when the process that sends them dies or stands still. */

let database: TestDatabase;
let receiver: AlertReceiver;
let running: AsyncDisposableStack;
let from = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await startAlertReceiver();
});
afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  running = new AsyncDisposableStack();
  receiver.answer(202);
  from = receiver.got.length;
  await database.pool.query(
    'truncate reconciler.alerts, reconciler.alert_notices, reconciler.processes restart identity',
  );
});
afterEach(() => running.disposeAsync());

const env = () => ({
  DATABASE_URL: database.url,
  // Nothing listens there: what is registered, nobody says.
  SEAM_ENDPOINT: 'http://127.0.0.1:1',
  SEAM_API_KEY: 'seam_key',
  SEAM_WEBHOOK_SECRET: SECRET,
  ALERT_URL: receiver.url,
  ALERT_URL_SECRET: SECRET,
  ENDPOINT_PRIVATE_NETWORKS: '127.0.0.0/8',
});
const watcher = (step = 'never', signal = 'SIGKILL'): Running =>
  running.use(start(['watch', step, signal], env(), CRASH_MAIN));

/** So many messages that are due, each of what has begun by itself. */
const owe = (count: number) =>
  database.pool.query(
    `with made as (
       insert into reconciler.alerts (rule, about, sentence, began_at)
       select 'webhook_wrong', gen_random_uuid()::text, 'Wrong.', now() - interval '1 min' from generate_series(1, $1)
       returning id)
     insert into reconciler.alert_notices (channel, kind, alert_ids) select 'url', 'began', array[id] from made`,
    [count],
  );
/** The minute for which it was taken has passed. */
const letPass = () =>
  database.pool.query(
    'update reconciler.alert_notices set next_try_at = now() where next_try_at is not null',
  );
const sent = (count: number) =>
  until(`${count} messages that are noted as sent`, async () => {
    const { rows } = await database.pool.query<{ sent: number }>(
      'select count(sent_at)::int as sent from reconciler.alert_notices',
    );
    return rows[0]?.sent === count;
  });
const ids = () => receiver.got.slice(from).map(({ headers }) => headers['webhook-id']);

test('two processes send each message once, also while one of them is killed and another starts', async () => {
  await owe(30);
  const [first] = [watcher(), watcher()];
  await until('some messages', () => ids().length > 5);
  await first.stop('SIGKILL');
  // What it had in hand, if anything, is another's then.
  await until('all but that', async () => {
    const { rows } = await database.pool.query(
      'select from reconciler.alert_notices where sent_at is null and attempts = 0',
    );
    return rows.length === 0;
  });
  await letPass();
  watcher();
  await sent(30);
  expect(new Set(ids()).size).toBe(30);
  // The one that was in hand may have come twice, under the same id.
  expect(ids().length).toBeLessThanOrEqual(31);
});

describe('the process that sends dies', () => {
  test.each([
    ['alert_sending', 1],
    ['alert_sent', 2],
  ])('at %s: it is sent by another, under the same id', async (step, times) => {
    await owe(1);
    expect(await watcher(step).ended()).toBe('SIGKILL');
    await letPass();
    watcher();
    await sent(1);
    expect(ids()).toHaveLength(times);
    expect(new Set(ids()).size).toBe(1);
  });
});

test('one that stood still, and goes on when another has sent it, sends nothing', async () => {
  await owe(1);
  const frozen = watcher('alert_sending', 'SIGSTOP');
  await until('it has taken the message', async () => {
    const { rows } = await database.pool.query<{ attempts: number }>(
      'select attempts from reconciler.alert_notices',
    );
    return rows[0]?.attempts === 1;
  });
  await letPass();
  const other = watcher();
  await sent(1);
  await other.stop('SIGKILL');
  // What it sends next it sends after what it had in hand.
  await owe(1);
  process.kill(frozen.pid, 'SIGCONT');
  await sent(2);
  expect(ids()).toHaveLength(2);
  expect(new Set(ids()).size).toBe(2);
});

import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readQueueStatus } from '../../src/support/queue/status.ts';
import { alertsOf } from '../fixtures/alerts-open.ts';
import { runHere } from '../fixtures/here.ts';
import { type House, openHouse } from '../fixtures/house.ts';
import { SHELL } from '../fixtures/shell.ts';
import { until } from '../fixtures/wait.ts';
import { openRunbook, QUIET, type Runbook, WHY } from './follow.ts';
import { holdLock, sessionIn } from './lock.ts';

/* What keeps connections from being checked, or checked well, and what the pages say is done about it. */

const stack = new AsyncDisposableStack();
let house: House;
beforeAll(async () => {
  house = stack.use(await openHouse('postgres', { apart: true, env: { WORKER_CONCURRENCY: '1' } }));
  await house.addUser('ada');
});
afterEach(() => house.seam.interfere(null));
afterAll(() => stack.disposeAsync());

const runbook = (name: string): Runbook =>
  openRunbook(name, { env: house.env, pool: house.database.pool });
const alerts = () => alertsOf(house.database.pool);
const status = () => readQueueStatus(house.database.db, SHELL);

const connect = async (id = 'ada') => {
  const webviewId = await house.seam.createWebview({ id });
  const { accountId, events } = await house.seam.completeWebview(webviewId, {
    email: 'a@l.example',
  });
  await house.deliver(...events);
  return { webviewId, accountId, events };
};
/** As if it had been so for a while already. */
const longAgo = (column: 'due_at', of: 'reconciliations') =>
  house.database.pool.query(
    `update reconciler.${of} set ${column} = ${column} - interval '5 min'
      where observed_generation < generation`,
  );

test('backlog', async () => {
  await using page = runbook('backlog');
  // The one check that the one worker does at a time gets no answer from Seam, until the end.
  const asked: string[] = [];
  const unanswered: ServerResponse[] = [];
  house.seam.interfere((_path, { connect_webview_id: id }) => {
    if (typeof id !== 'string' || (asked.length > 0 && !asked.includes(id))) return null;
    asked.push(id);
    return answer => void unanswered.push(answer);
  });
  const first = await connect();
  await until('the worker to be stuck', () => asked.length > 0);
  const others = await Promise.all([connect(), connect()]);
  await until('the others to wait', async () => (await status()).waiting > 1);
  await longAgo('due_at', 'reconciliations');
  await page.follow('How to see it');
  await page.follow('What to do');
  for (const { webviewId } of others) await house.settled(webviewId, 'linked');
  house.seam.interfere(null);
  for (const answer of unanswered) answer.writeHead(503).end();
  await house.settled(first.webviewId, 'linked');
  await until('nothing to be owed', async () => (await status()).owed === 0);
  await page.follow('How to know it is over');
  await page.follow(QUIET, WHY);
  expect(page.left()).toEqual([]);
});

test('intake-stuck', async () => {
  await using page = runbook('intake-stuck');
  const { webviewId, events } = await connect();
  await house.settled(webviewId, 'linked');
  await using lock = await holdLock(
    house.database,
    'select from reconciler.reconciliations where subject = $1 for update',
    [`connect_webview:${webviewId}`],
  );
  const [event] = events.slice(-1);
  if (event === undefined) throw new Error('no event');
  await house.deliver({ ...event, event_id: `${event.event_id}_again` });
  await house.database.pool.query(
    `update reconciler.uncounted set stored_at = now() - interval '20 min'`,
  );
  await lock.isOld();
  await alerts().begun('intake_stuck');
  const [found] = await page.follow('How to see it');
  await page.follow('What to do', { 'the session': sessionIn(found) });
  await until('it to be counted', async () => (await status()).uncounted === 0);
  await alerts().over('intake_stuck');
  await page.follow('How to know it is over');
  await page.follow(QUIET, WHY);
  expect(page.left()).toEqual([]);
});

/** More than a jump takes, in an hour in which nothing failed before. */
const MANY = 21;

test('reason-jump', async () => {
  await using page = runbook('reason-jump');
  const users = Array.from({ length: MANY }, (_, n) => `late_${n}`);
  const lost = await Promise.all(users.map(connect));
  for (const { webviewId } of lost) {
    await until('it to fail', async () => (await house.find(webviewId))?.reason);
  }
  // As if its tries of an hour were used up.
  await house.database.pool.query(
    `update reconciler.reconciliations
        set state = 'failed', observed_generation = generation where claimed_user_id like 'late%'`,
  );
  await alerts().begun('reason_jump');
  await page.follow('How to see it');
  for (const id of users) await house.addUser(id);
  await page.follow('What to do', { 'an id': lost[0]?.webviewId ?? '' });
  for (const { webviewId } of lost) await house.settled(webviewId, 'linked');
  const [rest] = await page.follow('How to know it is over');
  expect(rest?.printed).not.toContain('user_not_found');
  // The hour in which they began to fail has passed.
  await house.database.pool.query(
    `update reconciler.runs set started_at = started_at - interval '2 h', finished_at = finished_at - interval '2 h'`,
  );
  await alerts().over('reason_jump');
  await page.follow(QUIET, WHY);
  expect(page.left()).toEqual([]);
});

test('drift-found', async () => {
  await using page = runbook('drift-found');
  await house.addUser('bob');
  const { accountId, webviewId } = await connect();
  await house.settled(webviewId, 'linked');
  const account = house.seam.fake.database.connected_accounts.find(
    each => each.connected_account_id === accountId,
  );
  Object.assign(account ?? {}, { custom_metadata: { id: 'bob' } });
  expect(await runHere(['drift'], house.env)).toMatchObject({ code: 5 });
  await alerts().begun('drift_found');
  await page.follow('How to see it');
  await page.follow('What to do');
  await until('bob to be linked', async () => (await house.find(accountId))?.user_id === 'bob');
  const [again] = await page.follow('How to know it is over');
  expect(again?.code).toBe(0);
  await alerts().over('drift_found');
  await page.follow(QUIET, WHY);
  expect(page.left()).toEqual([]);
});

test('no-worker', async () => {
  await using page = runbook('no-worker');
  await house.work.stop('SIGKILL');
  const { webviewId } = await connect();
  // As if it had been killed a while ago.
  await house.database.pool.query(
    `update reconciler.processes set seen_at = now() - interval '5 min' where kind = 'work'`,
  );
  await alerts().begun('no_worker');
  await page.follow('How to see it');
  await page.follow('What to do');
  expect(await house.settled(webviewId, 'linked')).toMatchObject({ user_id: 'ada' });
  await until('nothing to be owed', async () => (await status()).owed === 0);
  await alerts().over('no_worker');
  await page.follow('How to know it is over');
  await page.follow(QUIET, WHY);
  expect(page.left()).toEqual([]);
});

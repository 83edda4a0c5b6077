import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { alertsOf } from '../fixtures/alerts-open.ts';
import { insertEndpoint, TELLING_ENV } from '../fixtures/endpoint.ts';
import { type Receiver, startReceiver } from '../fixtures/endpoints.ts';
import { type House, openHouse } from '../fixtures/house.ts';
import { until } from '../fixtures/wait.ts';
import { post } from '../fixtures/webhooks.ts';
import { openRunbook, QUIET, type Runbook, WHY } from './follow.ts';
import { holdLock, sessionIn } from './lock.ts';

/* What makes answers, links and messages late, and what the pages say is done about it. */

const stack = new AsyncDisposableStack();
let house: House;
let app: Receiver;
let endpoint: string;
beforeAll(async () => {
  house = stack.use(await openHouse('postgres', { env: TELLING_ENV }));
  app = stack.use(await startReceiver());
  await house.addUser('ada');
});
afterAll(() => stack.disposeAsync());

const runbook = (name: string): Runbook =>
  openRunbook(name, { env: house.env, pool: house.database.pool });

const finish = async () => {
  const webviewId = await house.seam.createWebview({ id: 'ada' });
  const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
  return { webviewId, events };
};
const connect = async (): Promise<string> => {
  const { webviewId, events } = await finish();
  await house.deliver(...events);
  return webviewId;
};
const alerts = () => alertsOf(house.database.pool);
const query = async <T>(sql: string): Promise<T | undefined> =>
  (await house.database.pool.query(sql)).rows[0];
const waiting = async (): Promise<number> =>
  (
    await query<{ n: number }>(
      `select count(*)::int as n from reconciler.sendings where state <> 'delivered'`,
    )
  )?.n ?? 0;

beforeEach(async () => {
  app.handle((_got, answer) => void answer.writeHead(204).end());
});

test('endpoint-failing', async () => {
  await using page = runbook('endpoint-failing');
  const { id, secret } = await insertEndpoint(house.database.pool, app.url);
  endpoint = String(id);
  app.verifyWith(secret);
  app.handle((_got, answer) => void answer.writeHead(500).end('out of order'));
  await house.settled(await connect(), 'linked');
  await until('the app to fail', () => app.got.length > 0 && waiting());
  await until('that to be noted', async () =>
    query('select from reconciler.endpoints where failing_since is not null'),
  );
  await alerts().begun('endpoint_failing');
  await page.follow('How to see it', { 'its number': endpoint });
  // As if it had gone on for days: given up, and switched off.
  await house.database.pool.query(
    `update reconciler.sendings set state = 'dead', due_at = null where state <> 'delivered'`,
  );
  await house.database.pool.query(
    `update reconciler.endpoints set disabled_at = now(), disabled_because = 'failing'`,
  );
  app.handle((_got, answer) => void answer.writeHead(204).end());
  const before = app.got.length;
  await page.follow('What to do', { 'its number': endpoint });
  await until('all to be told', async () => (await waiting()) === 0);
  expect(app.got.length).toBeGreaterThan(before);
  await alerts().over('endpoint_failing');
  await page.follow('How to know it is over');
  await page.follow(QUIET, WHY);
  expect(page.left()).toEqual([]);
});

test('telling-late', async () => {
  await using page = runbook('telling-late');
  await house.database.pool.query('update reconciler.endpoints set per_second = 1');
  const webviews = await Promise.all(Array.from({ length: 5 }, connect));
  for (const id of webviews) await house.settled(id, 'linked');
  await until('messages to wait', async () => (await waiting()) > 1);
  await page.follow('How to see it', { 'its number': endpoint });
  await page.follow('What to do', { 'its number': endpoint });
  await until('all to be told', async () => (await waiting()) === 0);
  await page.follow('How to know it is over', { 'its number': endpoint });
  expect(page.left()).toEqual([]);
});

test('acknowledging-slowly', async () => {
  await using page = runbook('acknowledging-slowly');
  const lock = 'lock table reconciler.deliveries in exclusive mode';
  await using held = await holdLock(house.database, lock);
  await held.isOld();
  const { webviewId, events } = await finish();
  const [event] = events.slice(-1);
  if (event === undefined) throw new Error('no event');
  const slow = post(house.url, event);
  const [found] = await page.follow('How to see it');
  await page.follow('What to do', { 'the session': sessionIn(found) });
  // Taken after all, or to be sent again: what it isn't is lost.
  expect([204, 503]).toContain((await slow).status);
  await (await slow).text();
  await house.deliver(...events);
  await house.settled(webviewId, 'linked');
  await page.follow('How to know it is over');
  expect(page.left()).toEqual([]);
});

test('linking-late', async () => {
  await using page = runbook('linking-late');
  const lock = 'lock table reconciler.users in access exclusive mode';
  await using held = await holdLock(house.database, lock);
  await held.isOld();
  const webviewId = await connect();
  const [found] = await page.follow('How to see it');
  expect(await house.find(webviewId)).not.toMatchObject({ state: 'linked' });
  await page.follow('What to do', { 'the session': sessionIn(found) });
  await house.settled(webviewId, 'linked');
  await page.follow('How to know it is over');
  expect(page.left()).toEqual([]);
});

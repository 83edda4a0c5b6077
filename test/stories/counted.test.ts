import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { EventBody } from '../../src/sandbox/event.ts';
import { insertEndpoint, TELLING_ENV } from '../fixtures/endpoint.ts';
import { type Receiver, startReceiver } from '../fixtures/endpoints.ts';
import { type House, openHouse } from '../fixtures/house.ts';
import { type Scrape, scrape } from '../fixtures/metrics.ts';
import { addWithPassword } from '../fixtures/passwords.ts';
import { until } from '../fixtures/wait.ts';
import { post } from '../fixtures/webhooks.ts';

/* What a process counts, as it takes place: each figure by what it is of, in the house as a user runs it. */

const PASSWORD = 'correct horse battery';
const stack = new AsyncDisposableStack();
let house: House;
let app: Receiver;
let metricsUrl: string;
beforeAll(async () => {
  app = stack.use(await startReceiver());
  house = stack.use(
    await openHouse('postgres', {
      env: { ...TELLING_ENV, METRICS_PORT: '0' },
      prepare: async ({ pool }) => {
        const { secret } = await insertEndpoint(pool, app.url);
        app.verifyWith(secret);
        await addWithPassword(pool, { name: 'Ada', role: 'support', password: PASSWORD });
        await pool.query(
          `insert into reconciler.bulk_runs (action, query, planned_by, total, per_minute, state)
           values ('retry', '', 'a test', 0, 60, 'done')`,
        );
      },
    }),
  );
  metricsUrl = String((await house.serve.logged('listening for Prometheus')).url);
});
afterAll(() => stack.disposeAsync());

/** Asks until it is counted: some of it only after it has taken place. */
const counted = (what: string, isSo: (now: Scrape) => boolean): Promise<Scrape> =>
  until(what, async () => {
    const now = await scrape(metricsUrl);
    return isSo(now) ? now : null;
  });

const eventOf = (of: Partial<EventBody>): EventBody => ({
  event_id: randomUUID(),
  event_type: 'connected_account.created',
  connected_account_id: randomUUID(),
  workspace_id: randomUUID(),
  created_at: new Date().toISOString(),
  occurred_at: new Date().toISOString(),
  ...of,
});

const connect = async (id: string): Promise<readonly EventBody[]> => {
  await house.addUser(id);
  const webviewId = await house.seam.createWebview({ id });
  const { events } = await house.seam.completeWebview(webviewId, { email: `${id}@l.example` });
  await house.deliver(...events);
  await house.settled(webviewId, 'linked');
  return events;
};

test('each figure rises when it takes place', async () => {
  const before = await scrape(metricsUrl);
  for (const name of ['acknowledgement', 'commit', 'webhook_to_link', 'webhook_to_app']) {
    expect(before.of(`${name}_seconds_count`), name).toBe(0);
  }
  expect(before.of('build_info')).toBe(1);
  for (const pool of ['main', 'console']) {
    expect(before.of('pool_waiting', { pool }), pool).toBe(0);
    expect(before.of('pool_connections', { pool, state: 'idle' }), pool).toBeGreaterThanOrEqual(0);
  }

  const events = await connect('ada');
  const linked = await counted('the link, and that the app was told', ({ of }) =>
    ['webhook_to_link', 'webhook_to_app'].every(name => of(`${name}_seconds_count`) === 1),
  );
  expect(linked.of('webhooks_total', { answer: 'stored' })).toBe(events.length);
  for (const { event_type: type } of events) {
    expect(linked.of('webhooks_total', { answer: 'stored', type }), type).toBeGreaterThan(0);
  }
  expect(linked.of('acknowledgement_seconds_count')).toBe(events.length);
  expect(linked.of('commit_seconds_count')).toBeGreaterThan(0);
  expect(linked.of('runs_total', { outcome: 'linked', trigger: 'delivery' })).toBeGreaterThan(0);
  expect(linked.of('webhook_to_link_seconds_count')).toBe(1);
  const asked = linked.of('seam_requests_total', { outcome: 'ok' });
  expect(asked).toBeGreaterThan(0);
  expect(linked.of('seam_request_seconds_count', { outcome: 'ok' })).toBe(asked);
  expect(linked.of('endpoint_attempts_total', { endpoint: '1', outcome: 'taken' })).toBe(1);
  expect(linked.of('endpoint_attempt_seconds_count', { endpoint: '1' })).toBe(1);
});

test('so does each of what goes wrong', async () => {
  app.handle((_got, response) => void response.writeHead(500).end());
  const [event] = await connect('grace');
  if (event === undefined) throw new Error('there is no event');
  await counted(
    'a refusal',
    now => now.of('endpoint_attempts_total', { outcome: 'refused' }) === 1,
  );

  await house.deliver(event, eventOf({ workspace_id: event.workspace_id }));
  const unknown = await counted('an account that Seam has not', now => {
    const failed = now.of('seam_requests_total', { outcome: 'not_found' }) ?? 0;
    return failed > 0 && (now.of('runs_total', { outcome: 'account_not_found' }) ?? 0) > 0;
  });
  expect(unknown.of('webhooks_total', { answer: 'seen_before', type: event.event_type })).toBe(1);
  expect(unknown.of('webhook_to_app_seconds_count')).toBe(1);

  const acknowledged = unknown.of('acknowledgement_seconds_count') ?? 0;
  expect((await post(house.url, eventOf({}), `whsec_${btoa('no secret of ours')}`)).status).toBe(
    400,
  );
  expect((await post(house.url, eventOf({ event_type: 7 as never }))).status).toBe(400);
  expect((await post(house.url, eventOf({ event_type: 'evil"} 1\n' }))).status).toBe(204);
  const refused = await scrape(metricsUrl);
  expect(refused.of('webhooks_total', { answer: 'refused', type: 'unknown' })).toBe(1);
  expect(refused.of('webhooks_total', { answer: 'unreadable', type: 'unknown' })).toBe(1);
  expect(refused.of('webhooks_total', { answer: 'not_of_interest', type: 'other' })).toBe(1);
  expect(refused.text).not.toContain('evil');
  expect(refused.of('acknowledgement_seconds_count')).toBe(acknowledged + 1);
});

test('tries to sign in, and what Postgres has of bulk runs', async () => {
  for (const password of [PASSWORD, 'wrong horse battery']) {
    const response = await fetch(`${house.url}/support/sign-in`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ name: 'ada', password }),
    });
    await response.text();
  }
  const now = await counted(
    'what was measured',
    ({ of }) => of('vitals_up') === 1 && of('bulk_runs') !== undefined,
  );
  expect(now.of('sign_ins_total', { outcome: 'signed_in' })).toBe(1);
  expect(now.of('sign_ins_total', { outcome: 'failed' })).toBe(1);
  expect(now.of('bulk_runs', { state: 'done' })).toBe(1);
});

test('while Postgres is away, a process tells what it has counted itself', async () => {
  const { of: before } = await scrape(metricsUrl);
  const name = new URL(house.database.url).pathname.slice(1);
  const server = new pg.Client(inject('postgresUrl'));
  await server.connect();
  try {
    await server.query(`alter database ${name} with allow_connections false`);
    await server.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
      [name],
    );
    expect((await post(house.url, eventOf({}))).status).toBe(503);
    const away = await counted('it to be noticed', now => now.of('vitals_up') === 0);
    expect(away.of('webhooks_total', { answer: 'stored' })).toBe(
      before('webhooks_total', { answer: 'stored' }),
    );
    expect(away.of('webhooks_total', { answer: 'unavailable' })).toBe(1);
    expect(away.of('build_info')).toBe(1);
    expect(away.of('uncounted')).toBeUndefined();
  } finally {
    await server.query(`alter database ${name} with allow_connections true`);
    await server.end();
  }
  await counted('it to be back', now => now.of('vitals_up') === 1);
});

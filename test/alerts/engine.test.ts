import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type AlertOptions, startAlerts } from '../../src/alerts/engine.ts';
import type { RegisteredFact } from '../../src/alerts/given.ts';
import { ignoreSteps } from '../../src/ops/steps.ts';
import { startAlertReceiver } from '../fixtures/alert-channels.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { SECRET, silentLog } from '../fixtures/settings.ts';
import { endpointVitals, vitalsOf } from '../fixtures/vitals.ts';
import { until } from '../fixtures/wait.ts';

const LIMITS = { seamMinutes: 10, backlogMinutes: 10, endpointMinutes: 10, diskPercent: 85 };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() => database.pool.query('truncate reconciler.alerts, reconciler.alert_notices'));

const starting = (of: Partial<AlertOptions> = {}) =>
  startAlerts({
    pool: database.pool,
    alerts: {
      channels: [],
      limits: LIMITS,
      runbooksUrl: null,
    },
    privateNetworks: [],
    consoleUrl: null,
    labelOf: () => null,
    askWebhooks: async () => [],
    onTried: () => undefined,
    random: () => 0.5,
    log: silentLog,
    onStep: ignoreSteps,
    ...of,
  });

const open = (rule: string) =>
  until(`an open alert: ${rule}`, async () => {
    const { rows } = await database.pool.query<{ sentence: string }>(
      'select sentence from reconciler.alerts where rule = $1 and ended_at is null',
      [rule],
    );
    return rows[0]?.sentence;
  });

test('what this process has measured is judged at once', async () => {
  await using alerts = starting();
  const since = new Date(Date.now() - 60_000).toISOString();
  const endpoints = [endpointVitals({ trouble: 'switched_off', since })];
  alerts.measured(vitalsOf({ measuredAt: new Date().toISOString(), endpoints }));
  expect(await open('endpoint_failing')).toContain('we have switched it off');
});

test('Seam is asked what is registered at the start, and what it doesn’t say ends nothing', async () => {
  const facts: RegisteredFact[][] = [
    [{ workspaceId: 'ws1', problems: ['It is gone.'] }],
    [{ workspaceId: 'ws1', problems: null }],
  ];
  const asking = () => {
    const answer = facts.shift() ?? [];
    return starting({ askWebhooks: async () => answer });
  };
  await asking()[Symbol.asyncDispose]();
  expect(await open('webhook_wrong')).toContain('It is gone.');
  await database.pool.query("update reconciler.alerts set seen_at = now() - interval '1 hour'");
  await asking()[Symbol.asyncDispose]();
  expect(await open('webhook_wrong')).toContain('It is gone.');
});

test('one that hangs keeps no other waiting, nor this process once it is to stop', async () => {
  const { pool } = database;
  const owe = (channel: string) =>
    pool.query(
      `with alert as (insert into reconciler.alerts (rule, about, sentence)
                      values ('endpoint_failing', $1, 'It takes nothing.') returning id)
       insert into reconciler.alert_notices (channel, kind, alert_ids)
       select $1, 'began', array[id] from alert`,
      [channel],
    );
  await using hangs = await startAlertReceiver();
  await using answers = await startAlertReceiver();
  hangs.answer(null);
  const channels = Object.entries({ hangs, answers }).map(
    ([name, { url }]) => ({ kind: 'url', name, url, secrets: [SECRET] }) as const,
  );
  const alerts = starting({
    alerts: { channels, limits: LIMITS, runbooksUrl: null },
    privateNetworks: ['127.0.0.0/8'],
    sendEveryMs: 20,
  });
  await owe('hangs');
  await until('a message that nobody answers', () => hangs.got.at(0));
  await owe('answers');
  await until('the message to the other', () => answers.got.at(0));
  await alerts[Symbol.asyncDispose]();
  const { rows } = await pool.query(
    `select attempts, fault, sent_at is null as waits from reconciler.alert_notices where channel = 'hangs'`,
  );
  expect(rows).toEqual([{ attempts: 1, fault: null, waits: true }]);
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '../../../src/access/actor.ts';
import { readSilences } from '../../../src/support/alerts/read.ts';
import { endSilence, silenceAlerts } from '../../../src/support/alerts/silence.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { SHELL } from '../../fixtures/shell.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.pool.query('truncate reconciler.alert_silences, reconciler.audit_log');
});

const WHY = 'Seam told us of this maintenance';
const silence = (wanted: Partial<Parameters<typeof silenceAlerts>[2]> = {}, actor: Actor = SHELL) =>
  silenceAlerts(database.pool, actor, { until: '2h', timeZone: 'UTC', why: WHY, ...wanted });
const audited = async () =>
  (
    await database.pool.query(
      'select action, target, why, before, after from reconciler.audit_log order by id',
    )
  ).rows;
const HOUR_MS = 3_600_000;

test('a rule is silenced for a time, with why, and the audit log has it', async () => {
  const before = Date.now();
  const made = await silence({ rule: 'backlog' });
  expect(made).toMatchObject({ rule: 'backlog', about: null, why: WHY, by: SHELL.name });
  expect(Date.parse(made.until) - before).toBeGreaterThanOrEqual(2 * HOUR_MS);
  expect(await readSilences(database.pool, SHELL)).toEqual([made]);
  expect(await audited()).toEqual([
    {
      action: 'silence_alerts',
      target: 'alerts:backlog',
      why: WHY,
      before: null,
      after: { silenced_until: made.until },
    },
  ]);
});

test('one thing of a rule, and everything, are silences of their own', async () => {
  await silence({ rule: 'endpoint_failing', about: '3' });
  await silence();
  expect(await readSilences(database.pool, SHELL)).toMatchObject([
    { rule: 'endpoint_failing', about: '3' },
    { rule: null, about: null },
  ]);
  expect((await audited()).map(({ target }) => target)).toEqual([
    'alerts:endpoint_failing:3',
    'alerts',
  ]);
});

test('what is silenced already is silenced as is said now', async () => {
  const first = await silence({ rule: 'backlog' });
  const second = await silence({ rule: 'backlog', until: '1d', why: 'longer' });
  expect(await readSilences(database.pool, SHELL)).toEqual([second]);
  expect((await audited())[1]).toMatchObject({
    before: { silenced_until: first.until, why: WHY },
    after: { silenced_until: second.until },
    why: 'longer',
  });
});

describe('what can’t be', () => {
  test.each([
    ['without why', { why: ' \n' }, 'why'],
    ['of a why that nobody reads to its end', { why: 'x'.repeat(501) }, 'why'],
    ['until a time that is over', { until: '2020-01-01' }, 'until'],
    ['for longer than 30 days', { until: '31d' }, 'until'],
    ['until there is news', { until: 'news' }, 'until'],
    ['until nothing', { until: '' }, 'until'],
    ['of a rule that there isn’t', { rule: 'boredom' }, 'rule'],
    ['of something without its rule', { about: '3' }, 'rule'],
  ])('%s nothing is silenced', async (_what, wanted, field) => {
    await expect(silence(wanted)).rejects.toMatchObject({
      fault: 'invalid',
      faults: { [field]: expect.any(String) },
    });
    expect(await audited()).toEqual([]);
  });

  test('support may not', async () => {
    await expect(silence({}, { ...SHELL, role: 'support' })).rejects.toMatchObject({
      fault: 'not_allowed',
    });
  });
});

test.each(['a\0b', 'a\nb', 'a'.repeat(601)])(
  'what no alert is about is refused: %j',
  async about => {
    await expect(silence({ rule: 'endpoint_failing', about })).rejects.toMatchObject({
      fault: 'invalid',
      faults: { rule: expect.stringContaining('600 characters') },
    });
  },
);

test('a silence ends before its time, once', async () => {
  const made = await silence({ rule: 'backlog' });
  expect(await endSilence(database.pool, SHELL, made.id)).toEqual(made);
  expect(await readSilences(database.pool, SHELL)).toEqual([]);
  expect((await audited())[1]).toMatchObject({
    action: 'end_silence',
    target: 'alerts:backlog',
    before: { silenced_until: made.until, why: WHY },
  });
  await expect(endSilence(database.pool, SHELL, made.id)).rejects.toMatchObject({
    fault: 'conflict',
  });
  await expect(endSilence(database.pool, SHELL, 404_404)).rejects.toMatchObject({
    fault: 'not_found',
  });
  expect(await audited()).toHaveLength(2);
});

test('of several that silence the same at once, one is in force', async () => {
  await Promise.all(Array.from({ length: 6 }, () => silence({ rule: 'backlog' })));
  expect(await readSilences(database.pool, SHELL)).toHaveLength(1);
});

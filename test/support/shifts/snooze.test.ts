import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { casesOf } from '../../../src/support/cases/members.ts';
import { addNote } from '../../../src/support/cases/notes.ts';
import { assign } from '../../../src/support/shifts/assign.ts';
import { shiftsOf } from '../../../src/support/shifts/shifts.ts';
import { snooze, wake } from '../../../src/support/shifts/snooze.ts';
import { useShifts } from '../../fixtures/shifts.ts';

const shifts = useShifts();

const HOUR_MS = 3_600_000;
const soon = () => new Date(Date.now() + HOUR_MS);

describe('a case that is snoozed', () => {
  test('is out of sight by each of its names, until it is woken', async () => {
    const { key, webview } = await shifts.addCase();
    const until = soon();
    await snooze(shifts.database, shifts.grace, webview, {
      until,
      untilNews: false,
      why: ' waits for Seam ',
    });
    expect((await shifts.shiftOf(key))?.snooze).toMatchObject({
      until: until.toISOString(),
      untilNews: false,
      why: 'waits for Seam',
      by: 'Grace',
    });
    expect(await shifts.snoozed(true)).toEqual(expect.arrayContaining([key, webview]));
    expect(await shifts.snoozed(false)).not.toContain(key);
    await wake(shifts.database, shifts.ada, key);
    expect((await shifts.shiftOf(key))?.snooze).toBeNull();
    expect(await shifts.snoozed(false)).toEqual(expect.arrayContaining([key, webview]));
    const slept = { until: until.toISOString(), until_news: false };
    expect(await shifts.auditOf(key)).toEqual([
      { action: 'snooze', actor_name: 'Grace', before: null, after: slept, why: 'waits for Seam' },
      { action: 'end_snooze', actor_name: 'Ada', before: slept, after: null, why: null },
    ]);
  });

  test('comes back at its time', async () => {
    const { key } = await shifts.addCase();
    await snooze(shifts.database, shifts.grace, key, { until: soon(), untilNews: true });
    await shifts.database.pool.query(
      `update reconciler.snoozes set until = now() - interval '1 s' where subject = $1`,
      [key],
    );
    expect((await shifts.shiftOf(key))?.snooze).toBeNull();
    expect(await shifts.snoozed(true)).not.toContain(key);
  });

  test.each([
    ['its webview', true],
    ['its account', false],
  ])('until news: comes back when %s has news', async (_, isWebview) => {
    const { key, webview } = await shifts.addCase();
    await snooze(shifts.database, shifts.grace, key, { until: null, untilNews: true });
    expect(await shifts.snoozed(true)).toContain(key);
    await shifts.database.pool.query(
      'update reconciler.reconciliations set generation = generation + 1, observed_generation = generation + 1 where subject = $1',
      [isWebview ? webview : key],
    );
    expect((await shifts.shiftOf(key))?.snooze).toBeNull();
    expect(await shifts.snoozed(false)).toEqual(expect.arrayContaining([key, webview]));
  });

  test('until a time only: news doesn’t wake it', async () => {
    const { key } = await shifts.addCase();
    await snooze(shifts.database, shifts.grace, key, { until: soon(), untilNews: false });
    await shifts.database.pool.query(
      'update reconciler.reconciliations set generation = generation + 1, observed_generation = generation + 1 where subject = $1',
      [key],
    );
    expect(await shifts.snoozed(true)).toContain(key);
  });

  test('a webview that turns up for its account is news', async () => {
    const { key } = await shifts.addCase();
    await snooze(shifts.database, shifts.grace, key, { until: null, untilNews: true });
    await shifts.add(`connect_webview:${randomUUID()}`, key.split(':')[1] ?? '');
    expect(await shifts.snoozed(true)).not.toContain(key);
  });

  test.each([
    ['that has passed', { until: new Date(0), untilNews: true }],
    ['in some years', { until: new Date(Date.now() + 400 * 24 * HOUR_MS), untilNews: true }],
    ['that isn’t said', { until: null, untilNews: false }],
  ])('can’t be until a time %s', async (_, until) => {
    const { key } = await shifts.addCase();
    await expect(snooze(shifts.database, shifts.grace, key, until)).rejects.toMatchObject({
      fault: 'invalid',
      faults: { until: expect.any(String) },
    });
  });

  test('that doesn’t sleep can’t be woken', async () => {
    const { key } = await shifts.addCase();
    await expect(wake(shifts.database, shifts.grace, key)).rejects.toMatchObject({
      fault: 'refused',
    });
    expect(await shifts.auditOf(key)).toEqual([]);
  });

  test('the same form sent twice is done once', async () => {
    const { key } = await shifts.addCase();
    const once = { ...shifts.grace, idempotencyKey: randomUUID() };
    const given = { until: soon(), untilNews: false };
    await snooze(shifts.database, once, key, given);
    await expect(snooze(shifts.database, once, key, given)).rejects.toMatchObject({
      fault: 'conflict',
    });
    await wake(shifts.database, once, key);
    await expect(wake(shifts.database, once, key)).rejects.toThrow('already done');
  });
});

test('notes are counted over all names, and a viewer reads them masked', async () => {
  const { key, webview } = await shifts.addCase();
  await addNote(shifts.database, shifts.grace, webview, 'First.');
  await addNote(shifts.database, shifts.grace, key, 'Write to ada@locks.example');
  expect((await shifts.shiftOf(key))?.notes).toMatchObject({
    count: 2,
    newest: { text: 'Write to ada@locks.example', by: 'Grace' },
  });
  const viewed = await shifts.shiftOf(key, { ...shifts.grace, role: 'viewer' });
  expect(viewed?.notes.newest?.text).not.toContain('ada@locks.example');
});

test('many are read at once, each by its key', async () => {
  const [one, other] = [await shifts.addCase(), await shifts.addCase()];
  await assign(shifts.database, shifts.grace, one.key, { to: 'me' });
  const cases = await casesOf(shifts.database.pool, [one.webview, other.webview]);
  const read = await shiftsOf(shifts.database.db, shifts.grace, [...cases.values()]);
  expect([...read.keys()].toSorted()).toEqual([one.key, other.key].toSorted());
  expect(read.get(one.key)?.assignee?.name).toBe('Grace');
  expect(read.get(other.key)?.assignee).toBeNull();
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../../src/access/actor.ts';
import { drizzle } from '../../../src/db/drizzle.ts';
import { reconciliations } from '../../../src/db/schema.ts';
import { caseNamed, casesOf } from '../../../src/support/cases/members.ts';
import { addNote } from '../../../src/support/cases/notes.ts';
import { assign } from '../../../src/support/shifts/assign.ts';
import {
  type Assigned,
  assignedCondition,
  snoozedCondition,
} from '../../../src/support/shifts/conditions.ts';
import { colleagues, whomIsMeant } from '../../../src/support/shifts/people.ts';
import { shiftsOf } from '../../../src/support/shifts/shifts.ts';
import { snooze, wake } from '../../../src/support/shifts/snooze.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { SHELL } from '../../fixtures/shell.ts';

let database: TestDatabase;
let grace: Actor;
let ada: Actor;
const add = async (subject: string, account: string | null, webview: string | null = null) => {
  await database.pool.query(
    `insert into reconciler.reconciliations
       (subject, generation, observed_generation, state, reason, connected_account_id, connect_webview_id)
     values ($1, 3, 3, 'failed', 'user_not_found', $2, $3)`,
    [subject, account, webview],
  );
};

const addPerson = async (name: string, role: Actor['role'], isDisabled = false): Promise<Actor> => {
  const { rows } = await database.pool.query<{ id: string }>(
    `insert into reconciler.operators (name, role, disabled_at)
     values ($1, $2, case when $3 then now() end) returning id`,
    [name, role, isDisabled],
  );
  const key = `operator:${Number(rows[0]?.id)}` as const;
  return { key, name, role, face: 'console', idempotencyKey: null };
};
const idOf = ({ key }: Actor): number => Number(key.split(':')[1]);

/** An account with its webview; a case of its own. */
const addCase = async (): Promise<{ key: string; webview: string }> => {
  const [account, webview] = [randomUUID(), randomUUID()];
  await add(`connected_account:${account}`, account, webview);
  await add(`connect_webview:${webview}`, account, webview);
  return { key: `connected_account:${account}`, webview: `connect_webview:${webview}` };
};

beforeAll(async () => {
  database = await createTestDatabase();
  grace = await addPerson('Grace', 'support');
  ada = await addPerson('Ada', 'on-call');
  await addPerson('Vic', 'viewer');
  await addPerson('Gone', 'support', true);
});
afterAll(() => database[Symbol.asyncDispose]());

const shiftOf = async (key: string, actor: Actor = grace) => {
  const found = await caseNamed(database.pool, key);
  return (await shiftsOf(database.db, actor, [found])).get(found.key);
};
const auditOf = async (key: string) => {
  const { rows } = await database.pool.query(
    'select action, actor_name, before, after, why from reconciler.audit_log where target = $1 order by id',
    [key],
  );
  return rows;
};
const subjectsWhere = async (condition: ReturnType<typeof snoozedCondition>) => {
  const rows = await drizzle(database.pool)
    .select({ subject: reconciliations.subject })
    .from(reconciliations)
    .where(condition);
  return rows.map(({ subject }) => subject as string);
};
const assigned = (to: Assigned, actor: Actor = grace) =>
  subjectsWhere(assignedCondition(to, actor));

describe('a case that is assigned', () => {
  test('is that person’s, by each of its names, and the change has its row', async () => {
    const { key, webview } = await addCase();
    await assign(database, ada, webview, { to: idOf(grace) });
    expect(await shiftOf(webview)).toMatchObject({
      assignee: { operatorId: idOf(grace), name: 'Grace', by: 'Ada', isDisabled: false },
      snooze: null,
      notes: { count: 0, newest: null },
    });
    expect(await assigned('me')).toEqual(expect.arrayContaining([key, webview]));
    expect(await assigned(idOf(grace), ada)).toEqual(expect.arrayContaining([key, webview]));
    expect(await assigned('me', ada)).not.toContain(key);
    expect(await assigned('nobody')).not.toContain(key);
    const nobody = { assignee: null, operator_id: null };
    const after = { assignee: 'Grace', operator_id: idOf(grace) };
    expect(await auditOf(key)).toEqual([
      { action: 'assign', actor_name: 'Ada', before: nobody, after, why: null },
    ]);
  });

  test('the same once more changes nothing', async () => {
    const { key } = await addCase();
    await assign(database, grace, key, { to: 'me' });
    await assign(database, grace, key, { to: 'me' });
    expect(await auditOf(key)).toHaveLength(1);
  });

  test('can be given to another, and back to nobody', async () => {
    const { key } = await addCase();
    await assign(database, grace, key, { to: 'me' });
    await assign(database, grace, key, { to: idOf(ada), had: idOf(grace) });
    expect(await assigned('me')).not.toContain(key);
    await assign(database, grace, key, { to: 'nobody' });
    expect((await shiftOf(key))?.assignee).toBeNull();
    expect(await assigned('nobody')).toContain(key);
    expect((await auditOf(key)).map(({ action }) => action)).toEqual(Array(3).fill('assign'));
  });

  test('whoever was slower is told so, and takes nothing away', async () => {
    const { key } = await addCase();
    await assign(database, ada, key, { to: 'me', had: null });
    await expect(assign(database, grace, key, { to: 'me', had: null })).rejects.toMatchObject({
      fault: 'conflict',
      message: expect.stringContaining('Ada’s'),
    });
    expect((await shiftOf(key))?.assignee?.name).toBe('Ada');
    expect(await auditOf(key)).toHaveLength(1);
  });

  test('stays somebody’s when its webview leads to an account, where the latest word counts', async () => {
    const [account, webview] = [randomUUID(), randomUUID()];
    const subject = `connect_webview:${webview}`;
    await add(subject, null, webview);
    await assign(database, grace, subject, { to: 'me' });
    await add(`connected_account:${account}`, account, webview);
    await database.pool.query(
      'update reconciler.reconciliations set connected_account_id = $2 where subject = $1',
      [subject, account],
    );
    expect((await shiftOf(account))?.assignee?.name).toBe('Grace');
    expect(await assigned('me')).toEqual(
      expect.arrayContaining([subject, `connected_account:${account}`]),
    );
    await assign(database, ada, account, { to: 'me' });
    expect(await assigned('me')).not.toContain(subject);
    expect(await assigned('me', ada)).toContain(subject);
  });

  test.each([
    ['somebody who is disabled', 'Gone'],
    ['a viewer', 'Vic'],
  ])('can’t be that of %s', async (_, name) => {
    const { key } = await addCase();
    const { rows } = await database.pool.query(
      'select id::int from reconciler.operators where name = $1',
      [name],
    );
    await expect(assign(database, grace, key, { to: rows[0].id })).rejects.toMatchObject({
      fault: 'invalid',
      faults: { to: expect.stringContaining(name) },
    });
  });

  test('by whoever may not, or that isn’t there, is not assigned', async () => {
    const { key } = await addCase();
    const viewer = { ...grace, role: 'viewer' } as const;
    await expect(assign(database, viewer, key, { to: 'me' })).rejects.toMatchObject({
      fault: 'not_allowed',
    });
    await expect(assign(database, SHELL, key, { to: 'me' })).rejects.toMatchObject({
      fault: 'invalid',
    });
    await expect(assign(database, grace, 'none', { to: 'me' })).rejects.toMatchObject({
      fault: 'not_found',
    });
  });
});

test('whom one may choose from are those who have cases, by name, too', async () => {
  const all = await colleagues(database.pool, grace);
  expect(all.map(({ name }) => name)).toEqual(['Ada', 'Grace']);
  expect(await whomIsMeant(database.pool, grace, ' ada ')).toBe(idOf(ada));
  expect(await whomIsMeant(database.pool, grace, '12')).toBe(12);
  await expect(whomIsMeant(database.pool, grace, 'Vic')).rejects.toMatchObject({
    fault: 'invalid',
  });
});

test('a token’s cases are those of whose it is', async () => {
  const { key } = await addCase();
  const token: Actor = {
    ...grace,
    key: 'token:5',
    owner: { key: grace.key as `operator:${number}`, name: 'Grace' },
  };
  await assign(database, token, key, { to: 'me' });
  expect((await shiftOf(key))?.assignee?.name).toBe('Grace');
  expect(await assigned('me', token)).toContain(key);
  expect(await assigned('me', SHELL)).toEqual([]);
});

const HOUR_MS = 3_600_000;
const soon = () => new Date(Date.now() + HOUR_MS);

describe('a case that is snoozed', () => {
  test('is out of sight by each of its names, until it is woken', async () => {
    const { key, webview } = await addCase();
    const until = soon();
    await snooze(database, grace, webview, { until, untilNews: false, why: ' waits for Seam ' });
    expect((await shiftOf(key))?.snooze).toMatchObject({
      until: until.toISOString(),
      untilNews: false,
      why: 'waits for Seam',
      by: 'Grace',
    });
    expect(await subjectsWhere(snoozedCondition(true))).toEqual(
      expect.arrayContaining([key, webview]),
    );
    expect(await subjectsWhere(snoozedCondition(false))).not.toContain(key);
    await wake(database, ada, key);
    expect((await shiftOf(key))?.snooze).toBeNull();
    expect(await subjectsWhere(snoozedCondition(false))).toEqual(
      expect.arrayContaining([key, webview]),
    );
    const slept = { until: until.toISOString(), until_news: false };
    expect(await auditOf(key)).toEqual([
      { action: 'snooze', actor_name: 'Grace', before: null, after: slept, why: 'waits for Seam' },
      { action: 'end_snooze', actor_name: 'Ada', before: slept, after: null, why: null },
    ]);
  });

  test('comes back at its time', async () => {
    const { key } = await addCase();
    await snooze(database, grace, key, { until: soon(), untilNews: true });
    await database.pool.query(
      `update reconciler.snoozes set until = now() - interval '1 s' where subject = $1`,
      [key],
    );
    expect((await shiftOf(key))?.snooze).toBeNull();
    expect(await subjectsWhere(snoozedCondition(true))).not.toContain(key);
  });

  test.each([
    ['its webview', true],
    ['its account', false],
  ])('until news: comes back when %s has news', async (_, isWebview) => {
    const { key, webview } = await addCase();
    await snooze(database, grace, key, { until: null, untilNews: true });
    expect(await subjectsWhere(snoozedCondition(true))).toContain(key);
    await database.pool.query(
      'update reconciler.reconciliations set generation = generation + 1 where subject = $1',
      [isWebview ? webview : key],
    );
    expect((await shiftOf(key))?.snooze).toBeNull();
    expect(await subjectsWhere(snoozedCondition(false))).toEqual(
      expect.arrayContaining([key, webview]),
    );
  });

  test('until a time only: news doesn’t wake it', async () => {
    const { key } = await addCase();
    await snooze(database, grace, key, { until: soon(), untilNews: false });
    await database.pool.query(
      'update reconciler.reconciliations set generation = generation + 1 where subject = $1',
      [key],
    );
    expect(await subjectsWhere(snoozedCondition(true))).toContain(key);
  });

  test('a webview that turns up for its account is news', async () => {
    const { key } = await addCase();
    await snooze(database, grace, key, { until: null, untilNews: true });
    await add(`connect_webview:${randomUUID()}`, key.split(':')[1] ?? '');
    expect(await subjectsWhere(snoozedCondition(true))).not.toContain(key);
  });

  test.each([
    ['that has passed', { until: new Date(0), untilNews: true }],
    ['in some years', { until: new Date(Date.now() + 400 * 24 * HOUR_MS), untilNews: true }],
    ['that isn’t said', { until: null, untilNews: false }],
  ])('can’t be until a time %s', async (_, until) => {
    const { key } = await addCase();
    await expect(snooze(database, grace, key, until)).rejects.toMatchObject({
      fault: 'invalid',
      faults: { until: expect.any(String) },
    });
  });

  test('that doesn’t sleep can’t be woken', async () => {
    const { key } = await addCase();
    await expect(wake(database, grace, key)).rejects.toMatchObject({ fault: 'refused' });
    expect(await auditOf(key)).toEqual([]);
  });

  test('the same form sent twice is done once', async () => {
    const { key } = await addCase();
    const once = { ...grace, idempotencyKey: randomUUID() };
    const given = { until: soon(), untilNews: false };
    await snooze(database, once, key, given);
    await expect(snooze(database, once, key, given)).rejects.toMatchObject({ fault: 'conflict' });
    await wake(database, once, key);
    await expect(wake(database, once, key)).rejects.toThrow('already done');
  });
});

test('notes are counted over all names, and a viewer reads them masked', async () => {
  const { key, webview } = await addCase();
  await addNote(database, grace, webview, 'First.');
  await addNote(database, grace, key, 'Write to ada@locks.example');
  expect((await shiftOf(key))?.notes).toMatchObject({
    count: 2,
    newest: { text: 'Write to ada@locks.example', by: 'Grace' },
  });
  const viewed = await shiftOf(key, { ...grace, role: 'viewer' });
  expect(viewed?.notes.newest?.text).not.toContain('ada@locks.example');
});

test('many are read at once, each by its key', async () => {
  const [one, other] = [await addCase(), await addCase()];
  await assign(database, grace, one.key, { to: 'me' });
  const cases = await casesOf(database.pool, [one.webview, other.webview]);
  const shifts = await shiftsOf(database.db, grace, [...cases.values()]);
  expect([...shifts.keys()].toSorted()).toEqual([one.key, other.key].toSorted());
  expect(shifts.get(one.key)?.assignee?.name).toBe('Grace');
  expect(shifts.get(other.key)?.assignee).toBeNull();
});

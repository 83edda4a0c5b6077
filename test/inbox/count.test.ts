import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { countAll, startCounting } from '../../src/inbox/counting.ts';
import { type Delivery, storeDeliveries } from '../../src/inbox/deliveries.ts';
import { deliverySubject, type Subject } from '../../src/model/subject.ts';
import { findMatches, subjectsOf } from '../../src/support/cases/find.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { countNow, deliveryOf, takeIn } from '../fixtures/intake.ts';
import { silentLog } from '../fixtures/settings.ts';
import { SHELL } from '../fixtures/shell.ts';
import { until } from '../fixtures/wait.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
afterEach(() => countNow(database.pool));

const webview = (): Subject => `connect_webview:${randomUUID()}`;
const store = (...deliveries: Delivery[]) => storeDeliveries(database.pool, deliveries);
const countedSubjects = async (): Promise<string[]> =>
  (await countNow(database.pool)).map(({ subject }) => subject);
const generationOf = async (subject: Subject): Promise<number | null> => {
  const { rows } = await database.pool.query(
    'select generation::int from reconciler.reconciliations where subject = $1',
    [subject],
  );
  return rows[0]?.generation ?? null;
};
const stand = (subject: Subject, state: string, reason: string | null = null) =>
  database.pool.query(
    `update reconciler.reconciliations set state = $2, reason = $3, attempts = 7,
            observed_generation = case when $2 in ('retrying', 'pending') then 0 else generation end,
            dismissed_by = case when $2 = 'dismissed' then 'Alan' end,
            dismissed_why = case when $2 = 'dismissed' then 'done with' end
      where subject = $1`,
    [subject, state, reason],
  );
/** Somebody has a transaction open, and does this in it, until it is disposed of. */
const hold = async (sql: string, values: unknown[]): Promise<AsyncDisposable> => {
  const client = await database.pool.connect();
  await client.query('begin');
  await client.query(sql, values);
  return {
    [Symbol.asyncDispose]: async () => {
      await client.query('rollback');
      client.release();
    },
  };
};
const HOLD_ROW = 'select from reconciler.reconciliations where subject = $1 for update';

describe('what is stored is counted', () => {
  test('each subject once, however many events it got', async () => {
    const [a, b] = [webview(), webview()];
    await store(deliveryOf(a), deliveryOf(b), deliveryOf(a), deliveryOf(a));
    expect(await generationOf(a)).toBeNull();
    expect((await countedSubjects()).toSorted()).toEqual([a, b].toSorted());
    expect([await generationOf(a), await generationOf(b)]).toEqual([3, 1]);
    expect(await countedSubjects()).toEqual([]);
  });

  test('also where a subject has more events than a page holds', async () => {
    const [large, small] = [webview(), webview()];
    await store(...Array.from({ length: 25 }, () => deliveryOf(large)), deliveryOf(small));
    const { signal } = new AbortController();
    const options = { pool: database.pool, log: silentLog, onCounted: () => undefined };
    let rounds = 0;
    while ((await countAll({ ...options, pageSize: 10 }, signal)).isCut) rounds += 1;
    expect(rounds).toBeGreaterThan(1);
    expect([await generationOf(large), await generationOf(small)]).toEqual([25, 1]);
  });

  test('once, by however many processes at a time', async () => {
    const subjects = Array.from({ length: 60 }, webview);
    await store(...subjects.flatMap(subject => [deliveryOf(subject), deliveryOf(subject)]));
    const told = await Promise.all(Array.from({ length: 4 }, countedSubjects));
    expect(told.flat().toSorted()).toEqual(subjects.toSorted());
    for (const subject of subjects) expect(await generationOf(subject)).toBe(2);
  });

  test('with what brought it: a webhook, or a backfill', async () => {
    const [a, b] = [webview(), webview()];
    await store(deliveryOf(a), deliveryOf(b, { signed: false }));
    const news = new Map((await countNow(database.pool)).map(n => [n.subject, n.trigger]));
    expect([news.get(a), news.get(b)]).toEqual(['delivery', 'backfill']);
  });
});

describe('while somebody holds the row of a subject', () => {
  test('it is passed over, shown as owed, and counted once it is free; the others are not kept waiting', async () => {
    const [held, other] = [webview(), webview()];
    await takeIn(database.pool, [deliveryOf(held), deliveryOf(other)]);
    await stand(held, 'linked');
    {
      await using _held = await hold(HOLD_ROW, [held]);
      await store(deliveryOf(held), deliveryOf(other), deliveryOf(held));
      expect(await countedSubjects()).toEqual([other]);
      expect([await generationOf(held), await generationOf(other)]).toEqual([1, 2]);
      expect(await findMatches(database.db, SHELL, held)).toMatchObject([
        { state: 'pending', generation: 3, observed_generation: 1, deliveries: { length: 3 } },
      ]);
    }
    expect(await countedSubjects()).toEqual([held]);
    expect(await generationOf(held)).toBe(3);
  });

  test('a subject that somebody is putting in keeps no other waiting', async () => {
    const [coming, other] = [webview(), webview()];
    const put = `insert into reconciler.reconciliations (subject, generation, state) values ($1, 1, 'pending')`;
    {
      await using _held = await hold(put, [coming]);
      await store(deliveryOf(coming), deliveryOf(other));
      expect(await countedSubjects()).toEqual([other]);
    }
    expect(await countedSubjects()).toEqual([coming]);
  });

  test('a process that counts comes back to it by itself', async () => {
    const held = webview();
    await takeIn(database.pool, [deliveryOf(held)]);
    const told: string[] = [];
    await using counting = startCounting({
      pool: database.pool,
      log: silentLog,
      onCounted: news => void told.push(...news.map(({ subject }) => subject)),
    });
    {
      await using _held = await hold(HOLD_ROW, [held]);
      const other = webview();
      await store(deliveryOf(held), deliveryOf(other));
      counting.nudge();
      await until('the other to be counted', () => told.includes(other));
      expect(told).not.toContain(held);
    }
    await until('it to be counted once it is free', () => told.includes(held));
  });
});

describe('an event that is sent again', () => {
  const sendAgainTo = async (state: string, reason: string | null = null): Promise<string[]> => {
    const event = deliveryOf(webview());
    await takeIn(database.pool, [event]);
    await stand(event.event.subject, state, reason);
    await store(event);
    const news = await countedSubjects();
    expect(news).toEqual(news.length === 0 ? [] : [event.event.subject]);
    expect(await generationOf(event.event.subject)).toBe(news.length + 1);
    return news;
  };

  test.each([
    ['failed', 'metadata_id_missing'],
    ['retrying', 'user_not_found'],
  ])('is news of what stands %s', async (state, reason) => {
    expect(await sendAgainTo(state, reason)).toHaveLength(1);
  });

  test.each([['linked'], ['no_action'], ['pending'], ['dismissed']])(
    'is none of what stands %s',
    async state => {
      expect(await sendAgainTo(state)).toEqual([]);
    },
  );

  test('is none where there is nothing to look at', async () => {
    const event = deliveryOf(deliverySubject('unusable_1'), { eventId: 'unusable_1' });
    await takeIn(database.pool, [event, event]);
    expect(await store(event)).toMatchObject([{ isNew: false, isConflicting: false }]);
    expect(await countedSubjects()).toEqual([]);
    const [match] = await findMatches(database.db, SHELL, 'unusable_1');
    expect(match).toMatchObject({ state: 'failed', reason: 'event_unusable', generation: 1 });
  });

  test('by a backfill is none: it lists what is known', async () => {
    const event = deliveryOf(webview());
    await takeIn(database.pool, [event]);
    await stand(event.event.subject, 'failed', 'user_not_found');
    await store({ ...event, headers: null });
    expect(await countedSubjects()).toEqual([]);
  });

  test('with another body is told, and changes nothing', async () => {
    const [first, second] = [
      deliveryOf(webview(), { eventId: 'twice', body: '{"first":1}' }),
      deliveryOf(webview(), { eventId: 'twice', body: '{"second":2}' }),
    ];
    await takeIn(database.pool, [first]);
    expect(await store(second)).toMatchObject([{ isNew: false, isConflicting: true }]);
    expect(await countedSubjects()).toEqual([]);
    const { rows } = await database.pool.query(
      `select body from reconciler.deliveries where event_id = 'twice'`,
    );
    expect(rows).toEqual([{ body: first.body }]);
  });
});

test('who asks for what was stored a moment ago finds it, though no process counts', async () => {
  const event = deliveryOf(webview());
  await store(event);
  expect(await subjectsOf(database.pool, event.event.eventId)).toEqual([event.event.subject]);
  expect(await findMatches(database.db, SHELL, event.event.subject)).toMatchObject([
    { state: 'pending', generation: 1, observed_generation: 0 },
  ]);
});

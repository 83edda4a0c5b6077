import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Delivery } from '../../src/inbox/deliveries.ts';
import { createInbox, type InboxLimits, InboxUnavailableError } from '../../src/inbox/receive.ts';
import { deliverySubject, type Subject } from '../../src/model/subject.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { countNow, deliveryOf, takeIn } from '../fixtures/intake.ts';

const MARK = 'the-payload-of-a-user';
const SIGNATURE_MARK = 'v1,the-signature-of-a-webhook';
const SIGNED = { 'svix-timestamp': '1795333269', 'svix-signature': SIGNATURE_MARK };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
/** What one test stores and doesn't count is not for the next one to find. */
afterEach(() => countNow(database.pool));

const delivery = (subject?: Subject, eventId: string = randomUUID()): Delivery => {
  const made = deliveryOf(subject, { eventId, body: JSON.stringify({ eventId, note: MARK }) });
  return { ...made, headers: { ...SIGNED, 'svix-id': `msg_${eventId}` } };
};

const many = <T>(times: number, make: (index: number) => T): T[] =>
  Array.from({ length: times }, (_, index) => make(index));

/** The real pool, with the batches that are stored counted. */
const counted = (pool: pg.Pool): { pool: pg.Pool; statements: () => number } => {
  let statements = 0;
  const proxy = new Proxy(pool, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property, target);
      if (property !== 'query') return typeof value === 'function' ? value.bind(target) : value;
      return (query: pg.QueryConfig) => {
        if (query.name === 'store-deliveries') statements += 1;
        return target.query(query);
      };
    },
  });
  return { pool: proxy, statements: () => statements };
};

const open = (options: { limits?: Partial<InboxLimits>; pool?: pg.Pool } = {}) => {
  const logLines: string[] = [];
  const inbox = createInbox({
    pool: options.pool ?? database.pool,
    log: pino({ level: 'trace' }, { write: line => void logLines.push(line) }),
    onStored: () => undefined,
    limits: options.limits ?? {},
  });
  /** Counts what was stored. @returns what is to be looked at */
  const count = async (): Promise<Subject[]> =>
    (await countNow(database.pool)).map(({ subject }) => subject);
  return { inbox, count, logLines };
};

const isStored = async (eventId: string): Promise<boolean> => {
  const text = 'select 1 from reconciler.deliveries where event_id = $1';
  return (await database.pool.query(text, [eventId])).rowCount === 1;
};

const generationOf = async (subject: Subject): Promise<number | null> => {
  const text = 'select generation from reconciler.reconciliations where subject = $1';
  const { rows } = await database.pool.query(text, [subject]);
  return rows[0] === undefined ? null : Number(rows[0].generation);
};

/** Nobody gets at the table until it is disposed of. */
const lockDeliveries = async (): Promise<AsyncDisposable> => {
  const client = await database.pool.connect();
  await client.query('begin; lock table reconciler.deliveries in access exclusive mode');
  return {
    [Symbol.asyncDispose]: async () => {
      await client.query('rollback');
      client.release();
    },
  };
};

describe('a burst', () => {
  test('of a thousand webhooks is stored with a few statements', async () => {
    const { pool, statements } = counted(database.pool);
    const { inbox } = open({ pool });
    const burst = many(1_000, () => delivery());
    const answers = await Promise.all(burst.map(inbox.receive));
    expect(new Set(answers)).toEqual(new Set(['stored']));
    expect(statements()).toBeLessThanOrEqual(4);
  });

  test.each([
    ['in one batch', 500],
    ['in batches of two', 2],
    ['one by one', 1],
  ])(
    'of the same event, %s, is stored once and raises the generation once',
    async (_, batchSize) => {
      const { inbox, count } = open({ limits: { batchSize } });
      const same = delivery();
      const answers = await Promise.all(many(9, () => inbox.receive(same)));
      expect(answers.toSorted()).toEqual([...many(8, () => 'seen_before'), 'stored']);
      expect(await inbox.receive(same)).toBe('seen_before');
      expect(await count()).toEqual([same.event.subject]);
      expect(await generationOf(same.event.subject)).toBe(1);
      expect(await count()).toEqual([]);
    },
  );

  test('at two processes at once, overlapping and in another order, is counted right', async () => {
    const subjects = many(200, index => `connect_webview:shared_${index}` as const);
    const shared = subjects.map(subject => delivery(subject));
    const processes = many(2, () => {
      const { pool, statements } = counted(database.pool);
      return { ...open({ pool, limits: { batchSize: 200 } }), statements };
    });
    const answers = await Promise.all(
      processes.flatMap(({ inbox }, index) => {
        const own = many(5, () => subjects.map(subject => delivery(subject))).flat();
        const inOrder = (batch: Delivery[]) => (index === 0 ? batch : batch.toReversed());
        return [...inOrder(shared), ...inOrder(own)].map(inbox.receive);
      }),
    );
    expect(answers.filter(answer => answer === 'seen_before')).toHaveLength(200);
    await Promise.all(processes.map(({ count }) => count()));
    const { rows } = await database.pool.query(
      `select subject, generation::int, (select count(*) from reconciler.deliveries d
                                          where d.subject = r.subject)::int as deliveries
         from reconciler.reconciliations r where subject like 'connect_webview:shared_%'`,
    );
    expect(rows).toHaveLength(200);
    expect(rows.filter(row => row.generation !== 11 || row.deliveries !== 11)).toEqual([]);
    // A deadlock would have shown as batches that were tried again, row by row. What both were storing at the same
    // time is seen to once more, and no more than that.
    for (const { statements } of processes) expect(statements()).toBeLessThanOrEqual(12);
  });
});

test('a webhook that comes after its event was backfilled is kept as what was signed', async () => {
  const signed = delivery('connected_account:late', 'late_1');
  await takeIn(database.pool, [{ ...signed, headers: null, body: Buffer.from('{}') }]);
  const { inbox, count } = open();
  expect(await inbox.receive(signed)).toBe('seen_before');
  expect(await count()).toEqual([]);
  const { rows } = await database.pool.query(
    `select source, body, signature from reconciler.deliveries where event_id = 'late_1'`,
  );
  expect(rows).toEqual([{ source: 'webhook', body: signed.body, signature: signed.headers }]);
});

test('news of a subject that was settled a moment ago waits for the rest of its second', async () => {
  const { inbox } = open();
  const [first, second] = [delivery('connect_webview:burst'), delivery('connect_webview:burst')];
  await inbox.receive(first);
  await countNow(database.pool);
  const dueIn = async (): Promise<number> => {
    const { rows } = await database.pool.query<{ seconds: number }>(
      `select extract(epoch from due_at - settled_at)::float8 as seconds
         from reconciler.reconciliations where subject = 'connect_webview:burst'`,
    );
    return rows[0]?.seconds ?? Number.NaN;
  };
  await database.pool.query(
    `update reconciler.reconciliations set settled_at = now(), observed_generation = generation, state = 'linked'
      where subject = 'connect_webview:burst'`,
  );
  await inbox.receive(second);
  await countNow(database.pool);
  expect(await dueIn()).toBe(1);
});

describe('whoever looks next is told', () => {
  test('after the commit, when another connection can see the rows', async () => {
    const [first, second] = [delivery(), delivery()];
    const seen: Promise<boolean>[] = [];
    const inbox = createInbox({
      pool: database.pool,
      log: pino({ level: 'silent' }),
      onStored: () => void seen.push(isStored(first.event.eventId), isStored(second.event.eventId)),
    });
    await Promise.all([first, second].map(inbox.receive));
    expect(await Promise.all(seen)).toEqual([true, true]);
  });

  test('of each subject once, and of none that there is nothing to look at', async () => {
    const { inbox, count } = open();
    const [a, b] = ['connect_webview:told_a', 'connected_account:told_b'] as const;
    const unusable = delivery(deliverySubject('told_c'), 'told_c');
    const batch = [delivery(a), delivery(b), delivery(a), unusable, delivery(a)];
    await Promise.all(batch.map(inbox.receive));
    expect((await count()).toSorted()).toEqual([a, b].toSorted());
    expect(await isStored('told_c')).toBe(true);
    await inbox.receive(delivery(deliverySubject('told_d'), 'told_d'));
    expect(await count()).toEqual([]);
  });
});

test('a webhook that Postgres refuses costs its neighbours nothing', async () => {
  const { inbox, count } = open();
  const refused = delivery(undefined, 'an id with a NUL \u0000 in it');
  const neighbours = many(4, () => delivery());
  const batch = [...neighbours.slice(0, 2), refused, ...neighbours.slice(2)];
  const answers = await Promise.allSettled(batch.map(inbox.receive));
  expect(answers.map(answer => answer.status).toSorted()).toEqual([
    ...many(4, () => 'fulfilled'),
    'rejected',
  ]);
  expect(answers[2]).toMatchObject({ reason: expect.any(InboxUnavailableError) });
  for (const { event } of neighbours) expect(await isStored(event.eventId)).toBe(true);
  expect((await count()).toSorted()).toEqual(
    neighbours.map(({ event }) => event.subject).toSorted(),
  );
  expect(await generationOf(refused.event.subject)).toBeNull();
});

describe('while the table is locked', () => {
  test('a webhook is turned away in time, and taken when it comes again after that', async () => {
    const { inbox } = open({ limits: { timeoutMs: 200 } });
    const kept = delivery();
    {
      await using _lock = await lockDeliveries();
      const inVain = [kept, delivery()].map(inbox.receive);
      const reason = new InboxUnavailableError('the delivery could not be stored in time');
      const rejected = { status: 'rejected', reason };
      expect(await Promise.allSettled(inVain)).toEqual([rejected, rejected]);
    }
    await inbox.idle();
    expect(['stored', 'seen_before']).toContain(await inbox.receive(kept));
    expect(await isStored(kept.event.eventId)).toBe(true);
    await countNow(database.pool);
    expect(await generationOf(kept.event.subject)).toBe(1);
  });

  test.each<[string, Partial<InboxLimits>]>([
    ['webhooks', { maxWaiting: 2 }],
    ['bytes', { maxWaitingBytes: 2.5 * delivery().body.length }],
  ])('too many %s are turned away at once, and those before them kept', async (_name, limits) => {
    const { inbox } = open({ limits });
    const early = many(2, () => delivery());
    let waiting: Promise<string>[];
    {
      await using _lock = await lockDeliveries();
      waiting = early.map(inbox.receive);
      const tooMany = new InboxUnavailableError('too many deliveries are waiting');
      await expect(inbox.receive(delivery())).rejects.toEqual(tooMany);
    }
    expect(await Promise.all(waiting)).toEqual(['stored', 'stored']);
    expect(await inbox.receive(delivery())).toBe('stored');
  });
});

test('no log line of the inbox holds a payload or a signature, whatever happens', async () => {
  const { inbox, logLines } = open({ limits: { timeoutMs: 200 } });
  const good = delivery();
  await Promise.all([inbox.receive(good), inbox.receive(good)]);
  await expect(inbox.receive(delivery(undefined, '\u0000'))).rejects.toThrow();
  {
    await using _lock = await lockDeliveries();
    await expect(inbox.receive(delivery())).rejects.toThrow();
  }
  await inbox.idle();
  const messages = logLines.map(line => String(JSON.parse(line).msg));
  expect(new Set(messages)).toEqual(
    new Set([
      'deliveries stored',
      'delivery stored',
      'delivery seen before',
      'deliveries could not be stored',
    ]),
  );
  const encoded = [MARK, Buffer.from(MARK).toString('hex'), Buffer.from(MARK).toString('base64')];
  const telling = [...encoded, SIGNATURE_MARK, '"body"', '"data"'];
  expect(logLines.filter(line => telling.some(word => line.includes(word)))).toEqual([]);
});

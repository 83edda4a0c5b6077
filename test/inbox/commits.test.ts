import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInbox, type InboxLimits } from '../../src/inbox/receive.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { deliveryOf } from '../fixtures/intake.ts';
import { silentLog } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

/** The real pool, with how many batches are being stored at this moment. */
const watched = () => {
  let underWay = 0;
  const sizes: number[] = [];
  const pool = new Proxy(database.pool, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property, target);
      if (property !== 'query') return typeof value === 'function' ? value.bind(target) : value;
      return async (query: pg.QueryConfig) => {
        sizes.push(String(query.values?.[0]).split('\u001f').length);
        underWay += 1;
        return target.query(query).finally(() => {
          underWay -= 1;
        });
      };
    },
  });
  return { pool, sizes, underWay: () => underWay };
};

const open = (pool: pg.Pool, limits: Partial<InboxLimits> = {}) =>
  createInbox({ pool, log: silentLog, onStored: () => undefined, limits });

/** Somebody else is storing these very events, and takes their time: whoever stores one of them waits. */
const storingElsewhere = async (eventIds: readonly string[]): Promise<AsyncDisposable> => {
  const client = await database.pool.connect();
  await client.query('begin');
  await client.query(
    `insert into reconciler.deliveries (event_id, event_type, subject, body, signature)
     select id, 'connected_account.created', 'delivery:' || id, '', '{}' from unnest($1::text[]) as id`,
    [eventIds],
  );
  return {
    [Symbol.asyncDispose]: async () => {
      await client.query('rollback');
      client.release();
    },
  };
};

test('what comes while a commit is under way goes together into the next one', async () => {
  const { pool, sizes } = watched();
  const inbox = open(pool, { slowCommitMs: 60_000 });
  const first = inbox.receive(deliveryOf());
  await until('a commit to begin', () => sizes.length === 1);
  const others = Array.from({ length: 50 }, () => inbox.receive(deliveryOf()));
  await Promise.all([first, ...others]);
  expect(sizes).toEqual([1, 50]);
});

test('a commit that takes long keeps nobody waiting', async () => {
  const { pool } = watched();
  const inbox = open(pool);
  const held = deliveryOf();
  let waits: Promise<string>;
  {
    await using _elsewhere = await storingElsewhere([held.event.eventId]);
    waits = inbox.receive(held);
    await sleep(0);
    for (let round = 0; round < 5; round++) {
      expect(await inbox.receive(deliveryOf())).toBe('stored');
    }
    expect(await Promise.race([waits, 'still waiting'])).toBe('still waiting');
  }
  expect(await waits).toBe('stored');
});

test('no more than four commits are under way at a time, however long each takes', async () => {
  const { pool, underWay, sizes } = watched();
  const inbox = open(pool, { slowCommitMs: 1 });
  const held = Array.from({ length: 6 }, () => deliveryOf());
  const waits: Promise<string>[] = [];
  {
    await using _elsewhere = await storingElsewhere(held.map(({ event }) => event.eventId));
    for (const [index, delivery] of held.entries()) {
      waits.push(inbox.receive(delivery));
      await until('it to begin, or to wait', () => sizes.length === Math.min(index + 1, 4));
      await sleep(5);
    }
    expect(underWay()).toBe(4);
  }
  expect(await Promise.all(waits)).toEqual(held.map(() => 'stored'));
  expect(sizes).toEqual([1, 1, 1, 1, 2]);
});

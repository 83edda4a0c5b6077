import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { previewPrune, prune, pruneSome } from '../../src/reconcile/prune.ts';
import { readLinkFeed } from '../../src/support/contract/link-feed.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { readTold } from '../fixtures/messages.ts';
import { SHELL } from '../fixtures/shell.ts';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  ({ pool } = database);
});
afterAll(() => database[Symbol.asyncDispose]());

const { signal } = new AbortController();

const tell = async (accountId: string): Promise<void> => {
  await pool.query(
    `insert into reconciler.links (connected_account_id, user_id, linked_by_run) values ($1, 'ada', 0)`,
    [accountId],
  );
  await readTold(pool);
};
const addEndpoint = (name: string) =>
  pool.query(
    `insert into reconciler.endpoints (name, kind, target, created_by) values ($1, 'queue', $1, 'a test')`,
    [name],
  );
const shown = async () => {
  const { rows } = await pool.query(
    `select (select count(*)::int from reconciler.messages) as messages,
            (select count(*)::int from reconciler.sendings) as sendings,
            (select count(*)::int from reconciler.send_attempts) as attempts,
            (select count(*)::int from reconciler.told) as told`,
  );
  return rows[0];
};

test('messages go when they are old, with what became of them, and not while one is owed', async () => {
  await addEndpoint('one');
  await addEndpoint('another');
  for (let n = 0; n < 6; n++) await tell(randomUUID());
  const positions = (await readTold(pool)).map(({ position }) => position);
  const [delivered, dead, owed, ...rest] = positions;
  // Of these one is young, and two are owed.
  await pool.query(
    `update reconciler.messages set at = now() - interval '40 days' where position <> $1`,
    [rest[0]],
  );
  await pool.query(`update reconciler.sendings set state = 'delivered' where position = any($1)`, [
    [delivered, rest[0], rest[1]],
  ]);
  await pool.query(`update reconciler.sendings set state = 'dead' where position = $1`, [dead]);
  await pool.query(
    `update reconciler.sendings set state = 'delivered'
      where position = $1 and endpoint_id = (select min(id) from reconciler.endpoints)`,
    [owed],
  );
  await pool.query(
    `insert into reconciler.send_attempts (endpoint_id, position, duration_ms, status)
     select endpoint_id, position, 5, 500 from reconciler.sendings where position = any($1)`,
    [[dead, owed]],
  );
  expect(await shown()).toEqual({ messages: 6, sendings: 12, attempts: 4, told: 6 });
  expect(await previewPrune(pool, 30)).toMatchObject({ messages: 3 });
  expect(await prune(pool, 30, signal)).toMatchObject({ messages: 3 });
  expect((await readTold(pool)).map(({ position }) => position)).toEqual([owed, rest[0], rest[2]]);
  // What comes next is compared with what was told, and counted on from it.
  expect(await shown()).toEqual({ messages: 3, sendings: 6, attempts: 2, told: 6 });
});

test('it goes past those that are owed, and on from there', async () => {
  await pool.query(`update reconciler.messages set at = now() - interval '40 days'`);
  await pool.query(
    `insert into reconciler.messages (message_id, type, about, sequence, at, data)
     select gen_random_uuid(), 'account.linked', 'connected_account:many', n,
            now() - interval '35 days' + n * interval '1 s', '{}' from generate_series(1, 1500) n`,
  );
  await pool.query(
    `insert into reconciler.sendings (endpoint_id, position, about)
     select (select min(id) from reconciler.endpoints), position, about from reconciler.messages
      where about = 'connected_account:many' and sequence <= 1200`,
  );
  // A page of a thousand, of which one is owed to nobody; then the rest.
  expect(await pruneSome(pool, 30, signal, 500)).toMatchObject({ messages: 1 });
  expect(await pruneSome(pool, 30, signal, 500)).toMatchObject({ messages: 300 });
  expect(await shown()).toMatchObject({ told: 6 });
});

test('whoever reads the feed from before what is gone is told so, also where an older one is still owed', async () => {
  await pool.query('truncate reconciler.messages, reconciler.retention_cursors cascade');
  for (let n = 0; n < 4; n++) await tell(randomUUID());
  const [owed = 0, , gone = 0, young = 0] = (await readTold(pool)).map(({ position }) => position);
  await pool.query(
    `update reconciler.messages set at = now() - interval '40 days' where position <> $1`,
    [young],
  );
  await pool.query(`update reconciler.sendings set state = 'delivered' where position <> $1`, [
    owed,
  ]);
  const read = async (after: number | null) => {
    const page = { after, workspace: null, limit: 10 };
    const { changes } = await readLinkFeed(
      { pool, outgoing: { news: () => undefined } },
      SHELL,
      page,
    );
    return changes.map(({ data }) => data.position);
  };
  expect((await read(owed)).length).toBe(3);
  // A turn that is cut short notes how far it came under a name of its own.
  expect(await pruneSome(pool, 30, signal, 1)).toMatchObject({ messages: 2 });
  await expect(read(owed)).rejects.toMatchObject({ fault: 'gone' });
  await expect(read(gone - 1)).rejects.toMatchObject({ fault: 'gone' });
  expect(await read(gone)).toEqual([young]);
  expect(await read(null)).toEqual([young]);
  // What is owed no more goes later, and moves nothing back.
  await pool.query(`update reconciler.sendings set state = 'dead'`);
  expect(await prune(pool, 30, signal)).toMatchObject({ messages: 1 });
  await expect(read(gone - 1)).rejects.toMatchObject({ fault: 'gone' });
  expect(await read(gone)).toEqual([young]);
});

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import {
  addEndpoint,
  owe,
  sendAll,
  senderOf,
  sendingsOf,
  startReceiver,
} from '../fixtures/endpoints.ts';
import { until } from '../fixtures/wait.ts';

/* What the app answers while, or after, an erasure takes somebody out of the message that it was sent. */

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.pool.query('delete from reconciler.endpoints');
  await database.pool.query('delete from reconciler.messages');
});

const ERASED = {
  user: `update reconciler.messages set user_id = 'erased_1'`,
  data: `update reconciler.messages set data = '{"state": "erased"}'`,
} as const;

/** Sends one message, in the course of which `meanwhile` happens. @returns what is kept of the answer */
const sendOne = async (meanwhile: () => Promise<unknown>) => {
  const { pool } = database;
  await using app = await startReceiver();
  const { id, secret } = await addEndpoint(pool, { target: app.url });
  app.verifyWith(secret);
  await owe(pool, id, ['connected_account:a', 'connected_account:b']);
  app.handle(async ({ data }, response) => {
    if (data.about.endsWith(':a')) await meanwhile();
    response.writeHead(200).end('ada is known here');
  });
  expect(await sendAll(senderOf(pool), id)).toBeNull();
  expect((await sendingsOf(pool, id)).map(({ state }) => state)).toEqual([
    'delivered',
    'delivered',
  ]);
  const { rows } = await pool.query(
    `select m.about, a.status, a.answer from reconciler.send_attempts a join reconciler.messages m using (position)
      order by position`,
  );
  return rows;
};
const KEPT = { status: 200, answer: 'ada is known here' };
const LEFT_OUT = { status: 200, answer: null };

test('is kept where nobody was', async () => {
  expect(await sendOne(async () => undefined)).toEqual([
    { about: 'connected_account:a', ...KEPT },
    { about: 'connected_account:b', ...KEPT },
  ]);
});

test.each(Object.entries(ERASED))('is left out, and the try is noted (%s)', async (_, sql) => {
  const answers = await sendOne(() =>
    database.pool.query(`${sql} where about = 'connected_account:a'`),
  );
  expect(answers).toEqual([
    { about: 'connected_account:a', ...LEFT_OUT },
    { about: 'connected_account:b', ...KEPT },
  ]);
});

test('is left out, too, where the erasure commits only as the try is being noted', async () => {
  const eraser = await database.pool.connect();
  let done: Promise<unknown> = Promise.resolve();
  const answers = await sendOne(async () => {
    await eraser.query('begin');
    await eraser.query(`${ERASED.user} where about = 'connected_account:a'`);
    done = until('the try to wait for the erasure', async () => {
      const { rowCount } = await database.pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
            and pid <> pg_backend_pid()`,
      );
      return rowCount !== 0;
    }).then(() => eraser.query('commit'));
  });
  await done;
  eraser.release();
  expect(answers[0]).toEqual({ about: 'connected_account:a', ...LEFT_OUT });
});

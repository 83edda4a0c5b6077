import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerIdempotently } from '../../src/api/idempotency.ts';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';

/* A program that got no answer has to ask again, and must not do the thing twice by it. */

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
});

/** Something to retry, and how often that was done. */
const connection = async () => {
  const subject = `connect_webview:${randomUUID()}`;
  await addConnection(desk.database, { subject });
  const count = async (sql: string): Promise<number> => {
    const { rows } = await desk.database.pool.query<{ n: number }>(sql, [subject]);
    return rows[0]?.n ?? Number.NaN;
  };
  return {
    subject,
    path: `/connections/${subject}/retry`,
    generation: () =>
      count('select generation::int as n from reconciler.reconciliations where subject = $1'),
    changes: () => count('select count(*)::int as n from reconciler.audit_log where target = $1'),
  };
};

const retry = (path: string, key: string, role: 'support' | 'admin' = 'support') =>
  desk.call(role, 'POST', path, { key });

test('the same key twice is done once, and answered alike', async () => {
  const { path, generation, changes } = await connection();
  const key = randomUUID();
  const first = await retry(path, key);
  const second = await retry(path, key);
  expect(first.status).toBe(202);
  expect(first.headers.get('idempotent-replayed')).toBeNull();
  expect(second).toMatchObject({ status: 202, body: first.body });
  expect(second.headers.get('idempotent-replayed')).toBe('true');
  expect([await generation(), await changes()]).toEqual([2, 1]);
});

test('twenty at once are done once', async () => {
  const { path, generation, changes } = await connection();
  const key = randomUUID();
  const answers = await Promise.all(Array.from({ length: 20 }, () => retry(path, key)));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter(status => status === 202).length).toBeGreaterThan(0);
  expect(statuses.filter(status => ![202, 409].includes(status))).toEqual([]);
  expect([await generation(), await changes()]).toEqual([2, 1]);
  expect((await retry(path, key)).status).toBe(202);
});

test('the same key for something else is refused', async () => {
  const [one, other] = [await connection(), await connection()];
  const key = randomUUID();
  await retry(one.path, key);
  expect(await retry(other.path, key)).toMatchObject({
    status: 422,
    body: { error: { type: 'invalid', faults: { 'idempotency-key': expect.any(String) } } },
  });
  expect(await other.generation()).toBe(1);
});

test('what failed can be sent again with the same key', async () => {
  const { subject, path, generation } = await connection();
  const key = randomUUID();
  // By no name is it found any more: neither by its own nor by its account's.
  await desk.database.pool.query(
    `update reconciler.reconciliations
        set subject = $2, connected_account_id = null, connect_webview_id = null where subject = $1`,
    [subject, `${subject}-away`],
  );
  expect((await retry(path, key)).status).toBe(404);
  await desk.database.pool.query(
    'update reconciler.reconciliations set subject = $2 where subject = $1',
    [`${subject}-away`, subject],
  );
  expect((await retry(path, key)).status).toBe(202);
  expect(await generation()).toBe(2);
});

test('after a crash between the change and its answer it is told, and not done twice', async () => {
  const { path, generation, changes } = await connection();
  const key = randomUUID();
  await retry(path, key);
  // As the process leaves it that died before it could say what it had done.
  const forget = `update reconciler.api_answers set is_done = false, status = null, answer = null,
                         at = now() - $2 * interval '1 s' where key = $1`;
  await desk.database.pool.query(forget, [key, 30]);
  expect(await retry(path, key)).toMatchObject({
    status: 409,
    body: { error: { message: expect.stringMatching(/in progress/) } },
  });
  await desk.database.pool.query(forget, [key, 61]);
  expect(await retry(path, key)).toMatchObject({
    status: 409,
    body: { error: { message: expect.stringMatching(/already done/) } },
  });
  expect([await generation(), await changes()]).toEqual([2, 1]);
});

test('of several, those that a crash left out are asked for when it is sent again', async () => {
  const [one, other] = [await connection(), await connection()];
  const user = randomUUID();
  const named = 'update reconciler.reconciliations set claimed_user_id = $2 where subject = $1';
  const key = randomUUID();
  await desk.database.pool.query(named, [one.subject, user]);
  expect((await retry(`/connections/${user}/retry`, key)).status).toBe(202);
  // As if the process had died after the first of two.
  await desk.database.pool.query(named, [other.subject, user]);
  await desk.database.pool.query('delete from reconciler.api_answers where key = $1', [key]);
  expect(await retry(`/connections/${user}/retry`, key)).toMatchObject({
    status: 202,
    body: {
      results: expect.arrayContaining([
        {
          subject: one.subject,
          result: 'refused',
          why: expect.stringMatching(/already asked for it/),
        },
        expect.objectContaining({ subject: other.subject, result: 'asked' }),
      ]),
    },
  });
  expect([await one.generation(), await other.generation()]).toEqual([2, 2]);
});

test('two tokens may use the same key', async () => {
  const { path, generation } = await connection();
  const key = randomUUID();
  expect((await retry(path, key)).status).toBe(202);
  const other = await retry(path, key, 'admin');
  expect(other.status).toBe(202);
  expect(other.headers.get('idempotent-replayed')).toBeNull();
  expect(await generation()).toBe(3);
});

test('answers are kept for a day', async () => {
  const { path } = await connection();
  const [old, young] = [randomUUID(), randomUUID()];
  await retry(path, old);
  await desk.database.pool.query(
    `update reconciler.api_answers set at = now() - interval '25 h' where key = $1`,
    [old],
  );
  await retry(path, young);
  const { rows } = await desk.database.pool.query<{ key: string }>(
    'select key from reconciler.api_answers where key = any($1)',
    [[old, young]],
  );
  expect(rows).toEqual([{ key: young }]);
});

test('an answer that holds a secret is not kept, and the second is told so', async () => {
  const asked = {
    actor: 'token:1',
    key: randomUUID(),
    hash: Buffer.from('x'),
    isKept: false,
  };
  let done = 0;
  const work = async () => {
    done += 1;
    return { status: 201, body: { secret: 'srk_shown_once' } };
  };
  expect(await answerIdempotently(desk.database.pool, asked, work)).toMatchObject({ status: 201 });
  await expect(answerIdempotently(desk.database.pool, asked, work)).rejects.toMatchObject({
    fault: 'conflict',
    message: expect.stringMatching(/wasn't stored/),
  });
  const { rows } = await desk.database.pool.query(
    'select is_done, answer from reconciler.api_answers where key = $1',
    [asked.key],
  );
  expect({ done, rows }).toEqual({ done: 1, rows: [{ is_done: true, answer: null }] });
});

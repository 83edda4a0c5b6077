import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';

/* The audit log is taken elsewhere by a program, page by page. */

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());

type Answer = {
  changes: { id: number; cursor: string; action: string }[];
  next: string;
  more: boolean;
};
const withoutReading = (changes: Answer['changes']) =>
  changes.filter(({ action }) => action !== 'read_list');
const take = async (query: string): Promise<Answer> => {
  const { status, body } = await desk.call('viewer', 'get', `/audit-log/stream${query}`);
  expect(status).toBe(200);
  return body as Answer;
};

test('each page begins where the one before it ended, and the last one says where to go on', async () => {
  const { rows } = await desk.database.pool.query<{ id: number }>(
    'select id::int from reconciler.audit_log order by id',
  );
  const ids: number[] = [];
  let after = '';
  // What other transactions in the server hold up is given out later.
  for (let tries = 0; ids.length < rows.length && tries < 600; tries++) {
    const { changes, next } = await take(`?limit=3${after}`);
    ids.push(...withoutReading(changes).map(({ id }) => id));
    expect(changes.length).toBeLessThanOrEqual(3);
    if (changes.length > 0) expect(next).toBe(changes.at(-1)?.cursor);
    else await desk.database.pool.query('select pg_sleep(0.05)');
    after = `&after=${next}`;
  }
  // Those of this test's desk were made at once: in the order of their transactions, not of their ids.
  expect(ids.toSorted((one, other) => one - other)).toEqual(rows.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
  // That the log is taken is in it, too: once an hour.
  const last = await take(`?limit=3${after}`);
  expect(withoutReading(last.changes)).toEqual([]);
  const { changes, next, more } = await take(`?limit=3&after=${last.next}`);
  expect([withoutReading(changes), next, more]).toEqual([
    [],
    changes.at(-1)?.cursor ?? last.next,
    false,
  ]);
});

test('a cursor that is none is refused, with what would be one', async () => {
  for (const after of ['7', 'end', '1-1-1']) {
    const answer = await desk.call('viewer', 'get', `/audit-log/stream?after=${after}`);
    expect(answer).toMatchObject({
      status: 422,
      body: { error: { faults: { after: expect.stringContaining('start') } } },
    });
  }
});

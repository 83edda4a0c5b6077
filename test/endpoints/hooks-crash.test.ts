import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { endpointOf, letPass, owe, sendingsOf } from '../fixtures/endpoints.ts';
import { hookEndpoint, openHooks } from '../fixtures/hooks.ts';
import { start } from '../fixtures/processes.ts';
import { until } from '../fixtures/wait.ts';

const MAIN = fileURLToPath(new URL('../fixtures/hooks-main.ts', import.meta.url));

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(
    'create table public.heard (id serial, message_id uuid not null, by text not null)',
  );
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.pool.query('delete from reconciler.endpoints');
  await database.pool.query('delete from reconciler.messages');
  await database.pool.query('delete from public.heard');
});

/** Which of the messages each hook heard, by their order, and in which process. */
const heard = async (): Promise<{ sequence: number; by: string }[]> => {
  const { rows } = await database.pool.query(
    `select m.sequence::int, h.by
       from public.heard h
       join (select message_id, rank() over (order by position) as sequence from reconciler.messages) m
      using (message_id) order by h.id`,
  );
  return rows;
};

const next = () =>
  openHooks(database, {
    'account.linked': async ({ data }) => {
      await database.pool.query('insert into public.heard (message_id, by) values ($1, $2)', [
        data.message_id,
        'next',
      ]);
    },
  });
const areDelivered = async (id: number) =>
  (await sendingsOf(database.pool, id)).every(({ state }) => state === 'delivered');

const dying = async (fate: 'before' | 'after' | 'freeze') => {
  const child = start([fate, database.url], {}, MAIN);
  await child.logged('hooks ready');
  const { id } = await hookEndpoint(database);
  await owe(database.pool, id, ['connected_account:a', 'connected_account:a']);
  return { child, id };
};

test.each([
  ['before', []],
  ['after', [{ sequence: 1, by: 'after' }]],
] as const)(
  'killed %s its hook was done: the next process calls it, and nothing is left out',
  async (fate, first) => {
    const { child, id } = await dying(fate);
    await using _child = child;
    expect(await child.ended()).toBe('SIGKILL');
    await using _next = await next();
    expect(await heard()).toEqual(first);
    await letPass(database.pool, id, '31 s');
    await until('all to be delivered', () => areDelivered(id));
    expect(await heard()).toEqual([
      ...first,
      { sequence: 1, by: 'next' },
      { sequence: 2, by: 'next' },
    ]);
  },
);

test('frozen in its hook for longer than the lease: another goes on, and it is told when it wakes', async () => {
  const { child, id } = await dying('freeze');
  await using _child = child;
  await until('it to be called', async () =>
    (await endpointOf(database.pool, id)).holder?.startsWith('hook:'),
  );
  await using _next = await next();
  await letPass(database.pool, id, '31 s');
  await until('another to go on', () => areDelivered(id), 60_000);
  process.kill(child.pid, 'SIGCONT');
  await until('it to end what it was at', async () =>
    (await heard()).some(({ by }) => by === 'freeze'),
  );
  expect(await heard()).toEqual([
    { sequence: 1, by: 'next' },
    { sequence: 2, by: 'next' },
    { sequence: 1, by: 'freeze' },
  ]);
  await owe(database.pool, id, ['connected_account:a']);
  await until('what comes next', () => areDelivered(id));
  expect((await heard()).filter(({ sequence }) => sequence === 3)).toHaveLength(1);
});

test('two processes with the same hooks: each message goes to one, in order', async () => {
  const { pool } = database;
  await using _one = await next();
  await using _other = await next();
  const { id } = await hookEndpoint(database);
  for (let round = 0; round < 5; round++) {
    await owe(
      pool,
      id,
      Array.from({ length: 12 }, (_, n) => `connected_account:${n % 3}`),
    );
    await until('all to be delivered', () => areDelivered(id));
  }
  const { rows } = await pool.query<{ about: string; positions: number[] }>(
    `select m.about, array_agg(m.position::int order by h.id) as positions
       from public.heard h join reconciler.messages m using (message_id) group by 1`,
  );
  expect(rows).toHaveLength(3);
  for (const { positions } of rows) {
    expect(positions).toHaveLength(20);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  }
});

test('a row that somebody holds is waited for, at the start and later', async () => {
  const { pool } = database;
  {
    await using _first = await next();
  }
  const { id } = await hookEndpoint(database);
  const client = await pool.connect();
  await client.query('begin');
  await client.query('select from reconciler.endpoints where id = $1 for update', [id]);
  const starting = next();
  await until('it to wait for the row', async () => {
    const { rows } = await pool.query(
      `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%reconciler.endpoints%'`,
    );
    return rows.length > 0;
  });
  await client.query('commit');
  await using _running = await starting;
  await client.query('begin');
  await client.query('select from reconciler.endpoints where id = $1 for no key update', [id]);
  await owe(pool, id, ['connected_account:a']);
  await until('it to wait for the row again', async () => {
    const { rows } = await pool.query(
      `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%reconciler.endpoints%'`,
    );
    return rows.length > 0;
  });
  expect(await heard()).toEqual([]);
  await client.query('commit');
  client.release();
  await until('it to be delivered', () => areDelivered(id));
  expect(await heard()).toEqual([{ sequence: 1, by: 'next' }]);
});

import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { recordChange } from '../../src/audit-log/record.ts';
import { readAuditStream, type StreamedChange } from '../../src/audit-log/stream.ts';
import { orderRestored } from '../../src/db/restored.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { SHELL } from '../fixtures/shell.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() => database.pool.query('truncate reconciler.audit_log'));

const read = (after: string, limit = 100): Promise<StreamedChange[]> =>
  readAuditStream(database.db, SHELL, after, limit);
const targetsOf = (changes: readonly StreamedChange[]): string[] =>
  changes.map(({ target }) => target);
const write = async (client: pg.ClientBase, target: string): Promise<void> => {
  await recordChange(client as pg.PoolClient, SHELL, { action: 'note', target });
};

/** Transactions elsewhere in the server hold rows back, too: those of other tests that run beside this one. */
const readUntil = async (after: string, count: number): Promise<StreamedChange[]> => {
  const all: StreamedChange[] = [];
  for (let tries = 0; all.length < count && tries < 600; tries++) {
    const page = await read(all.at(-1)?.cursor ?? after);
    all.push(...page);
    if (page.length === 0) await database.pool.query('select pg_sleep(0.05)');
  }
  return all;
};

test('what is committed late isn’t left out by whoever had read on meanwhile', async () => {
  const [slow, quick] = await Promise.all([database.pool.connect(), database.pool.connect()]);
  try {
    await write(quick, 'before');
    const [first] = await readUntil('start', 1);
    await slow.query('begin');
    await write(slow, 'slow');
    await write(quick, 'quick');
    // Its id is the higher one, and it can be seen; but the lower one is still to come.
    expect(await read(first?.cursor ?? '')).toEqual([]);
    await slow.query('commit');
    expect(targetsOf(await readUntil(first?.cursor ?? '', 2))).toEqual(['slow', 'quick']);
  } finally {
    slow.release();
    quick.release();
  }
});

test('what began earlier and writes later comes in the order of the transactions, each once', async () => {
  const [one, two] = await Promise.all([database.pool.connect(), database.pool.connect()]);
  try {
    await one.query('begin');
    await one.query('select pg_current_xact_id()');
    await two.query('begin');
    await write(two, 'two');
    await write(one, 'one');
    await two.query('commit');
    expect(await read('start')).toEqual([]);
    await one.query('commit');
    expect(targetsOf(await readUntil('start', 2))).toEqual(['one', 'two']);
  } finally {
    one.release();
    two.release();
  }
});

test('nothing is left out or told twice while many write and one reads', async () => {
  let cursor = 'start';
  const received: string[] = [];
  const receive = async (): Promise<void> => {
    const page = await read(cursor, 7);
    received.push(...targetsOf(page));
    cursor = page.at(-1)?.cursor ?? cursor;
  };
  let isWriting = true;
  const reading = (async () => {
    while (isWriting) await receive();
  })();
  await Promise.all(
    Array.from({ length: 6 }, async (_, writer) => {
      for (let number = 0; number < 20; number++) {
        const client = await database.pool.connect();
        await client.query('begin');
        await write(client, `${writer}.${number}`);
        await client.query('select pg_sleep(random() * 0.01)');
        await client.query(number % 5 === 4 ? 'rollback' : 'commit');
        client.release();
      }
    }),
  );
  isWriting = false;
  await reading;
  for (let tries = 0; received.length < 96 && tries < 600; tries++) {
    await receive();
    await database.pool.query('select pg_sleep(0.05)');
  }
  expect(received).toHaveLength(96);
  expect(new Set(received).size).toBe(96);
});

test('a cursor is a cursor of this database', async () => {
  for (const wrong of ['', '7', '-1-2', '7-', '99999999999999999999-1', "1-1'"]) {
    await expect(read(wrong)).rejects.toMatchObject({ fault: 'invalid' });
  }
  await expect(read('18446744073709551614-1')).rejects.toThrow(/restored from a dump/);
});

test('restored rows of a server that was further on come first, rather than never', async () => {
  const { pool } = database;
  await pool.query(
    `insert into reconciler.audit_log (actor, actor_name, role, face, action, target, tx)
     values ('shell:x', 'x', 'admin', 'cli', 'note', 'restored', '18446744073709551000')`,
  );
  const client = new pg.Client(database.url);
  await client.connect();
  try {
    await write(client, 'new');
    expect(targetsOf(await readUntil('start', 1))).toEqual(['new']);
    await orderRestored(client);
  } finally {
    await client.end();
  }
  expect(targetsOf(await readUntil('start', 2))).toEqual(['restored', 'new']);
});

test('an index finds the place, and gives the order', async () => {
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    // Of a few rows it would be quicker to sort them.
    for (const way of ['seqscan', 'bitmapscan', 'sort']) {
      await client.query(`set local enable_${way} = off`);
    }
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain select from reconciler.audit_log
        where (tx, id) > ('5'::xid8, 5::bigint) and tx < pg_snapshot_xmin(pg_current_snapshot())
        order by tx, id limit 10`,
    );
    const plan = rows.map(row => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/Index (?:Only )?Scan using audit_log_tx_idx/);
    expect(plan).not.toContain('Sort');
  } finally {
    await client.query('rollback');
    client.release();
  }
});

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '../../src/db/client.ts';
import { arrange, CHANNEL } from '../../src/outbox/arrange.ts';
import { arrangeAll, startArranging } from '../../src/outbox/arranging.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { readTold } from '../fixtures/messages.ts';
import { silentLog } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  ({ pool } = database);
});
afterAll(() => database[Symbol.asyncDispose]());

const link = (on: Pick<pg.Pool, 'query'>, accountId: string, userId: string) =>
  on.query(
    'insert into reconciler.links (connected_account_id, user_id, linked_by_run) values ($1, $2, 0)',
    [accountId, userId],
  );
const unlink = (on: Pick<pg.Pool, 'query'>, accountId: string) =>
  on.query(
    `update reconciler.links set unlinked_at = now(), unlinked_because = 'undone'
      where connected_account_id = $1 and unlinked_at is null`,
    [accountId],
  );
const addEndpoint = async (of: { types?: string[]; workspaces?: string[]; off?: boolean } = {}) => {
  const { rows } = await pool.query<{ id: number }>(
    `insert into reconciler.endpoints (name, kind, target, types, workspaces, created_by, disabled_at)
     values ($1, 'http', 'https://app.example', $2, $3, 'a test', case when $4 then now() end)
     returning id::int`,
    [randomUUID(), of.types ?? null, of.workspaces ?? null, of.off === true],
  );
  return rows[0]?.id ?? 0;
};
const owedTo = async (endpointId: number) => {
  const { rows } = await pool.query<{ about: string; type: string }>(
    `select s.about, m.type from reconciler.sendings s join reconciler.messages m using (position)
      where s.endpoint_id = $1 order by position`,
    [endpointId],
  );
  return rows;
};

describe('the order of messages', () => {
  test('is that of the commits: what commits late gets a later position', async () => {
    const [early, late] = [randomUUID(), randomUUID()];
    await using stack = new AsyncDisposableStack();
    const client = await pool.connect();
    stack.defer(() => client.release());
    await client.query('begin');
    await link(client, late, 'ada');
    // As a slow commit: it has been told of, and holds what it has told.
    await client.query('set constraints all immediate');
    await link(pool, early, 'ada');
    expect((await readTold(pool)).at(-1)?.connected_account_id).toBe(early);
    await client.query('commit');
    expect((await readTold(pool)).at(-1)?.connected_account_id).toBe(late);
  });

  test('of one account counts without a gap, however many change it at once', async () => {
    const accountId = randomUUID();
    const change = async (n: number): Promise<void> => {
      await inTransaction(pool, async client => {
        await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [accountId]);
        await unlink(client, accountId);
        await link(client, accountId, `user-${n}`);
      });
      await arrange(pool);
    };
    await Promise.all(Array.from({ length: 40 }, (_, n) => change(n)));
    const messages = await readTold(pool, `connected_account:${accountId}`);
    expect(messages.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 40 }, (_, n) => n + 1),
    );
    const users = messages.map(({ user_id }) => user_id);
    const before = messages.map(({ data }) => (data.before as { user_id: string | null }).user_id);
    expect(before).toEqual([null, ...users.slice(0, -1)]);
  });

  test('is read without a gap, while many write and several arrange', async () => {
    const writers = 4;
    const each = 25;
    let writing = writers;
    const write = async (): Promise<void> => {
      for (let n = 0; n < each; n++) {
        await inTransaction(pool, async client => {
          await link(client, randomUUID(), 'grace');
          if (n % 5 === 0) await sleep(10);
        });
      }
      writing -= 1;
    };
    const last = (await readTold(pool)).at(-1)?.position ?? 0;
    const readOn = async (): Promise<number> => {
      const seen: number[] = [];
      let after = last;
      for (let isLast = false; ; ) {
        isLast = writing === 0;
        await arrange(pool, 3);
        const { rows } = await pool.query<{ position: number }>(
          'select position::int from reconciler.messages where position > $1 order by position limit 7',
          [after],
        );
        seen.push(...rows.map(({ position }) => position));
        after = seen.at(-1) ?? last;
        if (isLast && rows.length === 0 && (await arrange(pool, 3)).number === 0) break;
      }
      const { rows } = await pool.query(
        'select position::int from reconciler.messages where position > $1 order by position',
        [last],
      );
      expect(seen).toEqual(rows.map(({ position }) => position));
      return seen.length;
    };
    const [first, second] = await Promise.all([
      readOn(),
      readOn(),
      ...Array.from({ length: writers }, write),
    ]);
    expect([first, second]).toEqual([writers * each, writers * each]);
  });
});

describe('arranging', () => {
  test('notes what is owed to each enabled endpoint that wants it', async () => {
    const all = await addEndpoint();
    const off = await addEndpoint({ off: true });
    const typed = await addEndpoint({ types: ['account.unlinked'] });
    const ofAnother = await addEndpoint({ workspaces: ['another'] });
    const ofIts = await addEndpoint({ workspaces: ['one', 'another'] });
    const accountId = randomUUID();
    await pool.query(
      `insert into reconciler.connected_accounts
              (connected_account_id, workspace_id, state, user_identifier, custom_metadata, errors, warnings,
               accepted_capabilities, read_by_run)
       values ($1, 'one', 'connected', '{}', '{}', '[]', '[]', '[]', 0)`,
      [accountId],
    );
    await link(pool, accountId, 'ada');
    await unlink(pool, accountId);
    expect((await arrangeAll(pool)).toSorted((a, b) => a - b)).toEqual([all, typed, ofIts]);
    const types = async (id: number) => (await owedTo(id)).map(({ type }) => type);
    expect(await types(all)).toEqual(['account.linked', 'account.unlinked']);
    expect(await types(typed)).toEqual(['account.unlinked']);
    expect(await types(ofIts)).toEqual(['account.linked', 'account.unlinked']);
    expect([...(await types(off)), ...(await types(ofAnother))]).toEqual([]);
    await pool.query('delete from reconciler.endpoints');
  });

  test('says so to whoever listens, as a hint', async () => {
    const client = await pool.connect();
    const heard: (string | undefined)[] = [];
    client.on('notification', ({ payload }) => heard.push(payload));
    await client.query(`listen ${CHANNEL}`);
    await link(pool, randomUUID(), 'ada');
    const last = (await readTold(pool)).at(-1)?.position;
    await until('a notification', () => heard.length > 0);
    client.release(true);
    expect(heard).toEqual([String(last)]);
  });

  test('by several at once gives each its place once', async () => {
    for (let n = 0; n < 50; n++) await link(pool, randomUUID(), 'ada');
    const turns = await Promise.all(Array.from({ length: 8 }, () => arrange(pool, 9)));
    const arranged = turns.reduce((sum, { number }) => sum + number, 0);
    expect(arranged).toBe(50);
    const { rows } = await pool.query(
      'select count(*)::int as all, count(distinct message_id)::int as distinct from reconciler.messages',
    );
    expect(rows[0].all).toBe(rows[0].distinct);
  });

  test('is done by itself: at once where it is nudged, and else in a moment', async () => {
    const id = await addEndpoint();
    const told: number[] = [];
    await using arranging = startArranging({
      pool,
      log: silentLog,
      onArranged: endpoints => told.push(...endpoints),
    });
    await link(pool, randomUUID(), 'ada');
    arranging.nudge();
    await until('what is owed', () => told.length === 1);
    await link(pool, randomUUID(), 'ada');
    await until('what is owed', () => told.length === 2);
    expect(told).toEqual([id, id]);
    expect(await owedTo(id)).toHaveLength(2);
  });

  test('is held up by no process that is frozen, whatever it has asked last', async () => {
    for (const asksUntilFrozen of [1, 2, 3, 4]) {
      await using stack = new AsyncDisposableStack();
      const client = await pool.connect();
      stack.defer(() => client.release(true));
      let asked = 0;
      // What it asks is answered, and from then on it hears of nothing.
      const query = async (...args: Parameters<pg.Pool['query']>) => {
        if (++asked > asksUntilFrozen) return new Promise<never>(() => undefined);
        const answer = await client.query(...args);
        return asked === asksUntilFrozen ? new Promise<never>(() => undefined) : answer;
      };
      const frozen = { query, connect: async () => ({ query, release: () => undefined }) };
      const accountId = randomUUID();
      await link(pool, accountId, 'ada');
      const arranged = arrange(frozen as unknown as pg.Pool).catch(() => null);
      await Promise.race([arranged, until('it froze', () => asked >= asksUntilFrozen)]);
      await client.query('select 1'); // All that was asked before has been answered.
      await arrange(pool);
      expect(await readTold(pool, `connected_account:${accountId}`)).toHaveLength(1);
    }
  });

  test('of what is left is done when it ends', async () => {
    const arranging = startArranging({ pool, log: silentLog, onArranged: () => undefined });
    const accountId = randomUUID();
    await link(pool, accountId, 'ada');
    await arranging[Symbol.asyncDispose]();
    const { rows } = await pool.query(
      'select from reconciler.messages where connected_account_id = $1',
      [accountId],
    );
    expect(rows).toHaveLength(1);
  });
});

import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '../../src/db/client.ts';
import { runMigrations } from '../../src/db/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { inShort, readTold } from '../fixtures/messages.ts';
import { createRole } from '../fixtures/roles.ts';

/* What triggers see: what was there before them, what changes twice, who may do less than they. */

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  ({ pool } = database);
});
afterAll(() => database[Symbol.asyncDispose]());

type On = Pick<pg.Pool, 'query'>;
const link = (on: On, id: string, userId: string) =>
  on.query(
    'insert into reconciler.links (connected_account_id, user_id, linked_by_run) values ($1, $2, 0)',
    [id, userId],
  );
const unlink = (on: On, id: string) =>
  on.query(
    `update reconciler.links set unlinked_at = now(), unlinked_because = 'undone'
      where connected_account_id = $1 and unlinked_at is null`,
    [id],
  );
const addAccount = (on: On, id: string, state: string) =>
  on.query(
    `insert into reconciler.connected_accounts (connected_account_id, state, user_identifier, custom_metadata,
            errors, warnings, accepted_capabilities, read_by_run)
     values ($1, $2, '{}', '{}', '[]', '[]', '[]', 0)`,
    [id, state],
  );
const become = (on: On, id: string, state: string) =>
  on.query('update reconciler.connected_accounts set state = $2 where connected_account_id = $1', [
    id,
    state,
  ]);
const fail = (on: On, subject: string, reason: string) =>
  on.query(
    `insert into reconciler.reconciliations (subject, generation, observed_generation, state, reason)
     values ($1, 1, 1, 'failed', $2)
         on conflict (subject) do update set state = 'failed', reason = $2, dismissed_by = null`,
    [subject, reason],
  );
const settle = (on: On, subject: string) =>
  on.query(
    `update reconciler.reconciliations set state = 'linked', reason = null where subject = $1`,
    [subject],
  );

const about = (id: string) => `connected_account:${id}`;
const told = async (of: string) => (await readTold(pool, of)).map(inShort);

/** As the version before left it, which knew of no message. */
const asBefore = async (work: (client: pg.PoolClient) => Promise<unknown>): Promise<void> => {
  await inTransaction(pool, async client => {
    await client.query(`set local session_replication_role = 'replica'`);
    await work(client);
  });
};

describe('of what was there before anything was told', () => {
  test.each([
    ['that it is another’s', ['account.relinked: ada → bob (undone)'], 'bob'],
    ['that it is nobody’s', ['account.unlinked: ada → - (undone)'], null],
    ['nothing, where it is theirs again at the commit', [], 'ada'],
  ])('a link tells %s', async (_what, expected, next) => {
    const id = randomUUID();
    await asBefore(client => link(client, id, 'ada'));
    await inTransaction(pool, async client => {
      await unlink(client, id);
      if (next !== null) await link(client, id, next);
    });
    expect(await told(about(id))).toEqual(expected);
    // From then on it is compared with that.
    await unlink(pool, id);
    await link(pool, id, 'eve');
    expect((await told(about(id))).at(-1)).toBe('account.linked: - → eve');
  });

  test('an account tells what it was', async () => {
    const id = randomUUID();
    await asBefore(client => addAccount(client, id, 'disconnected'));
    await become(pool, id, 'connected');
    expect(await told(about(id))).toEqual(['account.reconnected: disconnected → -']);
  });

  test('a person is told of nothing that needed none', async () => {
    const subject = `connect_webview:${randomUUID()}`;
    await asBefore(client => fail(client, subject, 'conflict'));
    await settle(pool, subject);
    expect(await told(subject)).toEqual([]);
  });
});

describe('what changes twice in one transaction', () => {
  test('is one message: from what was told to what is true at the commit', async () => {
    const id = randomUUID();
    await addAccount(pool, id, 'connected');
    await link(pool, id, 'ada');
    await inTransaction(pool, async client => {
      await unlink(client, id);
      await link(client, id, 'bob');
      await unlink(client, id);
      await link(client, id, 'eve');
      await become(client, id, 'disconnected');
      await become(client, id, 'reauthorization_requested');
    });
    expect((await told(about(id))).toSorted()).toEqual([
      'account.linked: - → ada',
      'account.reauthorization_requested: connected → eve',
      'account.relinked: ada → eve (undone)',
    ]);
  });

  test('and back again is none', async () => {
    const id = randomUUID();
    await addAccount(pool, id, 'connected');
    const subject = about(id);
    await inTransaction(pool, async client => {
      await link(client, id, 'ada');
      await unlink(client, id);
      await become(client, id, 'disconnected');
      await become(client, id, 'connected');
      await fail(client, subject, 'conflict');
      await settle(client, subject);
    });
    expect(await told(subject)).toEqual([]);
  });
});

test('two cases of one account that fail at the same time are told one after the other', async () => {
  const id = randomUUID();
  const add = async (reason: string, client: pg.PoolClient): Promise<void> => {
    await client.query(
      `insert into reconciler.reconciliations
              (subject, generation, observed_generation, state, reason, connected_account_id)
       values ($1, 1, 1, 'failed', $2, $3)`,
      [`connect_webview:${randomUUID()}`, reason, id],
    );
  };
  await Promise.all(
    ['conflict', 'metadata_id_missing', 'metadata_id_invalid'].map(reason =>
      inTransaction(pool, client => add(reason, client)),
    ),
  );
  // The others have failed, too, and what was told of the first still stands.
  expect(await told(about(id))).toHaveLength(1);
});

test('a role that has no right on the tables of messages records what it does all the same', async () => {
  await using role = await createRole(database, name => [
    `grant usage on schema reconciler to ${name}`,
    `grant select, insert, update on reconciler.links to ${name}`,
  ]);
  const client = new pg.Client(role.url);
  await client.connect();
  const id = randomUUID();
  try {
    await link(client, id, 'ada');
    await expect(client.query('select from reconciler.outbox')).rejects.toThrow('denied');
    const call = `select reconciler.tell('x', 'account.linked', 'x', null, 'user', 'eve', '{}')`;
    await expect(client.query(call)).rejects.toThrow('denied');
  } finally {
    await client.end();
  }
  expect(await told(about(id))).toEqual(['account.linked: - → ada']);
});

test('the triggers are made once, also in a database of the version before', async () => {
  const triggers = async () =>
    (
      await pool.query(
        `select t.oid, t.tgname, c.relname, t.tgdeferrable, t.tginitdeferred, t.tgenabled
           from pg_trigger t join pg_class c on c.oid = t.tgrelid
          where c.relnamespace = 'reconciler'::regnamespace and t.tgname like 'tell%' order by tgname`,
      )
    ).rows;
  const first = await triggers();
  expect(first.map(({ tgname }) => tgname)).toEqual([
    'tell_of_account',
    'tell_of_failed_login',
    'tell_of_failed_reconciliation',
    'tell_of_link',
    'tell_of_new_account',
    'tell_of_new_failed_login',
    'tell_of_new_link',
    'tell_of_reconciliation',
  ]);
  await runMigrations(database.url, []);
  expect(await triggers()).toEqual(first);
  for (const { tgname, relname } of first) {
    await pool.query(`drop trigger ${tgname} on reconciler.${relname}`);
  }
  await pool.query('drop function reconciler.tell_link()');
  await runMigrations(database.url, []);
  const again = await triggers();
  const shape = ({ oid: _, ...rest }: (typeof first)[number]) => rest;
  expect(again.map(shape)).toEqual(first.map(shape));
});

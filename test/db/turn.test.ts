import { once } from 'node:events';
import { connect as connectTo, createServer, type Socket } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runMigrations } from '../../src/db/migrate.ts';
import type { MigrationSession } from '../../src/db/migration-session.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { until } from '../fixtures/wait.ts';

const SLEEP = 'select pg_sleep(1)';
const LOCK = `hashtext('seam-reconciler migrations')`;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const connect = async (name: string) => {
  const client = new pg.Client({ connectionString: database.url, application_name: name });
  await client.connect();
  return { client, [Symbol.asyncDispose]: () => client.end() };
};

const locks = async (): Promise<number> => {
  const { rows } = await database.pool.query(
    `select count(*)::int as locks from pg_locks where locktype = 'advisory'
        and database = (select oid from pg_database where datname = current_database())`,
  );
  return Number(rows[0]?.locks);
};

describe('while somebody else has the turn', () => {
  test('it waits no longer than it says, and names who has it; then it is done', async () => {
    {
      // As a version before does, or as it left it behind on a pooler's connection.
      await using holder = await connect('the night shift');
      const { rows } = await holder.client.query(
        `select pg_advisory_lock(${LOCK}), pg_backend_pid() as pid`,
      );
      const pid = String(rows[0]?.pid);
      const waiting = runMigrations(database.url, [], { turnLimitMs: 300 });
      await expect(waiting).rejects.toThrow(
        new RegExp(
          `^Nothing was migrated: .*\\(process ${pid}, "the night shift", user postgres, since 20.*pg_terminate_backend\\(${pid}\\)\\.$`,
        ),
      );
    }
    await until('the lock to be gone', async () => (await locks()) === 0);
    await runMigrations(database.url, [], { turnLimitMs: 300 });
  });

  test('another that migrates is waited for', async () => {
    let mayEnd: () => void = () => undefined;
    const held = new Promise<void>(resolve => (mayEnd = resolve));
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const order: string[] = [];
    const first = runMigrations(database.url, [
      {
        of: 'first',
        apply: async () => {
          begin();
          await held;
          order.push('first');
        },
      },
    ]);
    await begun;
    const second = runMigrations(database.url, [
      { of: 'second', apply: async () => void order.push('second') },
    ]);
    await until('the second one to ask for its turn', async () => {
      const { rowCount } = await database.pool.query(
        `select from pg_stat_activity where application_name = 'seam-reconciler migrate'
            and datname = current_database()`,
      );
      return (rowCount ?? 0) > 2;
    });
    mayEnd();
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
  });
});

test('it leaves neither a lock nor a setting behind, also where it fails', async () => {
  const seen: unknown[] = [];
  const failing = runMigrations(database.url, [
    {
      of: 'more',
      apply: async session => {
        const { rows } = await session.query<{ limit: string }>(
          `select current_setting('lock_timeout') as limit`,
        );
        const after = await session.alone?.query('show lock_timeout');
        seen.push(rows[0]?.limit, after?.rows[0]?.lock_timeout);
        await session.query('select 1 / 0');
      },
    },
  ]);
  await expect(failing).rejects.toThrow('The migration of more failed: division by zero.');
  expect(seen).toEqual(['500ms', '0']);
  expect(await locks()).toBe(0);
});

test('where transactions are serializable and short by default, a slow step is done all the same', async () => {
  await using own = await createTestDatabase();
  const name = new URL(own.url).pathname.slice(1);
  for (const setting of [
    `default_transaction_isolation = 'serializable'`,
    `statement_timeout = '400ms'`,
    `idle_in_transaction_session_timeout = '300ms'`,
  ]) {
    await own.pool.query(`alter database ${name} set ${setting}`);
  }
  const slow = { of: 'slow', apply: (session: MigrationSession) => session.query(SLEEP) };
  await runMigrations(own.url, [slow]);
  await own.pool.query('drop index reconciler.deliveries_received_idx');
  await runMigrations(own.url, [slow]);
  await own.pool.query(`select 'reconciler.deliveries_received_idx'::regclass`);
});

describe('behind a pooler', () => {
  /** Poolers greet with a number of their own: here it is any. */
  const migrateThroughPooler = async (): Promise<void> => {
    await using front = await openFront();
    front.greetAs(4711);
    await runMigrations(front.url, []);
  };
  const isThere = async (): Promise<boolean> => {
    const { rows } = await database.pool.query(
      `select indisvalid from pg_index where indexrelid = to_regclass('reconciler.deliveries_received_idx')`,
    );
    return rows[0]?.indisvalid === true;
  };
  beforeEach(() => database.pool.query('drop index reconciler.deliveries_received_idx'));

  test('indexes of what is small are built', async () => {
    await migrateThroughPooler();
    expect(await isThere()).toBe(true);
  });

  test('it is told of what is large that this takes a direct connection', async () => {
    await database.pool.query(
      `insert into reconciler.deliveries (event_id, event_type, subject, body, signature, source)
       select 'large ' || n, 'x', 'connected_account:x', decode(repeat(md5(n::text), 60000), 'hex'), '{}', 'webhook'
         from generate_series(1, 20) n`,
    );
    await database.pool.query(
      'alter table reconciler.deliveries alter column body set storage external',
    );
    await database.pool.query('update reconciler.deliveries set body = body || body');
    await expect(migrateThroughPooler()).rejects.toThrow(
      /deliveries is too large .* transaction pooling .*MIGRATE_DATABASE_URL/,
    );
    expect(await isThere()).toBe(false);
    await runMigrations(database.url, []);
    expect(await isThere()).toBe(true);
  });
});

describe('a Postgres that says nothing', () => {
  test('from the start is given up', async () => {
    const sockets: Socket[] = [];
    const server = createServer(socket => void sockets.push(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const migrating = runMigrations(`postgresql://127.0.0.1:${port}/x`, [], { silenceMs: 200 });
    await expect(migrating).rejects.toThrow('timeout expired');
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  test('in the middle of a statement is given up', async () => {
    await using front = await openFront();
    const migrating = runMigrations(
      front.url,
      [
        {
          of: 'the night',
          apply: async session => {
            front.freeze();
            await session.query('select pg_sleep(0)');
          },
        },
      ],
      { silenceMs: 1_000 },
    );
    await expect(migrating).rejects.toThrow(
      /^The migration of the night failed: Postgres stopped answering\./,
    );
  });
});

/** Something between us and Postgres. */
const openFront = async () => {
  const url = new URL(database.url);
  const sockets = new Set<Socket>();
  let isFrozen = false;
  let greeting: number | null = null;
  const server = createServer(from => {
    const to = connectTo(Number(url.port), url.hostname);
    for (const socket of [from, to]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        from.destroy();
        to.destroy();
      });
    }
    from.on('data', data => isFrozen || to.write(data));
    to.on('data', data => isFrozen || from.write(greeting === null ? data : greet(data, greeting)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const front = new URL(url);
  front.port = String(typeof address === 'object' ? address?.port : 0);
  return {
    url: front.href,
    freeze: () => {
      isFrozen = true;
    },
    greetAs: (pid: number) => {
      greeting = pid;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

/** Changes the process id in BackendKeyData ('K', length 12, pid, key) of Postgres's first answer. */
const greet = (data: Buffer, pid: number): Buffer => {
  const at = data.indexOf(Buffer.from([0x4b, 0, 0, 0, 12]));
  if (at !== -1 && data[0] === 0x52) data.writeInt32BE(pid, at + 5);
  return data;
};

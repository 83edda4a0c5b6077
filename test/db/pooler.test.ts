import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import pg from 'pg';
import { describe, expect, inject, test } from 'vitest';
import { whileAlone } from '../../src/db/alone.ts';
import { inTransaction, openDatabase } from '../../src/db/client.ts';
import { createQueueBackend } from '../../src/queue/backend.ts';
import { createUserDirectory } from '../../src/users/directory.ts';
import { createTestDatabase } from '../fixtures/database.ts';
import { runHere } from '../fixtures/here.ts';
import { ODD_SETTINGS, onDatabase } from '../fixtures/odds.ts';
import { IGNORING, startPgBouncer } from '../fixtures/pgbouncer.ts';
import { silentLog } from '../fixtures/settings.ts';

const POOLERS = [
  { mode: 'transaction', ignoring: [], size: 2 },
  { mode: 'transaction', ignoring: IGNORING, size: 2 },
  { mode: 'session', ignoring: IGNORING, size: 20 },
] as const;

const open = async (options: Parameters<typeof startPgBouncer>[1]) => {
  await using stack = new AsyncDisposableStack();
  const pooler = stack.use(await startPgBouncer(inject('postgresUrl'), options));
  const database = stack.use(
    await createTestDatabase('template_reconciler', {
      made: name => onDatabase(name, { synchronous_commit: 'off' }),
      reached: pooler.reached,
    }),
  );
  const opened = stack.move();
  return { database, [Symbol.asyncDispose]: () => opened.disposeAsync() };
};

/** Another client of the same pooler. */
const openOther = async (url: string) => {
  const client = new pg.Client(url);
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
};

describe.skipIf(!inject('hasPgBouncer'))('behind a pooler', () => {
  test.each(POOLERS)(
    '$mode pooling, ignoring $ignoring: what is committed is on the disk',
    async options => {
      await using site = await open(options);
      const { pool } = site.database;
      await pool.query('create table public.seen (said text)');
      const note = `insert into public.seen values (current_setting('synchronous_commit'))`;
      await Promise.all([
        pool.query(note),
        pool.query({ text: note, name: 'twice' }),
        pool.query({ text: note, name: 'twice' }),
        inTransaction(pool, client => client.query(note)),
      ]);
      const { rows } = await pool.query(
        'select said, count(*)::int as times from public.seen group by said',
      );
      expect(rows).toEqual([{ said: 'on', times: 4 }]);
    },
  );

  test('what another client has left on a shared connection counts for nothing', async () => {
    await using site = await open({ size: 1 });
    const { pool, url } = { ...site.database };
    await using other = await openOther(url);
    const names = [...Object.keys(ODD_SETTINGS), 'search_path', 'transaction_isolation'];
    const ask = async (of: Pick<pg.Pool, 'query'>) =>
      (
        await of.query(
          `select pg_backend_pid() as pid, jsonb_object_agg(name, current_setting(name)) as said
             from unnest($1::text[]) as name`,
          [names],
        )
      ).rows[0];
    const before = await ask(pool);
    for (const [name, value] of Object.entries(ODD_SETTINGS)) {
      await other.query(`set ${name} = '${value}'`);
    }
    await other.query('set search_path = nowhere');
    expect(await ask(pool)).toEqual(before);
    expect(await inTransaction(pool, ask)).toEqual(before);
    expect(before.said).toMatchObject({ synchronous_commit: 'on', statement_timeout: '8s' });
  });

  test('nothing is left on a shared connection for others', async () => {
    await using site = await open({ size: 2 });
    const { pool, url } = { ...site.database };
    const users = createUserDirectory(pool, {
      schema: 'reconciler',
      table: 'users',
      idColumn: 'id',
    });
    await users.find('ada');
    await whileAlone(pool, 'a key', new AbortController().signal, () => users.find('ada'));
    await using other = await openOther(url);
    const { rows } = await other.query(`
      select (select count(*)::int from pg_prepared_statements) as prepared,
             (select count(*)::int from pg_locks where locktype = 'advisory'
               and database = (select oid from pg_database where datname = current_database())) as locks,
             (select array_agg(name) from pg_settings
               where source = 'session' and name <> all('{application_name,client_encoding,DateStyle,TimeZone,standard_conforming_strings}')) as set`);
    // PgBouncer itself carries those five over from each of its clients.
    expect(rows).toEqual([{ prepared: 0, locks: 0, set: null }]);
  });

  test('what one process at a time does, others pass by meanwhile, and not afterwards', async () => {
    await using site = await open({ size: 3 });
    const { pool, url } = { ...site.database };
    await using second = openDatabase({ url, name: 'second', max: 2, log: silentLog });
    const { signal } = new AbortController();
    const atIt = (work: () => Promise<unknown>) => whileAlone(pool, 'a key', signal, work);
    const passing = () => whileAlone(second.pool, 'a key', signal, async () => 'got in');
    expect(await atIt(passing)).toBeNull();
    expect(await passing()).toBe('got in');
    await expect(atIt(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await passing()).toBe('got in');
  });

  test('what fails, or is refused only at the commit, fails, and leaves nothing behind', async () => {
    await using site = await open({ size: 1 });
    const { pool } = site.database;
    await pool.query('create table public.once (id int unique deferrable initially deferred)');
    await expect(pool.query('insert into public.once values (1), (1)')).rejects.toMatchObject({
      code: '23505',
    });
    await expect(pool.query('insert into public.once values ($1 / 0)', [1])).rejects.toMatchObject({
      code: '22012',
    });
    expect((await pool.query('select from public.once')).rowCount).toBe(0);
  });

  test('a statement costs one round trip there, too', async () => {
    await using site = await open({ size: 1 });
    await using relay = await openHoldingRelay(site.database.url, 'commit');
    await using database = openDatabase({
      url: relay.url,
      name: 'relayed',
      max: 1,
      log: silentLog,
    });
    const { pool } = database;
    await pool.query('select 1');
    relay.hold();
    const { rows } = await pool.query('select $1::int as number', [7]);
    expect(rows).toEqual([{ number: 7 }]);
  });

  test('statement pooling can’t serve, and a command says so', async () => {
    await using pooler = await startPgBouncer(inject('postgresUrl'), { mode: 'statement' });
    const { code, stderr } = await runHere(['list'], {
      DATABASE_URL: pooler.reached(inject('postgresUrl')),
    });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^Postgres can't be used .*statement pooling mode\.\n$/),
    });
  });

  test('the queue can’t be in Postgres there, and that is said where it is looked for', async () => {
    for (const options of POOLERS) {
      await using site = await open(options);
      const databaseUrl = site.database.url;
      await using backend = createQueueBackend({
        redisUrl: undefined,
        databaseUrl,
        log: silentLog,
      });
      await expect(backend.probe()).rejects.toThrow(/transaction pooling/);
      const env = {
        DATABASE_URL: databaseUrl,
        SEAM_API_KEY: 'seam_key',
        SEAM_ENDPOINT: 'http://127.0.0.1:1',
        SEAM_WEBHOOK_SECRET: 'whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cw==',
        PORT: '0',
      };
      const { code, stderr } = await runHere(['work'], env);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringMatching(
          /^The queue can't be kept in Postgres .*transaction pooling.*Set REDIS_URL.*\n$/,
        ),
      });
      const doctor = JSON.parse((await runHere(['doctor', '--json'], env)).stdout);
      expect(doctor.checks).toContainEqual({
        check: 'queue',
        result: 'problem',
        detail: expect.stringContaining('transaction pooling'),
        remedy: expect.stringContaining('REDIS_URL'),
      });
    }
  });
});

/** A way to a server that, once it is told to, passes on no answer before it has seen this word of a question. */
const openHoldingRelay = async (url: string, word: string) => {
  const { hostname, port } = new URL(url);
  const held: (() => void)[] = [];
  let isHolding = false;
  const server = createServer(client => {
    const upstream = connect(Number(port), hostname);
    for (const each of [client, upstream]) each.on('error', () => undefined);
    client.on('close', () => upstream.destroy());
    client.on('data', data => {
      upstream.write(data);
      if (!data.includes(word)) return;
      isHolding = false;
      for (const pass of held.splice(0)) pass();
    });
    upstream.on('data', data => {
      if (isHolding) held.push(() => client.write(data));
      else client.write(data);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    hold: () => {
      isHolding = true;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
};

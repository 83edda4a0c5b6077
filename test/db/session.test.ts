import { describe, expect, test } from 'vitest';
import { inTransaction, openDatabase } from '../../src/db/client.ts';
import { splitUrl } from '../../src/db/session.ts';
import { createQueueBackend } from '../../src/queue/backend.ts';
import { createTestDatabase, type Odds } from '../fixtures/database.ts';
import { ODD_SETTINGS, onDatabase, onRole, onUrl } from '../fixtures/odds.ts';
import { silentLog } from '../fixtures/settings.ts';

/** What our sessions say of themselves, whoever says otherwise. */
const OURS = {
  synchronous_commit: 'on',
  default_transaction_isolation: 'read committed',
  transaction_isolation: 'read committed',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  client_encoding: 'UTF8',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  extra_float_digits: '1',
  statement_timeout: '8s',
  lock_timeout: '5s',
  idle_in_transaction_session_timeout: '30s',
};
const ASKED = `select jsonb_object_agg(name, current_setting(name)) as said from unnest($1::text[]) as name`;

const WAYS: Readonly<Record<string, Odds>> = {
  'a database': { made: name => onDatabase(name, ODD_SETTINGS) },
  'a role': { made: name => onRole(name, ODD_SETTINGS) },
  'a URL’s options': { reached: url => onUrl(url, ODD_SETTINGS) },
};

describe.each(Object.entries(WAYS))('settings of %s', (_, odds) => {
  test('count for nothing that we rely on', async () => {
    await using database = await createTestDatabase('template_reconciler', odds);
    const ask = async (of: Pick<typeof database.pool, 'query'>) =>
      (await of.query(ASKED, [Object.keys(OURS)])).rows[0].said;
    expect(await ask(database.pool)).toEqual(OURS);
    expect(await inTransaction(database.pool, ask)).toEqual(OURS);
  });
});

test('the queue in Postgres is where it is, whatever is set elsewhere', async () => {
  await using odd = await createTestDatabase('template_reconciler', {
    made: name => onDatabase(name, ODD_SETTINGS),
    reached: url => onUrl(url, { ...ODD_SETTINGS, search_path: 'public' }),
  });
  await using backend = createQueueBackend({
    redisUrl: undefined,
    databaseUrl: odd.url,
    log: silentLog,
  });
  await backend.probe();
  const queue = backend.openQueue(null);
  const data = { subject: 'connect_webview:w', trigger: 'delivery' } as const;
  await queue.addBulk([{ name: 'look', data, opts: {} }]);
  expect(await queue.getWaitingCount()).toBe(1);
  await queue.close();
});

test('what a URL says of what we don’t rely on counts', async () => {
  await using odd = await createTestDatabase('template_reconciler', {
    reached: url =>
      `${url}?application_name=mine&options=${encodeURIComponent('-c search_path=app,public')}`,
  });
  const { rows } = await odd.pool.query(
    `select current_setting('application_name') as name, current_setting('search_path') as path`,
  );
  expect(rows).toEqual([{ name: 'mine', path: 'app,public' }]);
});

test('a URL can’t take off the limits, nor have a pooler refuse us for them', async () => {
  const limits = 'statement_timeout=0&lock_timeout=0&query_timeout=0&client_encoding=LATIN1';
  expect(splitUrl(`postgres://u:p%40@h:1/d?sslmode=disable&${limits}`)).toEqual({
    connectionString: 'postgres://u:p%40@h:1/d?sslmode=disable',
    options: undefined,
  });
});

test('a connection that can’t be made takes no place in the pool', async () => {
  await using admin = await createTestDatabase();
  await using database = openDatabase({
    url: `${admin.url}?options=${encodeURIComponent('-c nothing_of_the_kind=1')}`,
    name: 'refused',
    max: 1,
    log: silentLog,
  });
  await expect(database.pool.query('select 1')).rejects.toMatchObject({ code: '42704' });
  // The only place in the pool is free again.
  await expect(database.pool.query('select 1')).rejects.toMatchObject({ code: '42704' });
});

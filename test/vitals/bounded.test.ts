import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/db/client.ts';
import { createMetricsRouter, createScrape } from '../../src/http/metrics.ts';
import { startHttpServer } from '../../src/http/server.ts';
import { createMetrics } from '../../src/metrics/registry.ts';
import { keepVitals, takeMeasuring } from '../../src/vitals/lease.ts';
import { measureVitals } from '../../src/vitals/measure.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { silentLog } from '../fixtures/settings.ts';
import { vitalsOf } from '../fixtures/vitals.ts';

/* However much there is: a scrape reads one row, and measuring goes through no table. */

/** More than anything is counted to. */
const MANY = 30_000;

const FILL = [
  `insert into reconciler.reconciliations
          (subject, generation, observed_generation, state, reason, due_at, sweep_at, updated_at)
   select 'connected_account:' || n, 1, case when n % 2 = 0 then 1 else 0 end,
          case n % 4 when 0 then 'linked' when 2 then 'failed' else 'pending' end,
          case n % 4 when 2 then 'user_not_found' end, now() - interval '1 min', now(), now()
     from generate_series(1, $1::int) n`,
  `insert into reconciler.connected_accounts
          (connected_account_id, user_identifier, custom_metadata, errors, warnings, accepted_capabilities, state, read_by_run)
   select n, '{}', '{}', '[]', '[]', '[]', 'connected', n from generate_series(1, $1::int) n`,
  `insert into reconciler.links (connected_account_id, user_id, linked_by_run)
   select n, 'user' || n, n from generate_series(1, $1::int) n`,
  `insert into reconciler.runs (subject, generation, trigger, finished_at, outcome)
   select 'connected_account:' || n, 1, 'webhook', now(), 'linked' from generate_series(1, $1::int) n`,
  `insert into reconciler.deliveries (event_id, event_type, subject, body, signature)
   select 'e' || n, 'connected_account.created', 'connected_account:' || n, '\\x7b7d', '{}' from generate_series(1, $1::int) n`,
  `insert into reconciler.endpoints (name, kind, target, per_second, created_by)
   select 'the app', 'http', 'https://app.example', 100, 'test' where $1::int > 0`,
  `insert into reconciler.messages (message_id, type, about, sequence, at, data)
   select gen_random_uuid(), 'account.linked', 'connected_account:' || n, 1, now(), '{}' from generate_series(1, $1::int) n`,
  `insert into reconciler.sendings (endpoint_id, position, about, state, finished_at)
   select e.id, m.position, m.about, case when m.position % 3 = 0 then 'waiting' else 'delivered' end, now()
     from reconciler.endpoints e, reconciler.messages m where $1::int > 0`,
];

let database: TestDatabase;
/** One connection alone, so that what it has counted can be asked for. */
let one: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  one = openDatabase({ url: database.url, name: 'test', max: 1, log: silentLog });
  await one.pool.query(`set session_replication_role = 'replica'`);
  for (const fill of FILL) await one.pool.query(fill, [MANY]);
  await one.pool.query('reset session_replication_role');
  await one.pool.query('vacuum (analyze)');
});
afterAll(async () => {
  await one[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

type Scans = Readonly<Record<string, Readonly<{ all: number; any: number }>>>;

const readScans = async (pool: pg.Pool): Promise<Scans> => {
  await pool.query('select pg_stat_force_next_flush()');
  const { rows } = await pool.query<{ name: string; all: number; any: number }>(
    `select relname as name, seq_scan::int as all, (seq_scan + coalesce(idx_scan, 0))::int as any
       from pg_stat_user_tables where schemaname = 'reconciler'`,
  );
  return Object.fromEntries(rows.map(({ name, ...scans }) => [name, scans]));
};

/** Which tables were read by something, and which of them from one end to the other. */
const readBy = async (act: () => Promise<void>) => {
  const before = await readScans(one.pool);
  await act();
  const after = await readScans(one.pool);
  const more = (kind: 'all' | 'any') =>
    Object.keys(after).filter(name => (after[name]?.[kind] ?? 0) > (before[name]?.[kind] ?? 0));
  return { wholly: more('all'), read: more('any') };
};

test('measuring goes through none of the large tables, and counts up to a bound', async () => {
  const large = [
    'reconciliations',
    'connected_accounts',
    'links',
    'runs',
    'deliveries',
    'messages',
  ];
  const served = [{ id: null }];
  const { wholly, read } = await readBy(async () => {
    const vitals = await measureVitals(one.db, {
      ...{ served, before: null, databaseMaxBytes: undefined },
    });
    expect(vitals).toMatchObject({
      accounts: { connected: MANY },
      workspaces: [{ owed: 10_000, waiting: 10_000 }],
      attention: { user_not_found: expect.any(Number) },
    });
  });
  expect(wholly.filter(name => [...large, 'sendings', 'send_attempts'].includes(name))).toEqual([]);
  expect(read).toEqual(expect.arrayContaining(['reconciliations', 'connected_accounts']));
});

test('a scrape reads what was measured, and nothing else', async () => {
  const { pool } = one;
  await takeMeasuring(pool, 'a');
  await keepVitals(pool, 'a', vitalsOf({ uncounted: 7 }));
  await using server = await startHttpServer({
    ...{ host: '127.0.0.1', port: 0, log: silentLog },
    routers: [createMetricsRouter(createScrape(createMetrics(), pool, silentLog))],
  });
  const { read } = await readBy(async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toContain('\nseam_reconciler_uncounted 7\n');
  });
  expect(read).toEqual(['vitals']);
});

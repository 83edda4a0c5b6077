import { BURST, eventOf } from './messages.ts';
import type { Rig, Site } from './rig.ts';

const TABLES = [
  'users',
  'deliveries',
  'reconciliations',
  'runs',
  'connect_webviews',
  'connected_accounts',
  'links',
] as const;

/** So that a list has a full page also where little is stored. */
const FEWEST_FAILED = 120;
const FAILED_SHARE = 0.02;

/** A body as Seam sends it, for Postgres's format(): 1 event id, 2 type, 3 webview, 4 account, 5 user, 6 when. */
const BODY = JSON.stringify({
  ...eventOf('', 0, '%2$s', '%1$s'),
  connect_webview_id: '%3$s',
  connected_account_id: '%4$s',
  connected_account_custom_metadata: { id: '%5$s', plan: 'premium', is_test: false },
  user_identifier: { email: '%5$s@example.com' },
  created_at: '%6$s',
  occurred_at: '%6$s',
});

/**
 * One row a connection, over the year until an hour ago. Ids lie scattered over an index, as Seam's do;
 * a user has two connections, however many there are.
 */
const PLAN = `
  create unlogged table history as
  select planned.*, reason is not null or at > now() - $3::int * interval '1 day' - interval '1 hour' as is_told
    from (
  select n,
         'webview_' || scattered || '_' || n as webview_id,
         'account_' || scattered || '_' || n as account_id,
         'member_' || n / 2 as user_id,
         case when n % $2::int = 0 then
           (array['webview_pending', 'user_not_found', 'metadata_id_missing', 'metadata_id_invalid',
                  'account_not_ready', 'webview_not_found'])[1 + n / $2::int % 6]
         end as reason,
         now() - interval '1 hour' - interval '1 year' * (($1::int - n)::float8 / $1::int) as at
    from (select n, substr(md5('history' || n), 1, 20) as scattered
            from generate_series(1, $1::int) n) ids) planned`;

const USERS = `
  insert into reconciler.users (id)
  select distinct user_id from history where reason is distinct from 'user_not_found'`;

const DELIVERIES = `
  insert into reconciler.deliveries
         (event_id, event_type, subject, workspace_id, occurred_at, received_at, body, signature)
  select event_id, type, 'connect_webview:' || webview_id,
         '8da3a5e2-2a5f-4c1e-9d3b-6f1c7a3f9b10', at, at + i * interval '250 ms',
         convert_to(format($1::text, event_id, type, webview_id, account_id, user_id, at), 'UTF8'),
         jsonb_build_object(
           'svix-id', 'msg_' || left(md5(event_id), 27),
           'svix-timestamp', extract(epoch from at)::bigint::text,
           'svix-signature', 'v1,' || encode(sha256(event_id::bytea), 'base64'))
    from history,
         unnest($2::text[]) with ordinality as events(type, i),
         lateral (select md5('event' || n || type)::uuid::text as event_id) ids
   where is_told order by n, i`;

const RECONCILIATIONS = `
  insert into reconciler.reconciliations
         (subject, generation, observed_generation, state, reason, attempts, connect_webview_id,
          connected_account_id, claimed_user_id, due_at, sweep_at, newest_run_id, created_at, updated_at)
  select 'connect_webview:' || webview_id, 4, 4,
         case when reason is null then 'linked' else 'failed' end, reason,
         case when reason is null then 0 else 1 end, webview_id, account_id,
         case when reason like 'metadata%' then null else user_id end,
         at, at + interval '5 s', 2 * n - (n % 3 <> 0)::int, at, at + interval '2 s'
    from history order by n`;

/** Every third had another look. */
const RUNS = `
  insert into reconciler.runs
         (id, subject, generation, trigger, started_at, finished_at, outcome, reason, seam_request_id)
  overriding system value
  select 2 * n - 1 + again, 'connect_webview:' || webview_id, 4, 'delivery',
         at + interval '1 s', at + interval '1.2 s',
         case when reason is not null then 'failed' when again = 1 then 'already_linked' else 'linked' end,
         reason, md5('request' || n)::uuid
    from history, generate_series(0, (n % 3 = 0)::int) again
   where is_told order by n, again`;

const RUN_IDS = `select setval('reconciler.runs_id_seq', (select max(id) from reconciler.runs))`;

const WEBVIEWS = `
  insert into reconciler.connect_webviews
         (connect_webview_id, status, login_successful, connected_account_id, custom_metadata,
          seam_created_at, read_by_run, read_at)
  select webview_id, case when unfinished then 'pending' else 'authorized' end, not unfinished,
         case when not unfinished then account_id end,
         case when reason = 'metadata_id_missing' then '{}'
              else jsonb_build_object('id', user_id, 'plan', 'premium', 'is_test', false) end,
         at, 2 * n - 1, at
    from (select *, reason is not distinct from 'webview_pending' as unfinished from history) h
   where reason is distinct from 'webview_not_found'
   order by n`;

const IS_ACCOUNT_KNOWN = `(reason is null or reason in
  ('user_not_found', 'metadata_id_missing', 'metadata_id_invalid'))`;

const ACCOUNTS = `
  insert into reconciler.connected_accounts
         (connected_account_id, account_type, account_type_display_name, display_name, user_identifier,
          custom_metadata, errors, warnings, accepted_capabilities, automatically_manage_new_devices,
          seam_created_at, read_by_run, read_at)
  select account_id, 'august', 'August', user_id,
         jsonb_build_object('email', user_id || '@example.com'),
         jsonb_build_object('id', user_id, 'plan', 'premium', 'is_test', false),
         '[]', '[]', '["lock"]', true, at, 2 * n - 1, at
    from history where ${IS_ACCOUNT_KNOWN} order by n`;

const LINKS = `
  insert into reconciler.links (connected_account_id, user_id, linked_at, linked_by_run)
  select account_id, user_id, at + interval '1.2 s', 2 * n - 1
    from history where reason is null order by n`;

/**
 * Gives a site a year's past: so many deliveries, four to a connection, and all that came of them. Nothing
 * is owed. Most are linked; two in a hundred (and `FEWEST_FAILED` at least) failed, for several reasons. With
 * `keptDays`, deliveries and runs of what has not failed are gone that are an hour older, or more.
 *
 * Autovacuum stays away from the tables, which are vacuumed and analysed at the end.
 */
export const fillHistory = async (
  rig: Rig,
  site: Site,
  deliveries: number,
  keptDays = 400,
): Promise<void> => {
  const run = (sql: string, values?: unknown[]) => rig.query(site.databaseUrl, sql, values);
  const connections = deliveries / BURST.length;
  const failed = Math.max(FEWEST_FAILED, connections * FAILED_SHARE);
  for (const table of TABLES) {
    await run(`alter table reconciler.${table} set (autovacuum_enabled = false)`);
  }
  // The plan is made with its values in place: a statement that creates takes no parameters.
  await run(
    PLAN.replaceAll('$1', String(connections))
      .replaceAll('$2', String(Math.max(1, Math.floor(connections / failed))))
      .replaceAll('$3', String(keptDays)),
  );
  await run('analyze history');
  await run(USERS);
  await run(DELIVERIES, [BODY, BURST]);
  for (const sql of [RECONCILIATIONS, RUNS, RUN_IDS, WEBVIEWS, ACCOUNTS, LINKS]) await run(sql);
  await run('drop table history');
  await run('vacuum (analyze)');
};

type Bytes = Readonly<{ table: number; index: number }>;

/** Bytes of tables and indexes of one table, or of our whole schema, for each stored delivery. */
export const readBytesPerDelivery = async (
  rig: Rig,
  site: Site,
  table: 'deliveries' | '%',
): Promise<Bytes> => {
  const [row] = await rig.query<Bytes>(
    site.databaseUrl,
    `select (sum(pg_table_size(c.oid)) / deliveries)::float8 as table,
            (sum(pg_indexes_size(c.oid)) / deliveries)::float8 as index
       from pg_class c, (select count(*) as deliveries from reconciler.deliveries) d
      where c.relnamespace = 'reconciler'::regnamespace and c.relkind = 'r' and c.relname like $1
      group by deliveries`,
    [table],
  );
  return row ?? { table: Number.NaN, index: Number.NaN };
};

/** Ids of connections that are linked, from all over the past, of users who have two. */
export type Sample = Readonly<{ webview: string; account: string; user: string; event: string }>;

export const readSamples = (rig: Rig, site: Site, count: number): Promise<Sample[]> =>
  rig.query<Sample>(
    site.databaseUrl,
    `select connect_webview_id as webview, connected_account_id as account, claimed_user_id as user,
            event_id as event
       from (select * from
              (select *, count(*) over (partition by claimed_user_id) as own
                 from reconciler.reconciliations) r
              where state = 'linked' and own = 2 and not exists (
                select from reconciler.connected_accounts a
                 where a.connected_account_id = r.connected_account_id and a.deleted_at is not null)
              order by random() limit $1) r,
            lateral (select event_id from reconciler.deliveries d where d.subject = r.subject limit 1) e`,
    [count],
  );

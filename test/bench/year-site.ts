import { type Database, openDatabase } from '../../src/db/client.ts';
import { silentLog } from '../fixtures/settings.ts';
import { fillHistory } from './history.ts';
import { type DeskPast, fillDesk } from './pages-past.ts';
import type { Rig, Site } from './rig.ts';
import {
  DELIVERIES_A_YEAR,
  PROPORTIONS,
  RETENTION_DAYS,
  type Shape,
  shapeOfYear,
} from './year-shape.ts';

/** A site as it is after a part of a year of a large app. */
export type YearSite = Readonly<{
  name: string;
  site: Site;
  shape: Shape;
  desk: DeskPast;
  /** One connection, so that what it has read can be told. */
  database: Database;
}>;

/** Or healing would find the user, who has another connection that is linked. */
const NOBODY = `
  update reconciler.reconciliations set claimed_user_id = 'nobody ' || claimed_user_id
   where reason = 'user_not_found'`;

/** A second workspace of few, of all times. */
const SMALL = `
  update reconciler.reconciliations set workspace_id = 'small' where hashtext(subject) % $1::int = 0`;

const FINISHED = `
  insert into reconciler.expected_webviews (connect_webview_id, user_id, created_at)
  select connect_webview_id, claimed_user_id, created_at from reconciler.reconciliations
   where claimed_user_id is not null order by hashtext(subject) limit $1`;

/** Of the last 90 days, and of one hour more. */
const ABANDONED = `
  with closed as (
    insert into reconciler.reconciliations
           (subject, generation, observed_generation, state, reason, connect_webview_id, created_at, updated_at)
    select 'connect_webview:' || md5('closed' || n), 1, 1, 'failed', 'webview_pending', md5('closed' || n), at, at
      from (select n, now() - n * ($2::int * interval '1 day' + interval '1 hour') / $1::int as at
              from generate_series(1, $1::int) n) ids
    returning connect_webview_id, created_at
  )
  insert into reconciler.expected_webviews (connect_webview_id, user_id, created_at)
  select connect_webview_id, 'user_1', created_at from closed`;

/** Just as they were looked at; what is older than that and an hour is emptied already. */
const DELETED = `
  update reconciler.connected_accounts a set deleted_at = a.read_at + interval '1 s', state = 'deleted',
         emptied_at = case when is_old then now() end,
         user_identifier = case when is_old then '{}' else user_identifier end,
         custom_metadata = case when is_old then '{}' else custom_metadata end,
         display_name = case when is_old then null else display_name end
    from (select connected_account_id as id, read_at < now() - $2::int * interval '1 day' - interval '1 hour' as is_old
            from reconciler.connected_accounts order by hashtext(connected_account_id) limit $1) gone
   where a.connected_account_id = gone.id`;
const UNLINKED = `
  update reconciler.links l set unlinked_at = a.deleted_at, unlinked_because = 'account_deleted', unlinked_by_run = 1
    from reconciler.connected_accounts a
   where a.connected_account_id = l.connected_account_id and a.deleted_at is not null`;
const EMPTIED = `
  update reconciler.connect_webviews w set custom_metadata = '{}'
    from reconciler.connected_accounts a
   where a.connected_account_id = w.connected_account_id and a.emptied_at is not null`;

const COMPARISONS = `
  insert into reconciler.audits (started_at, finished_at, phase, listed)
  select now() - ($1::int - n) * interval '1 day' - interval '1 h', now() - ($1::int - n) * interval '1 day', 'done', $2::int
    from generate_series(1, $1::int) n`;
const FINDINGS = `
  insert into reconciler.audit_findings (audit_id, connected_account_id, kind)
  select audits.id, accounts.id, 'names_nobody'
    from reconciler.audits,
         (select connected_account_id as id from reconciler.connected_accounts limit $1) accounts`;
/** The latest one has met all that were there. */
const SEEN = `
  update reconciler.connected_accounts set seen_by_audit = (select max(id) from reconciler.audits)`;

const ACKNOWLEDGEMENTS = `
  insert into reconciler.acknowledgements (minute, process_id, count, buckets)
  select date_trunc('minute', now()) - m * interval '1 min', 'serve ' || p, 30, '[10, 10, 10]'
    from generate_series(1, $1::int / $2::int) m, generate_series(1, $2::int) p`;
const API_ANSWERS = `
  insert into reconciler.api_answers (actor, key, request_hash, at, status, answer, is_done)
  select 'token:1', 'key ' || n, '', now() - n * interval '25 h' / $1::int, 200, '{}', true
    from generate_series(1, $1::int) n`;

/** Fills a site with what so much of a year leaves. It ends with the stack. */
export const openYear = async (
  rig: Rig,
  stack: AsyncDisposableStack,
  fraction: number,
): Promise<YearSite> => {
  const site = await rig.openSite('redis');
  const run = (sql: string, ...values: number[]) => rig.query(site.databaseUrl, sql, values);
  const deliveries = DELIVERIES_A_YEAR * fraction;
  const shape = shapeOfYear(deliveries);
  await fillHistory(rig, site, deliveries, RETENTION_DAYS);
  await run(NOBODY);
  await run(SMALL, PROPORTIONS.connectionsToOneOfSmall);
  await run(FINISHED, shape.expectedWebviews - shape.abandonedWebviews);
  await run(ABANDONED, shape.abandonedWebviews, RETENTION_DAYS);
  await run(DELETED, shape.deletedAccounts, RETENTION_DAYS);
  await run(UNLINKED);
  await run(EMPTIED);
  await run(COMPARISONS, shape.comparisons, shape.connections);
  await run(FINDINGS, shape.findings / shape.comparisons);
  await run(SEEN);
  await run(ACKNOWLEDGEMENTS, shape.acknowledgements, PROPORTIONS.serveProcesses);
  await run(API_ANSWERS, shape.apiAnswers);
  const desk = await fillDesk(rig, site, {
    notesAFailed: PROPORTIONS.notesAFailed,
    auditLog: shape.auditLog,
    bulkRuns: shape.bulkRuns,
    itemsABulkRun: Math.round(shape.bulkItems / shape.bulkRuns),
    recentRuns: shape.runsAnHour,
  });
  // What the updates above left behind is none of a steady state's.
  await run('vacuum (full, analyze) reconciler.reconciliations');
  await run('vacuum (full, analyze) reconciler.connected_accounts');
  await run('vacuum (full, analyze) reconciler.connect_webviews');
  await run('vacuum (full, analyze) reconciler.users');
  await run('vacuum (full, analyze) reconciler.links');
  await run('vacuum (analyze)');
  const database = stack.use(
    openDatabase({ url: site.databaseUrl, name: 'bench', max: 1, log: silentLog }),
  );
  return { name: `${fraction * 100} %`, site, shape, desk, database };
};

/** Rows and bytes (with indexes) of each table of ours that holds any. */
export const readTables = async (
  rig: Rig,
  { site }: YearSite,
): Promise<ReadonlyMap<string, Readonly<{ rows: number; bytes: number }>>> => {
  const tables = await rig.query<{ name: string; rows: number; bytes: number }>(
    site.databaseUrl,
    `select relname as name, greatest(reltuples, 0)::float8 as rows, pg_total_relation_size(oid)::float8 as bytes
       from pg_class where relnamespace = 'reconciler'::regnamespace and relkind = 'r'
      order by 3 desc`,
  );
  return new Map(
    tables
      .filter(({ rows }) => rows > 0)
      .map(({ name, rows, bytes }) => [name, { rows: Math.round(rows), bytes }]),
  );
};

import { CURSOR_TIME, type Cursor, formatCursor } from '../../src/support/finding/cursor.ts';
import type { Rig, Site } from './rig.ts';

/** What the addresses of pages are made of, beside the samples. */
export type DeskPast = Readonly<{
  /** A connection that failed, with notes and audit rows. */
  failed: string;
  bulkRun: number;
  /** A finished one that dismissed. */
  undoableRun: number;
  /** In the middle of the audit log. */
  auditId: number;
  /** A dismissal in it. */
  undoable: number;
  /** The same, for who takes it elsewhere. */
  auditCursor: string;
  /** What somebody did something to. */
  auditTarget: string;
  /** In the middle of the list of connections. */
  middle: string;
  /** One that the app was sent: its id. */
  message: string;
}>;

const EMAILS = `update reconciler.users set name = 'Member ' || id, email = id || '@people.example'`;

const NOTES = `
  insert into reconciler.notes (subject, text, by, at)
  select subject, 'The user called; told to wait.', 'op_' || n % 50, now() - n * interval '1 min'
    from (select subject, row_number() over (order by subject) as n
            from reconciler.reconciliations where state = 'failed') failed, generate_series(1, $1)`;

const AUDIT_LOG = `
  insert into reconciler.audit_log
         (at, actor, actor_name, role, face, action, target, before, after, why)
  select now() - ($1::int - n) * interval '30 s', 'operator:' || n % 50, 'op_' || n % 50, 'support',
         (array['console', 'api', 'cli'])[1 + n % 3],
         (array['retry', 'link', 'dismiss', 'note', 'pause_queue'])[1 + n % 5],
         subjects.list[1 + n % array_length(subjects.list, 1)],
         '{"state":"failed","reason":"user_not_found"}', '{"state":"pending"}', 'a ticket'
    from generate_series(1, $1) n,
         (select array_agg(subject) as list from
            (select subject from reconciler.reconciliations order by subject limit 20000) s) subjects`;

const BULK_RUNS = `
  insert into reconciler.bulk_runs
         (action, query, state, planned_by, started_by, started_at, finished_at, total, per_minute)
  select case when n = 1 then 'dismiss' else 'retry' end, 'state=failed', 'done', 'op_1', 'op_1', now(), now(), 1000, 300
    from generate_series(1, $1::int) n`;

const BULK_ITEMS = `
  insert into reconciler.bulk_items
         (bulk_run_id, position, subject, state, planned_generation, asked_generation)
  select b.id, r.n, r.subject, (array['succeeded', 'failed', 'skipped'])[1 + r.n % 3], 4, 5
    from reconciler.bulk_runs b,
         (select subject, (row_number() over (order by subject))::int as n
            from (select subject from reconciler.reconciliations limit $1) s) r`;

const DISMISSALS = `
  insert into reconciler.audit_log
         (actor, actor_name, role, face, action, target, before, after, why, bulk_run_id)
  select 'operator:1', 'op_1', 'support', 'console', 'dismiss', i.subject, '{"state":"failed"}', '{"state":"dismissed"}',
         'a ticket', b.id
    from reconciler.bulk_runs b join reconciler.bulk_items i on i.bulk_run_id = b.id and i.state = 'succeeded'
   where b.action = 'dismiss'`;

const OPERATORS = `
  insert into reconciler.operators (name, role) select 'op_' || n, 'support' from generate_series(1, 50) n`;

/** What the app is told of by then, in its order: nothing is running that would arrange it. */
const MESSAGES = `
  with taken as (delete from reconciler.outbox returning *)
  insert into reconciler.messages (message_id, type, about, sequence, at, workspace_id, user_id,
                                   connected_account_id, connect_webview_id, data)
  select message_id, type, about, sequence, at, workspace_id, user_id, connected_account_id, connect_webview_id, data
    from taken order by id`;

/** Where the app is told, and what of it waits. */
const ENDPOINT = `
  with added as (
    insert into reconciler.endpoints (name, kind, target, created_by)
    values ('the app', 'http', 'https://app.example/hook', 'op_1') returning id)
  insert into reconciler.sendings (endpoint_id, position, about)
  select added.id, m.position, m.about from added, reconciler.messages m`;

/** The last hours as a busy installation has them: runs and acknowledgements in each minute. */
const RECENT_RUNS = `
  insert into reconciler.runs (subject, generation, trigger, started_at, finished_at, outcome, reason)
  select subject, 4, 'delivery', at, at + interval '120 ms',
         case when n % 10 = 0 then 'failed' else 'already_linked' end,
         case when n % 10 = 0 then 'user_not_found' end
    from (select subject, row_number() over () as n, now() - row_number() over () * interval '0.5 s' as at
            from (select subject from reconciler.reconciliations limit $1) s) recent`;

const PAST = `
  select (select subject from reconciler.reconciliations where state = 'failed' limit 1) as failed,
         (select max(id) from reconciler.bulk_runs)::int as "bulkRun",
         (select min(id) from reconciler.bulk_runs where action = 'dismiss')::int as "undoableRun",
         a.id::int as "auditId", a.tx || '-' || a.id as "auditCursor", a.target as "auditTarget",
         (select max(id)::int from reconciler.audit_log where action = 'dismiss') as undoable,
         to_char(r.updated_at at time zone 'UTC', $1) as at, r.subject,
         (select message_id from reconciler.messages order by position desc limit 1) as message
    from (select id, tx, target from reconciler.audit_log
           where id >= (select max(id) / 2 from reconciler.audit_log) order by id limit 1) a,
         (select updated_at, subject from reconciler.reconciliations where state = 'linked'
           order by updated_at offset (select count(*) / 2 from reconciler.reconciliations) limit 1) r`;

const BUSY = {
  notesAFailed: 5,
  auditLog: 500_000,
  bulkRuns: 300,
  itemsABulkRun: 1_000,
  recentRuns: 100_000,
};

/** Gives a site with a past the desk's: notes, audit rows, bulk runs, busy hours. */
export const fillDesk = async (
  rig: Rig,
  site: Site,
  sizes: Readonly<typeof BUSY> = BUSY,
): Promise<DeskPast> => {
  const run = (sql: string, ...values: number[]) => rig.query(site.databaseUrl, sql, values);
  await run(EMAILS);
  await run(OPERATORS);
  await run(NOTES, sizes.notesAFailed);
  await run(AUDIT_LOG, sizes.auditLog);
  await run(BULK_RUNS, sizes.bulkRuns);
  await run(BULK_ITEMS, sizes.itemsABulkRun);
  await run(DISMISSALS);
  await run(RECENT_RUNS, sizes.recentRuns);
  await run(MESSAGES);
  await run(ENDPOINT);
  await run('vacuum (analyze)');
  const [past] = await rig.query<Omit<DeskPast, 'middle'> & Cursor>(site.databaseUrl, PAST, [
    CURSOR_TIME,
  ]);
  if (past === undefined) throw new Error('the desk has no past');
  const { at, subject, ...told } = past;
  return { ...told, middle: formatCursor({ at, subject }) };
};

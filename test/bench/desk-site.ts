import { runMigrations } from '../../src/db/migrate.ts';
import { createQueueBackend } from '../../src/queue/backend.ts';
import { silentLog } from '../fixtures/settings.ts';
import { fillHistory } from './history.ts';
import { BURST } from './messages.ts';
import type { Rig, Site } from './rig.ts';

/* A site of a large app as its support desk finds it: names, makers, locks that stopped, what people wrote and put aside. */

/** Of connections. */
const SHARES = {
  /** Users who have none. */
  guests: 0.5,
  /** Whose webview nobody finished, beside what failed otherwise. */
  abandoned: 0.03,
  /** Accounts that were spoken of themselves, beside the webview that led to them: one in so many. */
  oneInSpokenOf: 3,
  oneInDisconnected: 50,
  notes: 0.025,
  auditLog: 0.2,
  assignments: 0.005,
  snoozes: 0.002,
  dismissed: 0.005,
  /** Logins that failed in the last month. */
  failedLogins: 0.001,
} as const;

/** Several words an index are built faster of what is there already. */
const BUILT_AFTERWARDS = `
  do $$ declare i record; begin
    for i in select c.relname from pg_index x join pg_class c on c.oid = x.indexrelid join pg_am a on a.oid = c.relam
              where c.relnamespace = 'reconciler'::regnamespace and a.amname = 'gin' loop
      execute format('drop index reconciler.%I', i.relname);
    end loop;
  end $$`;

/** Their changes are told the app, row by row. */
const TOLD_OF = ['links', 'connected_accounts', 'reconciliations'];

/** 400 first names and 6,000 family names, a few of them far more frequent than others. */
const NAMED = `
  create unlogged table called as
  select id,
         (array['Maria','José','Anna','Zoë','Wei','Olga','Ahmed','Yuki'])[1 + (h % 8)] ||
           case when h % 5 < 2 then '' else substr('aeiou', 1 + h / 8 % 5, 1) || substr('lnrstm', 1 + h / 40 % 6, 1) || 'a' end as first,
         case when h / 3 % 10 < 3 then (array['García','Müller','Smith','Nguyễn','Kowalska'])[1 + h / 30 % 5]
              else (array['Bro','Kar','Len','Mon','Ost','Pel','Rei','Sor','Tal','Ves'])[1 + h / 7 % 10]
                   || (array['an','el','in','or','um'])[1 + h / 70 % 5] || (array['berg','dale','ez','ford','ič','ov','sen','ski','ton','wood','yama','zadeh'])[1 + h / 350 % 12]
                   || (array['','a','e','i','o','er','es','is','us','en'])[1 + h / 4200 % 10] end as last
    from (select id, (hashtext(id) & 2147483647)::int as h from reconciler.users) u`;

const STATEMENTS: readonly ((connections: number) => string)[] = [
  n =>
    `insert into reconciler.users (id) select 'guest_' || n from generate_series(1, ${Math.round(n * SHARES.guests)}) n`,
  () => NAMED,
  () => 'create unique index on called (id)',
  () => `update reconciler.users u
            set name = first || ' ' || last, email = lower(translate(first || '.' || last, 'éíëüễč', 'eieuec')) || '.' || right(md5(u.id), 5) || '@people.example'
           from called where called.id = u.id`,
  // Whom nobody knows is many tenants'.
  n => `update reconciler.reconciliations set claimed_user_id = 'tenant-' || (abs(hashtext(subject)) % ${Math.max(2, Math.round(n / 10_000))}) || ':' || claimed_user_id
         where reason = 'user_not_found'`,
  n => `update reconciler.reconciliations r
           set workspace_id = case when hashtext(subject) % 1000 = 0 then 'small' else '8da3a5e2-2a5f-4c1e-9d3b-6f1c7a3f9b10' end,
               state = case when state = 'failed' and abs(hashtext(subject)) % 10 = 0 then 'dismissed' else state end,
               dismissed_by = case when state = 'failed' and abs(hashtext(subject)) % 10 = 0 then 'op_1' end,
               dismissed_why = case when state = 'failed' and abs(hashtext(subject)) % 10 = 0 then 'nothing to do' end
         where ${n} > 0`,
  n => `insert into reconciler.reconciliations
               (subject, generation, observed_generation, state, reason, workspace_id, connect_webview_id, claimed_user_id, created_at, updated_at)
        select 'connect_webview:' || md5('left' || n), 1, 1, 'failed', 'webview_pending', '8da3a5e2-2a5f-4c1e-9d3b-6f1c7a3f9b10',
               md5('left' || n), 'member_' || n, at, at
          from (select n, now() - n * interval '90 days' / ${Math.round(n * SHARES.abandoned)} as at
                  from generate_series(1, ${Math.round(n * SHARES.abandoned)}) n) x`,
  () => `insert into reconciler.reconciliations
               (subject, generation, observed_generation, state, workspace_id, connected_account_id, claimed_user_id, created_at, updated_at)
        select 'connected_account:' || connected_account_id, 2, 2, 'linked', workspace_id, connected_account_id, claimed_user_id,
               updated_at - interval '1 s', updated_at - interval '1 s'
          from reconciler.reconciliations where state = 'linked' and abs(hashtext(subject)) % ${SHARES.oneInSpokenOf} = 0`,
  () => `update reconciler.connected_accounts a
            set account_type = t.maker, account_type_display_name = initcap(t.maker),
                state = t.state, state_since = a.read_at, workspace_id = '8da3a5e2-2a5f-4c1e-9d3b-6f1c7a3f9b10',
                display_name = coalesce(u.email, a.display_name),
                user_identifier = case when h % 7 = 0 then jsonb_build_object('phone', '+1' || lpad((h % 10000000000)::text, 10, '5'))
                                       else jsonb_build_object('email', coalesce(u.email, a.display_name)) end,
                errors = case t.state when 'disconnected' then '[{"error_code":"account_disconnected"}]'::jsonb else '[]' end,
                warnings = case when h % 500 = 7 then '[{"warning_code":"devices_connected_to_other_account"}]'::jsonb else '[]' end
           from (select connected_account_id as id, h,
                        (array['august','august','august','schlage','schlage','yale','ttlock','igloohome','smartthings','avigilon_alta'])[1 + h % 10] as maker,
                        case when h / 10 % ${SHARES.oneInDisconnected} = 0 then 'disconnected' when h / 10 % 400 = 1 then 'reauthorization_requested'
                             when h / 10 % 2000 = 3 then 'being_deleted' else 'connected' end as state
                   from (select *, abs(hashtext(connected_account_id)::bigint) as h from reconciler.connected_accounts) x) t
           left join reconciler.links l on l.connected_account_id = t.id
           left join reconciler.users u on u.id = l.user_id
          where a.connected_account_id = t.id`,
  n => `insert into reconciler.connect_webviews
               (connect_webview_id, status, login_successful, custom_metadata, selected_provider, failure_description, read_by_run, read_at)
        select md5('login' || n), 'failed', false, '{}', 'august', 'The password was wrong.', 1,
               now() - n * interval '30 days' / ${Math.round(n * SHARES.failedLogins)} + interval '1 h'
          from generate_series(1, ${Math.round(n * SHARES.failedLogins)}) n`,
  n => `insert into reconciler.reconciliations
               (subject, generation, observed_generation, state, reason, workspace_id, connect_webview_id, claimed_user_id, created_at, updated_at)
        select 'connect_webview:' || w.connect_webview_id, 1, 1, 'failed', 'webview_failed', '8da3a5e2-2a5f-4c1e-9d3b-6f1c7a3f9b10',
               w.connect_webview_id, 'guest_' || 1 + abs(hashtext(w.connect_webview_id)) % ${Math.max(2, Math.round(n * SHARES.failedLogins * 0.7))}, w.read_at, w.read_at
          from reconciler.connect_webviews w where w.status = 'failed'`,
  () =>
    `insert into reconciler.operators (name, role) select 'op_' || n, 'support' from generate_series(1, 50) n`,
  n => `insert into reconciler.notes (subject, text, by, at)
        select subject, 'Called about ' || (array['the door','the keypad','a code','the battery'])[1 + n % 4] || ', ticket DESK-' || n || '; told to wait.',
               'op_' || 1 + n % 50, now() - n * interval '1 min'
          from (select subject, row_number() over (order by md5(subject)) as n from reconciler.reconciliations
                 where state = 'failed' or abs(hashtext(subject)) % 100 = 1) x where n <= ${Math.round(n * SHARES.notes)}`,
  n => `insert into reconciler.audit_log (at, actor, actor_name, role, face, action, target, before, after, why)
        select now() - n * interval '30 s', 'operator:' || 1 + n % 50, 'op_' || 1 + n % 50, 'support',
               (array['console', 'api', 'cli'])[1 + n % 3], (array['retry', 'link', 'dismiss', 'note', 'assign'])[1 + n % 5],
               s.list[1 + n % array_length(s.list, 1)], '{"state":"failed","reason":"user_not_found"}', '{"state":"pending"}',
               case when n % 2 = 0 then 'ticket HELP-' || n || ': the customer wrote' end
          from generate_series(1, ${Math.round(n * SHARES.auditLog)}) n,
               (select array_agg(subject) as list from (select subject from reconciler.reconciliations order by md5(subject) limit 20000) x) s`,
  n => `insert into reconciler.assignments (subject, operator_id, assigned_by)
        select coalesce('connected_account:' || connected_account_id, subject), 1 + row_number() over () % 50, 'op_1' from reconciler.reconciliations
         where state = 'failed' order by md5('a' || subject) limit ${Math.round(n * SHARES.assignments)}`,
  n => `insert into reconciler.snoozes (subject, until, until_news, heard, by)
        select coalesce('connected_account:' || connected_account_id, subject), now() + interval '3 days', row_number() over () % 2 = 0, generation, 'op_1' from reconciler.reconciliations
         where state = 'failed' order by md5('s' || subject) limit ${Math.round(n * SHARES.snoozes)}`,
  // Each third of the accounts that stopped has been linked to somebody before.
  n => `insert into reconciler.links (connected_account_id, user_id, linked_at, linked_by_run, unlinked_at, unlinked_because, unlinked_by_run)
        select connected_account_id, 'guest_' || 1 + abs(hashtext(connected_account_id)) % ${Math.round(n * SHARES.guests)}, read_at - interval '1 day',
               1, read_at - interval '1 h', 'claim_changed', 1
          from reconciler.connected_accounts where abs(hashtext(connected_account_id)) % 100 = 3`,
  () => 'drop table called',
  () => 'truncate reconciler.outbox cascade',
];

/**
 * Gives a site so many connections, and a desk that is at work on them. Nothing is owed; all indexes are there, and the tables
 * packed.
 */
export const fillDeskSite = async (rig: Rig, site: Site, connections: number): Promise<void> => {
  const run = (sql: string) => rig.query(site.databaseUrl, sql);
  await run(BUILT_AFTERWARDS);
  // Nobody is told of what is made up.
  for (const table of TOLD_OF) await run(`alter table reconciler.${table} disable trigger user`);
  await fillHistory(rig, site, connections * BURST.length, 90);
  for (const statement of STATEMENTS) await run(statement(connections));
  for (const table of ['reconciliations', 'connected_accounts', 'users', 'links']) {
    await run(`vacuum (full, analyze) reconciler.${table}`);
  }
  for (const table of TOLD_OF) await run(`alter table reconciler.${table} enable trigger user`);
  const { databaseUrl, redisUrl } = site;
  await using backend = createQueueBackend({ redisUrl, databaseUrl, log: silentLog });
  await runMigrations(databaseUrl, backend.migrations);
  await run('vacuum (analyze)');
};

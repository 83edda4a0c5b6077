import type { DeskSample } from './desk-questions.ts';
import type { Rig, Site } from './rig.ts';

/** Of as many connections, from all over the past. */
export const readDeskSamples = (
  rig: Pick<Rig, 'query'>,
  site: Site,
  count: number,
): Promise<DeskSample[]> =>
  rig.query<DeskSample>(
    site.databaseUrl,
    `with linked as materialized (
       select r.subject, r.connect_webview_id as webview, r.connected_account_id as account, l.user_id as "user",
              row_number() over (order by random()) as n
         from reconciler.reconciliations r
         join reconciler.links l on l.connected_account_id = r.connected_account_id and l.unlinked_at is null
         join reconciler.users u on u.id = l.user_id and u.name is not null
        where r.state = 'linked' and r.connect_webview_id is not null
          and exists (select from reconciler.deliveries d where d.subject = r.subject)
          and exists (select from reconciler.runs x where x.subject = r.subject and x.seam_request_id is not null)
        limit 5000),
     chosen as (select * from linked where n <= $1),
     numbers as (select user_identifier->>'phone' as telephone, row_number() over () as n from (
       select user_identifier from reconciler.connected_accounts where user_identifier ? 'phone' limit $1) x),
     tickets as (select substring(text from 'DESK-\\d+') as ticket, row_number() over () as n from (
       select text from reconciler.notes order by random() limit $1) x),
     failed as (select subject as failed, row_number() over () as n from (
       select subject from reconciler.reconciliations where state = 'failed' and reason = 'user_not_found' order by random() limit $1) x),
     changed as (select target as changed, row_number() over () as n from (
       select target from reconciler.audit_log where action = 'link' order by id desc limit $1) x)
     select c."user", c.account, c.webview,
            (select event_id from reconciler.deliveries d where d.subject = c.subject limit 1) as event,
            (select seam_request_id from reconciler.runs x where x.subject = c.subject and seam_request_id is not null limit 1) as request,
            u.email as user_email, coalesce(a.user_identifier->>'email', a.display_name) as account_email, u.name,
            regexp_replace(u.name, '^.* ', '') as last_name, telephone, ticket, 'tenant-7:' as tenant, failed, changed
       from chosen c
       join reconciler.users u on u.id = c."user"
       join reconciler.connected_accounts a on a.connected_account_id = c.account
       join numbers using (n) join tickets using (n) join failed using (n) join changed using (n)`,
    [count],
  );

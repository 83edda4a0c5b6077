import type { Kind } from '../db/remove-old.ts';

/**
 * SQL: the messages that prune may remove, as old as deliveries get, with what became of their sendings. Not while one is
 * still owed to an endpoint, be it disabled. What was told last stays (`told`): what comes next is compared with it, and
 * counted on from it.
 *
 * With them goes the note of how far the feed has holes (support/contract/link-feed.ts), under the name `messages`: whoever
 * asks for what came after an earlier position is told so. What stays behind that, as it is owed, is in the feed no more.
 */
export const MESSAGES: Kind = {
  name: 'messages_passed',
  page: `
    select position, at from reconciler.messages
     where at < $1 and (at, position) > ($2::timestamptz, $3::bigint) order by at, position limit $4`,
  start: ['-infinity', '0'],
  chosen: `
    select p.position from page p
     where (select true from reconciler.sendings s
             where s.position = p.position and s.state = 'waiting' limit 1) is null`,
  remove: `
    delete from reconciler.messages m using chosen c where m.position = c.position returning m.position`,
  alongside: `, noted as (
    insert into reconciler.retention_cursors (name, first, second)
    select 'messages', max(position)::text, '' from removed having count(*) > 0
        on conflict (name) do update
       set first = greatest(retention_cursors.first::bigint, excluded.first::bigint)::text, moved_at = now())`,
  next: `select at::text as first, position::text as second from page order by at desc, position desc limit 1`,
};

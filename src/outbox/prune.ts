import type { Kind } from '../db/remove-old.ts';

/**
 * SQL: the messages that prune may remove, as old as deliveries get, with what became of their sendings. Not while one is
 * still owed to an endpoint, be it disabled. What was told last stays (`told`): what comes next is compared with it, and
 * counted on from it.
 */
export const MESSAGES: Kind = {
  name: 'messages',
  page: `
    select position, at from reconciler.messages
     where at < $1 and (at, position) > ($2::timestamptz, $3::bigint) order by at, position limit $4`,
  start: ['-infinity', '0'],
  chosen: `
    select p.position from page p
     where not exists (select from reconciler.sendings s
                        where s.position = p.position and s.state = 'waiting')`,
  remove: `
    delete from reconciler.messages m using chosen c where m.position = c.position returning m.position`,
  alongside: '',
  next: `select at::text as first, position::text as second from page order by at desc, position desc limit 1`,
};

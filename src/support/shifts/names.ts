import type { Actor } from '../../access/actor.ts';
import type { Client } from '../../db/client.ts';
import type { CaseMembers } from '../cases/members.ts';

/* All that a case was ever called by: what people keep of it is looked up by each of these, and written by its key. */

/** Every name of a case, its key first. */
export const namesOfCase = ({ key, subjects }: CaseMembers): string[] => [
  ...new Set([key, ...subjects]),
];

/** The account of what `row.subject` names, in SQL: its own, or the one that its webview led to. */
const accountOf = (row: string): string => `coalesce(
  case when starts_with(${row}.subject, 'connected_account:') then substr(${row}.subject, 19) end,
  ${row}_own.connected_account_id,
  (select led.connected_account_id from reconciler.reconciliations led
    where starts_with(${row}.subject, 'connect_webview:') and led.connect_webview_id = substr(${row}.subject, 17)
      and led.connected_account_id is not null limit 1))`;

/**
 * Joins to rows that keep something of a case, by `row.subject`, all names of that case: `<row>_case.names`. For tables
 * with few rows: a few looks by an index each (once: that is what the `offset` is for). `<row>_own` is what its subject
 * names, where that is no account: it is read already.
 *
 * @param row what the table is called
 */
export const withNames = (row: string): string => `
  left join lateral (
    select own.connected_account_id, own.generation from reconciler.reconciliations own
     where own.subject = ${row}.subject and not starts_with(${row}.subject, 'connected_account:') offset 0) ${row}_own on true
  cross join lateral (select ${accountOf(row)} as id offset 0) ${row}_account
  cross join lateral (select array(
    select ${row}.subject
    union select 'connected_account:' || ${row}_account.id where ${row}_account.id is not null
    union select named.name from reconciler.reconciliations member
           cross join lateral unnest(array[member.subject, 'connect_webview:' || member.connect_webview_id]) as named(name)
           where member.connected_account_id = ${row}_account.id and named.name is not null
  ) as names offset 0) ${row}_case`;

/** The operator who does it, or whose token does; null for a shell. */
export const operatorOf = ({ key, owner }: Pick<Actor, 'key' | 'owner'>): number | null => {
  const [kind, id] = (owner?.key ?? key).split(':');
  return kind === 'operator' ? Number(id) : null;
};

/** One at a time may say something of a case, whatever each calls it by. */
export const lockCase = async (client: Client, { key }: CaseMembers): Promise<void> => {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`shift of ${key}`]);
};

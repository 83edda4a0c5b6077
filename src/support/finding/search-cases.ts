import type pg from 'pg';
import type { Subject } from '../../model/subject.ts';
import { caseKeyOf } from '../cases/leads.ts';

/** A subject, the case that it belongs to, and when it changed. */
export type OfCase = Readonly<{ subject: Subject; key: string; at: number }>;

/** A webview whose account only another subject names belongs to that account's case, too. What another workspace says is another case. */
const CASES = `
  select r.subject, coalesce('connected_account:' || o.account, ${caseKeyOf('r')}) || ' ' || coalesce(r.workspace_id, '') as key,
         floor(extract(epoch from r.updated_at) * 1000)::float8 as at
    from unnest($1::text[]) as given(subject)
    join reconciler.reconciliations r on r.subject = given.subject
    left join lateral (
      select other.connected_account_id as account from reconciler.reconciliations other
       where r.connected_account_id is null and other.connect_webview_id = r.connect_webview_id
         and other.connected_account_id is not null
         and coalesce(other.workspace_id = r.workspace_id, true) limit 1) o on true`;

/** Which of these subjects are of one case. Without those that are gone. */
export const casesAmong = async (
  on: Pick<pg.Pool, 'query'>,
  subjects: readonly string[],
): Promise<OfCase[]> =>
  subjects.length === 0 ? [] : (await on.query<OfCase>(CASES, [subjects])).rows;

import { type Actor, insistOn } from '../../access/actor.ts';
import { userIdFor, type Viewer, wordsFor } from '../../access/mask.ts';
import type { Client } from '../../db/client.ts';
import type { Desk } from '../desk.ts';
import { readWithStatementTimeout } from './statement-timeout.ts';

/* Logins that failed in a Connect Webview, by person: each webview is a case of its own, their trouble is one. */

/** All logins of one person that failed, and led to nothing in the same webview. */
export type FailedLogins = Readonly<{
  /** As far as this person may see it. */
  user_id: string;
  times: number;
  /** When the first and the last of them failed, by Seam's time. */
  since: string;
  last_at: string;
  /** Of the last one: the provider that they chose, as Seam's key; what Seam said; the case. */
  provider: string | null;
  description: string | null;
  subject: string;
  /** The cases of all of them, the last first. */
  subjects: readonly string[];
  /** Whether they have signed in anywhere, or were linked, after the last of them. */
  succeeded_since: boolean;
}>;

type Row = {
  person: string;
  times: number;
  first_at: Date;
  last_at: Date;
  provider: string | null;
  description: string | null;
  subjects: string[];
  succeeded_since: boolean;
};

/** Whose names are many: a page of a list has fewer. */
const MOST_PEOPLE = 100;
const MOST_WEBVIEWS = 2_000;
const MOST_REPEATED = 50;
/** What nobody complained of for so long is no news. */
const RECENT_DAYS = 30;
/** One failure is a slip. */
const AGAIN = 2;
const READ_MS = 3_000;

/** What is read of a webview that failed. */
const READ = 'connect_webview_id, selected_provider, failure_description, read_at';

/** @param webviews SQL: a query of webviews that failed, as READ says */
const grouped = (webviews: string): string => `
  with failed as (
    select coalesce(r.claimed_user_id, (
             select e.user_id from reconciler.expected_webviews e
              where e.connect_webview_id = w.connect_webview_id)) as person,
           'connect_webview:' || w.connect_webview_id as subject,
           w.selected_provider, w.failure_description, greatest(told.times, 1) as times,
           coalesce(told.first_at, w.read_at) as first_at, coalesce(told.last_at, w.read_at) as last_at
      from (${webviews}) w
      left join reconciler.reconciliations r on r.subject = 'connect_webview:' || w.connect_webview_id
     cross join lateral (
       select count(*)::int as times, min(coalesce(d.occurred_at, d.received_at)) as first_at,
              max(coalesce(d.occurred_at, d.received_at)) as last_at
         from reconciler.deliveries d
        where d.subject = 'connect_webview:' || w.connect_webview_id
          and d.event_type = 'connect_webview.login_failed' and d.set_aside is null) told
  ), people as (
    select person, sum(times)::int as times, min(first_at) as first_at, max(last_at) as last_at,
           (array_agg(selected_provider order by last_at desc, subject))[1] as provider,
           (array_agg(failure_description order by last_at desc, subject))[1] as description,
           array_agg(subject order by last_at desc, subject) as subjects
      from failed where person is not null group by person
  )
  select p.*,
         exists (select from reconciler.links l where l.user_id = p.person and l.linked_at > p.last_at)
         or exists (
           select from reconciler.reconciliations r
             join reconciler.connect_webviews w on w.connect_webview_id = r.connect_webview_id
            where r.claimed_user_id = p.person and w.status = 'authorized'
              and coalesce(w.authorized_at, w.read_at) > p.last_at) as succeeded_since
    from people p`;

const OF_PEOPLE = `
  select * from (${grouped(`
    select ${READ} from reconciler.connect_webviews
      join ((select r.connect_webview_id from reconciler.reconciliations r
              where r.claimed_user_id = any($1) and r.connect_webview_id is not null limit ${MOST_WEBVIEWS})
             union
            (select x.connect_webview_id from reconciler.expected_webviews x
              where x.user_id = any($1) limit ${MOST_WEBVIEWS})) chosen using (connect_webview_id)
     where status = 'failed'`)}) found
   where person = any($1) order by last_at desc, person`;

const RECENTLY_FAILED = `
  select ${READ} from reconciler.connect_webviews
   where status = 'failed' and read_at > now() - interval '${RECENT_DAYS} days'
   order by read_at desc limit ${MOST_WEBVIEWS}`;

const AGAIN_AND_AGAIN = `
  select * from (${grouped(RECENTLY_FAILED)}) found
   where times >= ${AGAIN} and not succeeded_since
   order by last_at desc, person limit ${MOST_REPEATED}`;

/** SQL: a query of the subjects of these logins, of as many people as have any. */
export const REPEATED_SUBJECTS = `
  select unnest(found.subjects) from (${grouped(RECENTLY_FAILED)}) found
   where found.times >= ${AGAIN} and not found.succeeded_since`;

const toFailedLogins = (viewer: Viewer, row: Row): FailedLogins => ({
  user_id: userIdFor(viewer, row.person),
  times: row.times,
  since: row.first_at.toISOString(),
  last_at: row.last_at.toISOString(),
  provider: row.provider,
  description: wordsFor(viewer, row.description),
  subject: row.subjects[0] ?? '',
  subjects: row.subjects,
  succeeded_since: row.succeeded_since,
});

/** Of these users, each that had a login fail; whoever had the last one, first. */
export const failedLoginsOf = async (
  client: Pick<Client, 'query'>,
  viewer: Viewer,
  userIds: readonly string[],
): Promise<FailedLogins[]> => {
  if (userIds.length === 0) return [];
  const { rows } = await client.query<Row>(OF_PEOPLE, [userIds.slice(0, MOST_PEOPLE)]);
  return rows.map(row => toFailedLogins(viewer, row));
};

/**
 * The people whose logins failed more than once in the last month, and who have not signed in since.
 *
 * @returns null where it would take too long to tell
 * @throws SupportError `not_allowed`
 */
export const readRepeatedFailures = async (
  { pool }: Pick<Desk, 'pool'>,
  actor: Actor,
): Promise<FailedLogins[] | null> => {
  insistOn(actor, 'view');
  return readWithStatementTimeout(pool, READ_MS, async client => {
    const { rows } = await client.query<Row>(AGAIN_AND_AGAIN);
    return rows.map(row => toFailedLogins(actor, row));
  });
};

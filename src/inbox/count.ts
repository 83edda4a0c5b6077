import type pg from 'pg';
import { IN_A_MOMENT, TOLD } from '../books/changes.ts';
import { ownerOf } from '../books/owner.ts';
import type { Client } from '../db/client.ts';
import { parseSubject, type Subject } from '../model/subject.ts';
import { beginSharedQuery, isTracing } from '../ops/tracing.ts';

/** A subject of which something new was counted, its workspace, and how long its look has to wait. */
export type News = Readonly<{
  subject: Subject;
  workspaceId: string | null;
  waitMs: number;
  /** What brought it. */
  trigger: 'delivery' | 'backfill';
}>;

/** A delivery that was set aside, as its subject belongs to another workspace than vouches for it. */
type SetAside = Readonly<{
  eventId: string;
  subject: Subject;
  vouchedBy: string;
  belongsTo: string;
}>;

/** What one page of what is still to be counted came to. */
export type CountedPage = Readonly<{
  /** What is to be looked at: each subject once, and none that names nothing to look at. */
  news: readonly News[];
  /** What was newly set aside. */
  setAside: readonly SetAside[];
  /** How many deliveries were dealt with: counted, or set aside. */
  counted: number;
  /** How many of the page had to be left, as somebody holds the row of their subject. */
  left: number;
  /** The subject to go on after; null at the end. */
  next: string | null;
}>;

/** SQL: those who speak of a subject, each once, without `but`. */
const without = (claimants: string, but: string): string =>
  `(select array_agg(distinct c order by c) from unnest(${claimants}) as c where c <> ${but})`;

/** SQL: all who speak of a row's subject: those who did before, and those of whom there is news. */
const ALL_CLAIMANTS = `(coalesce(r.claimants, array[r.workspace_id])
  || coalesce(excluded.claimants, array[excluded.workspace_id]))`;

/** SQL: the row has one workspace, and the news is of the same. */
const IS_UNDISPUTED = `
  excluded.claimants is null
  and (r.workspace_id is null or r.workspace_id = excluded.workspace_id or excluded.workspace_id is null)`;

/** SQL: of whose traces it is; a few of them, where there are many. */
const TRACES = `
         array(select distinct d.traceparent from judged join reconciler.deliveries d using (event_id)
                where d.traceparent is not null limit 100) as traceparents,`;

/**
 * The statement. The size of a page stands in it as a number, so that Postgres plans for just so many.
 *
 * One page of what is stored and not counted, in the order of the subjects, in one statement and so in one
 * commit: the generation of each subject goes up by the number of its new events, and what was waiting out a
 * backoff or had been given up is due now, or soon, where it was looked at a moment ago.
 *
 * Whose word an event is decides whether it counts. That of its subject's owner does, and another's is set aside. Of
 * a subject that Seam has shown to nobody yet, everybody's does: it stays with the workspace that spoke of it first,
 * and each that speaks of it is asked for it in turn (reconcile/claimed.ts). What an event says besides
 * (which account, which webview) is taken from the workspace's own only.
 *
 * An event that was sent again counts only where its subject stands failed or is being tried again: whoever
 * sends it again from a dashboard wants it looked at.
 *
 * Waits for nobody: a reconciliation that somebody holds is passed over, with its events, and so are the
 * events that another process counts right now. (A subject that somebody else is putting in at this very
 * moment is waited for, up to the lock timeout.)
 */
const count = (size: number, traces: '' | typeof TRACES): string => `
  with page as (
    select ctid, * from reconciler.uncounted where subject > $1
     order by subject, id limit ${size} for update skip locked
  ), subjects as materialized (
    select subject, (array_agg(coalesce(vouched_by, workspace_id) order by id)
                       filter (where coalesce(vouched_by, workspace_id) is not null))[1] as first_by,
           bool_or(vouched_by is not null) as is_vouched
      from page group by subject
  ), free as materialized (
    select r.subject, r.state, r.workspace_id from subjects join reconciler.reconciliations r using (subject)
     order by r.subject for no key update of r skip locked
  ), held as materialized (
    select r.subject from subjects join reconciler.reconciliations r using (subject)
     where r.subject not in (select subject from free)
  ), owned as materialized (
    select s.subject, o.owner, coalesce(o.owner, f.workspace_id, s.first_by) as workspace_id
      from subjects s
      left join free f using (subject)
     cross join lateral (select case when is_vouched then ${ownerOf('s.subject')} end as owner offset 0) o
     where s.subject not in (select subject from held)
  ), judged as materialized (
    select page.*, o.owner, o.workspace_id as of_workspace,
           coalesce(page.vouched_by <> o.owner, false) as is_set_aside,
           coalesce(page.vouched_by <> o.workspace_id, false)
             and not starts_with(subject, 'delivery:') as is_anothers
      from page join owned o using (subject)
  ), countable as (
    select * from judged where not is_set_aside
  ), news as (
    select subject, count(*) filter (where not is_again) as events,
           greatest(1, count(*) filter (where not is_again)) as generations,
           starts_with(subject, 'delivery:') as is_unusable,
           bool_or(source = 'webhook') as by_webhook,
           of_workspace as workspace_id,
           case when bool_or(is_anothers)
                then array_agg(distinct vouched_by) filter (where is_anothers) || of_workspace end as claimants,
           max(connect_webview_id) filter (where not is_anothers) as connect_webview_id,
           -- As the latest event has it.
           (array_agg(connected_account_id order by id desc)
              filter (where connected_account_id is not null and not is_anothers))[1] as connected_account_id
      from countable group by subject, of_workspace
  ), raised as (
    insert into reconciler.reconciliations as r
           (subject, generation, observed_generation, state, reason, workspace_id, claimants, to_ask,
            connect_webview_id, connected_account_id, sweep_at)
    select subject, generations, case when is_unusable then generations else 0 end,
           case when is_unusable then 'failed' else 'pending' end,
           case when is_unusable then 'event_unusable' end,
           workspace_id, claimants, ${without('claimants', 'workspace_id')},
           connect_webview_id, connected_account_id,
           ${IN_A_MOMENT}
      from news
     where events > 0
        or not is_unusable and subject in (select subject from free where state in ('failed', 'retrying'))
     order by subject
        on conflict (subject) do update set
           ${TOLD},
           workspace_id = case
             when r.workspace_id <> excluded.workspace_id then coalesce(${ownerOf('r.subject')}, r.workspace_id)
             else coalesce(r.workspace_id, excluded.workspace_id) end,
           claimants = case
             when ${IS_UNDISPUTED} then r.claimants
             when ${ownerOf('r.subject')} is null then ${without(ALL_CLAIMANTS, "''")} end,
           to_ask = case
             when ${IS_UNDISPUTED} then ${without('r.claimants', 'r.workspace_id')}
             when ${ownerOf('r.subject')} is null then ${without(ALL_CLAIMANTS, 'r.workspace_id')} end,
           connect_webview_id = coalesce(excluded.connect_webview_id, r.connect_webview_id),
           connected_account_id = coalesce(excluded.connected_account_id, r.connected_account_id)
    returning subject, workspace_id, ceil(extract(epoch from due_at - now()) * 1000)::float8 as wait_ms
  ), signed as (
    -- Where a backfill was faster than the webhook: from now on what was signed is kept, as brought by it.
    update reconciler.deliveries d
       set source = 'webhook', body = c.body, signature = c.signature
      from countable c where c.body is not null and d.event_id = c.event_id and d.source = 'backfill'
         and d.erased_at is null
  ), put_aside as (
    update reconciler.deliveries d set set_aside = 'subject_of_another_workspace'
      from judged j
     where j.is_set_aside and d.event_id = j.event_id and d.set_aside is null
    returning d.event_id, d.subject, j.vouched_by, j.owner
  ), done as (
    delete from reconciler.uncounted where ctid = any (array(select ctid from judged))
  )
  select (select json_agg(json_build_object(
            'subject', subject, 'workspaceId', raised.workspace_id, 'waitMs', greatest(0, wait_ms),
            'trigger', case when by_webhook then 'delivery' else 'backfill' end))
            from raised join news using (subject)) as news,
         (select json_agg(json_build_object(
            'eventId', event_id, 'subject', subject, 'vouchedBy', vouched_by, 'belongsTo', owner))
            from put_aside) as set_aside,
         (select count(*)::int from judged) as counted, (select count(*)::int from page) as seen,${traces}
         (select max(subject) from page) as last`;

/** How many deliveries are counted with one commit. */
export const PAGE_SIZE = 2_000;

/**
 * Counts one page of what is stored and not yet counted.
 *
 * @param after the subject to begin after; '' at the beginning
 * @throws whatever Postgres throws; then nothing of the page is counted
 */
export const countPage = async (
  client: pg.Pool | Client,
  after: string,
  size = PAGE_SIZE,
): Promise<CountedPage> => {
  const beganAt = Date.now();
  const { rows } = await client.query<{
    news: News[] | null;
    set_aside: SetAside[] | null;
    counted: number;
    seen: number;
    last: string | null;
    traceparents?: string[];
  }>(
    isTracing()
      ? { name: `count-page-${size}-traced`, text: count(size, TRACES), values: [after] }
      : { name: `count-page-${size}`, text: count(size, ''), values: [after] },
  );
  const [row] = rows;
  if (row === undefined) throw new Error('counting gave no answer');
  beginSharedQuery('count-page', row.traceparents ?? [], beganAt).end();
  return {
    news: (row.news ?? []).filter(({ subject }) => parseSubject(subject).kind !== 'delivery'),
    setAside: row.set_aside ?? [],
    counted: row.counted,
    left: row.seen - row.counted,
    next: row.seen < size ? null : row.last,
  };
};

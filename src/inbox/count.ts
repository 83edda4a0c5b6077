import type pg from 'pg';
import { IN_A_MOMENT, TOLD } from '../books/changes.ts';
import type { Client } from '../db/client.ts';
import { parseSubject, type Subject } from '../model/subject.ts';

/** A subject of which something new was counted, its workspace, and how long its look has to wait. */
export type News = Readonly<{
  subject: Subject;
  workspaceId: string | null;
  waitMs: number;
  /** What brought it. */
  trigger: 'delivery' | 'backfill';
}>;

/** What one page of what is still to be counted came to. */
export type CountedPage = Readonly<{
  /** What is to be looked at: each subject once, and none that names nothing to look at. */
  news: readonly News[];
  /** How many deliveries were counted. */
  counted: number;
  /** How many of the page had to be left, as somebody holds the row of their subject. */
  left: number;
  /** The subject to go on after; null at the end. */
  next: string | null;
}>;

/**
 * The statement. The size of a page stands in it as a number, so that Postgres plans for just so many.
 *
 * One page of what is stored and not counted, in the order of the subjects, in one statement and so in one
 * commit: the generation of each subject goes up by the number of its new events, and what was waiting out a
 * backoff or had been given up is due now, or soon, where it was looked at a moment ago.
 *
 * An event that was sent again counts only where its subject stands failed or is being tried again: whoever
 * sends it again from a dashboard wants it looked at.
 *
 * Waits for nobody: a reconciliation that somebody holds is passed over, with its events, and so are the
 * events that another process counts right now. (A subject that somebody else is putting in at this very
 * moment is waited for, up to the lock timeout.)
 */
const count = (size: number): string => `
  with page as (
    select ctid, * from reconciler.uncounted where subject > $1
     order by subject, id limit ${size} for update skip locked
  ), subjects as materialized (
    select distinct subject from page
  ), free as materialized (
    select r.subject, r.state from subjects join reconciler.reconciliations r using (subject)
     order by r.subject for no key update of r skip locked
  ), held as materialized (
    select r.subject from subjects join reconciler.reconciliations r using (subject)
     where r.subject not in (select subject from free)
  ), countable as (
    select * from page where subject not in (select subject from held)
  ), news as (
    select subject, count(*) filter (where not is_again) as events,
           greatest(1, count(*) filter (where not is_again)) as generations,
           starts_with(subject, 'delivery:') as is_unusable,
           bool_or(source = 'webhook') as by_webhook,
           max(workspace_id) as workspace_id, max(connect_webview_id) as connect_webview_id,
           -- As the latest event has it.
           (array_agg(connected_account_id order by id desc) filter (where connected_account_id is not null))[1]
             as connected_account_id
      from countable group by subject
  ), raised as (
    insert into reconciler.reconciliations as r
           (subject, generation, observed_generation, state, reason, workspace_id,
            connect_webview_id, connected_account_id, sweep_at)
    select subject, generations, case when is_unusable then generations else 0 end,
           case when is_unusable then 'failed' else 'pending' end,
           case when is_unusable then 'event_unusable' end,
           workspace_id, connect_webview_id, connected_account_id,
           ${IN_A_MOMENT}
      from news
     where events > 0
        or not is_unusable and subject in (select subject from free where state in ('failed', 'retrying'))
     order by subject
        on conflict (subject) do update set
           ${TOLD},
           workspace_id = coalesce(excluded.workspace_id, r.workspace_id),
           connect_webview_id = coalesce(excluded.connect_webview_id, r.connect_webview_id),
           connected_account_id = coalesce(excluded.connected_account_id, r.connected_account_id)
    returning subject, workspace_id, ceil(extract(epoch from due_at - now()) * 1000)::float8 as wait_ms
  ), signed as (
    -- Where a backfill was faster than the webhook: from now on what was signed is kept, as brought by it.
    update reconciler.deliveries d
       set source = 'webhook', body = c.body, signature = c.signature
      from countable c where c.body is not null and d.event_id = c.event_id and d.source = 'backfill'
         and d.erased_at is null
  ), done as (
    delete from reconciler.uncounted where ctid = any (array(select ctid from countable))
  )
  select (select json_agg(json_build_object(
            'subject', subject, 'workspaceId', raised.workspace_id, 'waitMs', greatest(0, wait_ms),
            'trigger', case when by_webhook then 'delivery' else 'backfill' end))
            from raised join news using (subject)) as news,
         (select count(*)::int from countable) as counted, (select count(*)::int from page) as seen,
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
  const { rows } = await client.query<{
    news: News[] | null;
    counted: number;
    seen: number;
    last: string | null;
  }>({ name: `count-page-${size}`, text: count(size), values: [after] });
  const [row] = rows;
  if (row === undefined) throw new Error('counting gave no answer');
  return {
    news: (row.news ?? []).filter(({ subject }) => parseSubject(subject).kind !== 'delivery'),
    counted: row.counted,
    left: row.seen - row.counted,
    next: row.seen < size ? null : row.last,
  };
};

import type pg from 'pg';
import { leased, RELEASED, SWEPT_NOW } from '../books/changes.ts';
import { LEASE_SECONDS, WEBVIEW_STANDS_SECONDS } from '../db/timing.ts';
import type { Trigger } from '../model/outcome.ts';
import { parseSubject, type Subject, type SubjectKind } from '../model/subject.ts';
import { currentTraceId } from '../ops/tracing.ts';

/** A run that has begun: what it looks at, and what was owed when it began. */
export type Run = Readonly<{
  id: number;
  subject: Subject;
  subjectKind: SubjectKind;
  subjectId: string;
  trigger: Trigger;
  /** With whose key it looks; null: the only one's, whose id isn't known. */
  workspaceId: string | null;
  /** The generation that is dealt with when this run settles. */
  generation: number;
  /** The account that an event named, to be checked against what the webview says. */
  hintedAccountId: string | null;
  /** Whether several workspaces speak of it, and Seam has shown it to none: then none's word alone leads to an account. */
  isClaimed: boolean;
  /** Of a webview that we have seen authorized: the account that it led to then. */
  authorized: Readonly<{
    accountId: string;
    /** Whether that was so short a time ago that it stands unless something says otherwise. */
    isRecent: boolean;
  }> | null;
  /** The run before this one, if it never ended. */
  interruptedRunId: number | null;
}>;

export type Beginning =
  | Readonly<{ kind: 'begun'; run: Run }>
  /** Owed, but its wait isn't over, or another run of it is under way. */
  | Readonly<{ kind: 'not_due'; dueInMs: number }>
  /** What this job was for has been dealt with. */
  | Readonly<{ kind: 'nothing_owed' }>;

type Row = {
  generation: string;
  trigger: Trigger;
  connected_account_id: string | null;
  is_claimed: boolean;
  authorized_account_id: string | null;
  is_recent: boolean | null;
  wait_ms: string;
  run_id: string | null;
  interrupted_run_id: string | null;
};

/**
 * One statement, on the locked row: takes the lease and the run's id, and closes the books on a run
 * that never ended.
 */
const begin = (traceId: '' | ', trace_id'): string => `
  with owed as (
    select subject, generation, connected_account_id, newest_run_id, requested_by,
           claimants is not null as is_claimed,
           greatest(extract(epoch from due_at - now()),
                    -- The other run is soon done, as a rule: ask again within a second.
                    least(coalesce(extract(epoch from leased_until - now()), 0), 1), 0) * 1000 as wait_ms
      from reconciler.reconciliations
     where subject = $1 and observed_generation < generation
       and ($5::text is null or workspace_id = $5)
       for update
  ), begun as (
    insert into reconciler.runs (subject, generation, trigger${traceId})
    select subject, generation, coalesce(requested_by, $2)${traceId === '' ? '' : ', $7::text'} from owed where wait_ms = 0
    returning id
  ), leased as (
    update reconciler.reconciliations r
       set ${leased('begun.id', '$3')}
      from begun where r.subject = $1
  ), interrupted as (
    update reconciler.runs
       set finished_at = now(), outcome = 'interrupted'
      from owed, begun
     where runs.id = owed.newest_run_id and runs.finished_at is null
    returning runs.id
  )
  select generation, owed.connected_account_id, owed.is_claimed, ceil(wait_ms)::text as wait_ms,
         coalesce(requested_by, $2) as trigger,
         w.connected_account_id as authorized_account_id,
         w.read_at > now() - $6 * interval '1 s' as is_recent,
         (select id from begun) as run_id, (select id from interrupted) as interrupted_run_id
    from owed
    left join reconciler.connect_webviews w on w.connect_webview_id = $4 and w.status = 'authorized'`;

const BEGIN = { name: 'begin-run', text: begin('') };
const BEGIN_TRACED = { name: 'begin-run-traced', text: begin(', trace_id') };

/**
 * Records the start of a run, if one is owed and due and no other is under way. Its id is taken before
 * anything is read, so a higher id means "read later": that is what keeps a slow run from overwriting a
 * newer one.
 *
 * @param workspaceId whose key is at hand: nothing of another workspace is begun; null: one key for all
 */
export const beginRun = async (
  pool: pg.Pool,
  subject: Subject,
  trigger: Trigger,
  workspaceId: string | null = null,
): Promise<Beginning> => {
  const { kind: subjectKind, id: subjectId } = parseSubject(subject);
  const webviewId = subjectKind === 'connect_webview' ? subjectId : null;
  const traceId = currentTraceId();
  const values = [subject, trigger, LEASE_SECONDS, webviewId, workspaceId, WEBVIEW_STANDS_SECONDS];
  const { rows } = await pool.query<Row>(
    traceId === null ? { ...BEGIN, values } : { ...BEGIN_TRACED, values: [...values, traceId] },
  );
  const row = rows[0];
  if (row === undefined) return { kind: 'nothing_owed' };
  if (row.run_id === null) return { kind: 'not_due', dueInMs: Number(row.wait_ms) };
  return {
    kind: 'begun',
    run: {
      id: Number(row.run_id),
      subject,
      subjectKind,
      subjectId,
      trigger: row.trigger,
      workspaceId,
      generation: Number(row.generation),
      hintedAccountId: row.connected_account_id,
      isClaimed: row.is_claimed,
      authorized:
        row.authorized_account_id === null
          ? null
          : { accountId: row.authorized_account_id, isRecent: row.is_recent ?? false },
      interruptedRunId: row.interrupted_run_id === null ? null : Number(row.interrupted_run_id),
    },
  };
};

/** Gives a run back that was stopped half way: it counts as interrupted, and is done again at once. */
export const abandonRun = async (pool: pg.Pool, run: Run): Promise<void> => {
  await pool.query(
    `with given_back as (
       update reconciler.reconciliations
          set ${RELEASED}, ${SWEPT_NOW}
        where subject = $1 and newest_run_id = $2
     )
     update reconciler.runs set finished_at = now(), outcome = 'interrupted'
      where id = $2 and finished_at is null`,
    [run.subject, run.id],
  );
};

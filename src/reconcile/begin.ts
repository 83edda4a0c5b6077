import type pg from 'pg';
import { parseSubject, type Subject, type SubjectKind } from '../seam/subject.ts';
import type { Trigger } from './outcome.ts';

/** A run that has begun: what it looks at, and what was owed when it began. */
export type Run = Readonly<{
  id: number;
  subject: Subject;
  subjectKind: SubjectKind;
  subjectId: string;
  trigger: Trigger;
  /** The generation that is dealt with when this run settles. */
  generation: number;
  /** The account that an event named, to be checked against what the webview says. */
  hintedAccountId: string | null;
}>;

export type Beginning =
  | Readonly<{ kind: 'begun'; run: Run }>
  /** Owed, but its wait isn't over. */
  | Readonly<{ kind: 'not_due'; dueInMs: number }>
  /** What this job was for has been dealt with. */
  | Readonly<{ kind: 'nothing_owed' }>;

type Row = {
  generation: string;
  connected_account_id: string | null;
  due_in_ms: string;
  run_id: string | null;
};

/**
 * Records the start of a run, if one is owed and due. Its id is taken before anything is read, so a
 * higher id means "read later": that is what keeps a slow run from overwriting a newer one.
 */
export const beginRun = async (
  pool: pg.Pool,
  subject: Subject,
  trigger: Trigger,
): Promise<Beginning> => {
  const { rows } = await pool.query<Row>({
    name: 'begin-run',
    text: `
      with owed as (
        select subject, generation, connected_account_id,
               extract(epoch from due_at - now()) * 1000 as due_in_ms
          from reconciler.reconciliations
         where subject = $1 and observed_generation < generation
      ), begun as (
        insert into reconciler.runs (subject, generation, trigger)
        select subject, generation, $2 from owed where due_in_ms <= 0
        returning id
      )
      select generation, connected_account_id, ceil(due_in_ms)::text as due_in_ms,
             (select id from begun) as run_id
        from owed`,
    values: [subject, trigger],
  });
  const row = rows[0];
  if (row === undefined) return { kind: 'nothing_owed' };
  if (row.run_id === null) return { kind: 'not_due', dueInMs: Number(row.due_in_ms) };
  const { kind: subjectKind, id: subjectId } = parseSubject(subject);
  return {
    kind: 'begun',
    run: {
      id: Number(row.run_id),
      subject,
      subjectKind,
      subjectId,
      trigger,
      generation: Number(row.generation),
      hintedAccountId: row.connected_account_id,
    },
  };
};

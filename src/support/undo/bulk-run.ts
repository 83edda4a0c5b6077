import { type Actor, insistOn } from '../../access/actor.ts';
import { DoneBeforeError, SupportError } from '../../access/errors.ts';
import { LARGE_BULK_RUN } from '../../access/permissions.ts';
import { and, drizzle, eq, inArray } from '../../db/drizzle.ts';
import { auditLog } from '../../db/schema-desk.ts';
import { actionWords } from '../bulk/action-words.ts';
import { type BulkRun, readBulkRun } from '../bulk/read.ts';
import { listBulkItems } from '../bulk/read-items.ts';
import { casesOf } from '../cases/members.ts';
import type { Desk } from '../desk.ts';
import { UNDOABLES, type UndoableAction } from './rows.ts';
import { GONE, namesOf } from './since.ts';
import { undoChange, undosOf } from './undo.ts';

/* What a bulk run did, taken back: case by case, each by what undoes it on its own, for as long as that can be. */

/** So many cases are seen to at once: each takes a transaction of its own, and somebody waits for the answer. */
const AT_A_TIME = 100;

/** What is left as it is, and why. */
export type NotUndone = Readonly<{ subject: string; why: string }>;

/** Of the next cases that a run changed: what undoing it would do. */
export type UndoOfRun = Readonly<{
  bulk_run_id: number;
  /** What the run did to each. */
  action: UndoableAction;
  /** How many of these cases can be put back. */
  undoable: number;
  not_undoable: readonly NotUndone[];
  /** How many cases the run changed in all. */
  changed: number;
  /** Where the next ones begin; null: there are no more. */
  next_after: number | null;
}>;

/** Of the next cases that a run changed: what became of undoing it. */
export type RunUndone = Readonly<{
  bulk_run_id: number;
  action: UndoableAction;
  undone: number;
  not_undone: readonly NotUndone[];
  next_after: number | null;
}>;

/** Whether what such a run does can be undone at all: a retry or a note can't. */
export const isUndoableRun = ({ action }: Pick<BulkRun, 'action'>): boolean =>
  action === 'dismiss' || action === 'assign' || action === 'link';

type Undoable = Readonly<{ run: BulkRun; action: UndoableAction }>;

/** @throws SupportError `not_found`, `not_allowed`, `refused` where there is nothing of it that could be undone */
const insistOnRun = async (desk: Desk, actor: Actor, id: number): Promise<Undoable> => {
  insistOn(actor, 'start_bulk_run');
  const run = await readBulkRun(desk, actor, id);
  const action = isUndoableRun(run) ? (run.action as 'dismiss' | 'assign' | 'link') : null;
  if (action === null) {
    const noun = run.action === 'note' ? 'Notes stay' : `A ${actionWords(run.action).toDo} stays`;
    throw new SupportError('refused', `${noun} as they are: bulk run ${id} can’t be undone.`);
  }
  insistOn(actor, UNDOABLES[action].needs);
  if (run.counts.succeeded > LARGE_BULK_RUN) insistOn(actor, 'start_large_bulk_run');
  if (run.finished_at === null) {
    const message = `Bulk run ${id} isn’t finished. Stop it, or wait, and undo it then.`;
    throw new SupportError('refused', message);
  }
  return { run, action };
};

/** A case that the run changed, and the number of that change; null: it is no longer known. */
type Changed = Readonly<{ subject: string; auditId: number | null }>;
type Page = Readonly<{ changed: readonly Changed[]; nextAfter: number | null }>;

/** The next that the run changed, each with its row of the audit log: found by what its case is called by. */
const pageOf = async (
  { pool, db }: Desk,
  actor: Actor,
  { run, action }: Undoable,
  after: number,
): Promise<Page> => {
  const options = { state: 'succeeded', after, limit: AT_A_TIME + 1 } as const;
  const found = await listBulkItems(db, actor, run.id, options);
  const items = found.slice(0, AT_A_TIME);
  const cases = await casesOf(
    pool,
    items.map(({ subject }) => subject),
  );
  const namesBySubject = items.map(({ subject }) => {
    const members = cases.get(subject);
    return { subject, names: [subject, ...(members === undefined ? [] : namesOf(members))] };
  });
  const rows = await drizzle(pool)
    .select({ id: auditLog.id, target: auditLog.target })
    .from(auditLog)
    .where(
      and(
        inArray(auditLog.target, [...new Set(namesBySubject.flatMap(({ names }) => names))]),
        eq(auditLog.bulkRunId, run.id),
        eq(auditLog.action, action),
      ),
    );
  const byTarget = new Map(rows.map(({ id, target }) => [target, id]));
  return {
    changed: namesBySubject.map(({ subject, names }) => ({
      subject,
      auditId: names.flatMap(name => byTarget.get(name) ?? [])[0] ?? null,
    })),
    nextAfter: found.length > items.length ? (items.at(-1)?.position ?? null) : null,
  };
};

type Sorted = Readonly<{
  can: readonly Readonly<{ subject: string; auditId: number }>[];
  cannot: readonly NotUndone[];
}>;

const sorted = async (desk: Desk, actor: Actor, { changed }: Page): Promise<Sorted> => {
  const undos = await undosOf(
    desk,
    actor,
    changed.flatMap(({ auditId }) => auditId ?? []),
  );
  const can: { subject: string; auditId: number }[] = [];
  const cannot: NotUndone[] = [];
  for (const { subject, auditId } of changed) {
    const undo = auditId === null ? undefined : undos.get(auditId);
    if (auditId !== null && undo !== undefined && undo.does !== null)
      can.push({ subject, auditId });
    else cannot.push({ subject, why: undo?.why_not ?? GONE });
  }
  return { can, cannot };
};

/**
 * What undoing a bulk run would do to the next of its cases, as things stand.
 *
 * @param after `next_after` of the ones before; 0: from the first
 * @throws SupportError `not_found`, `not_allowed`, `refused` where the run isn't finished, or is of a kind that can't be undone
 */
export const undoOfRun = async (
  desk: Desk,
  actor: Actor,
  id: number,
  after = 0,
): Promise<UndoOfRun> => {
  const undoable = await insistOnRun(desk, actor, id);
  const page = await pageOf(desk, actor, undoable, after);
  const { can, cannot } = await sorted(desk, actor, page);
  return {
    bulk_run_id: id,
    action: undoable.action,
    undoable: can.length,
    not_undoable: cannot,
    changed: undoable.run.counts.succeeded,
    next_after: page.nextAfter,
  };
};

/**
 * Undoes what a bulk run did to the next of its cases, each for itself; what has become otherwise since is left as it is,
 * and told. Sent again, nothing is done twice: what is undone already can't be undone again.
 *
 * @throws as `undoOfRun`
 */
export const undoRun = async (
  desk: Desk,
  actor: Actor,
  id: number,
  after = 0,
): Promise<RunUndone> => {
  const undoable = await insistOnRun(desk, actor, id);
  const page = await pageOf(desk, actor, undoable, after);
  const { can, cannot } = await sorted(desk, actor, page);
  const notUndone = [...cannot];
  let undone = 0;
  for (const { subject, auditId } of can) {
    try {
      await undoChange(desk, actor, auditId);
      undone += 1;
    } catch (error) {
      if (!(error instanceof SupportError)) throw error;
      if (error instanceof DoneBeforeError) undone += 1;
      else notUndone.push({ subject, why: error.message });
    }
  }
  return {
    bulk_run_id: id,
    action: undoable.action,
    undone,
    not_undone: notUndone,
    next_after: page.nextAfter,
  };
};

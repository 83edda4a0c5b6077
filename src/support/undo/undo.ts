import { type Actor, insistOn, may } from '../../access/actor.ts';
import { userIdFor, wordsFor } from '../../access/mask.ts';
import type { Permission } from '../../access/permissions.ts';
import { type CaseMembers, caseNamed, casesOf } from '../cases/members.ts';
import type { Desk } from '../desk.ts';
import { undoLink } from '../links/undo.ts';
import { lookAtDismissal, nothingToUndo, undoDismissal } from './dismissal.ts';
import { lookAtLink } from './of-links.ts';
import { lookAtShift, undoShift } from './of-shifts.ts';
import { rowsAbout, rowsOf, UNDOABLES, type UndoableAction, type UndoableRow } from './rows.ts';
import { GONE, namesOf } from './since.ts';
import { noUndoable } from './within.ts';

/* What people did to a case, taken back: for as long as it can be, by whoever may do it. */

/** Whether, and how, a change can be undone, as things stand. */
export type UndoOf = Readonly<{
  /** The change, of the audit log. */
  audit_id: number;
  action: UndoableAction;
  /** What it was done to, as the log has it. */
  target: string;
  at: string;
  by: string;
  /** What it takes to undo it: the same as to do it. */
  needs: Permission;
  /** What the button says. */
  label: string;
  /** What undoing it does, in a sentence; null where it can't be undone any more. */
  does: string | null;
  /** Why it can't be undone any more, in a sentence; null where it can be. */
  why_not: string | null;
}>;

/** What was undone. */
export type Undone = Readonly<{
  /** Of the audit log: of the undoing itself. */
  audit_id: number;
  /** The change that was undone. */
  undone: number;
  action: UndoableAction;
  /** What it was done to, as the log has it. */
  target: string;
  /** How it stands again, in a sentence. */
  told: string;
}>;

type Reader = Pick<Desk, 'pool' | 'db' | 'config'>;

const look = async (
  desk: Reader,
  actor: Actor,
  row: UndoableRow,
  found: CaseMembers | undefined,
): Promise<{ does: string } | { whyNot: string }> => {
  const { action } = row;
  if (action === 'link' || action === 'unlink') return lookAtLink(desk, actor, row);
  if (found === undefined) return { whyNot: GONE };
  switch (action) {
    case 'dismiss':
    case 'reopen':
      return lookAtDismissal(desk.pool, { ...row, action }, found);
    case 'assign':
    case 'snooze':
      return lookAtShift(desk, actor, { ...row, action }, found);
    default:
      return action satisfies never;
  }
};

const toUndo = async (
  desk: Reader,
  actor: Actor,
  row: UndoableRow,
  found: CaseMembers | undefined,
): Promise<UndoOf> => {
  const seen = await look(desk, actor, row, found);
  const { needs, label } = UNDOABLES[row.action];
  return {
    audit_id: row.id,
    action: row.action,
    target: row.target,
    at: row.at.toISOString(),
    by: row.actorName,
    needs,
    label,
    does: 'does' in seen ? wordsFor(actor, seen.does) : null,
    why_not: 'whyNot' in seen ? wordsFor(actor, seen.whyNot) : null,
  };
};

/**
 * Which of these changes can still be undone, and how: for a page of the audit log. Of what this person may not do,
 * nothing is asked.
 *
 * @returns by the change's id; without those that are of no kind that can be undone
 */
export const undosOf = async (
  desk: Reader,
  actor: Actor,
  auditIds: readonly number[],
): Promise<ReadonlyMap<number, UndoOf>> => {
  const all = await rowsOf(desk.pool, auditIds);
  return new Map(
    (await looks(desk, actor, all)).map((undo): [number, UndoOf] => [undo.audit_id, undo]),
  );
};

const looks = async (
  desk: Reader,
  actor: Actor,
  all: readonly UndoableRow[],
): Promise<UndoOf[]> => {
  const rows = all.filter(({ action }) => may(actor, UNDOABLES[action].needs));
  const cases = await casesOf(desk.pool, [...new Set(rows.map(({ target }) => target))]);
  const undos: UndoOf[] = [];
  for (const row of rows) undos.push(await toUndo(desk, actor, row, cases.get(row.target)));
  return undos;
};

/**
 * Whether one change can still be undone, and what that does.
 *
 * @throws SupportError `not_found` where there is no such change, or it is of no kind that can be undone; `not_allowed`
 */
export const undoOf = async (desk: Reader, actor: Actor, auditId: number): Promise<UndoOf> => {
  insistOn(actor, 'view');
  const row = await rowOf(desk, auditId);
  const cases = await casesOf(desk.pool, [row.target]);
  return toUndo(desk, actor, row, cases.get(row.target));
};

const MOST_LOOKED_AT = 20;

/** What people did to a case and can still be undone, the newest first. @throws SupportError `not_found` */
export const undosOfCase = async (
  desk: Reader,
  actor: Actor,
  subject: string,
): Promise<UndoOf[]> => {
  const names = namesOf(await caseNamed(desk.pool, subject));
  const undos = await looks(desk, actor, await rowsAbout(desk.pool, names, MOST_LOOKED_AT));
  return undos.filter(({ does }) => does !== null);
};

const rowOf = async ({ pool }: Pick<Desk, 'pool'>, auditId: number): Promise<UndoableRow> => {
  const [row] = await rowsOf(pool, [auditId]);
  if (row !== undefined) return row;
  throw noUndoable(auditId);
};

/**
 * Undoes what somebody did to a case: it stands again as it did before. Of what is undone already, or has become
 * otherwise since, nothing is done.
 *
 * @param auditId of the audit log: the change
 * @throws SupportError `not_found`, `not_allowed`, `conflict` that says what happened since; DoneBeforeError
 */
export const undoChange = async (desk: Desk, actor: Actor, auditId: number): Promise<Undone> => {
  const row = await rowOf(desk, auditId);
  const { action, target } = row;
  insistOn(actor, UNDOABLES[action].needs);
  const done = await undo(desk, actor, row);
  const told = wordsFor(actor, done.told);
  return { audit_id: done.auditId, undone: auditId, action, target, told };
};

const undo = async (
  desk: Desk,
  actor: Actor,
  row: UndoableRow,
): Promise<{ auditId: number; told: string }> => {
  const { action } = row;
  if (action === 'link' || action === 'unlink') {
    const { audit_id, user_id } = await undoLink(desk, actor, row.target, row.id);
    const to = user_id === null ? 'no one' : userIdFor(actor, user_id);
    return { auditId: audit_id, told: `The account is linked to ${to} again.` };
  }
  const found = (await casesOf(desk.pool, [row.target])).get(row.target);
  if (found === undefined) throw nothingToUndo(GONE);
  switch (action) {
    case 'dismiss':
    case 'reopen':
      return undoDismissal(desk, actor, { ...row, action }, found);
    case 'assign':
    case 'snooze':
      return undoShift(desk, actor, { ...row, action }, found);
    default:
      return action satisfies never;
  }
};

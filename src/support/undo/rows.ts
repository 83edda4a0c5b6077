import type pg from 'pg';
import type { Permission } from '../../access/permissions.ts';
import type { ChangeName } from '../../audit-log/record.ts';
import type { Client } from '../../db/client.ts';
import { and, desc, drizzle, inArray } from '../../db/drizzle.ts';
import { auditLog } from '../../db/schema-desk.ts';

/** What people do to a case and can take back, each with the permission that both take, and what the button says. */
export const UNDOABLES = {
  link: { needs: 'link', label: 'Undo the link' },
  unlink: { needs: 'link', label: 'Undo the unlinking' },
  dismiss: { needs: 'dismiss', label: 'Undo the dismissal' },
  reopen: { needs: 'dismiss', label: 'Undo the reopening' },
  assign: { needs: 'assign', label: 'Undo the assignment' },
  snooze: { needs: 'snooze', label: 'Undo the snooze' },
} as const satisfies Partial<Record<ChangeName, { needs: Permission; label: string }>>;
export type UndoableAction = keyof typeof UNDOABLES;

const ACTIONS = Object.keys(UNDOABLES) as UndoableAction[];

const isUndoable = (action: string): action is UndoableAction =>
  ACTIONS.some(each => each === action);

/** A change that may be undone, as the audit log has it: nothing of it is hidden. */
export type UndoableRow = Readonly<{
  id: number;
  at: Date;
  action: UndoableAction;
  actorName: string;
  target: string;
  before: Readonly<Record<string, unknown>> | null;
  after: Readonly<Record<string, unknown>> | null;
  why: string | null;
}>;

/** Within a transaction, or outside of any. */
export type Reader = Client | pg.Pool;

const SELECTED = {
  id: auditLog.id,
  at: auditLog.at,
  action: auditLog.action,
  actorName: auditLog.actorName,
  target: auditLog.target,
  before: auditLog.before,
  after: auditLog.after,
  why: auditLog.why,
};

const toUndoable = ({ action, ...row }: { action: string } & Omit<UndoableRow, 'action'>) =>
  isUndoable(action) ? [{ ...row, action }] : [];

/** Those of these changes that are of a kind that can be undone. */
export const rowsOf = async (on: Reader, ids: readonly number[]): Promise<UndoableRow[]> => {
  if (ids.length === 0) return [];
  const rows = await drizzle(on)
    .select(SELECTED)
    .from(auditLog)
    .where(inArray(auditLog.id, [...ids]));
  return rows.flatMap(toUndoable);
};

/** The newest changes of such a kind to what is called by any of these. */
export const rowsAbout = async (
  on: Reader,
  names: readonly string[],
  limit: number,
): Promise<UndoableRow[]> => {
  const rows = await drizzle(on)
    .select(SELECTED)
    .from(auditLog)
    .where(and(inArray(auditLog.target, [...names]), inArray(auditLog.action, ACTIONS)))
    .orderBy(desc(auditLog.id))
    .limit(limit);
  return rows.flatMap(toUndoable);
};

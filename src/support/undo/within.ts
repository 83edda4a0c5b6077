import { SupportError } from '../../access/errors.ts';
import { subjectWithin } from '../cases/within.ts';
import type { Desk } from '../desk.ts';
import { rowsOf } from './rows.ts';

/**
 * Whether a change was made to a case that is in one of these Seam workspaces.
 *
 * @param own ids of Seam workspaces
 * @throws SupportError `not_found`, as for what there isn't
 */
export const insistOnChangeWithin = async (
  desk: Pick<Desk, 'pool'>,
  own: readonly string[],
  auditId: number,
): Promise<void> => {
  const [row] = await rowsOf(desk.pool, [auditId]);
  try {
    if (row !== undefined) {
      await subjectWithin(desk, own, row.target);
      return;
    }
  } catch (error) {
    if (!(error instanceof SupportError) || error.fault !== 'not_found') throw error;
  }
  throw noUndoable(auditId);
};

export const noUndoable = (auditId: number): SupportError =>
  new SupportError(
    'not_found',
    `No link, unlinking, dismissal, reopening, assignment or snooze has the number ${auditId} in the audit log, so there is nothing to undo.`,
  );

import type { Case } from '../../../support/cases/types.ts';
import type { Html } from '../../view/html.ts';
import type { Visit } from '../../view/route.ts';
import { seamActions } from '../at-seam/actions.ts';
import { shiftPanel } from '../shifts/panel.ts';
import { undoables } from '../undo/undoables.ts';

/*
 * Where on the page of a case other rooms show theirs: each fills in its own place, here, and nothing else of the page
 * knows of it.
 */

/** Something that a room shows on the page; null: nothing. */
type Place = (visit: Visit, found: Case) => Promise<Html | null>;

/** Under the headline: whose the case is to look after, and whether it sleeps (`shiftPanel` of pages/shifts). */
export const shiftPlace: Place = shiftPanel;

/** Beside the buttons: what can be done at Seam, as buttons within the row (`seamActions` of pages/at-seam). */
export const seamPlace: Place = async (visit, found) => seamActions(visit, found);

/** Under the buttons: what was done and can be taken back (`undoables` of pages/undo). */
export const undoPlace: Place = undoables;

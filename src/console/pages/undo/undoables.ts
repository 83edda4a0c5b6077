import type { Case } from '../../../support/cases/types.ts';
import type { Html } from '../../view/html.ts';
import type { Visit } from '../../view/route.ts';

/**
 * What people did to a case and can still be undone, each with what undoing does and a button; null where there is
 * nothing. For the case's page, anywhere outside of what keeps itself up to date.
 */
export const undoables = async (
  _visit: Visit,
  _found: Pick<Case, 'subject'>,
): Promise<Html | null> => null;

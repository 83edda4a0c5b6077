import { type Html, html } from '../../view/html.ts';
import type { Visit } from '../../view/route.ts';

/**
 * How people share a case: who has it, whether it sleeps, and the forms to change that; with the way to the case before
 * and after it in the list that one came from.
 *
 * @param found the case: by its key, or any subject of it
 */
export const shiftPanel = async (
  _visit: Visit,
  _found: Readonly<{ subject: string }>,
): Promise<Html> => html``;

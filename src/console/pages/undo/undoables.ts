import type { Case } from '../../../support/cases/types.ts';
import { type UndoOf, undosOfCase } from '../../../support/undo/undo.ts';
import { CHANGE_WORDS } from '../../../support/words/words.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields, inPlace } from '../../view/layout.ts';
import type { Visit } from '../../view/route.ts';
import { ago } from '../../view/words.ts';

/** The button that undoes a change, at once. */
export const undoForm = (visit: Visit, { audit_id, label, needs }: UndoOf): Html =>
  html`<form ${inPlace(href(['audit-log', audit_id, 'undo']))}>${formFields(visit)}${button(visit, label, needs)}</form>`;

/**
 * What people did to a case and can still be undone, each with what undoing does and a button; null where there is
 * nothing. For the case's page.
 */
export const undoables = async (
  visit: Visit,
  { subject, unlinked }: Pick<Case, 'subject' | 'unlinked'>,
): Promise<Html | null> => {
  const all = await undosOfCase(visit.desk, visit.actor, subject);
  // The unlinking that holds has its button among what can be done.
  const undos = all.filter(({ audit_id }) => audit_id !== unlinked?.audit_id);
  if (undos.length === 0) return null;
  return html`<h2 id="undo">Can be undone</h2>
    <ul class="undoables">${undos.map(
      undo => html`<li class="card">
        <p>${CHANGE_WORDS[undo.action]}, by <strong>${undo.by}</strong> ${ago(undo.at)}. <span class="faint">Undone: ${undo.does}</span></p>
        ${undoForm(visit, undo)}
      </li>`,
    )}</ul>`;
};

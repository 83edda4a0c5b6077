import type { SavedView } from '../../../support/finding/saved-views.ts';
import { errorSummary, fieldFault } from '../../view/form-faults.ts';
import { type Html, href, html } from '../../view/html.ts';
import { formFields } from '../../view/layout.ts';
import type { Visit } from '../../view/route.ts';

/** The list that a view stands for. */
export const viewHref = ({ query }: SavedView): string =>
  href(['connections'], new URLSearchParams(query));

/** This operator's views, to go to. */
export const viewLinks = (views: readonly SavedView[]): Html | null =>
  views.length === 0
    ? null
    : html`<nav class="views" aria-labelledby="views-title"><h2 id="views-title">Saved views</h2>
        <ul>${views.map(view => html`<li><a href="${viewHref(view)}">${view.name}</a></li>`)}</ul></nav>`;

const deleteForm = (visit: Visit, { id, name }: SavedView): Html =>
  html`<li><form method="post" action="${href(['views', id, 'delete'])}" class="row">${formFields(visit)}<span>${name}</span>
    <button type="submit" class="quiet">Delete<span class="hidden"> the view “${name}”</span></button></form></li>`;

/** What was typed into the form for saving a view, and what is wrong with that. */
export type ViewDraft = Readonly<{ name: string; faults: Readonly<Record<string, string>> }>;

/** Saves the present filter under a name; and forgets views. */
export const viewForms = (
  visit: Visit,
  fields: readonly [string, string][],
  views: readonly SavedView[],
  draft: ViewDraft | null,
): Html => html`<details class="save-view"${draft === null ? '' : html` open`}>
    <summary>Save this view${views.length === 0 ? '' : ', or delete a saved one'}</summary>
    ${draft === null ? '' : errorSummary(draft.faults, { name: 'view-name' })}
    <form method="post" action="${href(['views'])}" class="row">
      ${formFields(visit)}
      ${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
      <p class="field"><label for="view-name">Name of the view</label>
        <input id="view-name" name="name" value="${draft?.name ?? ''}" maxlength="60" required autocomplete="off"${fieldFault(draft?.faults ?? {}, 'name', 'view-name')}></p>
      <button type="submit">Save view</button>
    </form>
    ${views.length === 0 ? '' : html`<ul class="plain">${views.map(view => deleteForm(visit, view))}</ul>`}
  </details>`;

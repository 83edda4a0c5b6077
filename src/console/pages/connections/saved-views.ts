import { may } from '../../../access/actor.ts';
import type { SavedView } from '../../../support/finding/saved-views.ts';
import { mayEndOthers } from '../../../support/finding/shared-views.ts';
import { errorSummary, fieldFault } from '../../view/form-faults.ts';
import { type Html, href, html } from '../../view/html.ts';
import { formFields } from '../../view/layout.ts';
import type { Visit } from '../../view/route.ts';

/** The list that a view stands for. */
export const viewHref = ({ query }: SavedView): string =>
  href(['connections'], new URLSearchParams(query));

/** This operator's views, and those that others share, to go to. */
export const viewLinks = (views: readonly SavedView[]): Html | null =>
  views.length === 0
    ? null
    : html`<nav class="views" aria-labelledby="views-title"><h2 id="views-title">Saved views</h2>
        <ul data-roving>${views.map(view => html`<li><a href="${viewHref(view)}">${view.name}</a>${sharedBy(view)}</li>`)}</ul></nav>`;

const sharedBy = ({ isOwn, isShared, owner }: SavedView): Html | null => {
  if (!isShared) return null;
  return html` <small>${isOwn ? 'shared' : `shared by ${owner}`}</small>`;
};

/** One of the things that can be done to a view. */
const viewForm = (
  visit: Visit,
  { id, name }: SavedView,
  what: 'share' | 'unshare' | 'delete',
  label: string,
): Html =>
  html`<form method="post" action="${href(['views', id, what])}">${formFields(visit)}
    <button type="submit" class="quiet">${label}<span class="hidden">: the view “${name}”</span></button></form>`;

const viewRow = (
  visit: Visit,
  view: SavedView,
): Html => html`<li class="row"><span>${view.name}</span>${sharedBy(view)}
    ${
      may(visit.actor, 'share_view')
        ? view.isShared
          ? viewForm(visit, view, 'unshare', 'Stop sharing')
          : viewForm(visit, view, 'share', 'Share with everyone')
        : ''
    }
    ${viewForm(visit, view, 'delete', 'Delete')}</li>`;

/** What was typed into the form for saving a view, and what is wrong with that. */
export type ViewDraft = Readonly<{ name: string; faults: Readonly<Record<string, string>> }>;

/** Saves the present filter under a name; shares views, and forgets them. */
export const viewForms = (
  visit: Visit,
  fields: readonly [string, string][],
  views: readonly SavedView[],
  draft: ViewDraft | null,
): Html => {
  const own = views.filter(view => view.isOwn || mayEndOthers(visit.actor));
  return html`<details class="save-view"${draft === null ? '' : html` open`}>
    <summary>Save this view${own.length === 0 ? '' : ', or share or delete a saved one'}</summary>
    ${draft === null ? '' : errorSummary(draft.faults, { name: 'view-name' })}
    <form method="post" action="${href(['views'])}" class="row">
      ${formFields(visit)}
      ${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
      <p class="field"><label for="view-name">Name of the view</label>
        <input id="view-name" name="name" value="${draft?.name ?? ''}" maxlength="60" required autocomplete="off"${fieldFault(draft?.faults ?? {}, 'name', 'view-name')}></p>
      <button type="submit">Save view</button>
    </form>
    ${own.length === 0 ? '' : html`<ul class="plain">${own.map(view => viewRow(visit, view))}</ul>`}
  </details>`;
};

import type { Permission } from '../../../access/permissions.ts';
import type { BulkAction } from '../../../model/bulk.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields } from '../../view/layout.ts';
import type { Visit } from '../../view/route.ts';

/* What can be done to many, under a list of connections. Everything but a retry of what is ticked is previewed first. */

const OTHERS = [
  { action: 'dismiss', label: 'Dismiss', permission: 'dismiss' },
  { action: 'assign', label: 'Assign', permission: 'assign' },
  { action: 'note', label: 'Add a note to', permission: 'note' },
  { action: 'link', label: 'Link', permission: 'link' },
] as const satisfies readonly Readonly<{
  action: BulkAction;
  label: string;
  permission: Permission;
}>[];

/** For the rows that are ticked; within the form that they are in. */
export const selectionButtons = (visit: Visit): Html => {
  const formAction = href(['bulk-runs', 'selected']);
  return html`<div class="bulk-bar">${button(visit, 'Retry selected', 'plan_bulk_run', {
    ...{ name: 'action', value: 'retry', formAction },
    selected: 'Retry # selected',
  })}
    ${OTHERS.map(({ action, label, permission }) =>
      button(visit, `${label} selected…`, permission, {
        ...{ name: 'action', value: action, formAction },
        selected: `${label} #…`,
      }),
    )}</div>`;
};

/**
 * For all that match a filter.
 *
 * @param query the filter, as in a list's address
 * @param number how many match, as it is shown; empty where that isn't known
 */
export const matchingButtons = (visit: Visit, query: string, number: string): Html => {
  const all = `all ${number}${number === '' ? '' : ' '}matching…`;
  return html`<form class="bulk-bar" method="post" action="${href(['bulk-runs', 'plan'])}">
    ${formFields(visit)}<input type="hidden" name="query" value="${query}">
    ${button(visit, `Retry ${all}`, 'plan_bulk_run', { name: 'action', value: 'retry' })}
    <details class="more"><summary>More for all matching</summary><div class="row">${OTHERS.map(
      ({ action, label, permission }) =>
        button(visit, `${label} ${all}`, permission, { name: 'action', value: action }),
    )}</div></details>
  </form>`;
};

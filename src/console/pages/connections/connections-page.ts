import { SupportError } from '../../../access/errors.ts';
import { mayRole } from '../../../access/permissions.ts';
import {
  type ConnectionFilter,
  filterFields,
  parseFilter,
} from '../../../support/finding/connection-filter.ts';
import { describeFilter } from '../../../support/finding/filter-words.ts';
import { listViews } from '../../../support/finding/saved-views.ts';
import { type Html, href, html } from '../../view/html.ts';
import { page, type Reply, type Visit } from '../../view/route.ts';
import { filterForm, givenFields, stateTabs } from './connections-filter.ts';
import { connectionRows } from './connections-rows.ts';
import { groupsWithin } from './groups.ts';
import { type ViewDraft, viewForms, viewLinks } from './saved-views.ts';

type Read = Readonly<{ filter: ConnectionFilter | null; faults: Readonly<Record<string, string>> }>;

const readFilter = (params: URLSearchParams): Read => {
  try {
    return { filter: parseFilter(filterFields(params)), faults: {} };
  } catch (error) {
    if (!(error instanceof SupportError)) throw error;
    return { filter: null, faults: error.faults };
  }
};

/**
 * The list of connections.
 *
 * @param params where its filter stands: the address, or a form that could not be taken
 * @param draft of a view that could not be saved
 */
export const showConnections = async (
  visit: Visit,
  params: URLSearchParams,
  draft: ViewDraft | null = null,
): Promise<Reply> => {
  const fields = givenFields(params);
  const { filter, faults } = readFilter(params);
  const views = await listViews(visit.desk.pool, visit.actor);
  const words = filter === null ? [] : describeFilter(filter, visit.desk.config.workspaces);
  const rows: Html | null =
    filter === null ? null : await connectionRows(visit, filter, fields, words);
  const groups = filter === null ? null : await groupsWithin(visit, filter, fields);
  return page(
    'connections',
    ['Connections', ...words].join(' · '),
    html`<div data-roving><div class="row spread"><h1>Connections</h1>
        ${mayRole(visit.session.operator.role, 'create_webview') ? html`<a class="button" href="${href(['webviews', 'new'])}">Create webview for a user…</a>` : ''}</div>
      ${viewLinks(views)}
      ${stateTabs(fields)}</div>
      ${filterForm(visit, fields, faults)}
      ${groups}
      ${rows}
      ${filter === null ? '' : viewForms(visit, fields, views, draft)}`,
    filter === null || draft !== null ? 422 : 200,
  );
};

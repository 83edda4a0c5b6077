import {
  describeCounts,
  describeProgress,
  itemStatesOf,
  itemStateWord,
  runName,
  upperFirst,
} from '../../../support/bulk/action-words.ts';
import type { BulkRun } from '../../../support/bulk/read.ts';
import { type BulkItem, listBulkItems } from '../../../support/bulk/read-items.ts';
import {
  describeLength,
  type ItemState,
  isItemState,
  number,
} from '../../../support/bulk/words.ts';
import { type ConnectionRow, readRows } from '../../../support/finding/connection-row.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields, inPlace, live } from '../../view/layout.ts';
import { page, type Reply, type Visit } from '../../view/route.ts';
import { duration, when } from '../../view/words.ts';
import { CELL_HEADINGS, connectionCells } from '../connections/cells.ts';
import { undoLink } from './bulk-undo.ts';
import { bulkBadge, leftOutList } from './bulk-words.ts';

const PAGE_SIZE = 50;

/** How a bulk run that was started gets on, and what came of each. */
export const progressPage = async (visit: Visit, run: BulkRun): Promise<Reply> => {
  const title = upperFirst(runName(run));
  const shown = shownState(visit, run);
  return page(
    'bulk',
    title,
    html`<h1>${title} <small>(bulk run ${run.id})</small></h1>
      ${live(
        visit,
        'bulk-run',
        html`${progress(visit, run)}
          ${facts(run)}
          ${undoLink(run)}
          <h2>Results</h2>
          ${tabs(run, shown)}
          ${await itemTable(visit, run, shown)}`,
      )}
      ${leftOutList(run)}`,
  );
};

const progress = (visit: Visit, run: BulkRun): Html => {
  const { through, words } = describeProgress(run);
  const left = run.counts.waiting;
  return html`<div class="card bulk"><p>${bulkBadge(run.state)}${sentence(run)}</p>
    <p class="progress">
      <label for="progress">${words}</label>
      <progress id="progress" max="${run.total}" value="${through}">${words}</progress>
    </p>
    ${run.state === 'done' ? '' : html`<p>${describeCounts(run)}.${left > 0 && run.state === 'running' ? html` The rest takes ${describeLength(left, run.per_minute)} at ${number(run.per_minute)} a minute.` : ''}</p>`}
    ${run.waits_because === null ? '' : html`<p class="fault">Waiting: ${run.waits_because}. It continues automatically.</p>`}
    ${
      run.state === 'running'
        ? html`<form ${inPlace(href(['bulk-runs', run.id, 'stop']))}>${formFields(visit)}
            ${button(visit, left > 0 ? `Stop, and skip the ${number(left)} waiting` : 'Stop', 'stop_bulk_run', { kind: 'danger' })}
          </form>`
        : ''
    }</div>`;
};

const sentence = (run: BulkRun): string => {
  switch (run.state) {
    case 'planned':
    case 'running':
      return '';
    case 'stopped':
      return `: ${run.stopped_because}.${run.finished_at === null ? ' Checks in progress are finishing.' : ''}`;
    case 'stopped_itself':
      return `: ${run.stopped_because}. Deal with that first, then plan it again for the rest.`;
    case 'done':
      return `: ${describeCounts(run)}.`;
    default:
      return run.state satisfies never;
  }
};

const facts = (run: BulkRun): Html => html`<dl class="facts">
    <dt>Selection</dt><dd>${run.selection}</dd>
    ${run.given_words === null ? '' : html`<dt>What</dt><dd>${run.given_words}</dd>`}
    ${run.asked_at === null ? '' : html`<dt>Asked for</dt><dd>${when(run.asked_at)} by ${run.asked_by}</dd>`}
    ${run.why === null ? '' : html`<dt>Why</dt><dd>${run.why}</dd>`}
    ${run.started_at === null ? '' : html`<dt>Started</dt><dd>${when(run.started_at)} by ${run.started_by}</dd>`}
    ${
      run.started_at === null || run.finished_at === null
        ? ''
        : html`<dt>Finished</dt><dd>${when(run.finished_at)}, after ${duration(Date.parse(run.finished_at) - Date.parse(run.started_at))}</dd>`
    }
  </dl>`;

/** The one that was asked for; else what failed, where something did. */
const shownState = ({ query }: Visit, { counts }: BulkRun): ItemState => {
  const asked = query.get('show') ?? '';
  if (isItemState(asked)) return asked;
  return (['failed', 'skipped', 'asked'] as const).find(state => counts[state] > 0) ?? 'succeeded';
};

const tabs = ({ id, action, counts }: BulkRun, shown: ItemState): Html =>
  html`<nav aria-label="Filter by result"><ul class="choices" data-roving>${itemStatesOf(
    action,
  ).map(
    state =>
      html`<li><a href="${href(['bulk-runs', id], { show: state })}"${
        state === shown ? html` aria-current="true"` : ''
      }><span>${itemStateWord(action, state)}</span> <strong>${number(counts[state])}</strong></a></li>`,
  )}</ul></nav>`;

const itemTable = async (visit: Visit, run: BulkRun, shown: ItemState): Promise<Html> => {
  const after = Number(/^\d{1,9}$/.exec(visit.query.get('after') ?? '')?.[0] ?? 0);
  const found = await listBulkItems(visit.desk.db, visit.actor, run.id, {
    state: shown,
    after,
    limit: PAGE_SIZE + 1,
  });
  const items = found.slice(0, PAGE_SIZE);
  if (items.length === 0) return html`<p class="faint">None.</p>`;
  const subjects = items.map(({ subject }) => subject);
  const rows = await readRows(visit.desk, visit.actor, subjects);
  const standing = new Map(rows.map(row => [row.subject, row]));
  const label = itemStateWord(run.action, shown);
  const next = items.at(-1)?.position;
  return html`<div class="table wide cards" tabindex="0" role="region" aria-label="${label}">
      <table>
        <caption class="hidden">${label}</caption>
        <thead><tr>${CELL_HEADINGS}<th scope="col">Result</th><th scope="col">When</th></tr></thead>
        <tbody>${items.map(item => itemRow(run, item, standing.get(item.subject)))}</tbody>
      </table>
    </div>
    ${after === 0 && found.length <= PAGE_SIZE ? '' : pager(run, shown, after, found.length > PAGE_SIZE ? next : undefined)}`;
};

/** @param row how it stands by now; undefined: it has been pruned */
const itemRow = (
  { action }: BulkRun,
  { subject, state, why, user_id, changed_at }: BulkItem,
  row: ConnectionRow | undefined,
): Html =>
  html`<tr class="leads">
    ${row === undefined ? html`<th scope="row" colspan="4">${subject}</th>` : connectionCells(row)}
    <td data-label="Result">${why ?? itemStateWord(action, state)}${user_id === null ? '' : html`<br><small>to ${user_id}</small>`}</td>
    <td data-label="When">${when(changed_at)}</td>
  </tr>`;

const pager = (run: BulkRun, show: ItemState, after: number, next: number | undefined): Html =>
  html`<nav class="row" aria-label="Pages">
    ${after === 0 ? '' : html`<a class="button" href="${href(['bulk-runs', run.id], { show })}">First page</a>`}
    ${next === undefined ? '' : html`<a class="button" href="${href(['bulk-runs', run.id], { show, after: next })}">Next page</a>`}
  </nav>`;

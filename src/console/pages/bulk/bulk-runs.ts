import { invalid } from '../../../access/errors.ts';
import { BULK_ACTIONS, type BulkAction } from '../../../model/bulk.ts';
import { describeCounts, runName } from '../../../support/bulk/action-words.ts';
import { plan, planAndStart } from '../../../support/bulk/plan.ts';
import { type BulkRun, listBulkRuns, readBulkRun } from '../../../support/bulk/read.ts';
import { parseSelection, type Selection, selectSubjects } from '../../../support/bulk/selection.ts';
import { type Html, href, html } from '../../view/html.ts';
import { live } from '../../view/layout.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { ago } from '../../view/words.ts';
import { askedRuns } from './asked.ts';
import { BULK_ACTION_ROUTES, idOf, started } from './bulk-actions.ts';
import { previewPage } from './bulk-preview.ts';
import { progressPage } from './bulk-progress.ts';
import { BULK_UNDO_ROUTES } from './bulk-undo.ts';
import { bulkBadge } from './bulk-words.ts';

const PAGE_SIZE = 20;

export const BULK_RUN_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'get',
    path: '/bulk-runs',
    needs: 'view',
    handle: async visit => {
      const before = /^\d{1,15}$/.exec(visit.query.get('before') ?? '')?.[0];
      const found = await listBulkRuns(visit.desk, visit.actor, {
        before: before === undefined ? undefined : Number(before),
        limit: PAGE_SIZE + 1,
      });
      const runs = found.slice(0, PAGE_SIZE);
      const next = found.length > PAGE_SIZE ? runs.at(-1)?.id : undefined;
      return page(
        'bulk',
        'Bulk runs',
        html`<h1>Bulk runs</h1>
          ${before === undefined ? await askedRuns(visit) : ''}
          ${live(visit, 'bulk-runs', runs.length === 0 ? nothingYet() : runTable(runs))}
          ${next === undefined ? '' : html`<p><a class="button" href="${href(['bulk-runs'], { before: next })}">Older</a></p>`}`,
      );
    },
  },
  {
    method: 'post',
    path: '/bulk-runs/plan',
    needs: 'plan_bulk_run',
    handle: async visit => {
      const selection = parseSelection(visit.form.get('query') ?? '');
      return planned(visit, selection);
    },
  },
  {
    method: 'post',
    path: '/bulk-runs/selected',
    needs: 'start_bulk_run',
    handle: async visit => {
      const subjects = visit.form.getAll('subject');
      if (subjects.length === 0) return nothingSelected();
      const selection = selectSubjects(subjects);
      if (actionIn(visit) !== 'retry') return planned(visit, selection);
      // They have seen what they ticked, and it takes nothing besides.
      const why = visit.form.get('why') ?? undefined;
      const id = await planAndStart(visit.desk, visit.actor, selection, { why });
      return started(visit, id);
    },
  },
  {
    method: 'get',
    path: '/bulk-runs/:id',
    needs: 'view',
    handle: async visit => {
      const run = await readBulkRun(visit.desk, visit.actor, idOf(visit));
      return run.state === 'planned' ? previewPage(visit, run) : progressPage(visit, run);
    },
  },
  ...BULK_ACTION_ROUTES,
  ...BULK_UNDO_ROUTES,
];

/** What is to be done to each: what the button says; a list of a version before this one can only retry. */
const actionIn = ({ form }: Visit): BulkAction => {
  const text = form.get('action') ?? 'retry';
  const action = BULK_ACTIONS.find(each => each === text);
  if (action === undefined) {
    throw invalid({ action: `"action" must be one of ${BULK_ACTIONS.join(', ')}.` });
  }
  return action;
};

/** The preview asks for what it takes besides. */
const planned = async (visit: Visit, selection: Selection): Promise<Reply> => {
  const order = { action: actionIn(visit), given: {} };
  const why = visit.form.get('why') ?? undefined;
  const id = await plan(visit.desk, visit.actor, selection, { why, order });
  return { kind: 'redirect', to: href(['bulk-runs', id]) };
};

const nothingSelected = (): Reply =>
  page(
    'connections',
    'Nothing is selected',
    html`<h1>Nothing is selected</h1>
      <p class="fault" role="alert">Select at least one connection first, with the checkbox at the start of its row. Nothing was done.</p>
      <p><a href="${href(['connections'], { state: 'failed' })}">Connections that need attention</a></p>`,
    422,
  );

const nothingYet = (): Html =>
  html`<p>There are no bulk runs yet. Choose connections in <a href="${href(['connections'], { state: 'failed' })}">Connections</a>: select some and press “Retry selected” (or dismiss, assign, link them, add a note), or press “Retry all matching”.</p>`;

/** A note may be long. */
const clipped = (text: string): string =>
  [...text].length > 80 ? `${[...text].slice(0, 79).join('')}…` : text;

const runTable = (
  runs: readonly BulkRun[],
): Html => html`<div class="table wide cards" tabindex="0" role="region" aria-label="Bulk runs">
    <table>
      <caption class="hidden">Bulk runs, newest first</caption>
      <thead><tr><th scope="col">Run</th><th scope="col">State</th><th scope="col">Selection</th><th scope="col">Result</th><th scope="col">By</th><th scope="col">When</th></tr></thead>
      <tbody>${runs.map(runRow)}</tbody>
    </table>
  </div>`;

const runRow = (run: BulkRun): Html => html`<tr>
    <th scope="row"><a href="${href(['bulk-runs', run.id])}">${run.id}: ${runName(run)}</a>${run.given_words === null ? '' : html`<br><small>${clipped(run.given_words)}</small>`}</th>
    <td data-label="State">${bulkBadge(run.state)}</td>
    <td data-label="Selection">${run.selection}</td>
    <td data-label="Result">${run.state === 'planned' ? (run.asked_by === null ? '' : html`asked for by ${run.asked_by}`) : describeCounts(run)}</td>
    <td data-label="By">${run.started_by ?? run.planned_by}</td>
    <td data-label="When">${ago(run.started_at ?? run.planned_at)}</td>
  </tr>`;

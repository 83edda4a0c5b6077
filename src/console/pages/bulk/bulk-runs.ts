import { plan, planAndStart } from '../../../support/bulk/plan.ts';
import { type BulkRun, listBulkRuns, readBulkRun } from '../../../support/bulk/read.ts';
import { parseSelection, selectSubjects } from '../../../support/bulk/selection.ts';
import { noSuchBulkRun, start, stop } from '../../../support/bulk/start.ts';
import { describeCounts, number } from '../../../support/bulk/words.ts';
import { type Html, href, html } from '../../view/html.ts';
import { live } from '../../view/layout.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { ago } from '../../view/words.ts';
import { previewPage } from './bulk-preview.ts';
import { progressPage } from './bulk-progress.ts';
import { bulkBadge } from './bulk-words.ts';

const PAGE_SIZE = 20;

/** @throws SupportError `not_found` for what is no id */
const idOf = ({ params }: Visit): number => {
  const text = params.id ?? '';
  if (!/^\d{1,15}$/.test(text)) throw noSuchBulkRun(text);
  return Number(text);
};

const whyOf = ({ form }: Visit): string | undefined =>
  form.get('why')?.trim().slice(0, 2_000) || undefined;

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
      const id = await plan(visit.desk, visit.actor, selection, { why: whyOf(visit) });
      return { kind: 'redirect', to: href(['bulk-runs', id]) };
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
      const id = await planAndStart(visit.desk, visit.actor, selection, { why: whyOf(visit) });
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
  {
    method: 'post',
    path: '/bulk-runs/:id/start',
    needs: 'start_bulk_run',
    handle: async visit => {
      const id = idOf(visit);
      await start(visit.desk, visit.actor, id, whyOf(visit));
      return started(visit, id);
    },
  },
  {
    method: 'post',
    path: '/bulk-runs/:id/stop',
    needs: 'stop_bulk_run',
    handle: async visit => {
      const id = idOf(visit);
      await stop(visit.desk, visit.actor, id, whyOf(visit));
      const { counts } = await readBulkRun(visit.desk, visit.actor, id);
      const text = `Stopped: ${number(counts.skipped)} skipped.`;
      return { kind: 'redirect', to: href(['bulk-runs', id]), notice: { text } };
    },
  },
];

const started = async ({ desk, actor }: Visit, id: number): Promise<Reply> => {
  const { total } = await readBulkRun(desk, actor, id);
  const text = `Started retry of ${number(total)}.`;
  return { kind: 'redirect', to: href(['bulk-runs', id]), notice: { text } };
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
  html`<p>There are no bulk runs yet. Choose what to retry in <a href="${href(['connections'], { state: 'failed' })}">Connections</a>: select some and press “Retry selected”, or press “Retry all matching”.</p>`;

const runTable = (
  runs: readonly BulkRun[],
): Html => html`<div class="table wide" tabindex="0" role="region" aria-label="Bulk runs">
    <table>
      <caption class="hidden">Bulk runs, newest first</caption>
      <thead><tr><th scope="col">Run</th><th scope="col">State</th><th scope="col">Selection</th><th scope="col">Result</th><th scope="col">By</th><th scope="col">When</th></tr></thead>
      <tbody>${runs.map(runRow)}</tbody>
    </table>
  </div>`;

const runRow = (run: BulkRun): Html => html`<tr>
    <th scope="row"><a href="${href(['bulk-runs', run.id])}">${run.id}: retry of ${number(run.total)}</a></th>
    <td>${bulkBadge(run.state)}</td>
    <td>${run.selection}</td>
    <td>${run.state === 'planned' ? '' : describeCounts(run.counts)}</td>
    <td>${run.started_by ?? run.planned_by}</td>
    <td>${ago(run.started_at ?? run.planned_at)}</td>
  </tr>`;

import { may } from '../../../access/actor.ts';
import { LARGE_BULK_RUN } from '../../../access/permissions.ts';
import { PREVIEW_MINUTES } from '../../../support/bulk/limits.ts';
import { type BulkRun, listBulkItems } from '../../../support/bulk/read.ts';
import { isPreviewTooOld } from '../../../support/bulk/start.ts';
import { describeLength, number } from '../../../support/bulk/words.ts';
import { type ConnectionRow, readRows } from '../../../support/finding/connection-row.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields, inPlace } from '../../view/layout.ts';
import { page, type Reply, type Visit } from '../../view/route.ts';
import { when } from '../../view/words.ts';
import { CELL_HEADINGS, connectionCells } from '../connections/cells.ts';
import { leftOutList } from './bulk-words.ts';

const SAMPLE_SIZE = 5;

/** What a bulk run would do, before it is started. */
export const previewPage = async (visit: Visit, run: BulkRun): Promise<Reply> => {
  const items = await listBulkItems(visit.desk.db, run.id, { limit: SAMPLE_SIZE });
  const isTooOld = await isPreviewTooOld(visit.desk.pool, run.id);
  const subjects = items.map(({ subject }) => subject);
  const sample = await readRows(visit.desk, visit.actor, subjects);
  const title = isOfSelected(run)
    ? `Retry ${number(run.total)} selected`
    : `Retry all ${number(run.total)} matching`;
  return page(
    'bulk',
    title,
    html`<h1>${title}</h1>
      <p>Each of these is checked again with Seam. Nothing has been retried yet.</p>
      <dl class="facts">
        <dt>Selection</dt><dd>${run.selection}</dd>
        <dt>Connections</dt><dd>${number(run.total)}</dd>
        <dt>Pace</dt><dd>${number(run.per_minute)} a minute, which takes ${describeLength(run.total, run.per_minute)}</dd>
        <dt>Previewed</dt><dd>${when(run.planned_at)} by ${run.planned_by}. Connections that match later aren’t included. Any that change before their turn are skipped.</dd>
      </dl>
      ${sampleTable(run, sample)}
      ${leftOutList(run)}
      ${isTooOld ? tooOld(visit, run) : startForm(visit, run)}`,
  );
};

const sampleTable = ({ total }: BulkRun, sample: readonly ConnectionRow[]): Html =>
  html`<h2>${total > sample.length ? `The first ${sample.length}` : 'Connections to retry'}</h2>
    <div class="table wide" tabindex="0" role="region" aria-label="A sample of the connections to retry">
      <table>
        <caption class="hidden">A sample of the connections to retry, longest waiting first</caption>
        <thead><tr>${CELL_HEADINGS}<th scope="col">Changed</th></tr></thead>
        <tbody>${sample.map(
          row =>
            html`<tr class="leads">${connectionCells(row)}<td>${when(row.updated_at)}</td></tr>`,
        )}</tbody>
      </table>
    </div>`;

const isOfSelected = ({ query }: BulkRun): boolean => query.startsWith('subject=');

/** Whoever may not plan one came from the bulk runs; and of its filter they may not see all. */
const backTo = ({ actor }: Visit, run: BulkRun): string => {
  if (!may(actor, 'plan_bulk_run')) return href(['bulk-runs']);
  return href(['connections'], isOfSelected(run) ? {} : new URLSearchParams(run.query));
};

const startForm = (visit: Visit, run: BulkRun): Html => html`<form class="stack card" ${inPlace(
  href(['bulk-runs', run.id, 'start']),
)}>
    ${formFields(visit)}
    <label for="why">Why (optional, for the audit log)</label>
    <input id="why" name="why" maxlength="2000" autocomplete="off" value="${run.why}">
    <div class="row">
      ${button(
        visit,
        `Start retry of ${number(run.total)}`,
        run.total > LARGE_BULK_RUN ? 'start_large_bulk_run' : 'start_bulk_run',
        { kind: 'main' },
      )}
      <a class="button" href="${backTo(visit, run)}">Back</a>
    </div>
  </form>`;

const tooOld = (visit: Visit, run: BulkRun): Html =>
  html`<p class="fault">This preview is older than ${PREVIEW_MINUTES} minutes, so it may be out of date. Go back to the list and plan it again.</p>
    <p><a class="button" href="${backTo(visit, run)}">Back</a></p>`;

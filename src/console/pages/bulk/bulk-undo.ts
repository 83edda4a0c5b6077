import { runName } from '../../../support/bulk/action-words.ts';
import { type BulkRun, readBulkRun } from '../../../support/bulk/read.ts';
import { number } from '../../../support/bulk/words.ts';
import {
  isUndoableRun,
  type NotUndone,
  type UndoOfRun,
  undoOfRun,
  undoRun,
} from '../../../support/undo/bulk-run.ts';
import { UNDOABLES } from '../../../support/undo/rows.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields } from '../../view/layout.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { idOf } from './bulk-actions.ts';

/* Undoing a whole run: what it would do, and the button. */

/** Leads to what undoing a run would do; nothing where nothing of it could be undone. */
export const undoLink = (run: BulkRun): Html | null =>
  run.finished_at !== null && run.counts.succeeded > 0 && isUndoableRun(run)
    ? html`<p><a class="button" href="${href(['bulk-runs', run.id, 'undo'])}">Undo this run…</a></p>`
    : null;

const afterIn = (text: string | null): number => Number(/^\d{1,9}$/.exec(text ?? '')?.[0] ?? 0);

const connections = (count: number): string =>
  `${number(count)} ${count === 1 ? 'connection' : 'connections'}`;

const ofThese = (undoable: number, not: number): string => {
  if (not > 0) return `${connections(undoable)} of these ${number(undoable + not)}`;
  return undoable === 1 ? 'The connection' : `All ${connections(undoable)}`;
};

/** Grouped by why, each leading to its case. */
const notList = (all: readonly NotUndone[]): Html | null => {
  if (all.length === 0) return null;
  const groups = Map.groupBy(all, ({ why }) => why);
  return html`<h2>Stays as it is</h2>
    ${[...groups].map(
      ([why, items]) => html`<details><summary>${connections(items.length)}: ${why}</summary>
        <ul>${items.map(({ subject }) => html`<li><a href="${href(['connections', subject])}">${subject}</a></li>`)}</ul></details>`,
    )}`;
};

const form = (visit: Visit, found: UndoOfRun, after: number): Html =>
  html`<form method="post" action="${href(['bulk-runs', found.bulk_run_id, 'undo'])}">${formFields(visit)}
    <input type="hidden" name="after" value="${after}">
    <div class="row">${button(visit, `Undo ${number(found.undoable)}`, UNDOABLES[found.action].needs, { kind: 'main' })}
      <a class="button" href="${href(['bulk-runs', found.bulk_run_id])}">Cancel</a></div></form>`;

const show = async (visit: Visit): Promise<Reply> => {
  const { desk, actor, query } = visit;
  const id = idOf(visit);
  const after = afterIn(query.get('after'));
  const found = await undoOfRun(desk, actor, id, after);
  const run = await readBulkRun(desk, actor, id);
  const { undoable, not_undoable: not, changed, next_after: next } = found;
  const isPart = after > 0 || next !== null;
  const further =
    next === null
      ? ''
      : html`<p><a href="${href(['bulk-runs', id, 'undo'], { after: next })}">Leave these as they are, and go on to the next ones</a></p>`;
  return page(
    'bulk',
    `Undo bulk run ${id}`,
    html`<p><a href="${href(['bulk-runs', id])}">← To the bulk run</a></p>
      <h1>Undo the ${runName({ action: run.action, total: changed })}?</h1>
      ${isPart ? html`<p>A large run is undone in parts of 100. These are the next ${number(undoable + not.length)} of ${connections(changed)}.</p>` : ''}
      <p>${
        undoable === 0
          ? 'None of these can be undone any more.'
          : `${ofThese(undoable, not.length)} can be put back as ${undoable === 1 ? 'it was' : 'they were'} before the run. Nothing has been undone yet.`
      }</p>
      ${undoable === 0 ? '' : form(visit, found, after)}
      ${further}
      ${notList(not)}`,
  );
};

const carryOut = async (visit: Visit): Promise<Reply> => {
  const id = idOf(visit);
  const after = afterIn(visit.form.get('after'));
  const done = await undoRun(visit.desk, visit.actor, id, after);
  const left = done.not_undone.length;
  const stays =
    left === 0
      ? ''
      : ` ${connections(left)} ${left === 1 ? 'stays' : 'stay'} as ${left === 1 ? 'it is' : 'they are'}.`;
  const text = `Undone: ${connections(done.undone)}.${stays}`;
  const to =
    done.next_after === null
      ? href(['bulk-runs', id])
      : href(['bulk-runs', id, 'undo'], { after: done.next_after });
  return { kind: 'redirect', to, notice: { text } };
};

export const BULK_UNDO_ROUTES: readonly ConsoleRoute[] = [
  { method: 'get', path: '/bulk-runs/:id/undo', needs: 'start_bulk_run', handle: show },
  { method: 'post', path: '/bulk-runs/:id/undo', needs: 'start_bulk_run', handle: carryOut },
];

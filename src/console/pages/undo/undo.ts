import { DoneBeforeError, SupportError } from '../../../access/errors.ts';
import { changeOf } from '../../../audit-log/read.ts';
import { type UndoOf, undoChange, undoOf } from '../../../support/undo/undo.ts';
import { type Html, href, html } from '../../view/html.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { changesTable } from '../case/changes.ts';
import { undoForm } from './undoables.ts';

/** @throws SupportError `not_found` */
const auditIdOf = ({ params }: Visit): number => {
  const { id = '' } = params;
  if (/^\d{1,15}$/.test(id)) return Number(id);
  throw new SupportError('not_found', `The audit log has no change with the number '${id}'.`);
};

const body = (visit: Visit, undo: UndoOf, row: Html): Html => html`
  <p><a href="${href(['connections', undo.target])}">← To the case</a></p>
  <h1>${undo.label}?</h1>
  ${row}
  ${
    undo.does === null
      ? html`<p>${undo.why_not} So there is nothing to undo.</p>`
      : html`<p>Once it is undone: ${undo.does}</p>
        <div class="row">${undoForm(visit, undo)}<a class="button" href="${href(['connections', undo.target])}">Cancel</a></div>`
  }`;

const show = async (visit: Visit): Promise<Reply> => {
  const { desk, actor } = visit;
  const id = auditIdOf(visit);
  const undo = await undoOf(desk, actor, id);
  const change = await changeOf(desk.db, actor, id);
  const row = change === null ? html`` : changesTable([change], 'The change', { withTarget: true });
  return page('audit', undo.label, body(visit, undo, row));
};

const carryOut = async (visit: Visit): Promise<Reply> => {
  const { desk, actor } = visit;
  const id = auditIdOf(visit);
  try {
    const { target, told } = await undoChange(desk, actor, id);
    const to = href(['connections', target]);
    return { kind: 'redirect', to, notice: { text: `Undone. ${told}` } };
  } catch (error) {
    if (!(error instanceof DoneBeforeError)) throw error;
    const { target } = await undoOf(desk, actor, id);
    return {
      kind: 'redirect',
      to: href(['connections', target]),
      isSecond: true,
      notice: { text: 'This was already undone. Nothing was done twice.' },
    };
  }
};

/** What somebody did, taken back. */
export const UNDO_ROUTES: readonly ConsoleRoute[] = [
  { method: 'get', path: '/audit-log/:id/undo', needs: 'link', handle: show },
  { method: 'post', path: '/audit-log/:id/undo', needs: 'link', handle: carryOut },
];

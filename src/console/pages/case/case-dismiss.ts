import { SupportError } from '../../../access/errors.ts';
import { readCase } from '../../../support/cases/case.ts';
import { canBeDismissed, dismiss, reopen } from '../../../support/cases/dismiss.ts';
import type { Case } from '../../../support/cases/types.ts';
import { STATE_WORDS } from '../../../support/words/words.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields } from '../../view/layout.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { type Fault, faultSummary, noteField } from './case-forms.ts';
import { caseName } from './case-name.ts';

const subjectOf = ({ params }: Visit): string => params.subject ?? '';

const form = (visit: Visit, found: Case, fault?: Fault): Html => html`
  <p><a href="${href(['connections', found.case])}">← Back to the case</a></p>
  <h1>Dismiss this connection</h1>
  ${caseName(found)}
  <p>It leaves “Needs attention” and is no longer retried automatically. It reopens when Seam sends a new event for it, or when someone presses “Reopen”.</p>
  ${fault === undefined ? '' : faultSummary('why', fault)}
  <form method="post" action="${href(['connections', found.case, 'dismiss'])}" class="stack">
    ${formFields(visit)}
    <input type="hidden" name="generation" value="${found.generation}">
    ${noteField({ id: 'why', name: 'why', label: 'Why?', hint: 'Kept as a note on the case, with your name.' }, fault)}
    <div class="row">${button(visit, 'Dismiss with this note', 'dismiss', { kind: 'main' })}
      <a class="button" href="${href(['connections', found.case])}">Cancel</a></div>
  </form>`;

const show = (visit: Visit, found: Case, fault?: Fault): Reply =>
  page(
    'connections',
    'Dismiss this connection',
    form(visit, found, fault),
    fault === undefined ? 200 : 422,
  );

/** The generation that the form was made for; a form without one holds to nothing. */
const generationIn = (given: URLSearchParams): number | undefined => {
  const text = given.get('generation') ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
};

/** Setting a case aside, and taking it up again. */
export const DISMISS_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'get',
    path: '/connections/:subject/dismiss',
    needs: 'dismiss',
    handle: async visit => {
      const found = await readCase(visit.desk, visit.actor, subjectOf(visit));
      if (!canBeDismissed(found.state)) {
        const message = `Only a failed connection can be dismissed. This one’s state is "${STATE_WORDS[found.state].label}".`;
        throw new SupportError('refused', message);
      }
      return show(visit, found);
    },
  },
  {
    method: 'post',
    path: '/connections/:subject/dismiss',
    needs: 'dismiss',
    handle: async visit => {
      const { desk, actor } = visit;
      const subject = subjectOf(visit);
      const why = visit.form.get('why') ?? '';
      try {
        await dismiss(desk, actor, subject, { why, generation: generationIn(visit.form) });
      } catch (error) {
        if (!(error instanceof SupportError) || error.fault !== 'invalid') throw error;
        const found = await readCase(desk, actor, subject);
        return show(visit, found, { message: error.message, text: why });
      }
      const undo = { label: 'Reopen', path: href(['connections', subject, 'reopen']) };
      const text = 'Dismissed. It reopens automatically if it happens again.';
      return { kind: 'redirect', to: href(['connections', subject]), notice: { text, undo } };
    },
  },
  {
    method: 'post',
    path: '/connections/:subject/reopen',
    needs: 'dismiss',
    handle: async visit => {
      const subject = subjectOf(visit);
      await reopen(visit.desk, visit.actor, subject);
      const text = 'Reopened. It needs attention again.';
      return { kind: 'redirect', to: href(['connections', subject]), notice: { text } };
    },
  },
];

import { EXPLANATIONS, type FailureReason } from '../../reconcile/outcome.ts';
import { SupportError } from '../../support/errors.ts';
import { findMatches } from '../../support/find.ts';
import { retry } from '../../support/retry.ts';
import { type Html, href, html } from '../html.ts';
import { button, formFields, inPlace, live } from '../layout.ts';
import { type ConsoleRoute, page, type Visit } from '../route.ts';

const subjectOf = ({ params }: Visit): string => params.subject ?? '';

const explain = (reason: string | null): Html | null => {
  if (reason === null || !Object.hasOwn(EXPLANATIONS, reason)) return null;
  const { sentence, remedy } = EXPLANATIONS[reason as FailureReason];
  return html`<p>${sentence}</p><p>${remedy}</p>`;
};

export const CONNECTION_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'get',
    path: '/connections/:subject',
    needs: 'view',
    handle: async visit => {
      const subject = subjectOf(visit);
      const match = (await findMatches(visit.desk.db, subject)).find(m => m.subject === subject);
      if (match === undefined) {
        throw new SupportError('not_found', `No match for '${subject}'.`);
      }
      return page(
        'connections',
        subject,
        html`<h1>${subject}</h1>
          ${live(visit, 'case', html`<p>${match.state}</p>${explain(match.reason)}`)}
          <form ${inPlace(href(['connections', subject, 'retry']))}>
            ${formFields(visit)}${button(visit, 'Retry now', 'retry', { kind: 'main' })}
          </form>`,
      );
    },
  },
  {
    method: 'post',
    path: '/connections/:subject/retry',
    needs: 'retry',
    handle: async ({ desk, actor, ...visit }) => {
      const subject = visit.params.subject ?? '';
      const results = await retry(desk, actor, subject);
      if (results.length === 0) throw new SupportError('not_found', `No match for '${subject}'.`);
      const refused = results.find(result => result.result === 'refused');
      if (refused !== undefined)
        throw new SupportError('refused', `${refused.subject}: ${refused.why}.`);
      const text = 'Another look was asked for; it follows in a moment.';
      return { kind: 'redirect', to: href(['connections', subject]), notice: { text } };
    },
  },
];

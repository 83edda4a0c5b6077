import { SupportError } from '../../../access/errors.ts';
import { ownPath } from '../../../http/mount.ts';
import { readCase } from '../../../support/cases/case.ts';
import { readDelivery } from '../../../support/cases/delivery.ts';
import { addNote } from '../../../support/cases/notes.ts';
import { retry } from '../../../support/cases/retry.ts';
import { setAsideWords } from '../../../support/cases/set-aside.ts';
import type { Case, CasePages } from '../../../support/cases/types.ts';
import { noMatch } from '../../../support/words/words.ts';
import { type Html, href, html } from '../../view/html.ts';
import { live } from '../../view/layout.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { when } from '../../view/words.ts';
import { DISMISS_ROUTES } from './case-dismiss.ts';
import { actions, address, type Fault, forEngineer, noteForm, noteList } from './case-forms.ts';
import { history } from './case-history.ts';
import { chain, standing } from './case-now.ts';
import { seamPlace, shiftPlace, undoPlace } from './places.ts';
import { RECONNECT_ROUTES } from './reconnect.ts';
import { timeline } from './timeline.ts';
import { readTold, TOLD_ROUTES, type Told, toldSection } from './told.ts';

const subjectOf = ({ params }: Visit): string => params.subject ?? '';

const number = (text: string | null): number | undefined =>
  text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;

const pagesIn = ({ query }: Visit): CasePages => ({
  runsBefore: number(query.get('runs_before')),
  notesBefore: number(query.get('notes_before')),
  deliveriesBefore: query.get('deliveries_before') ?? undefined,
});

/** In parts that keep themselves up to date one by one; what is typed into stands outside of them. */
const body = async (visit: Visit, found: Case, told: Told, fault?: Fault): Promise<Html> => {
  const path = href(['connections', found.case]);
  // A form that was refused is shown at the address that it was sent to, where there is no page.
  const self = fault === undefined ? visit : { url: path };
  const url = visit.publicUrl === '' ? path : visit.publicUrl + (ownPath(path) ?? '');
  const [happened, shift, atSeam, undo] = await Promise.all([
    timeline(visit, found),
    shiftPlace(visit, found),
    seamPlace(visit, found),
    undoPlace(visit, found),
  ]);
  return html`${live(self, 'case-now', standing(found))}
    ${live(self, 'case-shift', html`${shift}`)}
    ${live(self, 'case-actions', html`${actions(visit, found, atSeam)}${undo}${address(url)}${chain(visit, found)}`)}
    ${live(self, 'case-timeline', happened)}
    <h2 id="notes">Notes</h2>
    ${live(self, 'case-notes', noteList(found))}
    ${noteForm(visit, found, fault)}
    ${live(self, 'case-told', toldSection(visit, told))}
    ${records(visit, live(self, 'case-history', history(found, visit.desk.config.workspaces)))}
    ${live(self, 'case-engineer', forEngineer(found, url))}`;
};

/** All that is kept of it, as it is kept: what happened is told above. Open for whoever leafs through it. */
const records = ({ query }: Visit, kept: Html): Html => {
  const isLeafed = query.has('runs_before') || query.has('deliveries_before');
  return html`<details id="records"${isLeafed ? html` open` : ''}>
    <summary>Records: checks, events, links and changes, one by one</summary>
    ${kept}
  </details>`;
};

const show = async (visit: Visit, found: Case, fault?: Fault): Promise<Reply> =>
  page(
    'connections',
    found.explanation?.title ?? found.subject,
    await body(visit, found, await readTold(visit, found.subject), fault),
    fault === undefined ? 200 : 422,
  );

export const CONNECTION_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'get',
    path: '/connections/:subject',
    needs: 'view',
    handle: async visit => {
      const found = await readCase(visit.desk, visit.actor, subjectOf(visit), pagesIn(visit));
      // One page a case, whatever it was called by when somebody kept the address.
      return found.case === subjectOf(visit)
        ? show(visit, found)
        : { kind: 'redirect', to: href(['connections', found.case], visit.query) };
    },
  },
  {
    method: 'post',
    path: '/connections/:subject/retry',
    needs: 'retry',
    handle: async ({ desk, actor, ...visit }) => {
      const subject = visit.params.subject ?? '';
      const results = await retry(desk, actor, subject);
      if (results.length === 0) throw new SupportError('not_found', noMatch(subject));
      const refused = results.find(result => result.result === 'refused');
      if (refused !== undefined)
        throw new SupportError('refused', `${refused.subject}: ${refused.why}.`);
      const text = 'Retry requested. The check follows in a moment.';
      return { kind: 'redirect', to: href(['connections', subject]), notice: { text } };
    },
  },
  {
    method: 'post',
    path: '/connections/:subject/notes',
    needs: 'note',
    handle: async visit => {
      const subject = subjectOf(visit);
      const text = visit.form.get('text') ?? '';
      try {
        await addNote(visit.desk, visit.actor, subject, text);
      } catch (error) {
        if (!(error instanceof SupportError) || error.fault !== 'invalid') throw error;
        const found = await readCase(visit.desk, visit.actor, subject);
        return show(visit, found, { message: error.message, text });
      }
      const notice = { text: 'Note added.' };
      return { kind: 'redirect', to: href(['connections', subject]), notice };
    },
  },
  {
    method: 'get',
    path: '/connections/:subject/deliveries/:event',
    needs: 'view',
    handle: async visit => {
      const subject = subjectOf(visit);
      const found = await readDelivery(visit.desk, visit.actor, subject, visit.params.event ?? '');
      return page(
        'connections',
        found.event_type,
        html`<p><a href="${href(['connections', subject])}">← Back to the case</a></p>
          <h1>${found.event_type}</h1>
          <dl class="facts">
            <dt>Event</dt><dd><code>${found.event_id}</code></dd>
            <dt>Connection</dt><dd><code>${found.subject}</code></dd>
            <dt>Happened</dt><dd>${found.occurred_at === null ? 'Seam doesn’t say when' : when(found.occurred_at)}</dd>
            <dt>Received</dt><dd>${when(found.received_at)}</dd>
            <dt>Source</dt><dd>${found.source === 'webhook' ? 'A webhook, with a verified signature' : 'Backfilled from Seam’s list of events'}</dd>
            ${found.set_aside === null ? '' : html`<dt>Set aside</dt><dd>It changes nothing: ${setAsideWords({ ...found.set_aside, belongs_to: found.belongs_to }, found.source, visit.desk.config.workspaces)}</dd>`}
            ${found.message_id === null ? '' : html`<dt>Message</dt><dd><code>${found.message_id}</code></dd>`}
          </dl>
          <h2>Payload</h2>
          <div id="payload"><p class="faint">Secrets are hidden. E-mails and numbers are also hidden from viewers.</p>
            <pre tabindex="0" aria-label="Payload">${JSON.stringify(found.payload, null, 2)}</pre></div>`,
      );
    },
  },
  ...DISMISS_ROUTES,
  ...RECONNECT_ROUTES,
  ...TOLD_ROUTES,
];

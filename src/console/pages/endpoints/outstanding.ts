import type { Outstanding, OutstandingView } from '../../../support/endpoints/outstanding.ts';
import type { EndpointView } from '../../../support/endpoints/types.ts';
import { MESSAGE_TYPE_WORDS } from '../../../support/words/message-words.ts';
import { type Html, href, html } from '../../view/html.ts';
import { ahead, when } from '../../view/words.ts';

/** When what has failed is tried again, once the endpoint's own rest is over; while it rests that says it. */
export const nextTry = (
  { state, failingSince, restUntil }: EndpointView,
  { nextTryAt }: Outstanding,
): Html | '' => {
  const isResting = restUntil !== null && restUntil.getTime() > Date.now();
  if (state === 'disabled' || failingSince === null || isResting || nextTryAt === null) return '';
  return nextTryAt.getTime() > Date.now()
    ? html` Next attempt ${ahead(nextTryAt)}.`
    : html` Next attempt in a moment.`;
};

/** What it has not taken, each leading to its case. */
export const outstandingTables = ({ waiting, givenUp }: Outstanding): Html => html`
  ${table('waiting', 'What waits longest', waiting)}
  ${table('given-up', 'What was given up, newest first', givenUp)}`;

const table = (id: string, title: string, rows: readonly OutstandingView[]): Html | '' => {
  if (rows.length === 0) return '';
  return html`<h2 id="${id}">${title}</h2>
    <div class="table records cards" tabindex="0" role="region" aria-label="${title}">
      <table>
        <caption class="hidden">${title}</caption>
        <thead><tr><th scope="col">Message</th><th scope="col">Happened</th><th scope="col" class="number">Failed attempts</th><th scope="col">Next attempt</th></tr></thead>
        <tbody>${rows.map(row)}</tbody>
      </table>
    </div>`;
};

const row = ({
  messageId,
  type,
  about,
  at,
  failedAttempts,
  dueAt,
}: OutstandingView): Html => html`<tr>
  <th scope="row"><a href="${href(['search'], { q: about })}">${MESSAGE_TYPE_WORDS[type]}</a><br><small><code>${messageId}</code></small></th>
  <td data-label="Happened">${when(at)}</td>
  <td class="number" data-label="Failed attempts">${failedAttempts.toLocaleString('en')}</td>
  <td data-label="Next attempt">${dueAt === null ? '–' : when(dueAt)}</td>
</tr>`;

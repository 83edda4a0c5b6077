import type { QueueStatus } from '../../../support/queue/status.ts';
import { type Html, href, html } from '../../view/html.ts';
import { when } from '../../view/words.ts';

/** The events that are the word of another workspace: nothing is shown where there are none. */
export const setAsideOf = ({ set_aside, latest_set_aside }: QueueStatus): Html | '' =>
  set_aside === 0
    ? ''
    : html`<h2 id="set-aside">Events set aside</h2>
    <p>A workspace said these of something that isn’t its own. They are kept as evidence and change nothing. Tell an engineer: its webhook secret may be known to others, or Seam may be at fault.</p>
    <div class="table records" tabindex="0" role="region" aria-label="Events set aside, newest first">
      <table>
        <caption>Events set aside, newest first</caption>
        <thead><tr><th scope="col">Event</th><th scope="col">Received</th><th scope="col">Why</th></tr></thead>
        <tbody>${latest_set_aside.map(
          row => html`<tr>
          <th scope="row">${row.event_type}<br><small><a href="${href(['connections', row.subject, 'deliveries', row.event_id])}"><code>${row.event_id}</code></a></small></th>
          <td>${when(row.received_at)}</td>
          <td>${sentence(row.why)}</td>
        </tr>`,
        )}</tbody>
      </table>
    </div>`;

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

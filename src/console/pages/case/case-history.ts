import type { Workspace } from '../../../config/workspaces.ts';
import type { DeliveryRecord, RunRecord } from '../../../support/cases/history.ts';
import type { LinkCause, LinkRecord } from '../../../support/cases/link-history.ts';
import { setAsideWords } from '../../../support/cases/set-aside.ts';
import type { Case, CaseOther } from '../../../support/cases/types.ts';
import { reasonTitle } from '../../../support/words/reason-words.ts';
import { TRIGGER_WORDS, UNLINKED_WORDS } from '../../../support/words/words.ts';
import { type Html, href, html } from '../../view/html.ts';
import { ago, duration, stateBadge, when } from '../../view/words.ts';
import { outcomeWords } from './case-now.ts';
import { changesTable } from './changes.ts';

type Workspaces = readonly Pick<Workspace, 'id' | 'name'>[];

/** What happened to a case: looks, webhooks, links, and what people did. */
export const history = (found: Case, workspaces: Workspaces): Html => html`
  ${runs(found)}
  ${deliveries(found, workspaces)}
  ${linkHistory(found)}
  ${others(found)}
  <h2 id="changes">Who did what</h2>
  ${
    found.changes.length === 0
      ? html`<p>No one has done anything here yet.</p>`
      : changesTable(found.changes, 'What people did, newest first', { withTarget: false })
  }
  ${found.more.changes ? html`<p><a href="${href(['audit-log'], { target: found.subject })}">View all in the audit log</a></p>` : ''}`;

const named = <T extends object>(words: T, key: string): string =>
  Object.hasOwn(words, key) ? String(words[key as keyof T]) : key;

const table = (caption: string, headings: readonly string[], rows: readonly Html[]): Html =>
  html`<div class="table records cards" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>${caption}</caption>
      <thead><tr>${headings.map(heading => html`<th scope="col">${heading}</th>`)}</tr></thead>
      <tbody>${rows}</tbody>
    </table>
  </div>`;

const older = (isMore: boolean, to: string, text: string): Html | null =>
  isMore ? html`<p><a href="${to}">${text}</a></p>` : null;

const runs = ({ subject, runs: all, more }: Case): Html => html`<h2 id="runs">Runs</h2>
  ${
    all.length === 0
      ? html`<p>None yet.</p>`
      : table(
          'Runs of this connection, newest first',
          ['Run', 'Started', 'Triggered by', 'Outcome', 'Duration', 'Detail'],
          all.map(runRow),
        )
  }
  ${older(more.runs, href(['connections', subject], { runs_before: all.at(-1)?.id }), 'Older runs')}`;

const runRow = (run: RunRecord): Html => html`<tr>
  <th scope="row" class="number">${run.id}</th>
  <td data-label="Started">${when(run.started_at)}</td>
  <td data-label="Triggered by">${named(TRIGGER_WORDS, run.trigger)}</td>
  <td data-label="Outcome">${outcomeWords(run)}</td>
  <td class="number" data-label="Duration">${
    run.finished_at === null
      ? '–'
      : duration(Date.parse(run.finished_at) - Date.parse(run.started_at))
  }</td>
  <td data-label="Detail">${run.detail ?? ''}${
    run.seam_request_id === null
      ? ''
      : html` <small>Seam request <code>${run.seam_request_id}</code></small>`
  }${run.trace_id === null ? '' : html` <small>Trace <code>${run.trace_id}</code></small>`}</td>
</tr>`;

const SOURCES = { webhook: 'A webhook', backfill: 'Backfilled' } as const;

const deliveries = (
  { subject, workspace_id: owner, deliveries: all, more }: Case,
  workspaces: Workspaces,
): Html => html`<h2 id="deliveries">Events from Seam</h2>
  ${
    all.length === 0
      ? html`<p>No events are stored.</p>`
      : table(
          'Events of this connection, newest first',
          ['Event', 'Happened', 'Received', 'Source', 'Payload'],
          all.map(delivery =>
            deliveryRow(subject, delivery, setAside(delivery, owner, workspaces)),
          ),
        )
  }
  ${older(more.deliveries, href(['connections', subject], { deliveries_before: all.at(-1)?.event_id }), 'Older events')}`;

/** The payload is fetched when its panel is opened; without scripts the panel holds the way to it. */
const deliveryRow = (subject: string, delivery: DeliveryRecord, unbelieved: Html | ''): Html => {
  const to = href(['connections', subject, 'deliveries', delivery.event_id]);
  return html`<tr>
    <th scope="row">${delivery.event_type}<br><small><code>${delivery.event_id}</code></small></th>
    <td>${delivery.occurred_at === null ? '–' : when(delivery.occurred_at)}</td>
    <td>${when(delivery.received_at)}</td>
    <td>${SOURCES[delivery.source]}${otherBodies(delivery)}${unbelieved}</td>
    <td><details hx-get="${to}" hx-trigger="toggle once" hx-target="find .payload" hx-select="#payload" hx-swap="innerHTML">
      <summary>Show<span class="hidden"> the payload of ${delivery.event_id}</span></summary>
      <div class="payload"><a href="${to}">The payload, on its own page</a></div>
    </details></td>
  </tr>`;
};

const setAside = (
  { set_aside: said, source }: DeliveryRecord,
  owner: string | null,
  workspaces: Workspaces,
): Html | '' =>
  said === null
    ? ''
    : html`<br><small>Set aside, changes nothing: ${setAsideWords({ ...said, belongs_to: owner }, source, workspaces)}</small>`;

const otherBodies = ({ conflicting_bodies: others }: DeliveryRecord): Html | '' =>
  others === 0
    ? ''
    : html`<br><small>Sent again with another body${others === 1 ? '' : `, ${others} times`}: this one counts</small>`;

const linkHistory = ({ links, more }: Case): Html => html`<h2 id="links">Links</h2>
  ${
    links.length === 0
      ? html`<p>The account has never been linked.</p>`
      : table(
          'Current and past links of the account, newest first',
          ['User', 'Linked', 'By', 'Ended', 'Reason'],
          links.map(linkRow),
        )
  }
  ${more.links ? html`<p>These are the latest ${links.length}; there are older ones.</p>` : ''}`;

const linkRow = (link: LinkRecord): Html => html`<tr>
  <th scope="row"><code>${link.user_id}</code>${link.provisional ? html` <small>(provisional)</small>` : ''}</th>
  <td>${when(link.linked_at)}</td>
  <td>${cause(link.linked_by)}</td>
  <td>${link.unlinked_at === null ? 'Still linked' : when(link.unlinked_at)}</td>
  <td>${link.unlinked_because === null ? '' : named(UNLINKED_WORDS, link.unlinked_because)}${
    link.unlinked_by === null ? '' : html` (${cause(link.unlinked_by)})`
  }</td>
</tr>`;

const cause = ({ kind, id, name, why }: LinkCause): Html => {
  switch (kind) {
    case 'run':
      return html`run ${id}`;
    case 'event':
      return html`event <code>${id}</code>`;
    case 'person':
      return html`${name ?? 'someone'}, by hand${why === null ? '' : html`: “${why}”`}`;
    default:
      return kind satisfies never;
  }
};

const others = ({ others: all, more }: Case): Html | null => {
  if (all.length === 0) return null;
  return html`<h2 id="others">Other records of this connection</h2>
    <ul>${all.map(otherItem)}</ul>
    ${more.others ? html`<p>These are the latest ${all.length}; there are older ones.</p>` : ''}`;
};

const otherItem = ({ subject, state, reason, updated_at: at }: CaseOther): Html =>
  html`<li><a href="${href(['connections', subject])}">${subject}</a> ${stateBadge(state)}
    ${reason === null ? '' : reasonTitle(reason)} <small>${ago(at)}</small></li>`;

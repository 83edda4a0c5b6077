import { workspaceLabel } from '../../../config/workspaces.ts';
import type { QueueStatus, SeamState } from '../../../support/queue/status.ts';
import { owedText, waitingText } from '../../../support/queue/words.ts';
import { SEAM_WORDS } from '../../../support/words/words.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields } from '../../view/layout.ts';
import type { Visit } from '../../view/route.ts';
import { ago, ahead, mark, when } from '../../view/words.ts';
import { processesOf } from './queue-processes.ts';
import { setAsideOf } from './queue-set-aside.ts';
import { tellingTrouble } from './queue-telling.ts';

/** How the queue stands now: what is in its way first. */
export const queueNow = (visit: Visit, status: QueueStatus): Html => {
  const labelOf = (id: string | null) => workspaceLabel(visit.desk.config.workspaces, id);
  return html`
    ${topOf(visit, status, labelOf)}
    ${tellingTrouble(status.telling)}
    <dl class="figures">
      <div><dt>Waiting</dt><dd>${waitingText(status)}</dd></div>
      <div><dt>Waiting longest</dt><dd>${status.oldest_due_at === null ? '–' : ago(status.oldest_due_at)}</dd></div>
      <div><dt>Checks owed</dt><dd>${owedText(status)}</dd></div>
      ${status.uncounted === 0 ? '' : html`<div><dt>Stored, still to be counted</dt><dd>${status.uncounted}</dd></div>`}
      ${status.conflicting === 0 ? '' : html`<div><dt>Events sent again with another body</dt><dd>${status.conflicting}</dd></div>`}
      ${status.set_aside === 0 ? '' : html`<div><dt>Events set aside</dt><dd>${status.set_aside}</dd></div>`}
    </dl>
    ${setAsideOf(status)}
    ${status.workspaces.length > 1 ? workspacesOf(status, labelOf) : ''}
    ${seamOf(status, labelOf)}
    ${processesOf(status.processes)}
    ${coverageOf(status, labelOf)}`;
};

type LabelOf = (workspaceId: string | null) => string | null;

const topOf = (visit: Visit, { pauses, holds }: QueueStatus, labelOf: LabelOf): Html => {
  const paused = pauses.map(({ workspace_id, by, since, why }) => {
    const label = labelOf(workspace_id);
    return html`<div class="card stopped">
      <p>${mark('warn', '‖', label === null ? 'Paused' : `${label} is paused`)} by ${by}, ${ago(since)} (${when(since)}): “${why}”</p>
      <p>Nothing is checked until someone resumes it. Webhooks are still stored and answered; nothing is lost.</p>
      <form method="post" action="${href(['queue', 'resume'])}">
        ${formFields(visit)}<input type="hidden" name="workspace_id" value="${workspace_id ?? ''}">
        ${button(visit, label === null ? 'Resume' : `Resume ${label}`, 'resume_queue', { kind: 'main' })}
      </form>
    </div>`;
  });
  const held = holds.map(hold => {
    const label = labelOf(hold.workspace_id);
    return html`<div class="card stopped">
      <p>${mark('bad', '!', label === null ? 'Held' : `${label} is held`)} since ${when(hold.since)}: ${hold.sentence}</p>
      <p>${hold.remedy}</p>
      <p class="faint">${hold.detail}${hold.seam_request_id === null ? '' : html` · Seam request <code>${hold.seam_request_id}</code>`}</p>
    </div>`;
  });
  if (paused.length + held.length > 0) return html`${paused}${held}`;
  return html`<p>${mark('good', '✓', 'Running')}: whatever is due is checked as soon as a worker is free.</p>`;
};

const workspacesOf = ({ workspaces }: QueueStatus, labelOf: LabelOf): Html => html`
  <div class="table" tabindex="0" role="region" aria-label="Checks owed, by workspace">
    <table>
      <caption>Checks owed, by Seam workspace</caption>
      <thead><tr><th scope="col">Workspace</th><th scope="col" class="number">Owed</th><th scope="col" class="number">Waiting</th><th scope="col">Waiting longest</th></tr></thead>
      <tbody>${workspaces.map(
        row =>
          html`<tr><th scope="row">${labelOf(row.workspace_id) ?? '(none named)'}</th><td class="number">${owedText(row)}</td><td class="number">${waitingText(row)}</td><td>${row.oldest_due_at === null ? '–' : ago(row.oldest_due_at)}</td></tr>`,
      )}</tbody>
    </table>
  </div>`;

const seamOf = ({ seam }: QueueStatus, labelOf: LabelOf): Html => html`<h2>Seam</h2>
  <ul class="plain">${seam.map(
    each =>
      html`<li>${labelOf(each.workspace_id) === null ? '' : html`${labelOf(each.workspace_id)}: `}${seamMark(each)}</li>`,
  )}</ul>`;

const seamMark = ({ state, since, sentence, remedy }: SeamState): Html => {
  const { label, mood, icon } = SEAM_WORDS[state];
  return html`${mark(mood, icon, label)}${since === null ? '' : html`, since ${when(since)}. ${sentence} ${remedy}`}`;
};

const MOST_GAPS = 10;

const coverageOf = ({ coverage, gaps, silence }: QueueStatus, labelOf: LabelOf): Html => {
  const of = (id: string | null): string => (labelOf(id) === null ? '' : ` from ${labelOf(id)}`);
  return html`<h2>Events</h2>
    ${coverage.length === 0 ? html`<p>No scheduled backfill has run yet, so missed events are not known.</p>` : ''}
    ${silence.map(
      row => html`<div class="card stopped">
        <p>${mark('bad', '!', 'Silence')}: no webhook delivered the latest events${of(row.workspace_id)}: ${row.events} since ${when(row.since)}.</p>
        <p>Last event delivered by a webhook: ${row.last_webhook_event_at === null ? 'none yet' : when(row.last_webhook_event_at)}. The others were backfilled. Check that the endpoint is up, and enabled in Seam.</p>
      </div>`,
    )}
    ${coverage.map(
      row =>
        html`<p>Every event${of(row.workspace_id)} between ${when(row.from)} and ${when(row.until)} is accounted for${gaps.some(gap => gap.workspace_id === row.workspace_id) ? ', except in the gaps below' : ''}.${
          row.failing_since === null
            ? ''
            : html` Backfills have failed since ${when(row.failing_since)}: ${row.failure}`
        }</p>`,
    )}
    ${gaps
      .slice(0, MOST_GAPS)
      .map(
        gap =>
          html`<p>${mark('warn', '!', 'Gap')}${of(gap.workspace_id)}: ${when(gap.from)} (<code>${gap.from}</code>). ${gap.why} What came is stored; the rest is tried again ${ahead(gap.next_try_at)}.</p>`,
      )}
    ${gaps.length > MOST_GAPS ? html`<p>There are more gaps: "queue status" shows them.</p>` : ''}`;
};

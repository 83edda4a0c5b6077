import { changesOf } from '../../../audit-log/read.ts';
import { cappedText } from '../../../model/capped-count.ts';
import { type Outstanding, readOutstanding } from '../../../support/endpoints/outstanding.ts';
import type { Tested } from '../../../support/endpoints/test.ts';
import type {
  AttemptView,
  EndpointDetails,
  EndpointView,
} from '../../../support/endpoints/types.ts';
import { ENDPOINT_KIND_WORDS, MESSAGE_TYPE_WORDS } from '../../../support/words/message-words.ts';
import { type Html, href, html } from '../../view/html.ts';
import { live } from '../../view/layout.ts';
import { page, type Reply, type Visit } from '../../view/route.ts';
import { ago, mark, when } from '../../view/words.ts';
import { changesTable } from '../case/changes.ts';
import { answerCell } from './answer.ts';
import { disablings } from './disablings.ts';
import { enableForm, otherActions, rotateForm, testForm } from './endpoint-actions.ts';
import {
  type Disabled,
  endpointStanding,
  targetText,
  waitingText,
  wanted,
} from './endpoint-parts.ts';
import { nextTry, outstandingTables } from './outstanding.ts';

const MOST_CHANGES = 10;

/** One endpoint, how it stands, and what can be done with it. @param tested what came of a test just now */
export const endpointPage = async (
  visit: Visit,
  endpoint: EndpointDetails,
  tested?: Tested,
): Promise<Reply> => {
  const { desk, actor } = visit;
  const { id, name, kind, state } = endpoint;
  const [disabled, changes, outstanding] = await Promise.all([
    disablings(visit, [endpoint]),
    changesOf(desk.db, actor, [`endpoint:${id}`], MOST_CHANGES),
    readOutstanding(desk, actor, id),
  ]);
  // A form was answered at an address of its own, where there is no page.
  const self = { url: href(['endpoints', id]) };
  return page(
    'endpoints',
    name,
    html`<p><a href="${href(['endpoints'])}">← Endpoints</a></p>
      <h1>${name}</h1>
      ${tested === undefined ? '' : testResult(endpoint, tested)}
      ${live(self, 'endpoint-facts', facts(visit, endpoint, disabled.get(id), outstanding))}
      ${state === 'disabled' ? enableForm(visit, endpoint) : ''}
      <div class="row actions" role="group" aria-label="What you can do">
        ${kind === 'hook' ? '' : testForm(visit, endpoint)}
        ${otherActions(visit, endpoint)}
      </div>
      ${live(self, 'endpoint-outstanding', outstandingTables(outstanding))}
      ${live(self, 'endpoint-attempts', attemptsTable(visit, endpoint))}
      ${kind === 'http' ? rotateForm(visit, endpoint) : ''}
      <h2 id="changes">Who did what</h2>
      ${
        changes.length === 0
          ? html`<p>No one has done anything here yet.</p>`
          : changesTable(changes, 'What people did, newest first', { withTarget: false })
      }
      ${changes.length < MOST_CHANGES ? '' : html`<p><a href="${href(['audit-log'], { target: `endpoint:${id}` })}">View all in the audit log</a></p>`}`,
  );
};

const facts = (
  visit: Visit,
  endpoint: EndpointView,
  disabled: Disabled | undefined,
  outstanding: Outstanding,
): Html => html`
  <p>${endpointStanding(endpoint, disabled)}${nextTry(endpoint, outstanding)}</p>
  <dl class="facts">
    <dt>How</dt><dd>${ENDPOINT_KIND_WORDS[endpoint.kind]}${endpoint.kind === 'hook' ? '' : html`: ${targetText(endpoint)}`}</dd>
    <dt>Is told</dt><dd>${wanted(visit, endpoint, true)}</dd>
    <dt>Pace</dt><dd>at most ${endpoint.perSecond.toLocaleString('en')} a second</dd>
    <dt>Waiting</dt><dd>${waitingText(endpoint)}</dd>
    <dt>Given up</dt><dd>${cappedText(endpoint.dead)}</dd>
    <dt>Last delivered</dt><dd>${endpoint.lastDeliveredAt === null ? 'Never' : html`${ago(endpoint.lastDeliveredAt)} (${when(endpoint.lastDeliveredAt)})`}</dd>
    ${endpoint.secrets.length === 0 ? '' : html`<dt>Signed with</dt><dd>${signedWith(endpoint)}</dd>`}
    <dt>Added</dt><dd>${when(endpoint.createdAt)} by ${endpoint.createdBy}</dd>
  </dl>`;

const signedWith = ({ secrets }: EndpointView): Html => {
  const [present, ...former] = secrets.toSorted((one, other) =>
    one.until === null ? -1 : other.until === null ? 1 : 0,
  );
  if (present === undefined) return html``;
  return html`the secret of ${when(present.createdAt)}${former.map(({ createdAt, until }) =>
    until === null ? '' : html`, and the one of ${when(createdAt)} until ${when(until)}`,
  )}`;
};

/** `200 in 41 ms`, or what went wrong. */
const tryResult = (
  { kind }: Pick<EndpointView, 'kind'>,
  { status, fault }: Pick<AttemptView, 'status' | 'fault'>,
): Html => {
  if (fault !== null) return html`${mark('bad', '×', 'Failed')}: ${fault}`;
  if (status !== null) return mark('good', '✓', `Delivered (${status})`);
  return mark('good', '✓', kind === 'hook' ? 'The hook took it' : 'Added to the queue');
};

const attemptsTable = (
  visit: Visit,
  { kind, attempts }: Pick<EndpointDetails, 'kind' | 'attempts'>,
): Html => html`<h2 id="attempts">Latest attempts</h2>
  ${
    attempts.length === 0
      ? html`<p>No message has been sent to it yet.</p>`
      : html`<div class="table records cards" tabindex="0" role="region" aria-label="Latest attempts">
      <table>
        <caption>The latest ${attempts.length}, newest first</caption>
        <thead><tr><th scope="col">When</th><th scope="col">Message</th><th scope="col">Result</th><th scope="col" class="number">Duration</th><th scope="col">The app’s answer</th></tr></thead>
        <tbody>${attempts.map(attempt => attemptRow(visit, kind, attempt))}</tbody>
      </table>
    </div>`
  }`;

const attemptRow = (
  visit: Visit,
  kind: EndpointView['kind'],
  attempt: AttemptView,
): Html => html`<tr>
  <td data-label="When">${when(attempt.at)}</td>
  <th scope="row"><a href="${href(['search'], { q: attempt.about })}">${MESSAGE_TYPE_WORDS[attempt.type]}</a><br><small><code>${attempt.messageId}</code></small></th>
  <td data-label="Result">${tryResult({ kind }, attempt)}</td>
  <td class="number" data-label="Duration">${attempt.durationMs.toLocaleString('en')} ms</td>
  <td data-label="The app’s answer">${answerCell(visit, attempt)}</td>
</tr>`;

const testResult = (
  { kind }: EndpointView,
  { status, fault, answer, durationMs, resumed }: Tested,
): Html => {
  const took = `${durationMs.toLocaleString('en')} ms`;
  if (fault !== null) {
    return html`<div class="fault" role="alert"><p><strong>The test message was not delivered:</strong> ${fault} It took ${took}.</p>${saying(answer)}</div>`;
  }
  const how =
    kind === 'queue' ? 'was added to the queue' : `was delivered: the app answered ${status}`;
  return html`<div class="card" role="status"><p>${mark('good', '✓', 'The test message')} ${how} in ${took}.${resumed ? ' What waits for this endpoint is sent now.' : ''}</p>${saying(answer)}</div>`;
};

const saying = (answer: string | null): Html | '' =>
  answer === null || answer.trim() === ''
    ? ''
    : html`<p>The app’s answer:</p><pre tabindex="0" aria-label="The app’s answer">${answer}</pre>`;

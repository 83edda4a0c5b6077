import { may } from '../../../access/actor.ts';
import type { Trouble } from '../../../reconcile/account-state.ts';
import type { Unlinked } from '../../../support/cases/link-history.ts';
import { namedTwice } from '../../../support/cases/named-twice.ts';
import { reconnectWords } from '../../../support/cases/reconnects.ts';
import type { Case, CaseAccount, CaseUser } from '../../../support/cases/types.ts';
import { STANDING_WORDS } from '../../../support/words/standing-words.ts';
import {
  ACCOUNT_STATE_WORDS,
  nthTime,
  OUTCOME_WORDS,
  providerName,
  REASON_TITLES,
  UNLINKED_UNTIL,
} from '../../../support/words/words.ts';
import { type Html, href, html } from '../../view/html.ts';
import type { Visit } from '../../view/route.ts';
import { ago, ahead, isWhole, mark, when } from '../../view/words.ts';

/** How a case stands, in its colour. */
export const caseMark = ({ badge }: Pick<Case, 'badge'>): Html =>
  mark(badge.mood, badge.icon, badge.label);

/** How a case stands, and what is to be done about it. */
export const standing = (found: Case): Html => html`
  <p class="case-state">${caseMark(found)}${
    found.explanation === null ? '' : html` <span>${found.explanation.title}</span>`
  } <small>changed ${ago(found.updated_at)}</small></p>
  <h1>${found.headline}</h1>
  <dl class="facts">${found.explanation === null ? '' : html`<dt>Why</dt><dd>${found.explanation.sentence}</dd>`}
    <dt>What to do</dt><dd>${found.next_step.what}</dd></dl>
  ${found.unlinked === null ? '' : unlinkedBy(found.unlinked)}
  ${twice(found)}
  <p>${lastCheck(found)}</p>`;

const unlinkedBy = ({ user_id, by, at, why }: Unlinked): Html => html`<dl class="facts">
  <dt>Unlinked by hand</dt><dd>From <code>${user_id}</code> by ${by ?? 'someone'} on ${when(at)}${why === null ? '' : html`: “${why}”`}</dd>
  <dt>How long</dt><dd>${UNLINKED_UNTIL}</dd>
</dl>`;

/** Seam names two users. */
const twice = (found: Case): Html | null => {
  const told = namedTwice(found);
  return told === null ? null : html`<p>${told}</p>`;
};

/** The newest run decides what is shown: what an earlier one ran into is history. */
const lastCheck = (found: Case): Html => {
  const [run] = found.runs;
  const next = nextCheck(found);
  if (run === undefined) return html`Not checked yet. ${next}`;
  if (run.finished_at === null) {
    const how = found.under_way ? 'Checking now' : 'A check started and hasn’t finished';
    return html`${how} (run ${run.id}, ${ago(run.started_at)}). ${next}`;
  }
  // Linked by hand, and not looked at since: what the look before that ran into holds no more.
  const isLinked =
    found.state === 'linked' || (found.state === 'pending' && found.linked_by === 'person');
  const isOutdated = isLinked && run.reason !== null;
  const { unlinked } = found;
  const isBefore = unlinked !== null && run.finished_at < unlinked.at;
  const before = isBefore ? 'un' : isOutdated ? '' : null;
  return html`Checked ${ago(run.finished_at)}${before === null ? '' : `, before it was ${before}linked`}: ${outcomeWords(run)}${
    run.detail === null ? '' : html` <span class="faint">(${run.detail})</span>`
  }. ${next}`;
};

const nextCheck = ({ next_look_at: at }: Case): Html | null => {
  if (at === null) return null;
  return Date.parse(at) <= Date.now() ? html`Next check due now.` : html`Next check ${ahead(at)}.`;
};

const has = <T extends object>(words: T, key: string | null): key is string & keyof T =>
  key !== null && Object.hasOwn(words, key);

/** What a run came to, in words; what a newer version wrote is shown as it is. */
export const outcomeWords = (run: { outcome: string | null; reason: string | null }): string => {
  if (run.outcome === null) return 'Not finished';
  const outcome = has(OUTCOME_WORDS, run.outcome) ? OUTCOME_WORDS[run.outcome] : run.outcome;
  if (run.reason === null) return outcome;
  return `${outcome}: ${has(REASON_TITLES, run.reason) ? REASON_TITLES[run.reason] : run.reason}`;
};

/** Webview → account → user, and what is missing in it. */
export const chain = (visit: Visit, found: Case): Html => html`<h2>From the webview to the user</h2>
  <ol class="chain">
    <li class="card">${webviewLink(found)}</li>
    <li class="card">${accountLink(found)}</li>
    <li class="card">${userLink(visit, found)}</li>
  </ol>`;

const missing = (text: string): Html =>
  html`<p class="state bad"><span aria-hidden="true">!</span> Missing</p><p>${text}</p>`;
const there = (text: string): Html =>
  html`<p class="state good"><span aria-hidden="true">✓</span> ${text}</p>`;
const waiting = (text: string): Html =>
  html`<p class="state warn"><span aria-hidden="true">…</span> ${text}</p>`;

const WEBVIEW_WORDS: Readonly<Record<string, string>> = {
  pending: 'Not finished by the user yet',
  authorized: 'Finished by the user',
  failed: 'The user’s sign-in failed',
};

const webviewLink = (found: Case): Html => {
  const { webview, connect_webview_id: id, reason } = found;
  const madeFor = reconnectWords(found);
  const title = html`<h3>1. Connect Webview</h3>${madeFor === null ? '' : html`<p>${madeFor}</p>`}`;
  if (webview === null) {
    if (id === null) return html`${title}<p>No event names one.</p>`;
    const gone = reason === 'webview_not_found';
    return html`${title}${gone ? missing('Seam doesn’t know it.') : waiting('Not seen in Seam yet')}<p><code>${id}</code></p>`;
  }
  const words = WEBVIEW_WORDS[webview.status] ?? `Its status is “${webview.status}”`;
  return html`${title}
    ${webview.status === 'authorized' ? there(words) : waiting(words)}
    <p><code>${webview.connect_webview_id}</code></p>
    ${webview.status === 'failed' && webview.failure_description !== null ? html`<p>Seam says: “${webview.failure_description}”</p>` : ''}
    <dl class="facts">
      ${webview.selected_provider === null ? '' : html`<dt>Provider</dt><dd>${providerName(webview.selected_provider)}</dd>`}
      ${webview.authorized_at === null ? '' : html`<dt>Finished</dt><dd>${when(webview.authorized_at)}</dd>`}
      ${webview.created_at === null ? '' : html`<dt>Created</dt><dd>${when(webview.created_at)}</dd>`}
      <dt>Last read from Seam</dt><dd>${ago(webview.read_at)}</dd>
    </dl>`;
};

const accountLink = (found: Case): Html => {
  const { account, connected_account_id: id } = found;
  const title = html`<h3>2. Connected account</h3>`;
  if (account === null) {
    if (id === null) return html`${title}${missing('No account is known yet.')}`;
    const gone = found.reason === 'account_not_found';
    return html`${title}${gone ? missing('Seam no longer knows it.') : waiting('Not seen in Seam yet')}<p><code>${id}</code></p>`;
  }
  const words = ACCOUNT_STATE_WORDS[account.state];
  const troubles = found.account_troubles;
  return html`${title}
    ${account.state !== 'connected' ? missingState(words) : found.standing === null ? there(words) : waiting(STANDING_WORDS[found.standing].title)}
    <p>${[account.type, account.display_name].filter(Boolean).join(', ')}</p>
    ${account.identifier === null || account.identifier === account.display_name ? '' : html`<p>${account.identifier}</p>`}
    <p><code>${account.connected_account_id}</code></p>
    <dl class="facts">
      ${stateStory(account)}
      ${account.time_zone === null ? '' : html`<dt>Time zone</dt><dd>${account.time_zone}</dd>`}
      ${account.created_at === null ? '' : html`<dt>Created</dt><dd>${when(account.created_at)}</dd>`}
      ${account.deleted_at === null ? '' : html`<dt>Deleted</dt><dd>${when(account.deleted_at)}</dd>`}
      <dt>Last read from Seam</dt><dd>${ago(account.read_at)}</dd>
    </dl>
    ${troubles.length === 0 ? '' : html`<ul>${troubles.map(describeTrouble)}</ul>`}`;
};

const whenKnown = (at: string | null): Html | string => (at === null ? 'not known' : when(at));

/** How it has stood: where it works and always did, there is nothing to tell. */
const stateStory = (account: CaseAccount): Html | null => {
  const { state, state_since: since, times_disconnected: times } = account;
  if (state === 'deleted') return null;
  if (state !== 'connected') return outOfService(account);
  return times === 0
    ? null
    : html`<dt>Connected again</dt><dd>${whenKnown(since)}</dd>
      <dt>Disconnected before</dt><dd>${times === 1 ? 'once' : `${times} times`}</dd>`;
};

const outOfService = (account: CaseAccount): Html => {
  const nth = account.state === 'disconnected' ? nthTime(account.times_disconnected) : null;
  return html`<dt>Since</dt><dd>${whenKnown(account.state_since)}${nth === null ? '' : `, ${nth}`}</dd>
    ${account.state === 'reauthorization_requested' ? '' : html`<dt>Last seen working</dt><dd>${whenKnown(account.last_connected_at)}</dd>`}`;
};

const missingState = (words: string): Html =>
  html`<p class="state bad"><span aria-hidden="true">!</span> ${words}</p>`;

const describeTrouble = ({ kind, sentence, remedy, message, device_ids: devices }: Trouble): Html =>
  html`<li><strong>${kind === 'error' ? 'Error' : 'Warning'}:</strong> ${sentence} ${remedy}${
    message === null || sentence.includes(message)
      ? ''
      : html` <small>Seam says: “${message}”</small>`
  }${devices.length === 0 ? '' : html` <small>Devices: ${devices.slice(0, 20).join(', ')}</small>`}</li>`;

const userLink = (visit: Visit, found: Case): Html => {
  const { user } = found;
  const title = html`<h3>3. User</h3>`;
  if (user === null) {
    if (found.unlinked !== null) return html`${title}${waiting('No one: unlinked by hand')}`;
    return html`${title}${missing('Nothing says which user it belongs to: Seam names none.')}`;
  }
  return html`${title}${userState(found, user)}
    ${user.name === null ? '' : html`<p>${user.name}</p>`}
    ${user.email === null ? '' : html`<p>${user.email}</p>`}
    <p><code>${user.user_id}</code></p>
    ${linkedSince(found)}
    ${isWhole(user.user_id) ? html`<p><a href="${href(['search'], { q: user.user_id })}">All of this user’s connections</a></p>` : ''}
    ${
      user.is_ours === false || found.state === 'linked' || !may(visit.actor, 'create_webview')
        ? ''
        : html`<p><a href="${href(['webviews', 'new'], { find: user.user_id })}">Create a new webview for this user</a></p>`
    }`;
};

const userState = (found: Case, user: CaseUser): Html => {
  switch (user.how) {
    case 'linked':
      if (found.provisional) return waiting('Linked provisionally, based on an event');
      if (user.is_ours === false) {
        return missing('Linked, but none of our users has this id any more.');
      }
      return found.standing === null
        ? there('Linked')
        : waiting(`Linked, but: ${STANDING_WORDS[found.standing].title}`);
    case 'named':
      if (found.unlinked !== null) return waiting('Named by Seam, and unlinked by hand');
      return user.is_ours === false
        ? missing('Seam names this id, but none of our users has it.')
        : waiting('Named by Seam, not linked');
    case 'expected':
      return waiting('The webview was created for this user');
    default:
      return user.how satisfies never;
  }
};

const linkedSince = ({ links }: Case): Html | null => {
  const current = links.find(link => link.unlinked_at === null);
  return current === undefined
    ? null
    : html`<dl class="facts"><dt>Linked</dt><dd>${when(current.linked_at)}</dd></dl>`;
};

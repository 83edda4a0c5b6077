import { workspaceLabel } from '../../../config/workspaces.ts';
import { baseHere } from '../../../http/mount.ts';
import { alertAbout } from '../../../support/alerts/about.ts';
import type { Alert, AlertNotice } from '../../../support/alerts/read.ts';
import type { Silence } from '../../../support/alerts/silence.ts';
import { ALERT_TITLES, alertPageLabel, NOTICE_WORDS } from '../../../support/words/alert-words.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields } from '../../view/layout.ts';
import type { Visit } from '../../view/route.ts';
import { ago, ahead, mark, when } from '../../view/words.ts';
import { silencedWhat } from './silence-form.ts';

/** What an alert is about, as this desk calls it. */
const aboutOf = ({ desk }: Visit, { rule, about }: Pick<Alert, 'rule' | 'about'>): string | null =>
  alertAbout(rule, about, id => workspaceLabel(desk.config.workspaces, id));

/** Where nothing is sent, as nothing is set up. */
const TOLD_NOBODY = html`<span class="faint">No one</span>`;

const noticeOf = (notice: AlertNotice): Html => {
  const { label, mood, icon } = NOTICE_WORDS[notice.state];
  const what = notice.kind === 'over' ? 'that it is over' : 'that it began';
  const isLate = notice.state !== 'sent' && notice.fault !== null;
  return html`<li>${notice.channel}, ${what}: ${mark(mood, icon, label)}${
    notice.sent_at === null ? '' : html`, ${ago(notice.sent_at)}`
  }${notice.next_try_at === null ? '' : html`, ${ahead(notice.next_try_at)}`}${
    isLate ? html`. <span class="faint">${notice.fault}</span>` : ''
  }</li>`;
};

const toldTo = ({ told }: Alert): Html =>
  told.length === 0
    ? html`<p>Told to: ${TOLD_NOBODY}. It is on this page only.</p>`
    : html`<ul class="plain">${told.map(noticeOf)}</ul>`;

const silencedNote = ({ until, by, why }: Silence): Html =>
  html`<p>${mark('plain', '‖', 'Silenced')} until ${when(until)} by ${by}: “${why}”</p>`;

const silenceLink = (visit: Visit, alert: Alert): Html => {
  const { rule, about } = alert;
  return html`<form method="get" action="${href(['alerts', 'silence'])}">
      <input type="hidden" name="what" value="${silencedWhat(rule, about)}">
      ${button(visit, html`Silence…<span class="hidden"> ${alert.title}</span>`, 'silence_alerts')}
    </form>`;
};

/** For engineers: a link where it is known where the runbooks are read. */
const runbookOf = ({ runbook }: Alert): Html =>
  runbook.startsWith('http')
    ? html`<a href="${runbook}" rel="noreferrer">The runbook</a> says more.`
    : html`<code>${runbook}</code> says more.`;

/** One that is open: what is wrong, since when, who knows, and where it is seen to. */
const openCard = (visit: Visit, alert: Alert): Html => {
  const about = aboutOf(visit, alert);
  return html`<div class="card stopped">
      <h3>${alert.title}${about === null ? '' : html`: ${about}`}</h3>
      <p>${mark('bad', '!', 'Open')} since ${when(alert.began_at)} (${ago(alert.began_at)}). ${alert.sentence}</p>
      ${alert.silence === null ? '' : silencedNote(alert.silence)}
      ${toldTo(alert)}
      <p>What to do: ${alert.first_step} ${runbookOf(alert)}</p>
      <div class="row"><a class="button" href="${baseHere()}${alert.page}">${alertPageLabel(alert.rule)}</a>
        ${alert.silence === null ? silenceLink(visit, alert) : ''}</div>
    </div>`;
};

export const openAlerts = (visit: Visit, alerts: readonly Alert[]): Html =>
  alerts.length === 0
    ? html`<p class="calm">Nothing is wrong: no alert is open.</p>`
    : html`${alerts.map(alert => openCard(visit, alert))}`;

/** How many of an alert's messages came to what. */
const toldShort = ({ told }: Alert): Html => {
  const channels = [...new Set(told.map(({ channel }) => channel))];
  if (channels.length === 0) return TOLD_NOBODY;
  return html`${channels.map((channel, n) => {
    const all = told.filter(each => each.channel === channel);
    const worst = all.find(({ state }) => state !== 'sent') ?? all[0];
    const { label, mood, icon } = NOTICE_WORDS[worst?.state ?? 'sent'];
    return html`${n === 0 ? '' : html`<br>`}${channel}: ${mark(mood, icon, label)}`;
  })}`;
};

const pastRow = (visit: Visit, alert: Alert): Html => {
  const about = aboutOf(visit, alert);
  return html`<tr>
      <th scope="row"><strong>${alert.title}${about === null ? '' : html`: ${about}`}</strong><br><small>${alert.sentence}</small></th>
      <td data-label="Began">${when(alert.began_at)}</td>
      <td data-label="Over">${alert.ended_at === null ? '–' : when(alert.ended_at)}</td>
      <td data-label="Told to">${toldShort(alert)}</td>
    </tr>`;
};

export const pastAlerts = (visit: Visit, alerts: readonly Alert[]): Html =>
  alerts.length === 0
    ? html`<p class="calm">None was over within 30 days.</p>`
    : html`<div class="table cards" tabindex="0" role="region" aria-label="Alerts that are over">
      <table>
        <caption>The latest first</caption>
        <thead><tr><th scope="col">What was wrong</th><th scope="col">Began</th><th scope="col">Over</th><th scope="col">Told to</th></tr></thead>
        <tbody>${alerts.map(alert => pastRow(visit, alert))}</tbody>
      </table></div>`;

/** What a silence is of, in words. */
export const silenceOf = (
  visit: Visit,
  { rule, about }: Pick<Silence, 'rule' | 'about'>,
): string => {
  if (rule === null) return 'Everything';
  const of = about === null ? null : aboutOf(visit, { rule, about });
  return of === null ? ALERT_TITLES[rule] : `${ALERT_TITLES[rule]}: ${of}`;
};

const silenceRow = (visit: Visit, silence: Silence): Html => {
  const what = silenceOf(visit, silence);
  return html`<tr>
      <th scope="row">${what}</th>
      <td data-label="Until">${when(silence.until)}</td>
      <td data-label="Why">${silence.why} <small>(${silence.by}, ${ago(silence.at)})</small></td>
      <td class="end"><form method="post" action="${href(['alerts', 'silences', silence.id, 'end'])}">
        ${formFields(visit)}${button(visit, html`End silence<span class="hidden">: ${what}</span>`, 'silence_alerts')}
      </form></td>
    </tr>`;
};

export const silencesTable = (visit: Visit, silences: readonly Silence[]): Html | null =>
  silences.length === 0
    ? null
    : html`<h2>Silenced</h2>
    <div class="table cards" tabindex="0" role="region" aria-label="Silenced">
      <table>
        <caption>No messages are sent about these for now</caption>
        <thead><tr><th scope="col">What</th><th scope="col">Until</th><th scope="col">Why</th><th scope="col"><span class="hidden">End</span></th></tr></thead>
        <tbody>${silences.map(silence => silenceRow(visit, silence))}</tbody>
      </table></div>`;

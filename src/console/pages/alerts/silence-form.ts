import { workspaceLabel } from '../../../config/workspaces.ts';
import { ALERT_RULES, type AlertRule } from '../../../model/alert.ts';
import { alertAbout } from '../../../support/alerts/about.ts';
import type { Alert } from '../../../support/alerts/read.ts';
import type { Silenced } from '../../../support/alerts/silence.ts';
import { NAPS, type Nap } from '../../../support/shifts/until.ts';
import { ALERT_TITLES } from '../../../support/words/alert-words.ts';
import { errorSummary, fieldFault } from '../../view/form-faults.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields } from '../../view/layout.ts';
import type { Visit } from '../../view/route.ts';

type Faults = Readonly<Record<string, string>>;

/** What the choice of what is to be silent sends: a rule, with what it is about where only that is meant. */
export const silencedWhat = (rule: AlertRule, about: string): string =>
  about === '' ? rule : `${rule} ${about}`;

/** The same, read; empty: everything. */
export const readWhat = (what: string): Silenced => {
  const [rule = '', ...about] = what.trim().split(' ');
  if (rule === '') return { rule: null, about: null };
  return { rule, about: about.length === 0 ? null : about.join(' ') };
};

/** How long, without typing a time: what snoozes have, but for news. */
const CHOICES = (Object.keys(NAPS) as Nap[]).filter(each => each !== 'news');

const zoneName = ({ session }: Visit): Html =>
  session.operator.timeZone === null
    ? html`<span data-zone-name>UTC</span>`
    : html`${session.operator.timeZone}`;

const choice = (visit: Visit, name: Nap): Html => {
  const isByClock = name === 'tomorrow' || name === 'monday';
  const label = isByClock ? html`${NAPS[name]} ${zoneName(visit)}` : NAPS[name];
  return button(visit, label, 'silence_alerts', { name: 'for', value: name });
};

const option = (value: string, label: string, chosen: string): Html =>
  html`<option value="${value}"${value === chosen ? html` selected` : ''}>${label}</option>`;

/** Those that are open and about one thing of several: only of that, or of whatever the rule is about. */
const openOptions = ({ desk }: Visit, open: readonly Alert[], chosen: string): Html | null => {
  const single = open.filter(({ about }) => about !== '');
  if (single.length === 0) return null;
  const labelOf = (id: string) => workspaceLabel(desk.config.workspaces, id);
  return html`<optgroup label="Open now">${single.map(({ rule, about }) =>
    option(
      silencedWhat(rule, about),
      `${ALERT_TITLES[rule]}: ${alertAbout(rule, about, labelOf) ?? about}`,
      chosen,
    ),
  )}</optgroup>`;
};

/**
 * Asks what is to be silent, until when, and why.
 *
 * @param given what was typed, or chosen on the page before
 * @param open the alerts that are open
 */
export const silenceForm = (
  visit: Visit,
  { given, open, faults }: { given: URLSearchParams; open: readonly Alert[]; faults: Faults },
): Html => {
  const chosen = given.get('what') ?? '';
  return html`<p><a href="${href(['alerts'])}">← Back to the alerts</a></p>
    <h1>Silence alerts</h1>
    <p>For a time no messages are sent about what you choose here. It stays on the alerts page, and whatever is still wrong afterwards is told then.</p>
    ${errorSummary(faults, { rule: 'silence-what', until: 'silence-until', why: 'silence-why' })}
    <form method="post" action="${href(['alerts', 'silence'])}" class="stack">
      ${formFields(visit)}<input type="hidden" name="zone" value="" data-browser-zone>
      <p class="field"><label for="silence-what">What should be silent?</label>
        <select id="silence-what" name="what"${fieldFault(faults, 'rule', 'silence-what')}>
          ${option('', 'Everything', chosen)}
          ${openOptions(visit, open, chosen)}
          <optgroup label="Whatever it is about">${ALERT_RULES.map(rule => option(rule, ALERT_TITLES[rule], chosen))}</optgroup>
        </select></p>
      <p class="field"><label for="silence-why">Why? Whoever hears nothing will read this.</label>
        <textarea id="silence-why" name="why" rows="2" maxlength="500" required${fieldFault(faults, 'why', 'silence-why')}>${given.get('why') ?? ''}</textarea></p>
      <fieldset><legend>For how long?</legend>
        <div class="row">${CHOICES.map(name => choice(visit, name))}</div>
      </fieldset>
      <p class="field"><label for="silence-until">Or until a day (from 9:00) or a time, ${zoneName(visit)}</label>
        <input id="silence-until" name="until_when" value="${given.get('until_when') ?? ''}" data-picks placeholder="2026-12-01T14:00" maxlength="40" autocomplete="off"${fieldFault(faults, 'until', 'silence-until')}></p>
      <div class="row">${button(visit, 'Silence until then', 'silence_alerts', { kind: 'main', name: 'for', value: 'date' })}
        <a class="button" href="${href(['alerts'])}">Cancel</a></div>
    </form>`;
};

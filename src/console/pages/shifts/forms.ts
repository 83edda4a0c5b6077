import { SupportError } from '../../../access/errors.ts';
import { readCase } from '../../../support/cases/case.ts';
import { type Colleague, colleagues } from '../../../support/shifts/people.ts';
import { NAPS, type Nap } from '../../../support/shifts/until.ts';
import { errorSummary, fieldFault } from '../../view/form-faults.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields } from '../../view/layout.ts';
import { page, type Reply, type Visit } from '../../view/route.ts';
import { isZone } from '../../view/zone.ts';
import { caseName } from '../case/case-name.ts';
import { assigneeName, readShift } from './panel.ts';

type Faults = Readonly<Record<string, string>>;

/** What was typed into a form that could not be taken, and what is wrong with it. */
export type Refused = Readonly<{ given: URLSearchParams; faults: Faults }>;

/** In which zone somebody means the times that they type: the one they chose, else that of their browser. */
export const zoneOf = ({ session, form }: Visit): string => {
  const ofBrowser = form.get('zone') ?? '';
  return session.operator.timeZone ?? (isZone(ofBrowser) ? ofBrowser : 'UTC');
};

/** That zone's name; where it is the browser's, a script puts it here. */
const zoneName = ({ session }: Visit): Html =>
  session.operator.timeZone === null
    ? html`<span data-zone-name>UTC</span>`
    : html`${session.operator.timeZone}`;

const back = (key: string): Html =>
  html`<p><a href="${href(['connections', key])}">← Back to the case</a></p>`;

const option = ({ id, name }: Colleague, chosen: string): Html =>
  html`<option value="${id}"${String(id) === chosen ? html` selected` : ''}>${name}</option>`;

/** Whose a case is to become. */
export const assignPage = async (visit: Visit, refused: Refused | null): Promise<Reply> => {
  const { members, shift } = await readShift(visit, visit.params.subject ?? '');
  const all = await colleagues(visit.desk.pool, visit.actor);
  const faults = refused?.faults ?? {};
  const had = String(shift.assignee?.operatorId ?? '');
  const chosen = refused?.given.get('to') ?? had;
  const title = 'Assign this case';
  const body = html`${back(members.key)}
    <h1>${title}</h1>
    ${caseName(await readCase(visit.desk, visit.actor, members.key))}
    <p>${shift.assignee === null ? 'Nobody has it now.' : html`<strong>${assigneeName(shift.assignee)}</strong> has it now.`}</p>
    ${errorSummary(faults, { to: 'to' })}
    <form method="post" action="${href(['connections', members.key, 'assign'])}" class="stack">
      ${formFields(visit)}
      <input type="hidden" name="had" value="${had}">
      <p class="field"><label for="to">Who should have it?</label>
        <select id="to" name="to"${fieldFault(faults, 'to', 'to')}>
          <option value="nobody">Nobody</option>${all.map(each => option(each, chosen))}
        </select></p>
      <div class="row">${button(visit, 'Assign', 'assign', { kind: 'main' })}
        <a class="button" href="${href(['connections', members.key])}">Cancel</a></div>
    </form>`;
  return page('connections', title, body, refused === null ? 200 : 422);
};

const nap = (visit: Visit, name: Nap): Html =>
  button(
    visit,
    name === 'tomorrow' || name === 'monday' ? html`${NAPS[name]} ${zoneName(visit)}` : NAPS[name],
    'snooze',
    {
      name: 'for',
      value: name,
    },
  );

/** Until when a case is to be out of sight. */
export const snoozePage = async (visit: Visit, refused: Refused | null): Promise<Reply> => {
  const { members } = await readShift(visit, visit.params.subject ?? '');
  const faults = refused?.faults ?? {};
  const given = refused?.given ?? new URLSearchParams({ until_news: 'yes' });
  const title = 'Snooze this case';
  const body = html`${back(members.key)}
    <h1>${title}</h1>
    ${caseName(await readCase(visit.desk, visit.actor, members.key))}
    <p>It leaves “Needs attention” and the lists of what is open, and comes back automatically. It stays in “Snoozed” meanwhile, and retries go on.</p>
    ${errorSummary(faults, { until: 'snooze-until', why: 'snooze-why' })}
    <form method="post" action="${href(['connections', members.key, 'snooze'])}" class="stack">
      ${formFields(visit)}<input type="hidden" name="zone" value="" data-browser-zone>
      <p class="field"><label for="snooze-why">Why? (not required)</label>
        <textarea id="snooze-why" name="why" rows="2"${fieldFault(faults, 'why', 'snooze-why')}>${given.get('why') ?? ''}</textarea></p>
      <p class="check"><input type="checkbox" id="snooze-news" name="until_news" value="yes"${given.get('until_news') === 'yes' ? html` checked` : ''}>
        <label for="snooze-news">Wake it earlier if there is news: an event from Seam, or a retry</label></p>
      <fieldset><legend>For how long?</legend>
        <div class="row">${(Object.keys(NAPS) as Nap[]).map(name => nap(visit, name))}</div>
      </fieldset>
      <p class="field"><label for="snooze-until">Or until a day (from 9:00) or a time, ${zoneName(visit)}</label>
        <input id="snooze-until" name="until_when" value="${given.get('until_when') ?? ''}" data-picks placeholder="2026-12-01T14:00" maxlength="40" autocomplete="off"${fieldFault(faults, 'until', 'snooze-until')}></p>
      <div class="row">${button(visit, 'Snooze until then', 'snooze', { kind: 'main', name: 'for', value: 'date' })}
        <a class="button" href="${href(['connections', members.key])}">Cancel</a></div>
    </form>`;
  return page('connections', title, body, refused === null ? 200 : 422);
};

/** Shows a form again that could not be taken, with what was typed. @throws whatever else it is */
export const refusedBy = (visit: Visit, error: unknown): Refused => {
  if (!(error instanceof SupportError) || error.fault !== 'invalid') throw error;
  return { given: visit.form, faults: error.faults };
};

import { invalid } from '../../../access/errors.ts';
import { chooseTimeZone } from '../../../operators/time-zone.ts';
import { fieldFault } from '../../view/form-faults.ts';
import { type Html, href, html } from '../../view/html.ts';
import { formFields } from '../../view/layout.ts';
import type { Reply, Visit } from '../../view/route.ts';
import { isZone, ZONES } from '../../view/zone.ts';

/** What stands in the form for the zone of the browser. */
const OF_BROWSER = 'browser';

const option = (value: string, label: string, chosen: string): Html =>
  html`<option value="${value}"${value === chosen ? html` selected` : ''}>${label}</option>`;

/** In which zone one is told times, and types them. */
export const timeZoneForm = (visit: Visit, faults: Readonly<Record<string, string>>): Html => {
  const chosen = visit.session.operator.timeZone ?? OF_BROWSER;
  return html`<h2 id="times">Times</h2>
    <p>In which time zone you are told times, and type them. The time in UTC shows when you point at one.</p>
    <form method="post" action="${href(['account', 'time-zone'])}" class="stack">
      ${formFields(visit)}
      <label for="zone">Time zone</label>
      <select id="zone" name="zone"${fieldFault(faults, 'zone', 'zone')}>
        ${option(OF_BROWSER, 'The one of your browser (UTC without JavaScript)', chosen)}
        ${[...ZONES].map(zone => option(zone, zone.replaceAll('_', ' '), chosen))}
      </select>
      <button type="submit">Save time zone</button>
    </form>`;
};

/** @throws SupportError `invalid` for a zone that there isn't */
export const saveTimeZone = async ({ desk, actor, session, form }: Visit): Promise<Reply> => {
  const given = form.get('zone') ?? '';
  const zone = given === OF_BROWSER ? null : given;
  if (zone !== null && !isZone(zone)) throw invalid({ zone: 'Choose a time zone from the list.' });
  await chooseTimeZone(desk.pool, actor, session, zone);
  const text = `You are now told times in ${zone === null ? 'the time zone of your browser' : zone.replaceAll('_', ' ')}.`;
  return { kind: 'redirect', to: href(['account']), notice: { text } };
};

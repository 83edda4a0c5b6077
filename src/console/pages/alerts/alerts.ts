import { SupportError } from '../../../access/errors.ts';
import { readAlerts, readSilences } from '../../../support/alerts/read.ts';
import { endSilence, silenceAlerts } from '../../../support/alerts/silence.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, live } from '../../view/layout.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { zoneOf } from '../shifts/forms.ts';
import { openAlerts, pastAlerts, silenceOf, silencesTable } from './alert-parts.ts';
import { readWhat, silenceForm } from './silence-form.ts';

const A_PAGE = 50;

/** What is open and silenced now; those that are over, from the first of them on. */
const firstPage = async (visit: Visit): Promise<{ now: Html; past: Html }> => {
  const { desk, actor } = visit;
  const [{ alerts, next_cursor: next }, silences] = await Promise.all([
    readAlerts(desk, actor, { limit: A_PAGE }),
    readSilences(desk.pool, actor),
  ]);
  const open = alerts.filter(({ ended_at }) => ended_at === null);
  const over = alerts.filter(({ ended_at }) => ended_at !== null);
  return {
    now: html`<h2>Open</h2>${openAlerts(visit, open)}${silencesTable(visit, silences)}`,
    past: html`<h2>Over</h2>${pastAlerts(visit, over)}${older(next)}`,
  };
};

const older = (cursor: string | null): Html | null =>
  cursor === null
    ? null
    : html`<p><a class="button" href="${href(['alerts'], { cursor })}">Older</a></p>`;

const heading = (visit: Visit): Html => html`<div class="row spread">
    <h1>Alerts</h1>
    <form method="get" action="${href(['alerts', 'silence'])}">${button(visit, 'Silence alerts…', 'silence_alerts')}</form>
  </div>`;

const show = async (visit: Visit): Promise<Reply> => {
  const cursor = visit.query.get('cursor');
  if (cursor === null) {
    const { now, past } = await firstPage(visit);
    const body = html`${heading(visit)}${live(visit, 'alerts', html`${now}${past}`)}`;
    return page('alerts', 'Alerts', body);
  }
  const { desk, actor } = visit;
  const { alerts, next_cursor: next } = await readAlerts(desk, actor, {
    cursor,
    limit: A_PAGE,
  });
  const body = html`<p><a href="${href(['alerts'])}">← The latest</a></p>
    <h1>Alerts</h1>${pastAlerts(visit, alerts)}${older(next)}`;
  return page('alerts', 'Older alerts', body);
};

/** @param faults of what was sent before */
const showForm = async (
  visit: Visit,
  given: URLSearchParams,
  faults: Readonly<Record<string, string>> = {},
): Promise<Reply> => {
  const { desk, actor } = visit;
  const { alerts: open } = await readAlerts(desk, actor, { limit: A_PAGE, isOpen: true });
  const status = Object.keys(faults).length === 0 ? 200 : 422;
  return page('alerts', 'Silence alerts', silenceForm(visit, { given, open, faults }), status);
};

const silence = async (visit: Visit): Promise<Reply> => {
  const { desk, actor, form } = visit;
  const choice = form.get('for') ?? 'date';
  try {
    const made = await silenceAlerts(desk.pool, actor, {
      ...readWhat(form.get('what') ?? ''),
      until: choice === 'date' ? (form.get('until_when') ?? '') : choice,
      timeZone: zoneOf(visit),
      why: form.get('why') ?? '',
    });
    const text = `Silenced: ${silenceOf(visit, made)}. Messages are sent again when its time is over.`;
    return { kind: 'redirect', to: href(['alerts']), notice: { text } };
  } catch (error) {
    if (!(error instanceof SupportError) || error.fault !== 'invalid') throw error;
    return showForm(visit, form, error.faults);
  }
};

/** @throws SupportError `not_found` for what is no number of a silence */
const idOf = ({ params }: Visit): number => {
  const { id = '' } = params;
  if (/^[1-9]\d{0,14}$/.test(id)) return Number(id);
  throw new SupportError('not_found', `There is no silence "${id}".`);
};

const end = async (visit: Visit): Promise<Reply> => {
  const { desk, actor } = visit;
  const ended = await endSilence(desk.pool, actor, idOf(visit));
  const text = `Silence ended: ${silenceOf(visit, ended)}. What is wrong is told again.`;
  return { kind: 'redirect', to: href(['alerts']), notice: { text } };
};

export const ALERT_ROUTES: readonly ConsoleRoute[] = [
  { method: 'get', path: '/alerts', needs: 'view', handle: show },
  {
    method: 'get',
    path: '/alerts/silence',
    needs: 'silence_alerts',
    handle: visit => showForm(visit, visit.query),
  },
  { method: 'post', path: '/alerts/silence', needs: 'silence_alerts', handle: silence },
  { method: 'post', path: '/alerts/silences/:id/end', needs: 'silence_alerts', handle: end },
];

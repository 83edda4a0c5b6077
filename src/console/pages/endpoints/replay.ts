import { invalid, SupportError } from '../../../access/errors.ts';
import { MESSAGE_TYPES } from '../../../model/message.ts';
import { MOMENT_FORMS, parseMoment } from '../../../model/moment.ts';
import { type ReplayRequest, replay } from '../../../support/endpoints/replay.ts';
import type { EndpointView } from '../../../support/endpoints/types.ts';
import { MESSAGE_TYPE_WORDS } from '../../../support/words/message-words.ts';
import { errorSummary, fieldFault } from '../../view/form-faults.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields } from '../../view/layout.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { idOf, readOne } from './endpoint.ts';
import { typeChoices } from './endpoint-form.ts';
import { backToEndpoint } from './endpoint-parts.ts';

type Faults = Readonly<Record<string, string>>;
type Selection = Omit<ReplayRequest, 'dryRun' | 'why'>;

/** Where the fields are on the page, by the name of what is wrong. */
const FIELDS = {
  states: 'states',
  since: 'since',
  until: 'until',
  types: 'types',
  user: 'user',
  account: 'account',
  why: 'why',
};
/** What of a form or an address says which messages. */
const SELECTING = ['states', 'since', 'until', 'type', 'user', 'account'] as const;

const STATES = [
  ['dead', 'those that were given up'],
  ['all', 'all that it wants, also those that were delivered, or happened before it was added'],
] as const;

/** The part of a form or an address that says which messages. */
const selecting = (given: URLSearchParams): URLSearchParams =>
  new URLSearchParams(
    SELECTING.flatMap(name => given.getAll(name).map((value): [string, string] => [name, value])),
  );

/** @throws SupportError `invalid`, by field */
const selectionIn = (given: URLSearchParams): Selection => {
  const faults: Record<string, string> = {};
  const moment = (name: 'since' | 'until'): Date | undefined => {
    const text = given.get(name)?.trim() ?? '';
    if (text === '') return undefined;
    const at = parseMoment(text, new Date());
    if (at === null)
      faults[name] = `"${name === 'since' ? 'From' : 'Until'}" must be ${MOMENT_FORMS}.`;
    return at ?? undefined;
  };
  const types = given.getAll('type');
  const user = given.get('user')?.trim() ?? '';
  const account = given.get('account')?.trim() ?? '';
  const selection: Selection = {
    states: given.get('states') === 'all' ? 'all' : 'dead',
    since: moment('since'),
    until: moment('until'),
    types: types.length === 0 ? undefined : types,
    user: user === '' ? undefined : user,
    account: account === '' ? undefined : account,
  };
  if (Object.keys(faults).length > 0) throw invalid(faults);
  return selection;
};

const textField = (
  given: URLSearchParams,
  name: 'since' | 'until' | 'user' | 'account',
  label: string,
  placeholder: string,
  faults: Faults,
): Html => html`<label for="${name}">${label}</label>
  <input id="${name}" name="${name}" value="${given.get(name) ?? ''}" placeholder="${placeholder}" maxlength="600" autocomplete="off"${placeholder === AS_TIME ? html` data-moment` : ''}${fieldFault(faults, name, name)}>`;

const AS_TIME = '24h, or 2026-11-22T14:00';

const selectForm = ({ id }: EndpointView, given: URLSearchParams, faults: Faults): Html => {
  const types = given.getAll('type');
  const states = given.get('states') ?? 'dead';
  return html`<form method="get" action="${href(['endpoints', id, 'replay'])}" class="stack">
    <label for="states">Which messages</label>
    <select id="states" name="states"${fieldFault(faults, 'states', 'states')}>${STATES.map(
      ([value, label]) =>
        html`<option value="${value}"${value === states ? html` selected` : ''}>${label}</option>`,
    )}</select>
    ${textField(given, 'since', 'From (optional)', AS_TIME, faults)}
    ${textField(given, 'until', 'Until (optional)', AS_TIME, faults)}
    ${textField(given, 'user', 'User id (optional)', '', faults)}
    ${textField(given, 'account', 'Connected account id (optional)', '', faults)}
    <details id="types"${types.length > 0 || faults.types !== undefined ? html` open` : ''}>
      <summary>Only some types of message</summary>
      <fieldset${fieldFault(faults, 'types', 'types')}>
        <legend>Types of message (none selected: all)</legend>
        ${typeChoices(types, MESSAGE_TYPES)}
      </fieldset>
    </details>
    <div class="row"><button type="submit" class="main">Preview</button>
      <a class="button" href="${href(['endpoints', id])}">Cancel</a></div>
  </form>`;
};

const words = (type: string): string => {
  const known = MESSAGE_TYPES.find(each => each === type);
  return known === undefined ? type : MESSAGE_TYPE_WORDS[known];
};

/** `those that were given up, from …, of the user …`. */
const selectionText = ({ states, since, until, types, user, account }: Selection): string =>
  [
    states === 'dead' ? 'those that were given up' : 'all that it wants',
    since && `from ${since.toISOString()}`,
    until && `until ${until.toISOString()}`,
    user && `of the user ${user}`,
    account && `about the account ${account}`,
    types?.map(words).join(' or '),
  ]
    .filter(Boolean)
    .join(', ');

const startForm = (
  visit: Visit,
  { id }: EndpointView,
  given: URLSearchParams,
  matching: number,
): Html => html`<form method="post" action="${href(['endpoints', id, 'replay'])}" class="stack">
    ${formFields(visit)}
    ${[...given].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
    <label for="why">Why (optional, for the audit log)</label>
    <input id="why" name="why" maxlength="500" autocomplete="off">
    ${button(visit, `Send ${matching.toLocaleString('en')} again`, 'replay', { kind: 'main' })}
  </form>`;

/** How many messages it would be, and the button that sends them. */
const preview = (
  visit: Visit,
  endpoint: EndpointView,
  given: URLSearchParams,
  selection: Selection,
  matching: number,
): Html => html`<section class="card" aria-labelledby="preview-title">
    <h2 id="preview-title">Preview</h2>
    <dl class="facts">
      <dt>Selection</dt><dd>${selectionText(selection)}</dd>
      <dt>Messages</dt><dd>${matching.toLocaleString('en')}</dd>
    </dl>
    ${
      matching === 0
        ? html`<p>No message matches, so there is nothing to send.</p>`
        : html`<p>Nothing has been sent yet. They are sent in order, at most ${endpoint.perSecond.toLocaleString('en')} a second. The app knows each by its id, and can tell that it has had it.</p>
          ${startForm(visit, endpoint, given, matching)}`
    }
  </section>`;

const show = async (visit: Visit): Promise<Reply> => {
  const { desk, actor, query } = visit;
  const endpoint = await readOne(visit);
  const given = selecting(query);
  let previewed: Html | '' = '';
  let faults: Faults = {};
  if (given.has('states')) {
    try {
      const selection = selectionIn(given);
      const { matching } = await replay(desk, actor, endpoint.id, { ...selection, dryRun: true });
      previewed = preview(visit, endpoint, given, selection, matching);
    } catch (error) {
      if (!(error instanceof SupportError) || error.fault !== 'invalid') throw error;
      faults = error.faults;
    }
  }
  const title = `Replay to ${endpoint.name}`;
  return page(
    'endpoints',
    title,
    html`${backToEndpoint(endpoint)}
      <h1>${title}</h1>
      <p>Sends messages again. What still waits is sent anyway, and isn’t sent twice.</p>
      ${endpoint.state === 'disabled' ? html`<p class="fault">It is disabled, so nothing is sent to it: enable it first.</p>` : ''}
      ${errorSummary(faults, FIELDS)}
      ${previewed}
      <h2>Select messages</h2>
      ${selectForm(endpoint, given, faults)}`,
    Object.keys(faults).length === 0 ? 200 : 422,
  );
};

const start = async (visit: Visit): Promise<Reply> => {
  const { desk, actor, form } = visit;
  const id = idOf(visit);
  const why = form.get('why')?.trim() ?? '';
  const { sentAgain } = await replay(desk, actor, id, {
    ...selectionIn(selecting(form)),
    ...(why === '' ? {} : { why }),
  });
  const text =
    sentAgain === 0
      ? 'Nothing matches any more, so nothing is sent again.'
      : `To be sent again, in order: ${sentAgain.toLocaleString('en')}.`;
  return { kind: 'redirect', to: href(['endpoints', id]), notice: { text } };
};

/** What was sent to an endpoint before, or given up, sent again. */
export const REPLAY_ROUTES: readonly ConsoleRoute[] = [
  { method: 'get', path: '/endpoints/:id/replay', needs: 'replay', handle: show },
  { method: 'post', path: '/endpoints/:id/replay', needs: 'replay', handle: start },
];

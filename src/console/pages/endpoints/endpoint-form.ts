import { workspaceLabel } from '../../../config/workspaces.ts';
import { ADDED_KINDS, MESSAGE_TYPES, type MessageType } from '../../../model/message.ts';
import type { EndpointView } from '../../../support/endpoints/types.ts';
import { ENDPOINT_KIND_WORDS, MESSAGE_TYPE_WORDS } from '../../../support/words/message-words.ts';
import { fieldFault } from '../../view/form-faults.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields } from '../../view/layout.ts';
import type { Visit } from '../../view/route.ts';

type Faults = Readonly<Record<string, string>>;

/** What was typed of an endpoint, for when it comes back. */
export type Given = Readonly<{
  name: string;
  kind: string;
  target: string;
  types: readonly string[];
  workspaces: readonly string[];
  perSecond: string;
  why: string;
  faults: Faults;
}>;

export const EMPTY: Given = {
  name: '',
  kind: 'http',
  target: '',
  types: [],
  workspaces: [],
  perSecond: '50',
  why: '',
  faults: {},
};

/** Where the fields are on the page, by the name of what is wrong. */
export const FIELDS = {
  name: 'name',
  kind: 'kind',
  target: 'target',
  types: 'types',
  workspaces: 'workspaces',
  per_second: 'per-second',
  why: 'why',
};

export const givenIn = ({ form }: Pick<Visit, 'form'>): Given => ({
  name: form.get('name') ?? '',
  kind: form.get('kind') ?? '',
  target: form.get('target') ?? '',
  types: form.getAll('type'),
  workspaces: form.getAll('workspace'),
  perSecond: form.get('per_second') ?? '',
  why: form.get('why') ?? '',
  faults: {},
});

/** As the form shows an endpoint that is there; its target may have more to it than may be shown. */
export const givenOf = (endpoint: EndpointView): Given => ({
  ...EMPTY,
  name: endpoint.name,
  kind: endpoint.kind,
  types: endpoint.types ?? [],
  workspaces: endpoint.workspaces ?? [],
  perSecond: String(endpoint.perSecond),
});

/** None selected: all. What is no type is refused by whoever takes it. */
export const noneIsAll = <T extends string>(chosen: readonly T[]): T[] | null =>
  chosen.length === 0 ? null : [...chosen];

/** @returns NaN, which nothing accepts, for what is no number */
export const wholeNumber = (text: string): number =>
  /^\d{1,6}$/.test(text.trim()) ? Number(text) : NaN;

const choice = (
  name: string,
  value: string,
  label: Html | string,
  chosen: readonly string[],
): Html =>
  html`<label class="choice"><input type="checkbox" name="${name}" value="${value}"${chosen.includes(value) ? html` checked` : ''}> <span>${label}</span></label>`;

/** The types of message to select from, in words and as the app reads them. */
export const typeChoices = (chosen: readonly string[], types: readonly MessageType[]): Html =>
  html`${types.map(type => choice('type', type, html`${MESSAGE_TYPE_WORDS[type]} <small><code>${type}</code></small>`, chosen))}`;

const typesField = ({ types, faults }: Given): Html => html`
  <details id="types"${types.length > 0 || faults.types !== undefined ? html` open` : ''}>
    <summary>Only some types of message</summary>
    <fieldset${fieldFault(faults, 'types', 'types')}>
      <legend>Types of message (none selected: all, also those that later versions add)</legend>
      ${typeChoices(types, MESSAGE_TYPES)}
    </fieldset>
  </details>`;

const workspacesField = ({ desk }: Visit, { workspaces, faults }: Given): Html | null => {
  const served = desk.config.workspaces;
  if (served.length < 2 && workspaces.length === 0) return null;
  const ids = new Set([...served.flatMap(({ id }) => (id === null ? [] : [id])), ...workspaces]);
  return html`<fieldset id="workspaces"${fieldFault(faults, 'workspaces', 'workspaces')}>
    <legend>Seam workspaces (none selected: all)</legend>
    ${[...ids].map(id => choice('workspace', id, workspaceLabel(served, id) ?? id, workspaces))}
  </fieldset>`;
};

const nameField = ({ name, faults }: Given): Html => html`
  <label for="name">Name</label>
  <input id="name" name="name" value="${name}" required maxlength="100" autocomplete="off"${fieldFault(faults, 'name', 'name')}>`;

const paceField = ({ perSecond, faults }: Given): Html => html`
  <label for="per-second">At most this many messages a second</label>
  <input id="per-second" name="per_second" value="${perSecond}" inputmode="numeric" required maxlength="6"${fieldFault(faults, 'per_second', 'per-second')}>`;

export const addForm = (visit: Visit, given: Given): Html => html`
  <h2 id="add">Add an endpoint</h2>
  <form method="post" action="${href(['endpoints', 'add'])}" class="stack">
    ${formFields(visit)}
    ${nameField(given)}
    <label for="kind">How the app is told</label>
    <select id="kind" name="kind"${fieldFault(given.faults, 'kind', 'kind')}>
      ${ADDED_KINDS.map(kind => html`<option value="${kind}"${kind === given.kind ? html` selected` : ''}>${ENDPOINT_KIND_WORDS[kind]}</option>`)}
    </select>
    <label for="target">The URL, or the name of the queue</label>
    <input id="target" name="target" value="${given.target}" required maxlength="2000" autocomplete="off" placeholder="https://app.example/webhooks/connections"${fieldFault(given.faults, 'target', 'target')}>
    ${workspacesField(visit, given)}
    ${typesField(given)}
    ${paceField(given)}
    ${button(visit, 'Add endpoint', 'manage_endpoints', { kind: 'main' })}
  </form>`;

const whereFields = (endpoint: EndpointView, given: Given): Html => html`
  ${nameField(given)}
  <label for="target">${endpoint.kind === 'queue' ? 'Another queue' : 'Another URL'}</label>
  <p id="target-hint" class="faint">Leave it empty to keep <code>${endpoint.target}</code>.</p>
  <input id="target" name="target" value="${given.target}" maxlength="2000" autocomplete="off"${
    given.faults.target === undefined
      ? html` aria-describedby="target-hint"`
      : html` aria-invalid="true" aria-describedby="target-hint target-fault"`
  }>`;

/** @param given what was typed before, or how it stands */
export const changeForm = (visit: Visit, endpoint: EndpointView, given: Given): Html => html`
  <form method="post" action="${href(['endpoints', endpoint.id, 'change'])}" class="stack">
    ${formFields(visit)}
    ${endpoint.kind === 'hook' ? '' : whereFields(endpoint, given)}
    ${workspacesField(visit, given)}
    ${endpoint.kind === 'hook' ? '' : typesField(given)}
    ${paceField(given)}
    <label for="why">Why (optional, for the audit log)</label>
    <input id="why" name="why" value="${given.why}" maxlength="500" autocomplete="off"${fieldFault(given.faults, 'why', 'why')}>
    <div class="row">${button(visit, 'Save changes', 'manage_endpoints', { kind: 'main' })}
      <a class="button" href="${href(['endpoints', endpoint.id])}">Cancel</a></div>
  </form>`;

import { workspaceLabel } from '../../../config/workspaces.ts';
import { FAILURE_REASONS } from '../../../model/outcome.ts';
import {
  FILTER_FIELDS,
  type FilterField,
  filterFields,
  STATE_CHOICES,
  type StateChoice,
} from '../../../support/finding/connection-filter.ts';
import { SNOOZED_LABELS, STATE_LABELS } from '../../../support/finding/filter-words.ts';
import { STANDINGS } from '../../../support/finding/standings.ts';
import { STANDING_WORDS } from '../../../support/words/standing-words.ts';
import { REASON_TITLES } from '../../../support/words/words.ts';
import { errorSummary, fieldFault } from '../../view/form-faults.ts';
import { type Html, href, html } from '../../view/html.ts';
import type { Visit } from '../../view/route.ts';
import { tabs } from '../../view/tabs.ts';

type Faults = Readonly<Record<string, string>>;
type Choice = readonly [value: string, label: string];

/** The filter as it stands in an address or a form, field by field. */
export const givenFields = (params: URLSearchParams): [FilterField, string][] => {
  const fields = filterFields(params);
  return FILTER_FIELDS.flatMap((field): [FilterField, string][] => {
    const value = fields[field]?.trim();
    return value ? [[field, value]] : [];
  });
};

const idOf = (field: FilterField): string => `filter-${field}`;
const IDS = Object.fromEntries(FILTER_FIELDS.map(field => [field, idOf(field)]));

const selectField = (
  field: FilterField,
  label: string,
  choices: readonly Choice[],
  chosen: string,
  faults: Faults,
): Html => {
  const all =
    choices.some(([value]) => value === chosen) || chosen === '' ? [] : [[chosen, chosen] as const];
  return html`<p class="field"><label for="${idOf(field)}">${label}</label>
    <select id="${idOf(field)}" name="${field}"${fieldFault(faults, field, idOf(field))}>
      <option value="">Any</option>
      ${[...choices, ...all].map(
        ([value, text]) =>
          html`<option value="${value}"${value === chosen ? html` selected` : ''}>${text}</option>`,
      )}
    </select></p>`;
};

const textField = (
  field: FilterField,
  label: string,
  placeholder: string,
  value: string,
  faults: Faults,
): Html => html`<p class="field"><label for="${idOf(field)}">${label}</label>
    <input id="${idOf(field)}" name="${field}" value="${value}" placeholder="${placeholder}" autocomplete="off" maxlength="500"${isMoment(field) ? html` data-moment` : ''}${fieldFault(faults, field, idOf(field))}></p>`;

/** By its side a calendar is shown. */
const isMoment = (field: FilterField): boolean => field === 'since' || field === 'until';

const STANDING_CHOICES = STANDINGS.map((each): Choice => [each, STANDING_WORDS[each].title]);
const ASSIGNED_CHOICES: readonly Choice[] = [
  ['me', 'Me'],
  ['nobody', 'Nobody'],
];
const SNOOZED_CHOICES: readonly Choice[] = [
  ['yes', SNOOZED_LABELS.yes],
  ['no', SNOOZED_LABELS.no],
];

/** The form that makes the address of a list. */
export const filterForm = (
  { desk }: Pick<Visit, 'desk'>,
  fields: readonly [FilterField, string][],
  faults: Faults,
): Html => {
  const of = (field: FilterField): string => fields.find(([name]) => name === field)?.[1] ?? '';
  const { workspaces } = desk.config;
  const named = workspaces.flatMap(({ id }): Choice[] =>
    id === null ? [] : [[id, workspaceLabel(workspaces, id) ?? id]],
  );
  const hasWorkspaces = named.length > 1 || of('workspace') !== '';
  const states = STATE_CHOICES.map((state): Choice => [state, STATE_LABELS[state]]);
  const reasons = FAILURE_REASONS.map((reason): Choice => [reason, REASON_TITLES[reason]]);
  return html`${errorSummary(faults, IDS)}
    <details class="filter"${Object.keys(faults).length === 0 ? '' : html` open`}>
    <summary>Filter${fields.length === 0 ? '' : ` (${fields.length} set)`}</summary>
    <form method="get" action="${href(['connections'])}" class="filters">
      ${selectField('state', 'State', states, of('state'), faults)}
      ${selectField('reason', 'What happened', reasons, of('reason'), faults)}
      ${textField('user', 'Linked to user', 'internal_id_1', of('user'), faults)}
      ${textField('named', 'User id in the metadata', 'internal_id_1', of('named'), faults)}
      ${textField('pattern', 'User id begins with', 'tenant-9:', of('pattern'), faults)}
      ${selectField('standing', 'Lock account', STANDING_CHOICES, of('standing'), faults)}
      ${textField('maker', 'Maker, as Seam calls it', 'august', of('maker'), faults)}
      ${selectField('assigned', 'Assigned to', ASSIGNED_CHOICES, of('assigned'), faults)}
      ${selectField('snoozed', 'Snoozed', SNOOZED_CHOICES, of('snoozed'), faults)}
      ${hasWorkspaces ? selectField('workspace', 'Workspace', named, of('workspace'), faults) : ''}
      ${textField('since', 'Changed since', '24h, or 2026-11-22T14:00', of('since'), faults)}
      ${textField('until', 'Changed before', '2026-11-22T15:00', of('until'), faults)}
      <p class="field"><button type="submit" class="main">Show</button>
        ${fields.length === 0 ? '' : html`<a href="${href(['connections'])}">Clear filters</a>`}</p>
    </form></details>`;
};

const TABS: readonly (readonly [StateChoice | null, string])[] = [
  [null, 'All'],
  ['open', STATE_LABELS.open],
  ['dismissed', STATE_LABELS.dismissed],
  ['settled', STATE_LABELS.settled],
];

const isSnoozed = (field: string, value: string): boolean => field === 'snoozed' && value === 'yes';

/** The same list in other states; the rest of the filter stays. */
export const stateTabs = (fields: readonly [FilterField, string][]): Html => {
  const others = fields.filter(([field]) => field !== 'state');
  const present = fields.find(([field]) => field === 'state')?.[1] ?? null;
  const inState = (state: StateChoice | null): [string, string][] =>
    state === null ? others : [['state', state], ...others];
  const areSnoozed = present === null && fields.some(([field, value]) => isSnoozed(field, value));
  return tabs('State', [
    ...TABS.map(([state, label]) => ({
      label,
      to: href(
        ['connections'],
        new URLSearchParams(inState(state).filter(([field, value]) => !isSnoozed(field, value))),
      ),
      isCurrent: state === present && !areSnoozed,
    })),
    {
      label: SNOOZED_LABELS.yes,
      to: href(
        ['connections'],
        new URLSearchParams([
          ...others.filter(([field]) => field !== 'snoozed'),
          ['snoozed', 'yes'],
        ]),
      ),
      isCurrent: areSnoozed,
    },
  ]);
};

import { may } from '../../../access/actor.ts';
import type { BulkGiven } from '../../../model/bulk.ts';
import { givenOf } from '../../../support/bulk/actions.ts';
import type { BulkRun } from '../../../support/bulk/read.ts';
import { colleagues } from '../../../support/shifts/people.ts';
import { fieldFault } from '../../view/form-faults.ts';
import { type Html, html } from '../../view/html.ts';
import type { Visit } from '../../view/route.ts';

/* What a run takes besides the cases, as its preview asks for it. */

/** What was typed, and what is wrong with it; null: nothing was sent yet. */
export type Typed = Readonly<{ form: URLSearchParams; faults: Readonly<Record<string, string>> }>;

/** Where the faults of each field lead. */
export const FIELD_IDS = {
  why: 'why',
  text: 'text',
  to: 'to',
  user_id: 'user_id',
  without_prefix: 'without_prefix',
  by_email: 'by_email',
  decline_why: 'decline-why',
} as const;

const LONGEST_NOTE = 5_000;

/** @returns what the form gave, to be put with what was planned */
export const givenIn = (form: URLSearchParams): BulkGiven => {
  const text = form.get('text');
  const to = form.get('to') ?? '';
  return {
    ...(text === null ? {} : { text }),
    ...(to === 'nobody' ? { operatorId: null } : {}),
    ...(/^\d{1,15}$/.test(to) ? { operatorId: Number(to) } : {}),
  };
};

/** @returns to whom the form says that each is to be linked; nothing where it says none */
export const whomIn = (form: URLSearchParams): BulkGiven => {
  switch (form.get('whom')) {
    case 'one':
      return { userId: form.get('user_id') ?? '' };
    case 'email':
      return { byEmail: true };
    case 'metadata':
      return {
        withoutPrefix: form.get('without_prefix') ?? '',
        withPrefix: form.get('with_prefix') ?? '',
      };
    default:
      return {};
  }
};

const area = (
  name: 'why' | 'text',
  label: string,
  value: string | null,
  typed: Typed | null,
): Html =>
  html`<label for="${name}">${label}</label>
    <textarea id="${name}" name="${name}" rows="3" required maxlength="${LONGEST_NOTE}"${fieldFault(typed?.faults ?? {}, name, name)}>${typed?.form.get(name) ?? value}</textarea>`;

const optionalWhy = (run: BulkRun, typed: Typed | null): Html =>
  html`<label for="why">Why (optional, for the audit log)</label>
    <input id="why" name="why" maxlength="2000" autocomplete="off" value="${typed?.form.get('why') ?? run.why}">`;

/** What starting it asks for. */
export const startFields = async (
  visit: Visit,
  run: BulkRun,
  typed: Typed | null,
): Promise<Html> => {
  switch (run.action) {
    case 'dismiss':
      return area('why', 'Why? Kept as a note on each case, with your name', run.why, typed);
    case 'link':
      return area(
        'why',
        'Why? Kept as a note on each case (the ticket, who told you)',
        run.why,
        typed,
      );
    case 'note':
      return area('text', 'The note, the same on each case', run.given?.note ?? null, typed);
    case 'assign':
      return html`${await whose(visit, run, typed)}${optionalWhy(run, typed)}`;
    case 'retry':
      return optionalWhy(run, typed);
    default:
      return run.action satisfies never;
  }
};

const whose = async (visit: Visit, run: BulkRun, typed: Typed | null): Promise<Html> => {
  const all = may(visit.actor, 'assign') ? await colleagues(visit.desk.pool, visit.actor) : [];
  const given = run.given === null ? undefined : givenOf(run.given).operatorId;
  const planned = given === null ? 'nobody' : given === undefined ? '' : String(given);
  const chosen = typed?.form.get('to') ?? planned;
  const own = visit.session.operator.id;
  const option = (value: string, label: string): Html =>
    html`<option value="${value}"${value === chosen ? html` selected` : ''}>${label}</option>`;
  return html`<label for="to">Whose do they become?</label>
    <select id="to" name="to" required${fieldFault(typed?.faults ?? {}, 'to', 'to')}>
      ${option('', 'Choose…')}
      ${all.filter(({ id }) => id === own).map(({ id }) => option(String(id), 'Mine'))}
      ${all.filter(({ id }) => id !== own).map(({ id, name }) => option(String(id), name))}
      ${option('nobody', 'Nobody’s')}
    </select>`;
};

/** To whom each is to be linked. */
export const whomFields = (run: BulkRun, typed: Typed | null): Html => {
  const { form, faults } = typed ?? { form: new URLSearchParams(), faults: {} };
  const given = run.given ?? {};
  const prefix = form.get('without_prefix') ?? given.without_prefix ?? patternOf(run);
  const planned =
    given.user_id !== undefined ? 'one' : given.by_email === true ? 'email' : 'metadata';
  const chosen = form.get('whom') ?? planned;
  const radio = (value: string, id: string, label: string): Html =>
    html`<label class="choice" for="${id}"><input type="radio" id="${id}" name="whom" value="${value}" required${
      value === chosen ? html` checked` : ''
    }> ${label}</label>`;
  return html`<fieldset><legend>Which user is each linked to?</legend>
      ${radio('metadata', 'by_metadata', 'Each to the user whom its metadata names')}
      <div class="stack indented">
        <label for="without_prefix">without this at the beginning (such as tenant-9:)</label>
        <input id="without_prefix" name="without_prefix" maxlength="200" autocomplete="off" value="${prefix}">
        <label for="with_prefix">with this put before it</label>
        <input id="with_prefix" name="with_prefix" maxlength="200" autocomplete="off" value="${form.get('with_prefix') ?? given.with_prefix ?? ''}">
      </div>
      ${radio('email', 'by_email', 'Each to the user who has the account’s e-mail')}
      ${radio('one', 'to_one', 'All to one user')}
      <div class="stack indented">
        <label for="user_id">The user’s id</label>
        <input id="user_id" name="user_id" maxlength="500" autocomplete="off" value="${form.get('user_id') ?? given.user_id ?? ''}"${fieldFault(faults, 'user_id', 'user_id')}>
      </div>
    </fieldset>`;
};

/** How the ids begin that the list was narrowed to. */
const patternOf = ({ query }: BulkRun): string => new URLSearchParams(query).get('pattern') ?? '';

import { may } from '../../../access/actor.ts';
import { type CaseMembers, caseNamed } from '../../../support/cases/members.ts';
import { operatorOf } from '../../../support/shifts/names.ts';
import { type Neighbour, neighboursOf } from '../../../support/shifts/neighbours.ts';
import {
  type Assignee,
  type Shift,
  type Snooze,
  shiftsOf,
} from '../../../support/shifts/shifts.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields, inPlace } from '../../view/layout.ts';
import type { Visit } from '../../view/route.ts';
import { when } from '../../view/words.ts';
import { listedHref, listIn } from './from.ts';

/** What was read of a case. */
type Read = Readonly<{ members: CaseMembers; shift: Shift }>;

/** A case and how people share it. @throws SupportError `not_found` */
export const readShift = async (
  { desk, actor }: Pick<Visit, 'desk' | 'actor'>,
  subject: string,
): Promise<Read> => {
  const members = await caseNamed(desk.pool, subject);
  const shift = (await shiftsOf(desk.db, actor, [members])).get(members.key);
  if (shift === undefined) throw new Error(`nothing was read of ${members.key}`);
  return { members, shift };
};

export const assigneeName = ({ name, isDisabled }: Assignee): string =>
  isDisabled ? `${name} (disabled)` : name;

const whoHasIt = (visit: Visit, assignee: Assignee | null): Html => {
  if (assignee === null) return html`Nobody has this case.`;
  const isMine = assignee.operatorId === operatorOf(visit.actor);
  const who = isMine
    ? 'You have this case'
    : html`<strong>${assigneeName(assignee)}</strong> has this case`;
  return html`${who}, assigned by ${assignee.by} on ${when(assignee.at)}.`;
};

/** Makes a case somebody's, as long as it is whose the page says. */
const assignForm = (visit: Visit, { members, shift }: Read, to: string, label: string): Html =>
  html`<form ${inPlace(href(['connections', members.key, 'assign']))}>${formFields(visit)}
    <input type="hidden" name="had" value="${shift.assignee?.operatorId ?? ''}">
    <input type="hidden" name="to" value="${to}">${button(visit, label, 'assign')}</form>`;

const assigning = (visit: Visit, read: Read): Html => {
  const { assignee } = read.shift;
  const isMine = assignee !== null && assignee.operatorId === operatorOf(visit.actor);
  const toMe = isMine
    ? assignForm(visit, read, 'nobody', 'Give it back')
    : assignForm(visit, read, 'me', 'Assign to me');
  if (!may(visit.actor, 'assign')) return toMe;
  return html`${toMe}<a class="button" href="${href(['connections', read.members.key, 'assign'])}">Assign to another…</a>`;
};

const untilWords = ({ until, untilNews }: Snooze): Html | string => {
  if (until === null) return 'until there is news';
  return untilNews
    ? html`until ${when(until)}, or until there is news`
    : html`until ${when(until)}`;
};

const sleeps = (snooze: Snooze | null): Html | null =>
  snooze === null
    ? null
    : html`<p><span aria-hidden="true">☾</span> <strong>Snoozed</strong> ${untilWords(snooze)}, by ${snooze.by} on ${when(snooze.at)}${snooze.why === null ? '' : html`: “${snooze.why}”`}</p>`;

const snoozing = (visit: Visit, { members, shift }: Read): Html => {
  const to = (...more: string[]): string => href(['connections', members.key, ...more]);
  const wake =
    shift.snooze === null
      ? ''
      : html`<form ${inPlace(to('wake'))}>${formFields(visit)}${button(visit, 'Wake it now', 'snooze')}</form>`;
  const label = shift.snooze === null ? 'Snooze…' : 'Snooze for longer…';
  return may(visit.actor, 'snooze')
    ? html`${wake}<a class="button" href="${to('snooze')}">${label}</a>`
    : html`${wake}${shift.snooze === null ? button(visit, label, 'snooze') : ''}`;
};

const neighbourLink = (
  rel: 'prev' | 'next',
  label: string,
  neighbour: Neighbour | null,
  list: URLSearchParams,
): Html => {
  if (neighbour === null)
    return html`<span class="faint">${rel === 'prev' ? 'No case before this' : 'No case after this'}</span>`;
  const { key, place } = neighbour;
  const to = listedHref(key, list, { subject: place.subject, updated_at: place.at });
  return html`<a class="button" rel="${rel}" href="${to}">${label}</a>`;
};

/** The way back to the list that one came from, and to the case before and after this one; nothing without one. */
const listNav = async (visit: Visit, members: CaseMembers): Promise<Html | null> => {
  const from = listIn(visit.query);
  if (from === null) return null;
  const { previous, next } = await neighboursOf(visit.desk, visit.actor, members, from);
  return html`<nav class="row neighbours" aria-label="The list you came from">
    <a href="${href(['connections'], from.list)}">← Back to the list</a>
    ${neighbourLink('prev', 'Previous case', previous, from.list)}
    ${neighbourLink('next', 'Next case', next, from.list)}
  </nav>`;
};

/**
 * How people share a case: who has it, whether it sleeps, and the forms to change that; with the way to the case before
 * and after it in the list that one came from.
 *
 * @param found the case: by its key, or any subject of it
 */
export const shiftPanel = async (
  visit: Visit,
  found: Readonly<{ subject: string }>,
): Promise<Html> => {
  const read = await readShift(visit, found.subject);
  return html`${await listNav(visit, read.members)}
    <div class="shift" role="group" aria-label="Who has this case">
      <p>${whoHasIt(visit, read.shift.assignee)}</p>
      ${sleeps(read.shift.snooze)}
      <div class="row">${assigning(visit, read)}${snoozing(visit, read)}</div>
    </div>`;
};

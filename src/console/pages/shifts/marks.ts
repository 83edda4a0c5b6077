import type { Actor } from '../../../access/actor.ts';
import { casesOf } from '../../../support/cases/members.ts';
import type { Desk } from '../../../support/desk.ts';
import { casesWithDrafts } from '../../../support/drafts/drafts.ts';
import { type Shift, shiftsOf } from '../../../support/shifts/shifts.ts';
import { type Html, html } from '../../view/html.ts';
import { when } from '../../view/words.ts';
import { assigneeName } from './panel.ts';

const FIRST_WORDS = 80;
const firstWords = (text: string): string => {
  const shown = [...text.slice(0, 2 * FIRST_WORDS)];
  const line = shown.slice(0, FIRST_WORDS).join('').replaceAll('\n', ' ');
  return shown.length > FIRST_WORDS ? `${line}…` : line;
};

const assigneeMark = ({ assignee }: Shift): Html | null =>
  assignee === null
    ? null
    : html`<span class="shift-mark"><span class="hidden">Assigned to</span> <span aria-hidden="true">@</span>${assigneeName(assignee)}</span>`;

const notesMark = ({ notes: { count, newest } }: Shift): Html | null =>
  newest === null
    ? null
    : html`<span class="shift-mark" title="${newest.by}: ${firstWords(newest.text)}"><span aria-hidden="true">✎</span> ${count}<span class="hidden"> ${count === 1 ? 'note' : 'notes'}, the newest by ${newest.by}: ${firstWords(newest.text)}</span></span>`;

const snoozeMark = ({ snooze }: Shift): Html | null =>
  snooze === null
    ? null
    : html`<span class="shift-mark"><span aria-hidden="true">☾</span> Snoozed ${snooze.until === null ? 'until news' : html`until ${when(snooze.until)}`}</span>`;

const DRAFT_MARK = html`<span class="shift-mark"><span aria-hidden="true">…</span> Your draft</span>`;

/**
 * What a list shows of how people share its rows: who has each, how many notes there are, and until when it sleeps.
 *
 * @returns by the row's subject; null where there is nothing to say
 */
export const shiftMarks = async (
  { db, pool }: Pick<Desk, 'db' | 'pool'>,
  actor: Actor,
  rows: readonly Readonly<{ subject: string }>[],
): Promise<ReadonlyMap<string, Html | null>> => {
  const cases = await casesOf(
    pool,
    rows.map(({ subject }) => subject),
  );
  const shifts = await shiftsOf(db, actor, [...cases.values()]);
  const begun = await casesWithDrafts(pool, actor, [...cases.values()]);
  return new Map(
    rows.map(({ subject }): [string, Html | null] => {
      const key = cases.get(subject)?.key ?? '';
      const shift = shifts.get(key);
      const ofShift =
        shift === undefined ? [] : [assigneeMark(shift), notesMark(shift), snoozeMark(shift)];
      const marks = [...ofShift, begun.has(key) ? DRAFT_MARK : null].filter(mark => mark !== null);
      return [subject, marks.length === 0 ? null : html`<span class="shift-marks">${marks}</span>`];
    }),
  );
};

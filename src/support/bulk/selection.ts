import type { Actor } from '../../access/actor.ts';
import { invalid } from '../../access/errors.ts';
import { inArray, type SQL } from '../../db/drizzle.ts';
import { reconciliations } from '../../db/schema.ts';
import type { BulkAction } from '../../model/bulk.ts';
import { RECONCILIATION_STATES, type ReconciliationState } from '../../model/outcome.ts';
import {
  type ConnectionFilter,
  formatFilter,
  parseFilter,
  statesOf,
} from '../finding/connection-filter.ts';
import type { Few } from '../finding/few.ts';
import { conditionOf } from '../finding/filter-condition.ts';
import { filterFor } from '../finding/for-actor.ts';
import { STATES_MEANT } from './actions.ts';
import { MOST_SELECTED } from './limits.ts';

/** What a bulk run is done to: all that match a filter, or what somebody ticked. */
export type Selection =
  | Readonly<{ kind: 'filter'; filter: ConnectionFilter }>
  | Readonly<{ kind: 'subjects'; subjects: readonly string[] }>;

const SUBJECT_FIELD = 'subject';
const LONGEST_SUBJECT = 600;

/**
 * What somebody ticked.
 *
 * @throws SupportError `invalid` when it is nothing, too much, or can't be
 */
export const selectSubjects = (given: readonly string[]): Selection => {
  const subjects = [...new Set(given.map(subject => subject.trim()).filter(Boolean))];
  if (subjects.length === 0) {
    throw invalid({
      [SUBJECT_FIELD]: 'Nothing is selected. Select at least one connection first.',
    });
  }
  if (subjects.length > MOST_SELECTED) {
    const fault = `At most ${MOST_SELECTED.toLocaleString('en-US')} can be selected by hand. Choose everything that matches a filter instead.`;
    throw invalid({ [SUBJECT_FIELD]: fault });
  }
  const isStrange = (subject: string): boolean =>
    subject.length > LONGEST_SUBJECT || subject.includes('\0') || !subject.isWellFormed();
  if (subjects.some(isStrange)) {
    throw invalid({ [SUBJECT_FIELD]: 'One of the selected items isn’t a connection.' });
  }
  return { kind: 'subjects', subjects };
};

/**
 * Reads what is meant, as a list's URL (or a bulk run's row) has it. A field that isn't known is refused: a
 * filter that is passed over would catch more than was seen.
 *
 * @throws SupportError `invalid`, by field
 */
export const parseSelection = (query: string): Selection => {
  const params = new URLSearchParams(query);
  if (params.has(SUBJECT_FIELD)) return selectSubjects(params.getAll(SUBJECT_FIELD));
  const given = [...params].filter(([, value]) => value.trim() !== '');
  const filter = parseFilter(Object.fromEntries(given));
  const known = formatFilter(filter);
  const strange = given.find(([name]) => !known.has(name));
  if (strange !== undefined) {
    throw invalid({ query: `A bulk run doesn’t support the filter "${strange[0]}": remove it.` });
  }
  if (new Set(given.map(([name]) => name)).size < given.length) {
    throw invalid({ query: 'A filter is given twice.' });
  }
  return { kind: 'filter', filter };
};

/** As whoever asks means it (finding/for-actor.ts). @throws SupportError `invalid` */
export const selectionFor = (actor: Actor, selection: Selection): Selection =>
  selection.kind === 'filter'
    ? { kind: 'filter', filter: filterFor(actor, selection.filter) }
    : selection;

/** As parseSelection reads it. */
export const formatSelection = (selection: Selection): string =>
  selection.kind === 'filter'
    ? formatFilter(selection.filter).toString()
    : new URLSearchParams(
        selection.subjects.map((subject): [string, string] => [SUBJECT_FIELD, subject]),
      ).toString();

/** The states of what is meant: what is settled or dismissed only where that was chosen. */
export const chosenStates = (
  selection: Selection,
  action: BulkAction,
): readonly ReconciliationState[] => {
  if (selection.kind === 'subjects') return RECONCILIATION_STATES;
  return selection.filter.state === null ? STATES_MEANT[action] : statesOf(selection.filter);
};

/** As a condition on reconciliations. @param few of what of the filter there are few (few.ts): these are looked up */
export const conditionOfSelection = (selection: Selection, few: Few = {}): SQL | undefined =>
  selection.kind === 'filter'
    ? conditionOf(selection.filter, few)
    : inArray(reconciliations.subject, [...selection.subjects]);

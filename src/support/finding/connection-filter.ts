import { invalid } from '../../access/errors.ts';
import { MOMENT_FORMS, parseMoment } from '../../model/moment.ts';
import {
  FAILURE_REASONS,
  type FailureReason,
  RECONCILIATION_STATES,
  type ReconciliationState,
} from '../../model/outcome.ts';
import type { Assigned } from '../shifts/conditions.ts';
import { STANDINGS, type Standing } from './standings.ts';

/** States that people think of together. */
const STATE_GROUPS = {
  open: ['failed', 'retrying'],
  settled: ['linked', 'no_action'],
} as const satisfies Record<string, readonly ReconciliationState[]>;
export type StateChoice = ReconciliationState | keyof typeof STATE_GROUPS;
export const STATE_CHOICES: readonly StateChoice[] = ['open', ...RECONCILIATION_STATES, 'settled'];

/** Which connections are meant; null: any. The same in a list's URL, a saved view, a bulk run and the API. */
export type ConnectionFilter = Readonly<{
  state: StateChoice | null;
  reason: FailureReason | null;
  workspace: string | null;
  /** Whose it is: the user that its account is linked to now. */
  user: string | null;
  /** The id that the metadata name, whoever it is linked to. */
  named: string | null;
  /** How that id begins. */
  pattern: string | null;
  /** How its account stands, where it stopped. */
  standing: Standing | null;
  /** Who made the lock: the type of the account, or else the provider chosen in the webview, by Seam's key. */
  maker: string | null;
  /** Whose it is to look after: `me` until it is known who asks (for-actor.ts). */
  assigned: Assigned | null;
  /** Whether it sleeps; null: what sleeps is left out where something is to be done (`hidesSnoozed`). */
  snoozed: 'yes' | 'no' | null;
  /** Changed at or after, and before. */
  since: Date | null;
  until: Date | null;
  /** Of the ids that are looked at by how they begin: those alone that everybody may read. */
  isForViewer?: true;
}>;

const SNOOZED = ['yes', 'no'] as const;

export const FILTER_FIELDS = [
  'state',
  'reason',
  'workspace',
  'user',
  'named',
  'pattern',
  'standing',
  'maker',
  'assigned',
  'snoozed',
  'since',
  'until',
] as const;
export type FilterField = (typeof FILTER_FIELDS)[number];
export type FilterFields = Readonly<Partial<Record<FilterField, string | undefined>>>;

const oneOf = <T extends string>(choices: readonly T[], text: string): T | undefined =>
  choices.find(choice => choice === text);

const moment = (text: string): Date | undefined => parseMoment(text, new Date()) ?? undefined;

const LONGEST_TEXT = 500;
const isText = (text: string): boolean =>
  text.length <= LONGEST_TEXT && !text.includes('\0') && text.isWellFormed();

const OPERATOR_ID = /^[1-9]\d{0,14}$/;
const assignedOf = (text: string): Assigned | undefined =>
  oneOf(['me', 'nobody'] as const, text) ?? (OPERATOR_ID.test(text) ? Number(text) : undefined);

/** The fields of a filter among those of an address or a form, as they stand there. */
export const filterFields = (params: URLSearchParams): FilterFields =>
  Object.fromEntries(FILTER_FIELDS.map(field => [field, params.get(field) ?? undefined]));

/** Any connection at all. */
export const NO_FILTER: ConnectionFilter = {
  state: null,
  reason: null,
  workspace: null,
  user: null,
  named: null,
  pattern: null,
  standing: null,
  maker: null,
  assigned: null,
  snoozed: null,
  since: null,
  until: null,
};

/**
 * Reads a filter as it stands in a URL. An empty field is none.
 *
 * @throws SupportError `invalid`, by field
 */
export const parseFilter = (fields: FilterFields): ConnectionFilter => {
  const given = (field: FilterField): string | null => fields[field]?.trim() || null;
  const faults: Record<string, string> = {};
  const read = <T>(
    field: FilterField,
    as: (text: string) => T | undefined,
    must: string,
  ): T | null => {
    const text = given(field);
    if (text === null) return null;
    const value = as(text);
    if (value === undefined) faults[field] = `"${field}" must be ${must}.`;
    return value ?? null;
  };
  const text = (value: string): string | undefined => (isText(value) ? value : undefined);
  const filter: ConnectionFilter = {
    state: read(
      'state',
      value => oneOf(STATE_CHOICES, value),
      `one of ${STATE_CHOICES.join(', ')}`,
    ),
    reason: read(
      'reason',
      value => oneOf(FAILURE_REASONS, value),
      `one of ${FAILURE_REASONS.join(', ')}`,
    ),
    workspace: read('workspace', text, `at most ${LONGEST_TEXT} characters long`),
    user: read('user', text, `at most ${LONGEST_TEXT} characters long`),
    named: read('named', text, `at most ${LONGEST_TEXT} characters long`),
    pattern: read('pattern', text, `at most ${LONGEST_TEXT} characters long`),
    standing: read('standing', value => oneOf(STANDINGS, value), `one of ${STANDINGS.join(', ')}`),
    maker: read('maker', text, `at most ${LONGEST_TEXT} characters long`),
    assigned: read('assigned', assignedOf, 'me, nobody, or the number of an operator'),
    snoozed: read('snoozed', value => oneOf(SNOOZED, value), 'yes or no'),
    since: read('since', moment, MOMENT_FORMS),
    until: read('until', moment, MOMENT_FORMS),
  };
  if (Object.keys(faults).length > 0) throw invalid(faults);
  return filter;
};

/** As parseFilter reads it. */
export const formatFilter = (filter: ConnectionFilter): URLSearchParams =>
  new URLSearchParams(
    FILTER_FIELDS.flatMap((field): [string, string][] => {
      const value = filter[field];
      if (value === null) return [];
      return [[field, value instanceof Date ? value.toISOString() : String(value)]];
    }),
  );

/** What people have put aside is not among what stopped, unless they ask for it. */
const NOT_PUT_ASIDE = RECONCILIATION_STATES.filter(state => state !== 'dismissed');

/** The states that a filter leaves: those that its choice stands for, or all where there is none. */
export const statesOf = ({
  state,
  standing = null,
}: Pick<ConnectionFilter, 'state'> &
  Partial<Pick<ConnectionFilter, 'standing'>>): readonly ReconciliationState[] => {
  if (state === null) return standing === null ? RECONCILIATION_STATES : NOT_PUT_ASIDE;
  return state === 'open' || state === 'settled' ? STATE_GROUPS[state] : [state];
};

const TO_BE_DONE: readonly (StateChoice | null)[] = ['open', 'failed', 'retrying'];

/** Whether what sleeps is left out: it is out of sight where lists say what is to be done. */
export const hidesSnoozed = ({ snoozed, state, standing, assigned }: ConnectionFilter): boolean =>
  snoozed === 'no' ||
  (snoozed === null &&
    assigned === null &&
    (TO_BE_DONE.includes(state) || (standing !== null && standing !== 'working')));

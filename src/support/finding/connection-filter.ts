import { invalid } from '../../access/errors.ts';
import { and, eq, gte, inArray, lt, type SQL, sql } from '../../db/drizzle.ts';
import { links, reconciliations } from '../../db/schema.ts';
import { MOMENT_FORMS, parseMoment } from '../../model/moment.ts';
import {
  FAILURE_REASONS,
  type FailureReason,
  RECONCILIATION_STATES,
  type ReconciliationState,
} from '../../model/outcome.ts';

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
  /** Changed at or after, and before. */
  since: Date | null;
  until: Date | null;
}>;

export const FILTER_FIELDS = [
  'state',
  'reason',
  'workspace',
  'user',
  'named',
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
      return [[field, value instanceof Date ? value.toISOString() : value]];
    }),
  );

/** The states that a choice stands for; all where there is none. */
export const statesOf = ({
  state,
}: Pick<ConnectionFilter, 'state'>): readonly ReconciliationState[] => {
  if (state === null) return RECONCILIATION_STATES;
  return state === 'open' || state === 'settled' ? STATE_GROUPS[state] : [state];
};

/** Of few accounts, whoever it is: an array, so that they are looked up, and no list is gone through for them. */
const isOf = (user: string): SQL =>
  sql`${reconciliations.connectedAccountId} = any(array(
    select ${links.connectedAccountId} from ${links}
     where ${links.userId} = ${user} and ${links.unlinkedAt} is null))`;

/** The filter as a condition on reconciliations. */
export const conditionOf = (filter: ConnectionFilter): SQL | undefined =>
  and(
    filter.state === null ? undefined : inArray(reconciliations.state, [...statesOf(filter)]),
    filter.reason === null ? undefined : eq(reconciliations.reason, filter.reason),
    filter.workspace === null ? undefined : eq(reconciliations.workspaceId, filter.workspace),
    filter.user === null ? undefined : isOf(filter.user),
    filter.named === null ? undefined : eq(reconciliations.claimedUserId, filter.named),
    filter.since === null ? undefined : gte(reconciliations.updatedAt, filter.since),
    filter.until === null ? undefined : lt(reconciliations.updatedAt, filter.until),
  );

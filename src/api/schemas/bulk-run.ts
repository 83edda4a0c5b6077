import { z } from 'zod';
import { BULK_ACTIONS } from '../../model/bulk.ts';
import { BULK_STATES, ITEM_STATES } from '../../support/bulk/words.ts';
import { STANDINGS } from '../../support/finding/standings.ts';
import { described, instant, instantOrNull, subjectField, text, textOrNull } from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';

/* What the API is told and answers about what is done to many connections. */

const count = z.number().int();

export const BULK_RUN = {
  id: 7,
  action: 'retry',
  given: null,
  given_words: null,
  state: 'running',
  query: 'state=failed&reason=user_not_found',
  selection: 'Needs attention, User not found',
  planned_by: SAMPLE.operator,
  planned_at: SAMPLE.later,
  asked_by: null,
  asked_at: null,
  started_by: SAMPLE.operator,
  started_at: SAMPLE.last,
  finished_at: null,
  why: 'The users were imported, ticket 4720',
  total: 240,
  left_out: { owed: 3 },
  per_minute: 60,
  counts: { succeeded: 118, failed: 2, skipped: 0, asked: 4, waiting: 116 },
  stopped_because: null,
  waits_because: null,
} as const;

const givenShape = {
  note: described(z.string().optional(), 'Of `note`: what is written on each', 'Seam was down'),
  operator_id: described(
    z.number().int().positive().nullable().optional(),
    'Of `assign`: the operator whose they become; null: nobody’s',
    3,
  ),
  user_id: described(
    z.string().optional(),
    'Of `link`: the user that all are linked to',
    SAMPLE.user_id,
  ),
  without_prefix: described(
    z.string().optional(),
    'Of `link`: each to the user whom its metadata names, without this at the beginning',
    'tenant-9:',
  ),
  with_prefix: described(
    z.string().optional(),
    'Of `link`: each to the user whom its metadata names, with this put before it',
    'u-',
  ),
  by_email: described(
    z.literal(true).optional(),
    'Of `link`: each to the user who has the account’s e-mail',
  ),
};
const GIVEN = { without_prefix: 'tenant-9:' };
const given = named(
  'BulkGiven',
  'What an action takes besides the connections.',
  z.object(givenShape),
  GIVEN,
);
/** The same, as it is asked for: what isn't known is refused. */
const giving = named(
  'BulkGiving',
  'What an action is to take besides the connections.',
  z.strictObject(givenShape),
  GIVEN,
);

export const bulkRun = named(
  'BulkRun',
  'Something that is done to many connections.',
  z.object({
    id: described(z.number().int(), 'Its number', BULK_RUN.id),
    action: described(z.enum(BULK_ACTIONS), 'What is done to each'),
    given: described(given.nullable(), 'What the action takes besides; null: nothing'),
    given_words: textOrNull('The same in words; null: nothing'),
    state: described(z.enum(BULK_STATES), 'How it stands'),
    query: text('What was selected, as in the address of a list', BULK_RUN.query),
    selection: text('The same in words', BULK_RUN.selection),
    planned_by: text('Who planned it', SAMPLE.operator),
    planned_at: instant('When it was planned'),
    asked_by: textOrNull('Who has asked those on call to start it; null: nobody', SAMPLE.operator),
    asked_at: instantOrNull('When they did; null: nobody did'),
    started_by: textOrNull('Who started it; null: nobody yet', SAMPLE.operator),
    started_at: instantOrNull('When it was started; null: not yet'),
    finished_at: instantOrNull('When the last result was in; null: not yet'),
    why: textOrNull('The reason that was given; null: none', BULK_RUN.why),
    total: described(count, 'How many connections it is for', BULK_RUN.total),
    left_out: described(
      z.record(z.string(), count),
      'How many matched and are left out, by why',
      BULK_RUN.left_out,
    ),
    per_minute: described(count, 'How many are dealt with in a minute at most', 60),
    counts: described(
      z.object({
        succeeded: described(count, 'Succeeded', 118),
        failed: described(count, 'Failed again', 2),
        skipped: described(count, 'Left alone after all', 0),
        asked: described(count, 'Being checked', 4),
        waiting: described(count, 'Still to come', 116),
      }),
      'How many items stand how',
    ),
    stopped_because: textOrNull('Why it stopped automatically; null: it didn’t'),
    waits_because: textOrNull('What holds it up at present; null: nothing'),
  }),
  BULK_RUN,
);

export const bulkRunPage = named(
  'BulkRunPage',
  'Bulk runs, newest first.',
  z.object({
    bulk_runs: described(z.array(bulkRun), 'Those of this page'),
    next_before: described(count.nullable(), '`before` of the next page; null: this is the last'),
  }),
  { bulk_runs: [BULK_RUN], next_before: null },
);

const ITEM = {
  position: 1,
  subject: SAMPLE.subject,
  user_id: null,
  state: 'succeeded',
  why: null,
  changed_at: SAMPLE.last,
} as const;

export const bulkItemPage = named(
  'BulkItemPage',
  'Items of a bulk run, in order.',
  z.object({
    items: described(
      z.array(
        named(
          'BulkItem',
          'One connection of a bulk run.',
          z.object({
            position: described(count, 'Its place in the run', 1),
            subject: subjectField,
            user_id: textOrNull(
              'Of `link`: the user that it is linked to; null: of another action',
              SAMPLE.user_id,
            ),
            state: described(z.enum(ITEM_STATES), 'How it stands'),
            why: textOrNull('Why it was skipped or failed; null: it wasn’t'),
            changed_at: instant('Since when'),
          }),
          ITEM,
        ),
      ),
      'Those of this page',
    ),
    next_after: described(count.nullable(), '`after` of the next page; null: this is the last'),
  }),
  { items: [ITEM], next_after: null },
);

export const why = described(
  z.string().max(2_000).optional(),
  'Why: for the audit log',
  BULK_RUN.why,
);
export const whyBody = named('BulkReason', 'Why it is done.', z.strictObject({ why }), {
  why: BULK_RUN.why,
});

const filterField = (description: string, example: string) =>
  described(z.string().optional(), description, example);

export const planBody = named(
  'BulkPlan',
  'What to do to many: to everything that matches a filter, or to given subjects.',
  z
    .strictObject({
      action: described(z.enum(BULK_ACTIONS).optional(), 'What is done to each; left out: a retry'),
      given: described(
        giving.optional(),
        'What the action takes besides: a note, a user, an operator',
      ),
      filter: described(
        z
          .strictObject({
            state: filterField('Only in this state', 'failed'),
            reason: filterField('Only for this reason', 'user_not_found'),
            workspace: filterField('Only of this Seam workspace, by id', SAMPLE.workspace_id),
            user: filterField('Only those that are linked to this user now', SAMPLE.user_id),
            named: filterField('Only those whose metadata names this user', SAMPLE.user_id),
            pattern: filterField(
              'Only those whose metadata names a user id that begins so',
              'tenant-9:',
            ),
            standing: described(
              z.enum(STANDINGS).optional(),
              'Only those whose lock account stands so, as in a list',
            ),
            maker: filterField('Only locks of this maker, by Seam’s key', 'august'),
            assigned: filterField(
              'Only those of this operator (a number, or `me`: whose token it is), or of `nobody`',
              'nobody',
            ),
            snoozed: described(
              z.enum(['yes', 'no']).optional(),
              'Only what is snoozed, or what isn’t; left out: as in a list with the same fields',
            ),
            since: filterField('Changed at or after this time, or within this age', '24h'),
            until: filterField('Changed before this time, or longer ago than this age', '1h'),
          })
          .optional(),
        'Everything that matches all of these',
      ),
      subjects: described(
        z.array(z.string()).optional(),
        'These connections: subjects, or the ids of accounts or webviews',
        [SAMPLE.subject],
      ),
      why,
    })
    .refine(({ filter, subjects }) => (filter === undefined) !== (subjects === undefined), {
      error: 'Give either "filter" or "subjects".',
    }),
  { filter: { state: 'failed', reason: 'user_not_found' }, why: BULK_RUN.why },
);

import { z } from 'zod';
import { BULK_ACTIONS } from '../../model/bulk.ts';
import { BULK_STATES, ITEM_STATES } from '../../support/bulk/words.ts';
import { described, instant, instantOrNull, subjectField, text, textOrNull } from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';

/* What the API is told and answers about retries of many connections. */

const count = z.number().int();

export const BULK_RUN = {
  id: 7,
  action: 'retry',
  state: 'running',
  query: 'state=failed&reason=user_not_found',
  selection: 'Needs attention, User not found',
  planned_by: SAMPLE.operator,
  planned_at: SAMPLE.later,
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

export const bulkRun = named(
  'BulkRun',
  'A retry of many connections.',
  z.object({
    id: described(z.number().int(), 'Its number', BULK_RUN.id),
    action: described(z.enum(BULK_ACTIONS), 'What is done to each'),
    state: described(z.enum(BULK_STATES), 'How it stands'),
    query: text('What was selected, as in the address of a list', BULK_RUN.query),
    selection: text('The same in words', BULK_RUN.selection),
    planned_by: text('Who planned it', SAMPLE.operator),
    planned_at: instant('When it was planned'),
    started_by: textOrNull('Who started it; null: nobody yet', SAMPLE.operator),
    started_at: instantOrNull('When it was started; null: not yet'),
    finished_at: instantOrNull('When the last result was in; null: not yet'),
    why: textOrNull('The reason that was given; null: none', BULK_RUN.why),
    total: described(count, 'How many connections it is for', BULK_RUN.total),
    left_out: described(
      z.record(z.string(), count),
      'How many matched and are not retried, by why',
      BULK_RUN.left_out,
    ),
    per_minute: described(count, 'How many are retried in a minute at most', 60),
    counts: described(
      z.object({
        succeeded: described(count, 'Succeeded', 118),
        failed: described(count, 'Failed again', 2),
        skipped: described(count, 'Not retried after all', 0),
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

const why = described(z.string().max(2_000).optional(), 'Why: for the audit log', BULK_RUN.why);
export const whyBody = named('BulkReason', 'Why it is done.', z.strictObject({ why }), {
  why: BULK_RUN.why,
});

const filterField = (description: string, example: string) =>
  described(z.string().optional(), description, example);

export const planBody = named(
  'BulkPlan',
  'What to retry: everything that matches a filter, or given subjects.',
  z
    .strictObject({
      filter: described(
        z
          .strictObject({
            state: filterField('Only in this state', 'failed'),
            reason: filterField('Only for this reason', 'user_not_found'),
            workspace: filterField('Only of this Seam workspace, by id', SAMPLE.workspace_id),
            user: filterField('Only those that are linked to this user now', SAMPLE.user_id),
            named: filterField('Only those whose metadata names this user', SAMPLE.user_id),
            since: filterField('Changed at or after this time, or within this age', '24h'),
            until: filterField('Changed before this time, or longer ago than this age', '1h'),
          })
          .optional(),
        'Everything that matches all of these',
      ),
      subjects: described(z.array(z.string()).optional(), 'These connections', [SAMPLE.subject]),
      why,
    })
    .refine(({ filter, subjects }) => (filter === undefined) !== (subjects === undefined), {
      error: 'give either "filter" or "subjects"',
    }),
  { filter: { state: 'failed', reason: 'user_not_found' }, why: BULK_RUN.why },
);

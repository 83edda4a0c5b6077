import { z } from 'zod';
import { undoOfRun, undoRun } from '../../support/undo/bulk-run.ts';
import { undoChange, undoOf } from '../../support/undo/undo.ts';
import { described, instant, number, permissionField, text, textOrNull } from '../fields.ts';
import { named } from '../named.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { SAMPLE } from '../sample.ts';

const ACTIONS = ['link', 'unlink', 'dismiss', 'reopen', 'assign', 'snooze'] as const;

const changeParams = z.object({
  audit_id: described(
    z.string().regex(/^\d{1,15}$/),
    'The change, by its `id` in the audit log',
    '318',
  ),
});

const actionField = described(z.enum(ACTIONS), 'What was done');
const targetField = text('What it was done to, as the audit log has it', SAMPLE.subject);
const DOES = 'The account is linked to no one again, and the case stands as it did.';

const undoAnswer = named(
  'UndoOfChange',
  'Whether a change can still be undone, and what that does.',
  z.strictObject({
    audit_id: number('The change, by its `id` in the audit log', 318),
    action: actionField,
    target: targetField,
    at: instant('When it was done'),
    by: text('Who did it', SAMPLE.operator),
    needs: described(
      permissionField,
      'The permission that undoing takes: the same as the change itself',
    ),
    label: text('What the button in the console says', 'Undo the link'),
    does: textOrNull('What undoing it does; null: it can’t be undone any more', DOES),
    why_not: textOrNull('Why it can’t be undone any more; null: it can be'),
  }),
  {
    audit_id: 318,
    action: 'link',
    target: SAMPLE.subject,
    at: SAMPLE.at,
    by: SAMPLE.operator,
    needs: 'link',
    label: 'Undo the link',
    does: DOES,
    why_not: null,
  },
);

const undoneAnswer = named(
  'ChangeUndone',
  'A change that was undone.',
  z.strictObject({
    audit_id: number('The undoing itself, by its `id` in the audit log', 320),
    undone: number('The change that was undone', 318),
    action: actionField,
    target: targetField,
    told: text('How it stands again', 'The account is linked to no one again.'),
  }),
  {
    audit_id: 320,
    undone: 318,
    action: 'link',
    target: SAMPLE.subject,
    told: 'The account is linked to no one again.',
  },
);

const runParams = z.object({
  id: described(
    z.number().int().positive().max(Number.MAX_SAFE_INTEGER),
    'The number of the bulk run',
    7,
  ),
});
const AFTER = '`next_after` of the answer before; left out: from the first';
const after = z.number().int().min(0).max(1_000_000).optional();

const undoRunBody = named(
  'UndoBulkRunRequest',
  'Which connections of the run are undone.',
  z.strictObject({ after: described(after, AFTER, 100) }),
  { after: 100 },
);

const notUndone = described(
  z.array(
    z.strictObject({
      subject: text('The connection', SAMPLE.subject),
      why: text('Why it stays as it is', 'Since then Ada reopened it.'),
    }),
  ),
  'What stays as it is',
);
const RUN_ACTION = described(z.enum(ACTIONS), 'What the run did to each');
const nextAfter = described(
  z.number().nullable(),
  'Where the next ones begin; null: there are no more',
  100,
);

const undoOfRunAnswer = named(
  'UndoOfBulkRun',
  'Of the next connections that a bulk run changed, at most 100: what undoing it would do.',
  z.strictObject({
    bulk_run_id: number('The bulk run', 7),
    action: RUN_ACTION,
    undoable: number('How many of these can be put back', 97),
    not_undoable: notUndone,
    changed: number('How many connections the run changed in all', 128),
    next_after: nextAfter,
  }),
  {
    bulk_run_id: 7,
    action: 'dismiss',
    undoable: 99,
    not_undoable: [{ subject: SAMPLE.subject, why: 'Since then Ada reopened it.' }],
    changed: 128,
    next_after: 100,
  },
);

const runUndoneAnswer = named(
  'BulkRunUndone',
  'Of the next connections that a bulk run changed, at most 100: what became of undoing it.',
  z.strictObject({
    bulk_run_id: number('The bulk run', 7),
    action: RUN_ACTION,
    undone: number('How many were put back', 97),
    not_undone: notUndone,
    next_after: nextAfter,
  }),
  {
    bulk_run_id: 7,
    action: 'dismiss',
    undone: 99,
    not_undone: [{ subject: SAMPLE.subject, why: 'Since then Ada reopened it.' }],
    next_after: 100,
  },
);

/** What somebody did, taken back. Which permission that takes, the change itself says. */
export const UNDO_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'get',
    path: '/audit-log/{audit_id}/undo',
    needs: 'view',
    reach: 'change',
    operationId: 'getUndo',
    tag: 'Audit log',
    summary: 'Ask whether a change can still be undone, and what that does',
    params: changeParams,
    answer: undoAnswer,
    handle: ({ desk, actor, params }) => undoOf(desk, actor, Number(params.audit_id)),
  }),
  apiRoute({
    method: 'post',
    path: '/audit-log/{audit_id}/undo',
    needs: 'link',
    reach: 'change',
    operationId: 'undoChange',
    tag: 'Audit log',
    summary:
      'Undo a change to a connection; it takes the permission of the change itself (`needs`), too',
    params: changeParams,
    answer: undoneAnswer,
    handle: ({ desk, actor, params }) => undoChange(desk, actor, Number(params.audit_id)),
  }),
  apiRoute({
    method: 'get',
    path: '/bulk-runs/{id}/undo',
    needs: 'start_bulk_run',
    reach: 'installation',
    operationId: 'getBulkRunUndo',
    tag: 'Bulk runs',
    summary:
      'Ask what undoing a finished bulk run (dismissal, assignment, linking) would do, a hundred connections at a time',
    params: runParams,
    query: z.strictObject({ after: described(after, AFTER, 100) }),
    answer: undoOfRunAnswer,
    handle: ({ desk, actor, params, query }) => undoOfRun(desk, actor, params.id, query.after),
  }),
  apiRoute({
    method: 'post',
    path: '/bulk-runs/{id}/undo',
    needs: 'start_bulk_run',
    reach: 'installation',
    operationId: 'undoBulkRun',
    tag: 'Bulk runs',
    summary:
      'Undo what a finished bulk run did to the next hundred connections; what changed since stays, and is told',
    params: runParams,
    body: undoRunBody,
    answer: runUndoneAnswer,
    handle: ({ desk, actor, params, body }) => undoRun(desk, actor, params.id, body.after),
  }),
];

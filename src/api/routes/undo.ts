import { z } from 'zod';
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
];

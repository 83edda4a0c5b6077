import { z } from 'zod';
import { readCase } from '../../support/cases/case.ts';
import { readDelivery } from '../../support/cases/delivery.ts';
import { dismiss, reopen } from '../../support/cases/dismiss.ts';
import { findCase } from '../../support/cases/find-case.ts';
import { addNote } from '../../support/cases/notes.ts';
import { readTimeline } from '../../support/cases/timeline.ts';
import { described, subjectField, subjectParam, textOrNull } from '../fields.ts';
import { named } from '../named.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { SAMPLE } from '../sample.ts';
import { caseAnswer } from '../schemas/case.ts';
import { DELIVERY, deliveryFields, NOTE, noteRecord, standingAnswer } from '../schemas/records.ts';
import { TIMELINE_CURSOR, timelineAnswer, timelineKind } from '../schemas/timeline.ts';

const subjectParams = z.object({ subject: subjectParam });
const noteText = z.string().min(1).max(20_000);

const EVENT = {
  ...DELIVERY,
  subject: SAMPLE.subject,
  workspace_id: SAMPLE.workspace_id,
  belongs_to: SAMPLE.workspace_id,
  message_id: 'msg_2Yp6rMxBqT1fDk0wVn8sZc4uHaE',
  payload: {
    event_id: SAMPLE.event_id,
    event_type: DELIVERY.event_type,
    workspace_id: SAMPLE.workspace_id,
    connected_account_id: SAMPLE.account_id,
    created_at: SAMPLE.at,
  },
} as const;
const eventAnswer = named(
  'EventWithPayload',
  'An event of Seam’s with its payload.',
  deliveryFields.extend({
    subject: subjectField,
    workspace_id: textOrNull('Whose word it is; null: not known', SAMPLE.workspace_id),
    belongs_to: textOrNull('The workspace that its subject belongs to; null: not known'),
    message_id: textOrNull('Svix’s id of the webhook; null: a backfill found the event'),
    payload: described(z.unknown(), 'As Seam sent it, without secrets'),
  }),
  EVENT,
);

/** A connection with all that is known of it, and what a person does about it. */
export const CASE_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'get',
    path: '/connections/{subject}',
    needs: 'view',
    reach: 'connection',
    operationId: 'getConnection',
    tag: 'Connections',
    summary: 'Get everything known about a connection',
    params: subjectParams,
    query: z.object({
      runs_before: described(
        z.number().int().positive().optional(),
        'Only checks before this one: the `id` of the last of `runs`',
        5_120,
      ),
      notes_before: described(
        z.number().int().positive().optional(),
        'Only notes before this one: the `id` of the last of `notes`',
        12,
      ),
      deliveries_before: described(
        z.string().min(1).max(300).optional(),
        'Only events before this one: the `event_id` of the last of `deliveries`',
        SAMPLE.event_id,
      ),
    }),
    answer: caseAnswer,
    handle: async ({ desk, actor, params, query }) =>
      readCase(desk, actor, await findCase(desk.db, params.subject), {
        runsBefore: query.runs_before,
        notesBefore: query.notes_before,
        deliveriesBefore: query.deliveries_before,
      }),
  }),
  apiRoute({
    method: 'get',
    path: '/connections/{subject}/timeline',
    needs: 'view',
    reach: 'connection',
    operationId: 'getTimeline',
    tag: 'Connections',
    summary: 'Get what happened to a connection in one list, newest first, in plain words',
    params: subjectParams,
    query: z.object({
      show: described(timelineKind.optional(), 'Only what is of this kind'),
      cursor: described(
        z.string().min(1).max(2_000).optional(),
        '`next_cursor` from the previous page: what is older',
        TIMELINE_CURSOR,
      ),
    }),
    answer: timelineAnswer,
    handle: async ({ desk, actor, params, query: { show = null, cursor = null } }) =>
      readTimeline(desk, actor, await findCase(desk.db, params.subject), { show, cursor }),
  }),
  apiRoute({
    method: 'get',
    path: '/connections/{subject}/deliveries/{event_id}',
    needs: 'view',
    reach: 'connection',
    operationId: 'getDelivery',
    tag: 'Connections',
    summary: 'Get one event of a connection, with its payload; secrets are hidden',
    params: subjectParams.extend({
      event_id: described(z.string().min(1).max(300), 'Seam’s id of the event', SAMPLE.event_id),
    }),
    answer: eventAnswer,
    handle: async ({ desk, actor, params }) =>
      readDelivery(desk, actor, await findCase(desk.db, params.subject), params.event_id),
  }),
  apiRoute({
    method: 'post',
    path: '/connections/{subject}/dismiss',
    needs: 'dismiss',
    reach: 'connection',
    operationId: 'dismissConnection',
    tag: 'Connections',
    summary: 'Dismiss a failed connection until it happens again',
    params: subjectParams,
    body: named(
      'DismissRequest',
      'Why nothing is to be done about a connection.',
      z.object({
        why: described(noteText, 'Kept as a note on the case', 'One of our test accounts.'),
        generation: described(
          z.number().int().positive().optional(),
          'As read with the connection: refused (409) if something new has happened since',
        ),
      }),
      { why: 'One of our test accounts.', generation: 3 },
    ),
    answer: standingAnswer,
    handle: async ({ desk, actor, params, body }) =>
      dismiss(desk, actor, await findCase(desk.db, params.subject), body),
  }),
  apiRoute({
    method: 'post',
    path: '/connections/{subject}/reopen',
    needs: 'dismiss',
    reach: 'connection',
    operationId: 'reopenConnection',
    tag: 'Connections',
    summary: 'Reopen a dismissed connection, so that it needs attention again',
    params: subjectParams,
    answer: standingAnswer,
    handle: async ({ desk, actor, params }) =>
      reopen(desk, actor, await findCase(desk.db, params.subject)),
  }),
  apiRoute({
    method: 'post',
    path: '/connections/{subject}/notes',
    needs: 'note',
    reach: 'connection',
    operationId: 'addNote',
    tag: 'Connections',
    summary: 'Add a note to a connection',
    params: subjectParams,
    body: named(
      'NoteRequest',
      'A note to add.',
      z.object({ text: described(noteText, 'What it says', NOTE.text) }),
      { text: NOTE.text },
    ),
    answer: noteRecord,
    status: 201,
    handle: async ({ desk, actor, params, body }) =>
      addNote(desk, actor, await findCase(desk.db, params.subject), body.text),
  }),
];

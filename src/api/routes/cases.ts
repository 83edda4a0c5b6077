import { z } from 'zod';
import { readCase } from '../../support/cases/case.ts';
import { readDelivery } from '../../support/cases/delivery.ts';
import { dismiss, reopen } from '../../support/cases/dismiss.ts';
import { addNote } from '../../support/cases/notes.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { caseAnswer, deliveryRecord, noteRecord, standingAnswer } from './case-schemas.ts';

const subjectParams = z.object({ subject: z.string().min(1).max(600) });
const noteText = z.string().min(1).max(20_000);

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
      runs_before: z.number().int().positive().optional(),
      notes_before: z.number().int().positive().optional(),
      deliveries_before: z.string().min(1).max(300).optional(),
    }),
    answer: caseAnswer,
    handle: ({ desk, actor, params, query }) =>
      readCase(desk, actor, params.subject, {
        runsBefore: query.runs_before,
        notesBefore: query.notes_before,
        deliveriesBefore: query.deliveries_before,
      }),
  }),
  apiRoute({
    method: 'get',
    path: '/connections/{subject}/deliveries/{event_id}',
    needs: 'view',
    reach: 'connection',
    operationId: 'getDelivery',
    tag: 'Connections',
    summary: 'Get one event of a connection, with its payload; secrets are hidden',
    params: subjectParams.extend({ event_id: z.string().min(1).max(300) }),
    answer: deliveryRecord.extend({
      subject: z.string(),
      workspace_id: z.string().nullable(),
      belongs_to: z.string().nullable().describe('The workspace that its subject belongs to'),
      message_id: z.string().nullable(),
      payload: z.unknown(),
    }),
    handle: ({ desk, actor, params }) => readDelivery(desk, actor, params.subject, params.event_id),
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
    body: z.object({
      why: noteText.describe('Kept as a note on the case'),
      generation: z
        .number()
        .int()
        .positive()
        .optional()
        .describe('As read with the connection: refused (409) if something new has happened since'),
    }),
    answer: standingAnswer,
    handle: ({ desk, actor, params, body }) => dismiss(desk, actor, params.subject, body),
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
    handle: ({ desk, actor, params }) => reopen(desk, actor, params.subject),
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
    body: z.object({ text: noteText }),
    answer: noteRecord,
    status: 201,
    handle: ({ desk, actor, params, body }) => addNote(desk, actor, params.subject, body.text),
  }),
];

import { z } from 'zod';
import { pauseQueue, resumeQueue } from '../../support/queue/pause.ts';
import { readQueueStatus } from '../../support/queue/status.ts';
import { described, text } from '../fields.ts';
import { named } from '../named.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { SAMPLE } from '../sample.ts';
import { statusAnswer } from '../schemas/queue.ts';
import { PAUSE, pauseAnswer, resumeAnswer } from '../schemas/queue-parts.ts';

const wanted = described(
  z.string().nullable().optional(),
  'The Seam workspace, by id; null or left out: all of them',
  SAMPLE.workspace_id,
);

export const QUEUE_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'get',
    path: '/queue',
    needs: 'view',
    reach: 'installation',
    operationId: 'getQueue',
    tag: 'Queue',
    summary: 'Get the queue’s status, as "queue status" prints it',
    answer: statusAnswer,
    handle: ({ desk, actor }) => readQueueStatus(desk.db, actor, desk.config.workspaces),
  }),
  apiRoute({
    method: 'post',
    path: '/queue/pause',
    needs: 'pause_queue',
    reach: 'queue',
    operationId: 'pauseQueue',
    tag: 'Queue',
    summary: 'Pause the queue: no more checks start until someone resumes it',
    body: named(
      'PauseRequest',
      'Why the queue is paused.',
      z.strictObject({
        why: text('Why: for whoever finds it paused', PAUSE.why),
        workspace_id: wanted,
      }),
      { why: PAUSE.why, workspace_id: SAMPLE.workspace_id },
    ),
    answer: pauseAnswer,
    status: 201,
    handle: async ({ desk, actor, body }) => ({
      pause: await pauseQueue(desk, actor, {
        workspaceId: body.workspace_id ?? null,
        why: body.why,
      }),
    }),
  }),
  apiRoute({
    method: 'post',
    path: '/queue/resume',
    needs: 'resume_queue',
    reach: 'queue',
    operationId: 'resumeQueue',
    tag: 'Queue',
    summary: 'Resume a paused queue',
    body: named('ResumeRequest', 'Which queue goes on.', z.strictObject({ workspace_id: wanted }), {
      workspace_id: SAMPLE.workspace_id,
    }),
    answer: resumeAnswer,
    handle: async ({ desk, actor, body }) => ({
      resumed: await resumeQueue(desk, actor, { workspaceId: body.workspace_id ?? null }),
    }),
  }),
];

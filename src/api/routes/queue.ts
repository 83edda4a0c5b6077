import { z } from 'zod';
import { SET_ASIDE_BECAUSE } from '../../model/set-aside.ts';
import { pauseQueue, resumeQueue } from '../../support/queue/pause.ts';
import { readQueueStatus } from '../../support/queue/status.ts';
import { type ApiRoute, apiRoute } from '../route.ts';

const instant = z.iso.datetime();
const listOf = <Item extends z.ZodType>(item: Item) => z.array(item).readonly();
const workspaceId = z.string().nullable();

const pauseSchema = z.strictObject({
  workspace_id: workspaceId.describe('Null: all workspaces'),
  why: z.string(),
  by: z.string(),
  since: instant,
});

const statusAnswer = z.strictObject({
  holds: listOf(
    z.strictObject({
      workspace_id: workspaceId,
      reason: z.string(),
      sentence: z.string(),
      remedy: z.string(),
      detail: z.string(),
      seam_request_id: z.string().nullable(),
      since: instant,
    }),
  ),
  uncounted: z
    .number()
    .describe('Deliveries that are stored and still to be counted, up to 10,000'),
  conflicting: z
    .number()
    .describe(
      'Bodies that were signed under the id of an event that was stored with another one (kept for as long as that one), up to 10,000',
    ),
  set_aside: z
    .number()
    .describe(
      'Deliveries that are kept as evidence and change nothing, as they are the word of another workspace, up to 10,000',
    ),
  latest_set_aside: listOf(
    z.strictObject({
      event_id: z.string(),
      event_type: z.string(),
      subject: z.string(),
      received_at: instant,
      because: z.enum(SET_ASIDE_BECAUSE),
      vouched_by: workspaceId,
      names: workspaceId,
      belongs_to: workspaceId,
      why: z.string(),
    }),
  ).describe('The latest of them (20 at most), with why in words'),
  owed: z.number().describe('Checks owed, counted up to 10,000 per workspace'),
  owed_is_capped: z.boolean().describe('Whether more are owed than were counted'),
  waiting: z.number().describe('Of these: due now, and not being checked'),
  waiting_is_capped: z.boolean().describe('Whether more are waiting than were counted'),
  oldest_due_at: instant.nullable(),
  workspaces: listOf(
    z.strictObject({
      workspace_id: workspaceId,
      owed: z.number(),
      owed_is_capped: z.boolean(),
      waiting: z.number(),
      waiting_is_capped: z.boolean(),
      oldest_due_at: instant.nullable(),
    }),
  ),
  coverage: listOf(
    z.strictObject({
      workspace_id: workspaceId,
      from: instant,
      until: instant,
      next_at: instant,
      failing_since: instant.nullable(),
      failure: z.string().nullable(),
    }),
  ),
  gaps: listOf(
    z.strictObject({
      workspace_id: workspaceId,
      from: instant,
      until: instant,
      why: z.string(),
      found_at: instant,
      next_try_at: instant,
      tries: z.number(),
    }),
  ).describe('What the coverage leaves out: tried again until it is complete (100 at most)'),
  silence: listOf(
    z.strictObject({
      workspace_id: workspaceId,
      since: instant,
      events: z.number(),
      last_webhook_event_at: instant.nullable(),
    }),
  ),
  pauses: listOf(pauseSchema),
  seam: listOf(
    z.strictObject({
      workspace_id: workspaceId,
      state: z.enum(['ok', 'throttled', 'key_refused', 'no_right', 'suspended', 'down']),
      since: instant.nullable(),
      sentence: z.string().nullable(),
      remedy: z.string().nullable(),
    }),
  ),
  processes: listOf(
    z.strictObject({
      id: z.string(),
      kind: z.enum(['serve', 'work']),
      host: z.string(),
      pid: z.number(),
      version: z.string(),
      started_at: instant,
      seen_at: instant,
      lost: z.boolean().describe('Not seen for half a minute'),
      worker: z
        .strictObject({
          progress_at: instant.nullable(),
          running: z.number(),
          concurrency: z.number(),
          trouble: z.string().nullable(),
        })
        .nullable()
        .describe('Null if the process runs no worker'),
    }),
  ),
});

const wanted = workspaceId
  .optional()
  .describe('The Seam workspace; all of them if null or left out');

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
    body: z.strictObject({
      why: z.string().describe('For whoever finds it paused'),
      workspace_id: wanted,
    }),
    answer: z.strictObject({ pause: pauseSchema }),
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
    body: z.strictObject({ workspace_id: wanted }),
    answer: z.strictObject({ resumed: pauseSchema }),
    handle: async ({ desk, actor, body }) => ({
      resumed: await resumeQueue(desk, actor, { workspaceId: body.workspace_id ?? null }),
    }),
  }),
];

import { z } from 'zod';
import { plan } from '../../support/bulk/plan.ts';
import { listBulkItems, listBulkRuns, readBulkRun } from '../../support/bulk/read.ts';
import { parseSelection, selectSubjects } from '../../support/bulk/selection.ts';
import { start, stop } from '../../support/bulk/start.ts';
import { BULK_STATES, ITEM_STATES } from '../../support/bulk/words.ts';
import { formatFilter, parseFilter } from '../../support/finding/connection-filter.ts';
import { type ApiRoute, apiRoute } from '../route.ts';

const count = z.number().int();
const moment = z.string();

const bulkRun = z.object({
  id: z.number().int(),
  action: z.literal('retry'),
  state: z.enum(BULK_STATES),
  query: z.string(),
  selection: z.string(),
  planned_by: z.string(),
  planned_at: moment,
  started_by: z.string().nullable(),
  started_at: moment.nullable(),
  finished_at: moment.nullable(),
  why: z.string().nullable(),
  total: count,
  left_out: z.record(z.string(), count),
  per_minute: count,
  counts: z.object({
    succeeded: count,
    failed: count,
    skipped: count,
    asked: count,
    waiting: count,
  }),
  stopped_because: z.string().nullable(),
  waits_because: z.string().nullable(),
});

const bulkItem = z.object({
  position: count,
  subject: z.string(),
  state: z.enum(ITEM_STATES),
  why: z.string().nullable(),
  changed_at: moment,
});

const idParams = z.object({ id: z.number().int().positive().max(Number.MAX_SAFE_INTEGER) });
const why = z.string().max(2_000).optional();
const whyBody = z.strictObject({ why });
const limit = z.number().int().min(1).max(1_000).default(100);
const position = z.number().int().min(0).max(1_000_000).optional();

const planBody = z
  .strictObject({
    filter: z
      .strictObject({
        state: z.string().optional(),
        reason: z.string().optional(),
        workspace: z.string().optional(),
        user: z.string().optional(),
        since: z.string().optional(),
        until: z.string().optional(),
      })
      .optional(),
    subjects: z.array(z.string()).optional(),
    why,
  })
  .refine(({ filter, subjects }) => (filter === undefined) !== (subjects === undefined), {
    error: 'give either "filter" or "subjects"',
  });

export const BULK_RUN_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'post',
    path: '/bulk-runs',
    needs: 'plan_bulk_run',
    reach: 'installation',
    operationId: 'planBulkRun',
    tag: 'Bulk runs',
    summary:
      'Plan a retry of everything that matches a filter, or of given subjects; nothing starts yet',
    body: planBody,
    answer: bulkRun,
    status: 201,
    handle: async ({ desk, actor, body }) => {
      const selection =
        body.subjects === undefined
          ? parseSelection(formatFilter(parseFilter(body.filter ?? {})).toString())
          : selectSubjects(body.subjects);
      return readBulkRun(desk, actor, await plan(desk, actor, selection, { why: body.why }));
    },
  }),
  apiRoute({
    method: 'get',
    path: '/bulk-runs',
    needs: 'view',
    reach: 'installation',
    operationId: 'listBulkRuns',
    tag: 'Bulk runs',
    summary: 'List bulk runs, newest first',
    query: z.strictObject({
      before: position,
      limit: z.number().int().min(1).max(100).default(20),
    }),
    answer: z.object({ bulk_runs: z.array(bulkRun), next_before: count.nullable() }),
    handle: async ({ desk, actor, query }) => {
      const found = await listBulkRuns(desk, actor, { ...query, limit: query.limit + 1 });
      const shown = found.slice(0, query.limit);
      return {
        bulk_runs: shown,
        next_before: found.length > shown.length ? (shown.at(-1)?.id ?? null) : null,
      };
    },
  }),
  apiRoute({
    method: 'get',
    path: '/bulk-runs/{id}',
    needs: 'view',
    reach: 'installation',
    operationId: 'getBulkRun',
    tag: 'Bulk runs',
    summary: 'Get a bulk run’s status',
    params: idParams,
    answer: bulkRun,
    handle: async ({ desk, actor, params }) => readBulkRun(desk, actor, params.id),
  }),
  apiRoute({
    method: 'get',
    path: '/bulk-runs/{id}/items',
    needs: 'view',
    reach: 'installation',
    operationId: 'listBulkRunItems',
    tag: 'Bulk runs',
    summary: 'List the items of a bulk run, in order, with the result of each',
    params: idParams,
    query: z.strictObject({ state: z.enum(ITEM_STATES).optional(), after: position, limit }),
    answer: z.object({ items: z.array(bulkItem), next_after: count.nullable() }),
    handle: async ({ desk, actor, params, query }) => {
      await readBulkRun(desk, actor, params.id);
      const found = await listBulkItems(desk.db, params.id, { ...query, limit: query.limit + 1 });
      const items = found.slice(0, query.limit);
      return {
        items,
        next_after: found.length > items.length ? (items.at(-1)?.position ?? null) : null,
      };
    },
  }),
  apiRoute({
    method: 'post',
    path: '/bulk-runs/{id}/start',
    needs: 'start_bulk_run',
    reach: 'installation',
    operationId: 'startBulkRun',
    tag: 'Bulk runs',
    summary: 'Start a planned bulk run, exactly as previewed',
    params: idParams,
    body: whyBody,
    answer: bulkRun,
    status: 202,
    handle: async ({ desk, actor, params, body }) => {
      await start(desk, actor, params.id, body.why);
      return readBulkRun(desk, actor, params.id);
    },
  }),
  apiRoute({
    method: 'post',
    path: '/bulk-runs/{id}/stop',
    needs: 'stop_bulk_run',
    reach: 'installation',
    operationId: 'stopBulkRun',
    tag: 'Bulk runs',
    summary: 'Stop a bulk run: waiting items are skipped, checks in progress finish',
    params: idParams,
    body: whyBody,
    answer: bulkRun,
    handle: async ({ desk, actor, params, body }) => {
      await stop(desk, actor, params.id, body.why);
      return readBulkRun(desk, actor, params.id);
    },
  }),
];

import { z } from 'zod';
import { givenOf } from '../../support/bulk/actions.ts';
import { askToStart, decline } from '../../support/bulk/ask.ts';
import { plan } from '../../support/bulk/plan.ts';
import { listBulkRuns, readBulkRun } from '../../support/bulk/read.ts';
import { listBulkItems } from '../../support/bulk/read-items.ts';
import { parseSelection, type Selection, selectSubjects } from '../../support/bulk/selection.ts';
import { start, stop } from '../../support/bulk/start.ts';
import { ITEM_STATES } from '../../support/bulk/words.ts';
import { subjectsNamed } from '../../support/cases/members.ts';
import type { Desk } from '../../support/desk.ts';
import { formatFilter, parseFilter } from '../../support/finding/connection-filter.ts';
import { described, limitOf } from '../fields.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { declineBody, startBody } from '../schemas/bulk-bodies.ts';
import {
  BULK_RUN,
  bulkItemPage,
  bulkRun,
  bulkRunPage,
  planBody,
  whyBody,
} from '../schemas/bulk-run.ts';

const idParams = z.object({
  id: described(
    z.number().int().positive().max(Number.MAX_SAFE_INTEGER),
    'The number of the bulk run',
    BULK_RUN.id,
  ),
});
const position = z.number().int().min(0).max(1_000_000).optional();

const selectionIn = async (
  { pool }: Pick<Desk, 'pool'>,
  { filter, subjects }: z.output<typeof planBody>,
): Promise<Selection> => {
  if (subjects === undefined)
    return parseSelection(formatFilter(parseFilter(filter ?? {})).toString());
  // First whether it can be asked for at all.
  selectSubjects(subjects);
  return selectSubjects(await subjectsNamed(pool, subjects));
};

export const BULK_RUN_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'post',
    path: '/bulk-runs',
    needs: 'plan_bulk_run',
    reach: 'installation',
    operationId: 'planBulkRun',
    tag: 'Bulk runs',
    summary:
      'Plan a retry (or another action) for everything that matches a filter, or for given subjects; nothing starts yet',
    body: planBody,
    answer: bulkRun,
    status: 201,
    handle: async ({ desk, actor, body }) => {
      const selection = await selectionIn(desk, body);
      const order = { action: body.action ?? 'retry', given: givenOf(body.given ?? {}) };
      return readBulkRun(desk, actor, await plan(desk, actor, selection, { why: body.why, order }));
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
      before: described(position, '`next_before` from the previous page', BULK_RUN.id),
      limit: limitOf(100, 20),
    }),
    answer: bulkRunPage,
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
    query: z.strictObject({
      state: described(z.enum(ITEM_STATES).optional(), 'Only items in this state'),
      after: described(position, '`next_after` from the previous page', 100),
      limit: limitOf(1_000, 100),
    }),
    answer: bulkItemPage,
    handle: async ({ desk, actor, params, query }) => {
      await readBulkRun(desk, actor, params.id);
      const found = await listBulkItems(desk.db, actor, params.id, {
        ...query,
        limit: query.limit + 1,
      });
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
    body: startBody,
    answer: bulkRun,
    status: 202,
    handle: async ({ desk, actor, params, body }) => {
      await start(desk, actor, params.id, body.why, {}, body.planned_at);
      return readBulkRun(desk, actor, params.id);
    },
  }),
  apiRoute({
    method: 'post',
    path: '/bulk-runs/{id}/ask',
    needs: 'start_bulk_run',
    reach: 'installation',
    operationId: 'askForBulkRun',
    tag: 'Bulk runs',
    summary: 'Ask those on call to start a planned bulk run that is too large for the own role',
    params: idParams,
    body: startBody,
    answer: bulkRun,
    handle: async ({ desk, actor, params, body }) => {
      await askToStart(desk, actor, params.id, body.why, {}, body.planned_at);
      return readBulkRun(desk, actor, params.id);
    },
  }),
  apiRoute({
    method: 'post',
    path: '/bulk-runs/{id}/decline',
    needs: 'stop_bulk_run',
    reach: 'installation',
    operationId: 'declineBulkRun',
    tag: 'Bulk runs',
    summary: 'Decline to start a bulk run that someone has asked for; nothing of it is done',
    params: idParams,
    body: declineBody,
    answer: bulkRun,
    handle: async ({ desk, actor, params, body }) => {
      await decline(desk, actor, params.id, body.why);
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

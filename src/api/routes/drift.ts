import { z } from 'zod';
import { fixDrift } from '../../support/drift/fix.ts';
import { listFindings, readDrift } from '../../support/drift/read.ts';
import { described, limitOf } from '../fields.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { SAMPLE } from '../sample.ts';
import { driftAnswer, driftItemPage, findingName, fixAnswer, fixBody } from '../schemas/drift.ts';

export const DRIFT_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'get',
    path: '/drift',
    needs: 'view',
    reach: 'installation',
    operationId: 'getDrift',
    tag: 'Drift',
    summary: 'Get the latest comparison of all accounts with Seam, and what it found',
    answer: driftAnswer,
    handle: ({ desk, actor }) => readDrift(desk, actor),
  }),
  apiRoute({
    method: 'get',
    path: '/drift/findings',
    needs: 'view',
    reach: 'installation',
    operationId: 'listDriftFindings',
    tag: 'Drift',
    summary: 'List what the latest comparison found, in the order of the account ids',
    query: z.strictObject({
      finding: findingName.optional().describe('Only these'),
      after: described(
        z.string().max(600).optional(),
        '`next_after` from the previous page: the account id after which to go on',
        SAMPLE.account_id,
      ),
      limit: limitOf(500, 100),
    }),
    answer: driftItemPage,
    rows: ({ findings }) => findings.length,
    handle: async ({ desk, actor, query }) => {
      const { comparisonId, findings, next } = await listFindings(desk, actor, query);
      return { comparison_id: comparisonId, findings, next_after: next };
    },
  }),
  apiRoute({
    method: 'post',
    path: '/drift/fix',
    needs: 'fix_audit',
    reach: 'installation',
    operationId: 'fixDrift',
    tag: 'Drift',
    summary: 'Check again what the latest comparison found and has one right answer',
    body: fixBody,
    answer: fixAnswer,
    status: 202,
    handle: async ({ desk, actor, body }) => {
      const { comparisonId, asked } = await fixDrift(desk, actor, {
        finding: body.finding,
        endMissing: body.end_missing,
        why: body.why,
      });
      return { comparison_id: comparisonId, asked };
    },
  }),
];

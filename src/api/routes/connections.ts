import { z } from 'zod';
import { SupportError } from '../../access/errors.ts';
import { retry } from '../../support/cases/retry.ts';
import { type ApiRoute, apiRoute } from '../route.ts';

const subjectParams = z.object({ subject: z.string().min(1).max(600) });

const retryAnswer = z.object({
  results: z.array(
    z.union([
      z.object({
        subject: z.string(),
        result: z.literal('asked'),
        from_generation: z.number(),
        to_generation: z.number(),
        queued: z.boolean(),
      }),
      z.object({ subject: z.string(), result: z.literal('refused'), why: z.string() }),
    ]),
  ),
});

export const CONNECTION_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'post',
    path: '/connections/{subject}/retry',
    needs: 'retry',
    reach: 'connection',
    operationId: 'retryConnection',
    tag: 'Connections',
    summary: 'Retry a connection: check it again now',
    params: subjectParams,
    answer: retryAnswer,
    status: 202,
    handle: async ({ desk, actor, params }) => {
      const results = await retry(desk, actor, params.subject);
      if (results.length === 0) {
        throw new SupportError('not_found', `No match for '${params.subject}'.`);
      }
      return { results };
    },
  }),
];

import { z } from 'zod';
import { SupportError } from '../../access/errors.ts';
import { retry } from '../../support/cases/retry.ts';
import { described, flag, number, subjectField, subjectParam, text } from '../fields.ts';
import { named } from '../named.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { SAMPLE } from '../sample.ts';

const ASKED = {
  subject: SAMPLE.subject,
  result: 'asked',
  from_generation: 3,
  to_generation: 4,
  queued: true,
} as const;

const result = z.union([
  z.object({
    subject: subjectField,
    result: described(z.literal('asked'), 'A check was asked for'),
    from_generation: number('The generation before', ASKED.from_generation),
    to_generation: number('The generation that the check is owed for', ASKED.to_generation),
    queued: flag('Whether the queue has it by now; if not, it gets it within seconds'),
  }),
  z.object({
    subject: subjectField,
    result: described(z.literal('refused'), 'It can’t be checked'),
    why: text('Why not', 'Its Seam workspace isn’t configured here.'),
  }),
]);

const retryAnswer = named(
  'RetryAnswer',
  'What became of a retry.',
  z.object({ results: described(z.array(result), 'One for each connection that it led to') }),
  { results: [ASKED] },
);

export const CONNECTION_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'post',
    path: '/connections/{subject}/retry',
    needs: 'retry',
    reach: 'connection',
    operationId: 'retryConnection',
    tag: 'Connections',
    summary: 'Retry a connection: check it again now',
    params: z.object({ subject: subjectParam }),
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

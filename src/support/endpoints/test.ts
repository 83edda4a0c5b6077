import type { Actor } from '../../access/actor.ts';
import { jsonFor } from '../../access/mask.ts';
import { recordAlone } from '../../audit-log/record.ts';
import type { Answer } from '../../endpoints/answer.ts';
import { sendTest } from '../../endpoints/send-test.ts';
import type { Desk } from '../desk.ts';
import { viewEndpoint } from './read.ts';
import { targetOf } from './row.ts';
import { insistOnEndpoints } from './within.ts';

/**
 * Sends a message of the type `endpoint.test` to an endpoint, also to one that is disabled, and waits for the answer.
 * It tells of nothing, and is not kept.
 *
 * @returns what came of it; what lets somebody in is hidden in what the app answered
 * @throws SupportError `not_allowed`, `not_found`
 */
export const testEndpoint = async (
  { pool, outgoing }: Pick<Desk, 'pool' | 'outgoing'>,
  actor: Actor,
  id: number,
): Promise<Answer> => {
  insistOnEndpoints(actor, 'manage_endpoints');
  await viewEndpoint({ pool }, actor, id);
  await recordAlone(pool, actor, { action: 'test_endpoint', target: targetOf(id) });
  const answer = await sendTest({ pool, ...outgoing }, id);
  return { ...answer, answer: jsonFor(actor, answer.answer) };
};

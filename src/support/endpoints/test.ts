import type { Actor } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { jsonFor } from '../../access/mask.ts';
import { recordAlone } from '../../audit-log/record.ts';
import type { Answer } from '../../endpoints/answer.ts';
import { sendTest } from '../../endpoints/send-test.ts';
import type { Desk } from '../desk.ts';
import { makeDue } from './owe.ts';
import { viewEndpoint } from './read.ts';
import { targetOf } from './row.ts';
import { insistOnEndpoints } from './within.ts';

/** What came of a test. */
export type Tested = Answer &
  Readonly<{
    /** The endpoint was failing or rested: what waits for it is sent now. */
    resumed: boolean;
  }>;

/**
 * Sends a message of the type `endpoint.test` to an endpoint, also to one that is disabled, and waits for the answer.
 * It tells of nothing, and is not kept. Where the app takes it, what waits for it to be well again is sent now.
 *
 * @returns what came of it; what lets somebody in is hidden in what the app answered
 * @throws SupportError `not_allowed`, `not_found`; `refused` for hooks
 */
export const testEndpoint = async (
  desk: Pick<Desk, 'pool' | 'outgoing'>,
  actor: Actor,
  id: number,
): Promise<Tested> => {
  const { pool, outgoing } = desk;
  insistOnEndpoints(actor, 'manage_endpoints');
  const { kind } = await viewEndpoint({ pool }, actor, id);
  if (kind === 'hook') {
    throw new SupportError(
      'refused',
      'A test goes to a URL or a queue. Hooks are called with real messages only: send one of them again, and see here how it goes.',
    );
  }
  await recordAlone(pool, actor, { action: 'test_endpoint', target: targetOf(id) });
  const answer = await sendTest({ pool, ...outgoing }, id);
  const resumed = answer.fault === null && (await resume(desk, id));
  return { ...answer, answer: jsonFor(actor, answer.answer), resumed };
};

/**
 * Ends the rest of an endpoint that fails, and has all that waits tried now. That it has failed stays noted until it takes
 * one of those: the first goes alone.
 *
 * @returns whether it is enabled, and was failing or rested
 */
const resume = async (
  { pool, outgoing }: Pick<Desk, 'pool' | 'outgoing'>,
  id: number,
): Promise<boolean> => {
  const { rowCount } = await pool.query(
    `update reconciler.endpoints set rest_until = null
      where id = $1 and disabled_at is null and (failures > 0 or rest_until > now())`,
    [id],
  );
  if (rowCount !== 1) return false;
  await makeDue(pool, id);
  outgoing.news([id]);
  return true;
};

import type { Answer } from './answer.ts';
import type { Sender } from './send-owed.ts';

/**
 * Sends a message of the type `endpoint.test`, signed as all others, whether the endpoint is enabled or not. It is
 * stored nowhere, and nothing of the endpoint changes.
 *
 * @returns what the app answered, or why nothing could be sent
 * @throws whatever Postgres throws
 */
export const sendTest = async (
  _sender: Omit<Sender, 'onStep'>,
  _endpointId: number,
): Promise<Answer> => {
  throw new Error('not built yet');
};

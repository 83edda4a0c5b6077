import { arrangeAll } from '../../outbox/arranging.ts';
import type { Desk } from '../desk.ts';

/**
 * Gives what has been committed its place in the order of messages, so that whoever reads them next finds it, and has it
 * sent.
 */
export const arrangeNow = async ({
  pool,
  outgoing,
}: Pick<Desk, 'pool' | 'outgoing'>): Promise<void> => {
  const endpoints = await arrangeAll(pool);
  if (endpoints.length > 0) outgoing.news(endpoints);
};

import { currentTraceparent } from '../ops/tracing.ts';
import type { Client } from './client.ts';
import { TRACE_SETTING } from './telling-functions.ts';

/**
 * Has what the app is told by this transaction continue the present trace; asks nothing where there is none. It is forgotten
 * with the transaction: a pooler may hand the connection to others then.
 */
export const tellOfTrace = async (client: Client): Promise<void> => {
  const traceparent = currentTraceparent();
  if (traceparent === null) return;
  await client.query({
    name: 'tell-of-trace',
    text: `select pg_catalog.set_config('${TRACE_SETTING}', $1, true)`,
    values: [traceparent],
  });
};

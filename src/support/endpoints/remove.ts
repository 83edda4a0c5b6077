import type pg from 'pg';
import type { Actor } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { insistOnNewRequest } from '../../audit-log/idempotency.ts';
import { recordChange } from '../../audit-log/record.ts';
import { type Client, inTransaction, inTransactionWithRetries } from '../../db/client.ts';
import { drizzle, eq, sql } from '../../db/drizzle.ts';
import { endpointSecrets, endpoints } from '../../db/schema-messages.ts';
import { areHooksHeard } from '../../endpoints/hook-sets.ts';
import type { Desk } from '../desk.ts';
import { insistOnNone, tidyWhy, whyFault } from './fields.ts';
import { type EndpointRow, lockEndpoint, targetOf, toldOf } from './row.ts';
import { insistOnEndpoints } from './within.ts';

const REMOVED_AT_A_TIME = 1_000;

/** With the tries of each. */
const REMOVE = `
  delete from reconciler.sendings where endpoint_id = $1 and position in (
    select position from reconciler.sendings where endpoint_id = $1 order by position limit $2 for update)`;

/**
 * Removes an endpoint, with what waits for it, what was sent to it and what it answered; the messages stay. Its secrets
 * are gone first, and nothing is sent to it any more; then the rest goes in pages. Interrupted, it is there and disabled,
 * and can be removed again.
 *
 * @returns the name that it had
 * @throws SupportError `not_allowed`, `not_found`; `invalid` without a reason; `conflict` for
 *   hooks that a process has; DoneBeforeError
 */
export const removeEndpoint = async (
  { pool }: Pick<Desk, 'pool'>,
  actor: Actor,
  id: number,
  { why }: { why: string },
): Promise<Readonly<{ name: string }>> => {
  insistOnEndpoints(actor, 'manage_endpoints');
  insistOnNone({ why: whyFault(why, true) });
  const { name } = await inTransaction(pool, async client => {
    // The same request again finds no endpoint by now.
    await insistOnNewRequest(client, actor, 'remove_endpoint', targetOf(id));
    const before = await lockEndpoint(client, id);
    await insistOnNoHooks(client, before);
    await recordChange(client, actor, {
      action: 'remove_endpoint',
      target: targetOf(id),
      before: toldOf(before),
      why: tidyWhy(why),
    });
    const tx = drizzle(client);
    await tx
      .update(endpoints)
      .set({
        disabledAt: sql`coalesce(${endpoints.disabledAt}, now())`,
        disabledBecause: sql`coalesce(${endpoints.disabledBecause}, 'person')`,
      })
      .where(eq(endpoints.id, id));
    await tx.delete(endpointSecrets).where(eq(endpointSecrets.endpointId, id));
    return before;
  });
  await removeSendings(pool, id);
  await inTransactionWithRetries(pool, client =>
    client.query('delete from reconciler.endpoints where id = $1', [id]),
  );
  return { name };
};

/** A process that has them would add it again. @throws SupportError `conflict` */
const insistOnNoHooks = async (client: Client, { id, kind }: EndpointRow): Promise<void> => {
  if (kind !== 'hook' || !(await areHooksHeard(client, id))) return;
  throw new SupportError(
    'conflict',
    `A process that has these hooks was heard of in the last minute, and would add endpoint ${id} again: take them out of your app first, or disable the endpoint.`,
  );
};

const removeSendings = async (pool: pg.Pool, id: number): Promise<void> => {
  let removed: number;
  do {
    removed = await inTransactionWithRetries(
      pool,
      async client => (await client.query(REMOVE, [id, REMOVED_AT_A_TIME])).rowCount ?? 0,
    );
  } while (removed === REMOVED_AT_A_TIME);
};

import type { Actor } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { recordChange } from '../../audit-log/record.ts';
import { type Client, inTransaction } from '../../db/client.ts';
import { drizzle } from '../../db/drizzle.ts';
import { endpointSecrets } from '../../db/schema-messages.ts';
import { DEFAULT_OVERLAP_HOURS, overlapFault } from '../../operators/token-rights.ts';
import type { Desk } from '../desk.ts';
import { newSecret } from './add.ts';
import { insistOnNone, tidyWhy, whyFault } from './fields.ts';
import { lockEndpoint, targetOf } from './row.ts';
import { insistOnEndpoints } from './within.ts';

/** Each signs every message: with many, a header would get longer than servers take. */
const MOST_SECRETS = 5;

/** A new secret, shown this once, and until when messages are signed with the former one, too. */
export type RotatedSecret = Readonly<{ secret: string; formerUntil: Date }>;

/**
 * Gives an endpoint another secret. Until the overlap is over, messages are signed with the former one besides, so that
 * the app goes on while it is given the new one.
 *
 * @param given.overlapHours left out: a day; 0: the former one signs no more
 * @throws SupportError `not_allowed`, `not_found`; `invalid`, by field; `refused` for a queue or hooks, or where none can be kept
 */
export const rotateSecret = async (
  desk: Pick<Desk, 'pool' | 'outgoing'>,
  actor: Actor,
  id: number,
  given: { overlapHours?: number | undefined; why?: string | undefined } = {},
): Promise<RotatedSecret> => {
  insistOnEndpoints(actor, 'manage_endpoints');
  const { overlapHours = DEFAULT_OVERLAP_HOURS, why } = given;
  insistOnNone({ overlap: overlapFault(overlapHours), why: whyFault(why, false) });
  const made = newSecret(desk);
  return inTransaction(desk.pool, async client => {
    const { kind } = await lockEndpoint(client, id);
    if (kind !== 'http') {
      const message =
        'Messages in a queue or to hooks aren’t signed, so there is no secret to rotate.';
      throw new SupportError('refused', message);
    }
    const formerUntil = await retire(client, id, overlapHours);
    await drizzle(client).insert(endpointSecrets).values({ endpointId: id, sealed: made.sealed });
    await recordChange(client, actor, {
      action: 'rotate_endpoint',
      target: targetOf(id),
      after: { former_secret_until: formerUntil.toISOString() },
      why: tidyWhy(why),
    });
    return { secret: made.secret, formerUntil };
  });
};

/** Those that are in their overlap end by then, too. @returns when @throws SupportError `refused` */
const retire = async (client: Client, id: number, overlapHours: number): Promise<Date> => {
  await client.query(
    'delete from reconciler.endpoint_secrets where endpoint_id = $1 and until <= now()',
    [id],
  );
  const { rows } = await client.query<{ until: Date; number: number }>(
    `with ended as (
       update reconciler.endpoint_secrets set until = least(until, now() + $2 * interval '1 hour')
        where endpoint_id = $1 returning 1)
     select now() + $2 * interval '1 hour' as until, (select count(*)::int from ended) as number`,
    [id, overlapHours],
  );
  const { until = new Date(), number = 0 } = rows[0] ?? {};
  if (overlapHours > 0 && number >= MOST_SECRETS) {
    throw new SupportError(
      'refused',
      `${number} secrets sign its messages already: wait until an overlap is over, or rotate with an overlap of 0 hours.`,
    );
  }
  return until;
};

import { type Actor, insistOn } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { recordChange } from '../../audit-log/record.ts';
import { type Client, inTransaction } from '../../db/client.ts';
import type { Message } from '../../outbox/body.ts';
import type { Desk } from '../desk.ts';
import { arrangeNow } from './arranged.ts';
import { insistOnNone, tidyWhy, whyFault } from './fields.ts';
import { findMessage } from './messages.ts';
import { insistOnEnabled, lockEndpoint } from './row.ts';

/** Endpoints that nothing keeps from being sent a message: it was owed to them, or they want it. */
const WANTED_BY = `
  select e.id::int from reconciler.endpoints e
    join reconciler.messages m on m.position = $1
    left join reconciler.sendings s on s.endpoint_id = e.id and s.position = m.position
   where e.disabled_at is null and ($2::bigint is null or e.id = $2)
     and (s.position is not null
          or ((e.types is null or m.type = any(e.types))
              and (e.workspaces is null or m.workspace_id = any(e.workspaces))))
   order by e.id`;

const SEND_AGAIN = `
  insert into reconciler.sendings (endpoint_id, position, about)
  select id, $2, $3 from unnest($1::bigint[]) as wanted(id) order by id
      on conflict (endpoint_id, position)
      do update set state = 'waiting', attempts = 0, due_at = null, finished_at = null`;

/** @throws SupportError `not_found`, `refused` */
const wantedBy = async (
  client: Client,
  { position, type }: Message,
  endpointId: number | null,
): Promise<number[]> => {
  if (endpointId !== null) insistOnEnabled(await lockEndpoint(client, endpointId));
  const { rows } = await client.query<{ id: number }>(WANTED_BY, [position, endpointId]);
  if (rows.length > 0) return rows.map(({ id }) => id);
  const message =
    endpointId === null
      ? `No enabled endpoint takes this message (${type}).`
      : `Endpoint ${endpointId} doesn’t take this message (${type}): its types or workspaces leave it out.`;
  throw new SupportError('refused', message);
};

/**
 * Sends one message again, to one endpoint or to all that it was owed to or that want it. It has the id that it had: an
 * app that keeps what it has seen passes over it.
 *
 * @returns to which endpoints
 * @throws SupportError `not_allowed`, `not_found`; `invalid`, by field; `refused` where no enabled endpoint takes it
 */
export const sendAgain = async (
  desk: Pick<Desk, 'pool' | 'outgoing'>,
  actor: Actor,
  messageId: string,
  given: { endpointId?: number | undefined; why?: string | undefined } = {},
): Promise<{ endpoints: number[] }> => {
  insistOn(actor, 'send_again');
  insistOnNone({ why: whyFault(given.why, false) });
  await arrangeNow(desk);
  const message = await findMessage(desk, actor, messageId);
  const endpoints = await inTransaction(desk.pool, async client => {
    const wanted = await wantedBy(client, message, given.endpointId ?? null);
    // By the connection that it is about: there people look for what was done.
    await recordChange(client, actor, {
      action: 'send_again',
      target: message.about,
      after: { message_id: message.messageId, type: message.type, endpoints: wanted },
      why: tidyWhy(given.why),
    });
    await client.query(SEND_AGAIN, [wanted, message.position, message.about]);
    return wanted;
  });
  desk.outgoing.news(endpoints);
  return { endpoints };
};

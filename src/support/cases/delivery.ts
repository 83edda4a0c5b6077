import { type Actor, insistOn, may } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { redact } from '../../access/redact.ts';
import { and, eq, getTableColumns, inArray } from '../../db/drizzle.ts';
import { deliveries } from '../../db/schema.ts';
import { isStorable } from '../../seam/storable.ts';
import type { Desk } from '../desk.ts';
import { conflictingBodies, type DeliveryRecord } from './history.ts';
import { addressed } from './members.ts';
import { belongsTo, setAsideColumns, toSetAside } from './set-aside.ts';

/** One delivery with what it said, as far as this person may read it. */
export type DeliveryWithPayload = DeliveryRecord &
  Readonly<{
    subject: string;
    /** Whose word it is. */
    workspace_id: string | null;
    /** The workspace that its subject belongs to, as far as is known. */
    belongs_to: string | null;
    /** Svix's id of the message; null where no webhook brought it. */
    message_id: string | null;
    /** The event, with secrets hidden (for viewers: e-mails, numbers and long texts, too). */
    payload: unknown;
  }>;

/**
 * Reads one delivery of a case.
 *
 * @throws SupportError `not_found`, `not_allowed`
 */
export const readDelivery = async (
  { db }: Pick<Desk, 'db'>,
  actor: Actor,
  subject: string,
  eventId: string,
): Promise<DeliveryWithPayload> => {
  insistOn(actor, 'view');
  const { members } = isStorable(subject)
    ? await addressed(db.$client, subject)
    : { members: { subjects: [] } };
  const [row] =
    members.subjects.length > 0 && isStorable(eventId)
      ? await db
          .select({
            ...getTableColumns(deliveries),
            conflictingBodies,
            belongsTo,
            ...setAsideColumns,
          })
          .from(deliveries)
          .where(
            and(
              eq(deliveries.eventId, eventId),
              inArray(deliveries.subject, [...members.subjects]),
            ),
          )
      : [];
  if (row === undefined) {
    throw new SupportError('not_found', `This connection has no delivery '${eventId}'.`);
  }
  return {
    event_id: row.eventId,
    event_type: row.eventType,
    subject: row.subject,
    workspace_id: row.workspaceId,
    belongs_to: row.belongsTo,
    received_at: row.receivedAt.toISOString(),
    occurred_at: row.occurredAt?.toISOString() ?? null,
    source: row.source,
    conflicting_bodies: row.conflictingBodies,
    set_aside: toSetAside(row),
    message_id: row.signature['svix-id'] ?? null,
    payload: redact(JSON.parse(row.body.toString('utf8')), {
      forViewer: !may(actor, 'see_emails'),
    }),
  };
};

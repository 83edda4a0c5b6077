import type pg from 'pg';
import { checkSignature } from '../../seam/webhook.ts';

/** What became of verifying a stored delivery again. */
export type StoredVerification = Readonly<{
  event_id: string;
  event_type: string;
  received_at: string;
  /** When the sender says that it signed it; null where it wasn't signed. */
  signed_at: string | null;
  /** `unsigned`: it did not come as a webhook (it was read from Seam). `erased`: what was signed is gone. */
  result: 'verified' | 'bad_signature' | 'unsigned' | 'erased';
  /** Which of the configured secrets signed it, from 1; null for none. */
  secret: number | null;
}>;

/**
 * Checks a stored delivery's signature again from its raw bytes, whatever its age.
 *
 * @returns null when no such delivery is stored (or it has been pruned)
 */
export const verifyStored = async (
  pool: pg.Pool,
  secrets: readonly string[],
  eventId: string,
): Promise<StoredVerification | null> => {
  const { rows } = await pool.query<{
    event_type: string;
    received_at: Date;
    body: Buffer;
    signature: Readonly<Record<string, string>>;
    is_erased: boolean;
  }>(
    `select event_type, received_at, body, signature, erased_at is not null as is_erased from reconciler.deliveries where event_id = $1`,
    [eventId],
  );
  const [stored] = rows;
  if (stored === undefined) return null;
  const check = checkSignature(secrets, stored.body, stored.signature);
  return {
    event_id: eventId,
    event_type: stored.event_type,
    received_at: stored.received_at.toISOString(),
    signed_at: check.kind === 'unsigned' ? null : check.signedAt.toISOString(),
    result: stored.is_erased ? 'erased' : check.kind,
    secret: check.kind === 'verified' ? check.secret : null,
  };
};

import type pg from 'pg';
import type { Actor } from '../access/actor.ts';
import { DoneBeforeError } from '../access/errors.ts';
import type { Client } from '../db/client.ts';
import type { ChangeName } from './record.ts';

/**
 * The guard for what recordChange can't guard: what no rollback takes back (a change at Seam), and what has a
 * new target each time. Within a transaction the same request waits here until the first one is over, and
 * sees what it came to; on a pool it sees what is committed.
 *
 * @param target any, where none is given
 * @throws DoneBeforeError when the same request did this before
 */
export const insistOnNewRequest = async (
  client: Client | pg.Pool,
  { key, idempotencyKey }: Actor,
  action: ChangeName,
  target: string | null = null,
): Promise<void> => {
  if (idempotencyKey === null) return;
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `${key} ${action} ${idempotencyKey}`,
  ]);
  const { rowCount } = await client.query(
    `select from reconciler.audit_log
      where actor = $1 and once_key = $2 and action = $3 and ($4::text is null or target = $4) limit 1`,
    [key, idempotencyKey, action, target],
  );
  if (rowCount !== 0) throw new DoneBeforeError();
};

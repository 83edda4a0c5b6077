import type { Actor } from '../access/actor.ts';
import { DoneBeforeError } from '../access/errors.ts';
import type { Client } from '../db/client.ts';
import type { ChangeName } from './record.ts';

/**
 * For what makes something new, and so has another target each time, which recordChange couldn't tell from
 * something else: the same request waits here for the first one, and sees what it came to.
 *
 * @throws DoneBeforeError when the same request did this before
 */
export const insistOnFirstTime = async (
  client: Client,
  { key, onceKey }: Actor,
  action: ChangeName,
): Promise<void> => {
  if (onceKey === null) return;
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `${key} ${action} ${onceKey}`,
  ]);
  const { rowCount } = await client.query(
    'select from reconciler.audit_log where actor = $1 and once_key = $2 and action = $3 limit 1',
    [key, onceKey, action],
  );
  if (rowCount !== 0) throw new DoneBeforeError();
};

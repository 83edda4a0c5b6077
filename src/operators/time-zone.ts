import type pg from 'pg';
import type { Actor } from '../access/actor.ts';
import { recordChange } from '../audit-log/record.ts';
import { inTransaction } from '../db/client.ts';
import type { Session } from './sessions.ts';

/**
 * In which zone one is told times from now on.
 *
 * @param zone one that there is; null: the one of the browser
 */
export const chooseTimeZone = (
  pool: pg.Pool,
  actor: Actor,
  { operator: { id, name } }: Session,
  zone: string | null,
): Promise<void> =>
  inTransaction(pool, async client => {
    const { rows } = await client.query<{ before: string | null }>(
      'select time_zone as before from reconciler.operators where id = $1 for update',
      [id],
    );
    const before = rows[0]?.before ?? null;
    if (before === zone) return;
    await client.query('update reconciler.operators set time_zone = $2 where id = $1', [id, zone]);
    await recordChange(client, actor, {
      action: 'change_operator',
      target: `operator:${id}`,
      before: { name, time_zone: before ?? 'of the browser' },
      after: { name, time_zone: zone ?? 'of the browser' },
    });
  });

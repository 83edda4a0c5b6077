import type pg from 'pg';
import { type Actor, insistOn } from '../access/actor.ts';
import { SupportError } from '../access/errors.ts';
import { type Client, inTransaction } from '../db/client.ts';
import type { Whom } from './operators.ts';

/**
 * Does something to one operator, in a transaction of its own, through which they are locked: nobody signs in as them
 * meanwhile with what is taken away.
 *
 * @param actor an admin
 * @throws SupportError `not_found`, `not_allowed`
 */
export const withLockedOperator = <T>(
  pool: pg.Pool,
  actor: Actor,
  whom: Whom,
  change: (client: Client, operator: Readonly<{ id: number; name: string }>) => Promise<T>,
): Promise<T> => {
  insistOn(actor, 'manage_operators');
  return inTransaction(pool, async client => {
    const { rows } = await client.query<{ id: number; name: string }>(
      `select id::int, name from reconciler.operators
        where ${typeof whom === 'number' ? 'id = $1' : 'lower(name) = lower($1)'} for update`,
      [typeof whom === 'number' ? whom : whom.trim()],
    );
    const [operator] = rows;
    if (operator === undefined) {
      throw new SupportError('not_found', `There is no operator "${whom}".`);
    }
    return change(client, operator);
  });
};

import type pg from 'pg';
import { hashSecret, isSecret } from './secrets.ts';
import { csrfOf, IDLE_HOURS, isCsrf } from './sessions.ts';

/**
 * Whose a session was that has ended by itself; null when it is unknown, was ended by somebody, or is open still. For what
 * they were typing when it ended: it lets nobody in.
 *
 * @param csrf of the form that was sent: of another session's nothing is said
 */
export const findOverSession = async (
  pool: pg.Pool,
  token: string,
  csrf: string,
): Promise<{ operatorId: number } | null> => {
  if (!isSecret(token) || !isCsrf({ csrf: csrfOf(token) }, csrf)) return null;
  const { rows } = await pool.query<{ id: string }>(
    `select o.id from reconciler.sessions s join reconciler.operators o on o.id = s.operator_id
      where s.token_hash = $1 and o.disabled_at is null
        and least(s.expires_at, s.seen_at + $2 * interval '1 hour') <= now()`,
    [hashSecret(token), IDLE_HOURS],
  );
  const [row] = rows;
  return row === undefined ? null : { operatorId: Number(row.id) };
};

import type pg from 'pg';
import { EARLY_AGAIN_MS } from './plan.ts';

/*
 * An endpoint that was in trouble and takes messages again gets what waits for its next try before its time: such a try
 * uses up none of a message's own, and leaves the time of the next. So a message that is refused while others are taken
 * keeps all its tries, however often the endpoint gets into trouble by it and out again.
 */

/**
 * SQL: in how many ms a sending `s` of an endpoint that recovers may go before its time; null: not at all. Each goes
 * once after a rest: at once where it has had no such try yet, and else only after a part of its wait, so that what is
 * refused each time isn't tried each time that something else is taken.
 *
 * @param restUntil SQL: when the endpoint's latest rest ended
 */
export const earlyMs = (restUntil: string): string => `(
  case when s.due_at > now() then (
    select case when max(a.at) >= coalesce(${restUntil}, '-infinity') then null
                when count(*) <= s.attempts then 0
                else extract(epoch from max(a.at) - now())::float8 * 1000
                     + (array[${EARLY_AGAIN_MS.join(', ')}])[greatest(1, least(s.attempts, ${EARLY_AGAIN_MS.length}))] end
      from reconciler.send_attempts a where a.endpoint_id = s.endpoint_id and a.position = s.position) end)::float8`;

/** All that waited has been tried since. Whose endpoint it is by now is left alone. @throws whatever Postgres throws */
export const endRecovery = async (
  pool: Pick<pg.Pool, 'query'>,
  endpointId: number,
  holder: string,
): Promise<void> => {
  await pool.query(
    'update reconciler.endpoints set is_recovering = false where id = $1 and holder = $2',
    [endpointId, holder],
  );
};

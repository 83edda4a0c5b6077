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

/** Of what is under way at a time so many go before their time: the rest of the room is for what is due. */
const MOST_EARLY = 8;
/** So many more of them failed than were taken: it is enough for this turn. */
const ENOUGH_FAILED = 4;
/** Then the next ones go after a while. */
const PAUSE_MS = 5_000;

/** What goes before its time in the course of a turn. */
export type Recovery = Readonly<{
  /** Whether anything may. */
  isOn: () => boolean;
  /** Whether one more may now. */
  mayBegin: () => boolean;
  /** This one does. @returns it */
  began: <One extends object>(one: One | null) => One | null;
  /** A try has ended: of one of these, or of another, which says nothing. */
  tried: (one: object, isTaken: boolean) => void;
  /** It is under way no more, or was never tried. */
  over: (one: object) => void;
  /** It takes messages again. */
  begin: () => void;
  /** All that waited has been tried since. */
  end: () => void;
  /** When to come again, where else it were in so many ms; null: not at all. */
  comesInMs: (otherwiseMs: number | null) => number | null;
}>;

/** @param isRecovering whether whoever found that it takes messages again has not come to the end of it */
export const createRecovery = (isRecovering: boolean): Recovery => {
  let isOn = isRecovering;
  let isEnough = false;
  let failed = 0;
  const underWay = new Set<object>();
  return {
    isOn: () => isOn && !isEnough,
    mayBegin: () => isOn && !isEnough && underWay.size < MOST_EARLY,
    began: one => {
      if (one !== null) underWay.add(one);
      return one;
    },
    tried: (one, isTaken) => {
      if (!underWay.has(one)) return;
      failed = Math.max(0, failed + (isTaken ? -1 : 1));
      isEnough ||= failed >= ENOUGH_FAILED;
    },
    over: one => underWay.delete(one),
    begin: () => {
      isOn = true;
    },
    end: () => {
      isOn = false;
    },
    comesInMs: otherwiseMs =>
      isOn && isEnough ? Math.min(otherwiseMs ?? PAUSE_MS, PAUSE_MS) : otherwiseMs,
  };
};

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

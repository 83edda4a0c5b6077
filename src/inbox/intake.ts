import type pg from 'pg';
import { MOST_COUNTED } from '../model/capped-count.ts';

/** How intake stands. */
export type Intake = Readonly<{
  /** Deliveries that are stored and still to be counted, up to 10,000. */
  uncounted: number;
  /** For how long the longest waiting of these has waited; 0 where there is none. */
  uncountedSeconds: number;
  /** Bodies kept that were signed under the id of an event that was stored with another one, up to 10,000. */
  conflicting: number;
  /** Deliveries kept that are not believed, as they are the word of another workspace, up to 10,000. */
  setAside: number;
}>;

/** Cheap, however much there is: each number stops at 10,000. */
export const readIntake = async (pool: pg.Pool): Promise<Intake> => {
  const { rows } = await pool.query<Intake>({
    name: 'read-intake',
    text: `
      select count(*)::int as uncounted,
             coalesce(extract(epoch from now() - min(stored_at)), 0)::float8 as "uncountedSeconds",
             (select count(*)::int from (
                select 1 from reconciler.conflicting_deliveries limit ${MOST_COUNTED}) as kept) as conflicting,
             (select count(*)::int from (
                select 1 from reconciler.deliveries
                 where set_aside is not null limit ${MOST_COUNTED}) as kept) as "setAside"
        from (select stored_at from reconciler.uncounted limit ${MOST_COUNTED}) as waiting`,
  });
  return rows[0] ?? { uncounted: 0, uncountedSeconds: 0, conflicting: 0, setAside: 0 };
};

import type pg from 'pg';
import type { Vitals } from '../model/vitals.ts';

/** What was last measured, and when by the database's clock; null: nothing yet. */
export type ReadVitals = Readonly<{ vitals: Vitals | null; measuredAt: Date | null }>;

/** Reads one row, by its key. @throws whatever Postgres throws */
export const readVitals = async (pool: Pick<pg.Pool, 'query'>): Promise<ReadVitals> => {
  const { rows } = await pool.query<ReadVitals>({
    name: 'read-vitals',
    text: 'select figures as vitals, measured_at as "measuredAt" from reconciler.vitals where id = 1',
  });
  return rows[0] ?? { vitals: null, measuredAt: null };
};

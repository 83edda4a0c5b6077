import type pg from 'pg';
import type { Vitals } from '../model/vitals.ts';

/* Who measures: one process, for as long as it says so again and again. All by the database's clock. */

/** Twice as long as from one measuring to the next: who is slow keeps it, who is frozen or gone is followed. */
const LEASE_SECONDS = 18;
const FORSAKEN_SECONDS = 60;

/**
 * Takes the measuring, or keeps it. A row that another transaction has locked is passed by: nobody waits for it.
 *
 * @param holder what this process calls itself here
 * @returns whether it is this process that measures now
 */
export const takeMeasuring = async (pool: pg.Pool, holder: string): Promise<boolean> => {
  const take = `
    update reconciler.vitals v
       set holder = $1, leased_until = now() + $2 * interval '1 s'
      from (select id from reconciler.vitals
             where id = 1 and (leased_until is null or leased_until < now() or holder = $1)
               for update skip locked) free
     where v.id = free.id`;
  const { rowCount } = await pool.query(take, [holder, LEASE_SECONDS]);
  if (rowCount === 1) return true;
  // As a rule it is there. Whoever was first has it.
  const { rowCount: made } = await pool.query(
    `insert into reconciler.vitals (id, holder, leased_until)
     select 1, $1, now() + $2 * interval '1 s'
      where not exists (select from reconciler.vitals)
         on conflict do nothing`,
    [holder, LEASE_SECONDS],
  );
  return made === 1;
};

/**
 * Whether nobody can measure: it is nobody's turn, and nothing was written down for a minute. Another transaction holds the row.
 */
export const isForsaken = async (pool: pg.Pool): Promise<boolean> => {
  const { rowCount } = await pool.query(
    `select from reconciler.vitals
      where id = 1 and (leased_until is null or leased_until < now())
        and measured_at < now() - $1 * interval '1 s'`,
    [FORSAKEN_SECONDS],
  );
  return rowCount === 1;
};

/**
 * Writes down what was measured, unless another process has written down something newer, or the row is locked. One that
 * took longer than its time, and was followed, still has the latest: where measuring takes long, nobody would else have any.
 *
 * @returns whether it was
 */
export const keepVitals = async (
  pool: pg.Pool,
  holder: string,
  vitals: Vitals,
): Promise<boolean> => {
  const { rowCount } = await pool.query(
    `update reconciler.vitals v
        set figures = $2, measured_at = $3, leased_until = now() + $4 * interval '1 s'
       from (select id from reconciler.vitals
              where id = 1 and (holder = $1 or measured_at is null or measured_at < $3)
                for update skip locked) own
      where v.id = own.id`,
    [holder, JSON.stringify(vitals), vitals.measuredAt, LEASE_SECONDS],
  );
  return rowCount === 1;
};

/** Lets another process measure at once: this one is stopping. */
export const giveUpMeasuring = async (pool: pg.Pool, holder: string): Promise<void> => {
  await pool.query(
    `update reconciler.vitals v set leased_until = null
       from (select id from reconciler.vitals where id = 1 and holder = $1
                for update skip locked) own
      where v.id = own.id`,
    [holder],
  );
};

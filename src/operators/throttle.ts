import type pg from 'pg';

/** So many wrong tries are free; then each next one has to wait twice as long, up to a quarter of an hour. */
const FREE_TRIES = 5;
const FIRST_WAIT_SECONDS = 2;
const LONGEST_WAIT_SECONDS = 15 * 60;
/** After so long without a wrong try all are forgotten. */
export const FORGOTTEN_HOURS = 12;

/** By which name, in lower case as the database has it, and from where. */
export type Trier = Readonly<{ name: string; from: string }>;

/** An address has no spaces, so no other name and place make the same key. */
const KEY = `$1 || ' ' || lower($2)`;
const keyValues = ({ name, from }: Trier): [string, string] => [from, name.slice(0, 200)];

/**
 * Takes one try, before it is looked at, so that many at once count as many.
 *
 * @returns how many seconds this one must wait; 0: it may be looked at
 */
export const takeTry = async (pool: pg.Pool, trier: Trier): Promise<number> => {
  const { rowCount } = await pool.query(
    `with forgotten as (
       delete from reconciler.sign_in_failures where key in (
         select key from reconciler.sign_in_failures
          where failed_at < now() - $6 * interval '1 hour' and key <> ${KEY}
          limit 100 for update skip locked)
     )
     insert into reconciler.sign_in_failures as f (key, failures, failed_at, blocked_until)
     values (${KEY}, 1, clock_timestamp(), clock_timestamp())
         on conflict (key) do update set
            failures = case when f.failed_at < now() - $6 * interval '1 hour' then 1
                            else f.failures + 1 end,
            failed_at = clock_timestamp(),
            blocked_until = clock_timestamp() + case
              when f.failures < $3 or f.failed_at < now() - $6 * interval '1 hour' then 0
              else least($5, $4 * power(2, least(f.failures - $3, 20))) end * interval '1 s'
      -- The clock, and not when this began: others may have come between.
      where f.blocked_until <= clock_timestamp()`,
    [...keyValues(trier), FREE_TRIES, FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, FORGOTTEN_HOURS],
  );
  return rowCount === 1 ? 0 : waitOf(pool, trier);
};

/** Asked on its own: what the statement above was kept from doing, it can't see. */
const waitOf = async (pool: pg.Pool, trier: Trier): Promise<number> => {
  const { rows } = await pool.query<{ wait: number }>(
    `select ceil(extract(epoch from blocked_until - clock_timestamp()))::int as wait
       from reconciler.sign_in_failures where key = ${KEY}`,
    keyValues(trier),
  );
  return Math.max(1, rows[0]?.wait ?? 1);
};

/** A try that was taken, but not looked at. */
export const giveBackTry = async (pool: pg.Pool, trier: Trier): Promise<void> => {
  await pool.query(
    `update reconciler.sign_in_failures
        set failures = greatest(0, failures - 1), blocked_until = clock_timestamp()
      where key = ${KEY}`,
    keyValues(trier),
  );
};

/** The right password: all is forgiven. */
export const forgive = async (pool: pg.Pool, trier: Trier): Promise<void> => {
  await pool.query(`delete from reconciler.sign_in_failures where key = ${KEY}`, keyValues(trier));
};

import type pg from 'pg';

/** So many wrong tries are free; then each next one has to wait twice as long, up to a quarter of an hour. */
const FREE_TRIES = 5;
const FIRST_WAIT_SECONDS = 2;
const LONGEST_WAIT_SECONDS = 15 * 60;
/** After so long without a wrong try all are forgotten. */
const FORGOTTEN_HOURS = 12;

/**
 * Takes one try, before it is looked at, so that many at once count as many.
 *
 * @param key by which name, and from where
 * @returns how many seconds this one must wait; 0: it may be looked at
 */
export const takeTry = async (pool: pg.Pool, key: string): Promise<number> => {
  const { rows } = await pool.query<{ wait: number }>(
    `with forgotten as (
       delete from reconciler.sign_in_failures
        where key <> $1 and failed_at < now() - $5 * interval '1 hour'
     ), taken as (
       insert into reconciler.sign_in_failures as f (key, failures, blocked_until)
       values ($1, 1, now())
           on conflict (key) do update set
              failures = case when f.failed_at < now() - $5 * interval '1 hour' then 1
                              else f.failures + 1 end,
              failed_at = now(),
              blocked_until = case when f.failures < $2 then now() else
                now() + least($4, $3 * power(2, least(f.failures - $2, 20))) * interval '1 s' end
        where f.blocked_until <= now()
       returning 1
     )
     select ceil(extract(epoch from f.blocked_until - now()))::int as wait
       from reconciler.sign_in_failures f where f.key = $1 and not exists (select from taken)`,
    [key, FREE_TRIES, FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, FORGOTTEN_HOURS],
  );
  return Math.max(0, rows[0]?.wait ?? 0);
};

/** The right password: all is forgiven. */
export const forgive = async (pool: pg.Pool, key: string): Promise<void> => {
  await pool.query('delete from reconciler.sign_in_failures where key = $1', [key]);
};

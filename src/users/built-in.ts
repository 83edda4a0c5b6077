import type pg from 'pg';

/* The table of users that we bring, for those who don't name their own. Theirs is only read. */

/** What it is called in USERS_TABLE. */
export const BUILT_IN_USERS = 'reconciler.users';

/** Whether there is anybody in it. Where it isn't there yet, there is nobody. */
export const hasBuiltInUsers = async (pool: pg.Pool): Promise<boolean> => {
  const { rows } = await pool.query<{ there: boolean }>(
    'select to_regclass($1) is not null as there',
    [BUILT_IN_USERS],
  );
  if (rows[0]?.there !== true) return false;
  const { rowCount } = await pool.query(`select from ${BUILT_IN_USERS} limit 1`);
  return rowCount !== 0;
};

/** Adds a user, unless there is one with that id. @throws whatever Postgres throws */
export const addBuiltInUser = async (pool: pg.Pool, id: string): Promise<void> => {
  await pool.query(`insert into ${BUILT_IN_USERS} (id) values ($1) on conflict do nothing`, [id]);
};

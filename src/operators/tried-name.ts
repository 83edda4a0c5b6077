import type pg from 'pg';

/** Whose name somebody tried to sign in with; null where it is nobody's, and may be a password. */
export const operatorOfName = async (
  pool: pg.Pool,
  name: string,
): Promise<{ actor: string; actor_name: string } | null> => {
  const { rows } = await pool.query<{ actor: string; actor_name: string }>(
    `select 'operator:' || id as actor, name as actor_name
       from reconciler.operators where lower(name) = lower($1)`,
    [name],
  );
  return rows[0] ?? null;
};

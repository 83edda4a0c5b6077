import type pg from 'pg';

/** So many at a time at most. */
const AT_A_TIME = 500;

/**
 * To whom something is owed and due, where nobody is at it: neither disabled nor at rest.
 *
 * @returns ids of endpoints
 * @throws whatever Postgres throws
 */
export const readOverdue = async (pool: pg.Pool): Promise<readonly number[]> => {
  const { rows } = await pool.query<{ id: number }>({
    name: 'overdue-endpoints',
    text: `
      select e.id::int as id from reconciler.endpoints e
       where e.disabled_at is null and (e.rest_until is null or e.rest_until <= now())
         and (e.leased_until is null or e.leased_until <= now())
         and exists (select from reconciler.sendings s
                      where s.endpoint_id = e.id and s.state = 'waiting'
                        and (s.due_at is null or s.due_at <= now()))
       order by e.id limit $1`,
    values: [AT_A_TIME],
  });
  return rows.map(({ id }) => id);
};

import type pg from 'pg';
import { TROUBLE_AFTER } from './plan.ts';
import { earlyMs } from './recovery.ts';

/** Of one endpoint so many connections are looked at; where more wait for their next try, a turn at it finds out. */
const MOST_CONNECTIONS = 10_000;

/**
 * Goes from connection to connection along the index that has what waits of each in its order, up to the first that is
 * due: the first of a connection says it for all that wait behind it. One in trouble that has had its rest is tried with
 * whatever waits, due or not; one that takes messages again, with what may go before its time.
 */
const overdue = (which: string): string => `
  select e.id::float8 as id from reconciler.endpoints e
   where ${which} and e.disabled_at is null
     and (e.leased_until is null or e.leased_until <= now())
     and (e.rest_until is null or e.rest_until <= now())
     and exists (
       with recursive first as (
         (select endpoint_id, position, about, attempts, due_at, 1 as number from reconciler.sendings
           where endpoint_id = e.id and state = 'waiting' order by about, position limit 1)
         union all
         select n.*, first.number + 1
           from first cross join lateral (
             select endpoint_id, position, about, attempts, due_at from reconciler.sendings
              where endpoint_id = e.id and state = 'waiting' and about > first.about
              order by about, position limit 1) n
          where first.number < $1
       )
       select from first s
        where due_at is null or due_at <= now() or number = $1 or e.failures >= $2
           or case when e.is_recovering then ${earlyMs('e.rest_until')} end <= 0
     )`;

/**
 * The endpoints to which something is owed that could be sent now, and nobody is at it: for whoever puts back what the
 * queue has lost. None of hooks: what they are owed waits for a process that has them.
 *
 * @throws whatever Postgres throws
 */
export const readOverdue = async (pool: Pick<pg.Pool, 'query'>): Promise<readonly number[]> => {
  const { rows } = await pool.query<{ id: number }>({
    name: 'overdue-endpoints',
    text: overdue(`e.kind <> 'hook'`),
    values: [MOST_CONNECTIONS, TROUBLE_AFTER],
  });
  return rows.map(({ id }) => id);
};

/** Whether the same is so of one endpoint, of whatever kind. @throws whatever Postgres throws */
export const isOverdue = async (pool: Pick<pg.Pool, 'query'>, id: number): Promise<boolean> => {
  const { rows } = await pool.query({
    name: 'overdue-endpoint',
    text: overdue('e.id = $3'),
    values: [MOST_CONNECTIONS, TROUBLE_AFTER, id],
  });
  return rows.length > 0;
};

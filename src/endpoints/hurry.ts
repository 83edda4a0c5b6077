import type pg from 'pg';

/** So many at a time: however many wait, no statement takes long. */
const AT_A_TIME = 1_000;

/**
 * The next that wait for another try, along an index that has only such, and in their order as to locks: the endpoint
 * first, as in record.ts. The last page says that it is done.
 */
const HURRY = `
  with e as (
    select id from reconciler.endpoints where id = $1 and holder = $2
       for no key update
  ), page as materialized (
    select s.position from reconciler.sendings s
     where s.endpoint_id = (select id from e) and s.state = 'waiting' and s.due_at is not null and s.due_at > now()
     order by s.due_at limit $3
  ), owed as (
    select position from reconciler.sendings
     where endpoint_id = $1 and position = any(array(select position from page))
     order by position for no key update
  ), due as (
    update reconciler.sendings s set due_at = null
      from owed where s.endpoint_id = $1 and s.position = owed.position and s.state = 'waiting'
  ), done as (
    update reconciler.endpoints set is_recovering = false
      from e where endpoints.id = e.id and (select count(*) from page) < $3
  )
  select count(*)::int as number from page`;

/**
 * What waits for its next try goes at once: the endpoint takes messages again. Cut short, what is left is made due by the
 * next turn, as `endpoints.is_recovering` stands until all is.
 *
 * @param mayGoOn asked before each page
 * @throws whatever Postgres throws
 */
export const hurry = async (
  pool: Pick<pg.Pool, 'query'>,
  endpointId: number,
  holder: string,
  mayGoOn: () => boolean,
  atATime = AT_A_TIME,
): Promise<void> => {
  let isMore = true;
  while (isMore && mayGoOn()) {
    const { rows } = await pool.query<{ number: number }>({
      name: 'hurry',
      text: HURRY,
      values: [endpointId, holder, atATime],
    });
    isMore = (rows[0]?.number ?? 0) >= atATime;
  }
};

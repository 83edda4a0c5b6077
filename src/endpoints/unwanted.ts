import type pg from 'pg';
import { inTransactionWithRetries } from '../db/client.ts';

/** SQL: message `m` isn't what endpoint `e` wants. Workspaces may be tenants, none of whom another's app is to hear of. */
const IS_UNWANTED = `
  ((e.types is null or m.type = any(e.types))
   and (e.workspaces is null or m.workspace_id = any(e.workspaces))) is not true`;

const DROP = `
  delete from reconciler.sendings where endpoint_id = $1 and position = any (array(
    select s.position from reconciler.sendings s
      join reconciler.messages m using (position)
      join reconciler.endpoints e on e.id = s.endpoint_id
     where s.endpoint_id = $1 and s.state = 'waiting' and ${IS_UNWANTED}
     order by s.position for update of s))`;

/**
 * Takes back what waits for an endpoint and isn't wanted by it any more.
 *
 * @param client in the transaction that changed what it wants
 * @returns how many messages that were
 */
export const dropUnwanted = async (
  client: Pick<pg.Pool, 'query'>,
  endpointId: number,
): Promise<number> => (await client.query(DROP, [endpointId])).rowCount ?? 0;

/** So many that wait are gone through in one transaction: few enough to be over soon, however many there are. */
const PASSED_AT_A_TIME = 1_000;

const DROP_PAGE = `
  with page as materialized (
    select position from reconciler.sendings
     where endpoint_id = $1 and state = 'waiting' and position > $2 order by position limit ${PASSED_AT_A_TIME}
  ), unwanted as materialized (
    select s.position from page
      join reconciler.sendings s on s.endpoint_id = $1 and s.position = page.position
      join reconciler.messages m on m.position = page.position
      join reconciler.endpoints e on e.id = $1
     where s.state = 'waiting' and ${IS_UNWANTED}
     order by s.position for update of s
  ), gone as (
    delete from reconciler.sendings s using unwanted
     where s.endpoint_id = $1 and s.position = unwanted.position returning true
  )
  select (select count(*) from gone)::int as dropped,
         (select max(position)::float8 from page having count(*) = ${PASSED_AT_A_TIME}) as next`;

/**
 * The same in pages, once the change of what it wants has been committed: each asks what it wants by then, and keeps it
 * from changing meanwhile.
 *
 * @param after the position after which it goes on; 0 at first
 * @returns how many messages of this page aren't owed any more, and where to go on; null: that was the last
 * @throws whatever Postgres throws
 */
export const dropUnwantedPage = (
  pool: pg.Pool,
  endpointId: number,
  after: number,
): Promise<Readonly<{ dropped: number; next: number | null }>> =>
  inTransactionWithRetries(pool, async client => {
    await client.query('select from reconciler.endpoints where id = $1 for no key update', [
      endpointId,
    ]);
    const { rows } = await client.query<{ dropped: number; next: number | null }>(DROP_PAGE, [
      endpointId,
      after,
    ]);
    return rows[0] ?? { dropped: 0, next: null };
  });

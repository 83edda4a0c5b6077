import type pg from 'pg';

/** So many at a time. */
const AT_A_TIME = 1_000;

/** What `listen` hears in the app's own connections: a hint that there is something new to read. */
export const CHANNEL = 'reconciler';

/**
 * Gives what was committed its place in the order of messages, and notes for which endpoints it is owed: all in one
 * statement, which nobody's process can leave half done or hold up. One at a time: who comes to it later gives later
 * places, so that whoever has read up to a position is never to find something before it. What is of one connection has
 * its ids in the order of its commits, as its row in `told` is locked when they are taken.
 *
 * The lock is waited for with a snapshot that was taken before: rows that another has taken meanwhile are passed over.
 */
const ARRANGE = `
  with turn as materialized (
    select pg_advisory_xact_lock(hashtextextended('seam-reconciler outbox', 0)) as taken
  ), taken as (
    delete from reconciler.outbox
     where id = any (array(select o.id from turn, reconciler.outbox o order by o.id limit $1))
    returning *
  ), placed as (
    insert into reconciler.messages (message_id, type, about, sequence, at, workspace_id, user_id,
                                     connected_account_id, connect_webview_id, data)
    select message_id, type, about, sequence, at, workspace_id, user_id, connected_account_id,
           connect_webview_id, data
      from taken order by id
    returning position, type, about, workspace_id
  ), owed as (
    insert into reconciler.sendings (endpoint_id, position, about)
    select e.id, p.position, p.about from placed p
      join reconciler.endpoints e
        on e.disabled_at is null and (e.types is null or p.type = any(e.types))
       and (e.workspaces is null or p.workspace_id = any(e.workspaces))
    returning endpoint_id
  )
  select count(*)::int as number, array(select distinct endpoint_id::int from owed) as endpoints,
         case when count(*) > 0 then pg_notify('${CHANNEL}', max(position)::text) end
    from placed`;

/** What was arranged. */
export type Arranged = Readonly<{
  number: number;
  /** To which endpoints something is owed by it. */
  endpoints: readonly number[];
  /** There may be more. */
  isCut: boolean;
}>;

/**
 * Arranges what has been committed since.
 *
 * @throws whatever Postgres throws
 */
export const arrange = async (
  pool: Pick<pg.Pool, 'query'>,
  atATime = AT_A_TIME,
): Promise<Arranged> => {
  const { rows } = await pool.query<{ number: number; endpoints: number[] }>({
    name: 'arrange',
    text: ARRANGE,
    values: [atATime],
  });
  const { number = 0, endpoints = [] } = rows[0] ?? {};
  return { number, endpoints, isCut: number === atATime };
};

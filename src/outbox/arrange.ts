import pg from 'pg';
import { withRetries } from '../db/client.ts';
import { beginSharedQuery, isTracing } from '../ops/tracing.ts';

/** So many at a time. */
const AT_A_TIME = 1_000;

/** What `listen` hears in the app's own connections: a hint that there is something new to read. */
export const CHANNEL = 'reconciler';

/** Whether there is anything: so that who asks in vain takes no lock. */
const IS_ANYTHING = 'select from reconciler.outbox limit 1';

/**
 * SQL: one at a time, until the transaction ends. Whoever enables an endpoint takes it, too (support/endpoints): no message
 * comes between what they note as missed and what is noted by arranging. Taken before any lock on rows.
 */
export const ARRANGING_LOCK = `select pg_advisory_xact_lock(hashtextextended('seam-reconciler outbox', 0))`;

/** SQL: of whose traces it is; a few of them, where there are many. */
const TRACES = `
         array(select distinct traceparent from placed where traceparent is not null limit 100) as traceparents,`;

/**
 * Gives what was committed its place in the order of messages, and notes for which endpoints it is owed. Who comes to it later gives later places, so that
 * whoever has read up to a position is never to find something before it. What is of one connection has its ids in the
 * order of its commits, as its row in `told` is locked when they are taken. Endpoints are kept from being removed
 * meanwhile.
 */
const arranging = (atATime: number, traces: '' | typeof TRACES): string => `
  with chosen as materialized (
    select id from reconciler.outbox order by id limit ${atATime}
  ), taken as (
    delete from reconciler.outbox where id = any (array(select id from chosen))
    returning *
  ), placed as (
    insert into reconciler.messages (message_id, type, about, sequence, at, workspace_id, user_id,
                                     connected_account_id, connect_webview_id, traceparent, data)
    select message_id, type, about, sequence, at, workspace_id, user_id, connected_account_id,
           connect_webview_id, traceparent, data
      from taken order by id
    returning position, type, about, workspace_id, traceparent
  ), enabled as materialized (
    select id, kind, types, workspaces from reconciler.endpoints where disabled_at is null order by id for key share
  ), owed as (
    insert into reconciler.sendings (endpoint_id, position, about)
    select e.id, p.position, p.about from placed p
      join enabled e on (e.types is null or p.type = any(e.types))
                    and (e.workspaces is null or p.workspace_id = any(e.workspaces))
    returning endpoint_id
  ), owing as (
    select distinct e.id::int, e.kind from owed o join enabled e on e.id = o.endpoint_id
  )
  select count(*)::int as number, array(select id from owing where kind <> 'hook') as endpoints,
         array(select id from owing where kind = 'hook') as hooks,${traces}
         case when count(*) > 0 then pg_notify('${CHANNEL}', max(position)::text) end
    from placed`;

/** What was arranged. */
export type Arranged = Readonly<{
  number: number;
  /** To which endpoints something is owed by it. */
  endpoints: readonly number[];
  /** The same, of hooks: only a process that has them sends to these. */
  hooks: readonly number[];
  /** There may be more. */
  isCut: boolean;
}>;

type Row = Omit<Arranged, 'isCut'> & Readonly<{ traceparents?: string[] }>;

const NOTHING: Arranged = { number: 0, endpoints: [], hooks: [], isCut: false };

const UNIQUE_VIOLATION = '23505';

/**
 * What stands in the way of all that comes after it, by name: such as a message that a restore has brought back, while
 * `told` counts from before. Its key says which connection, and which of its messages; it names nobody.
 */
const nameRow = (error: unknown): never => {
  if (error instanceof pg.DatabaseError && error.code === UNIQUE_VIOLATION) {
    throw new Error(
      `a message can't be arranged, as there is one like it, and none after it is: ${error.detail ?? error.message}`,
      { cause: error },
    );
  }
  throw error;
};

/**
 * Arranges what has been committed since. The lock is taken by a statement of its own, so that the next one sees what
 * the last holder has left. Both go in one message, and so in one transaction: a process that is frozen or cut off, at
 * whatever time, keeps the lock from nobody.
 *
 * @throws whatever Postgres throws
 */
export const arrange = async (pool: pg.Pool, atATime = AT_A_TIME): Promise<Arranged> => {
  const { rowCount } = await pool.query({ name: 'is-outbox-empty', text: IS_ANYTHING });
  if (rowCount === 0) return NOTHING;
  const beganAt = Date.now();
  const text = `${ARRANGING_LOCK}; ${arranging(atATime, isTracing() ? TRACES : '')}`;
  // Of several statements in one message there are several answers.
  const answers: unknown = await withRetries(() => pool.query(text)).catch(nameRow);
  const [, arranged] = answers as readonly pg.QueryResult<Row>[];
  const { number = 0, endpoints = [], hooks = [], traceparents = [] } = arranged?.rows[0] ?? {};
  beginSharedQuery('arrange', traceparents, beganAt).end();
  return { number, endpoints, hooks, isCut: number === atATime };
};

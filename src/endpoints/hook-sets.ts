import type pg from 'pg';
import { type Client, inOpenedTransactionWithRetries } from '../db/client.ts';
import type { MessageType } from '../model/message.ts';
import { ARRANGING_LOCK } from '../outbox/arrange.ts';
import { HooksError } from './hooks.ts';
import { dropUnwanted } from './unwanted.ts';

/*
 * Which hooks there are: an endpoint of hooks wants what any process has that was heard of lately. So the processes of two
 * deploys go on side by side, each with what it has.
 */

/** Who is not heard of for so long has stopped, or can't reach the database. */
export const HEARD_WITHIN_SECONDS = 60;
/** For so long what only a process had that is gone stays owed, where others go on: it may be on its way back. */
const KEPT_MINUTES = 10;

/** An endpoint of hooks, as it wants it now. */
export type HookEndpoint = Readonly<{ id: number; isNew: boolean; dropped: number }>;

const ADD = `
  insert into reconciler.endpoints (name, kind, target, types, workspaces, created_by)
  values ($1, 'hook', $1, $2, $3, 'your app') on conflict (name) do nothing returning id`;

/** One that is told of all workspaces is told of these, too; what a person has added stays. */
const WIDEN = `
  update reconciler.endpoints
     set workspaces = array(select distinct id from unnest(workspaces || $2::text[]) id order by id)
   where id = $1 and not workspaces @> $2::text[]`;

const SAY = `
  insert into reconciler.hook_sets as h (endpoint_id, types) values ($1, $2)
      on conflict (endpoint_id, types) do update set heard_at = now()`;

const FORGET = `
  delete from reconciler.hook_sets
   where endpoint_id = $1 and heard_at < now() - interval '${KEPT_MINUTES} minutes'`;

const WANT = `
  update reconciler.endpoints e set types = wanted.types
    from (select array(select distinct type from reconciler.hook_sets h cross join unnest(h.types) type
                        where h.endpoint_id = $1 order by type) as types) wanted
   where e.id = $1 and e.types is distinct from wanted.types`;

/** What this process has hooks for. */
export type HooksSaid = Readonly<{
  /** In the order of the alphabet. */
  types: readonly MessageType[];
  /** Of which workspaces they are to hear; null: of all that there are. */
  workspaces: readonly string[] | null;
}>;

/**
 * Says that this process has hooks for these types. Their endpoint is made where it isn't there: it is told of what takes
 * place from then on, as it is of a type that is new. What nobody has had a hook for lately isn't owed to it any more.
 *
 * @throws HooksError where an endpoint of another kind has that name; whatever Postgres throws
 */
export const sayHooks = (
  pool: pg.Pool,
  name: string,
  { types, workspaces }: HooksSaid,
): Promise<HookEndpoint> =>
  inOpenedTransactionWithRetries(
    pool,
    // Nothing becomes owed meanwhile by what it wanted before.
    client => client.query(ARRANGING_LOCK),
    async client => {
      const added = await client.query(ADD, [name, types, workspaces]);
      const { rows } = await client.query<{ id: number; kind: string }>(
        'select id::float8 as id, kind from reconciler.endpoints where name = $1 for no key update',
        [name],
      );
      const endpoint = rows[0];
      // Removed in between: the next time it is made.
      if (endpoint === undefined) throw new Error(`the endpoint "${name}" was just removed`);
      if (endpoint.kind !== 'hook') {
        throw new HooksError(
          `Endpoint ${endpoint.id} has the name "${name}" already, and isn't of hooks (it is of the kind "${endpoint.kind}"): give the hooks another name, or that endpoint.`,
        );
      }
      await client.query(SAY, [endpoint.id, types]);
      if (workspaces !== null) await client.query(WIDEN, [endpoint.id, workspaces]);
      const dropped = await wantWhatIsThere(client, endpoint.id);
      return { id: endpoint.id, isNew: added.rowCount === 1, dropped };
    },
  );

/** @returns how many messages aren't owed any more */
const wantWhatIsThere = async (client: Client, endpointId: number): Promise<number> => {
  await client.query(FORGET, [endpointId]);
  const { rowCount } = await client.query(WANT, [endpointId]);
  return rowCount === 0 ? 0 : await dropUnwanted(client, endpointId);
};

const IS_TO_FORGET = `
  select from reconciler.endpoints e join reconciler.hook_sets h on h.endpoint_id = e.id
   where e.name = $1 and e.kind = 'hook' and h.heard_at < now() - interval '${KEPT_MINUTES} minutes' limit 1`;

/**
 * By a process without hooks: what no process has had a hook for in the last ten minutes isn't owed any more. Where that is
 * all, the endpoint stays, and is told nothing until a process has hooks again; then of what takes place from then on.
 *
 * @param name of the hooks, if there were any
 * @returns how many messages waited for them
 * @throws whatever Postgres throws
 */
export const forgetHooks = async (pool: pg.Pool, name: string): Promise<number> => {
  const { rowCount } = await pool.query(IS_TO_FORGET, [name]);
  if (rowCount === 0) return 0;
  return inOpenedTransactionWithRetries(
    pool,
    client => client.query(ARRANGING_LOCK),
    async client => {
      const { rows } = await client.query<{ id: number }>(
        `select id::float8 as id from reconciler.endpoints where name = $1 and kind = 'hook' for no key update`,
        [name],
      );
      return rows[0] === undefined ? 0 : await wantWhatIsThere(client, rows[0].id);
    },
  );
};

const STILL = `
  with said as (
    update reconciler.hook_sets set heard_at = now() where endpoint_id = $1 and types = $2 returning true
  )
  select exists (select from said) as is_said,
         exists (select from reconciler.hook_sets
                  where endpoint_id = $1 and types <> $2 and heard_at < now() - interval '${KEPT_MINUTES} minutes') as is_over`;

/**
 * Says that this process still has them.
 *
 * @returns whether all is as it was; else it is to be said as at first: the endpoint was removed, or what others had is over
 */
export const stillHasHooks = async (
  pool: Pick<pg.Pool, 'query'>,
  endpointId: number,
  types: readonly MessageType[],
): Promise<boolean> => {
  const { rows } = await pool.query<{ is_said: boolean; is_over: boolean }>(STILL, [
    endpointId,
    types,
  ]);
  return rows[0]?.is_said === true && !rows[0].is_over;
};

/** Whether a process that has hooks of this endpoint was heard of lately. */
export const areHooksHeard = async (
  client: Pick<pg.Pool, 'query'>,
  endpointId: number,
): Promise<boolean> => {
  const { rows } = await client.query(
    `select from reconciler.hook_sets
      where endpoint_id = $1 and heard_at > now() - interval '${HEARD_WITHIN_SECONDS} s' limit 1`,
    [endpointId],
  );
  return rows.length > 0;
};

import type pg from 'pg';
import { inOpenedTransactionWithRetries } from '../db/client.ts';
import type { MessageType } from '../model/message.ts';
import { ARRANGING_LOCK } from '../outbox/arrange.ts';
import { HooksError } from './hooks.ts';

/*
 * Which hooks there are: an endpoint of hooks wants what any process has that was heard of lately. So the processes of two
 * deploys go on side by side, each with what it has.
 */

/** Who is not heard of for so long has stopped, or can't reach the database. */
export const HEARD_WITHIN_SECONDS = 60;

/** An endpoint of hooks, as it wants it now. */
export type HookEndpoint = Readonly<{ id: number; isNew: boolean }>;

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

/** One that has been heard of since stays. */
const FORGET = `
  delete from reconciler.hook_sets h
   using unnest($2::text[], $3::timestamptz[]) as over (types, heard_at)
   where h.endpoint_id = $1 and h.types = over.types::text[] and h.heard_at = over.heard_at`;

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
 * place from then on, as it is of a type that is new. What others have said stays: whether they are gone isn't known yet.
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
      await client.query(WANT, [endpoint.id]);
      return { id: endpoint.id, isNew: added.rowCount === 1 };
    },
  );

/** Hooks that a process has, or had. */
export type HookSet = Readonly<{
  types: readonly string[];
  /** When one was last heard of that has them, as Postgres says it. */
  heardAt: string;
}>;

/** A database that takes no changes says so by the lock: nobody could be heard of by it. */
const SETS = `
  select types, heard_at::text as "heardAt" from reconciler.hook_sets where endpoint_id = $1
   order by types for no key update`;

/** Of which hooks an endpoint has heard. @throws whatever Postgres throws */
export const readHookSets = async (
  pool: Pick<pg.Pool, 'query'>,
  endpointId: number,
): Promise<readonly HookSet[]> => (await pool.query<HookSet>(SETS, [endpointId])).rows;

/** The endpoint of hooks of a name; null: there is none. @throws whatever Postgres throws */
export const findHookEndpoint = async (
  pool: Pick<pg.Pool, 'query'>,
  name: string,
): Promise<number | null> => {
  const { rows } = await pool.query<{ id: number }>(
    `select id::float8 as id from reconciler.endpoints where name = $1 and kind = 'hook'`,
    [name],
  );
  return rows[0]?.id ?? null;
};

/**
 * What only these had isn't wanted any more, unless they have been heard of since. Where that is all, the endpoint stays, and
 * is told nothing until a process has hooks again; then of what takes place from then on. What it is owed is not taken
 * back by this.
 *
 * @throws whatever Postgres throws
 */
export const forgetHooks = (
  pool: pg.Pool,
  endpointId: number,
  over: readonly HookSet[],
): Promise<void> =>
  inOpenedTransactionWithRetries(
    pool,
    client => client.query(ARRANGING_LOCK),
    async client => {
      await client.query('select from reconciler.endpoints where id = $1 for no key update', [
        endpointId,
      ]);
      // An array of arrays of unlike lengths can't be sent.
      const types = over.map(set => `{${set.types.join(',')}}`);
      await client.query(FORGET, [endpointId, types, over.map(({ heardAt }) => heardAt)]);
      await client.query(WANT, [endpointId]);
    },
  );

/**
 * Says that this process still has them.
 *
 * @returns false: it is to be said as at first, as the endpoint was removed, or these were taken for gone
 */
export const stillHasHooks = async (
  pool: Pick<pg.Pool, 'query'>,
  endpointId: number,
  types: readonly MessageType[],
): Promise<boolean> => {
  const { rowCount } = await pool.query(
    'update reconciler.hook_sets set heard_at = now() where endpoint_id = $1 and types = $2',
    [endpointId, types],
  );
  return rowCount === 1;
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

import type pg from 'pg';

/** A workspace that something is owed in. */
export type Owing = Readonly<{
  /** Null: of what no event named a workspace for. */
  workspaceId: string | null;
  /** Whether nothing of it is given out at present: Seam is the trouble, or a person has paused it. */
  isClosed: boolean;
}>;

/**
 * SQL, after `with recursive`: `owing(workspace_id)`, the workspaces that something is owed in. From one to the next
 * in the index of what is owed: however much is, each costs one look into it.
 */
export const OWING = `
  owed as (
    (select workspace_id from reconciler.reconciliations
      where observed_generation < generation and workspace_id is not null
      order by workspace_id limit 1)
    union all
    select (select r.workspace_id from reconciler.reconciliations r
             where r.observed_generation < r.generation and r.workspace_id > owed.workspace_id
             order by r.workspace_id limit 1)
      from owed where owed.workspace_id is not null
  ), owing as (
    select workspace_id from owed where workspace_id is not null
    union all
    -- The last of the index: asked for by "is null", it may be sought among all the others.
    select workspace_id from (
      select workspace_id from reconciler.reconciliations
       where observed_generation < generation order by workspace_id desc limit 1) last
     where last.workspace_id is null
  )`;

const READ = `
  with recursive ${OWING}
  select workspace_id as "workspaceId",
         exists (select 1 from reconciler.workspace_holds h
                  where h.workspace_id is not distinct from
                        case when $1::boolean then null else owing.workspace_id end)
         or exists (select 1 from reconciler.pauses p
                     where p.workspace_id is null or p.workspace_id = owing.workspace_id) as "isClosed"
    from owing`;

/**
 * The workspaces that something is owed in, and whether it can be worked on.
 *
 * @param servedIds of the workspaces that are configured; null: there is one queue, for whatever comes
 * @throws whatever Postgres throws
 */
export const readOwing = async (
  pool: pg.Pool,
  servedIds: readonly string[] | null,
): Promise<Owing[]> => {
  const { rows } = await pool.query<Owing>({
    name: 'read-owing',
    text: READ,
    values: [servedIds === null],
  });
  return rows;
};

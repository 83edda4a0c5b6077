import type pg from 'pg';

/** What the database takes of its disk, in bytes. */
export type Room = Readonly<{
  bytes: number;
  /** The largest tables of ours, with their indexes; the largest first. */
  tables: readonly Readonly<{ name: string; bytes: number }>[];
}>;

const READ = `
  select pg_database_size(current_database())::float8 as bytes,
         (select coalesce(json_agg(t), '[]') from (
            select c.relname as name, pg_total_relation_size(c.oid)::float8 as bytes
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where n.nspname = 'reconciler' and c.relkind in ('r', 'p')
             order by 2 desc limit 3) t) as tables`;

/** @throws whatever Postgres throws */
export const readRoom = async (pool: Pick<pg.Pool, 'query'>): Promise<Room> => {
  const { rows } = await pool.query<Room>(READ);
  return rows[0] ?? { bytes: 0, tables: [] };
};

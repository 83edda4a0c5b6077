import type pg from 'pg';
import type { UsersTable } from '../config/users-table.ts';
import type { ColumnType } from './id-type.ts';

export type Table = Pick<UsersTable, 'schema' | 'table' | 'idColumn'>;

/** What the database's catalog says of their table, for `judge` (judge.ts). */
export type TableFacts = Readonly<{
  /** Our role in the database. */
  role: string;
  /** Schemas that have a table of that name, where the one that was asked for isn't there. */
  elsewhere: readonly string[];
  /** Null: there is nothing of that name. */
  relation: Readonly<{
    schema: string;
    /** As in pg_class: r, p (partitioned), v (view), m, f (foreign), or what is no table at all. */
    kind: string;
    mayUseSchema: boolean;
    /** Of the table, or of the id column alone. */
    mayRead: boolean;
    /** The id column as it was declared, for people; null: there is none. */
    declaredType: string | null;
    type: ColumnType | null;
    rowSecurity: RowSecurity | null;
  }> | null;
}>;

/** Of row level security that holds for us, on the table or on what a view reads for us. */
export type RowSecurity = Readonly<{
  schema: string;
  table: string;
  /** `all`: no policy lets us see a row. `some`: there are conditions. */
  hides: 'all' | 'some';
}>;

/**
 * A relation of that name; what its id column is made of, domains (also of domains) taken apart; our rights; and row
 * level security that is in force for us and not opened by a policy `using (true)`. A view that reads with its
 * caller's rights (security_invoker) hides what its tables hide.
 */
const INSPECT = `
  with recursive relation as (
    select c.oid, c.relkind, n.oid as namespace, n.nspname
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relname = $2
       and case when $1::text is null then pg_catalog.pg_table_is_visible(c.oid) else n.nspname = $1 end
  ), id as (
    select a.attnum, a.atttypid, a.atttypmod from pg_catalog.pg_attribute a, relation
     where a.attrelid = relation.oid and a.attname = $3 and a.attnum > 0 and not a.attisdropped
  ), type as (
    select t.* from pg_catalog.pg_type t join id on t.oid = id.atttypid
    union all
    select t.* from pg_catalog.pg_type t join type on t.oid = type.typbasetype
  ), base as (
    select b.typname as name, n.nspname as schema, b.oid::int8::float8 as oid,
           (select e.extname from pg_catalog.pg_depend d
              join pg_catalog.pg_extension e on e.oid = d.refobjid
             where d.classid = 'pg_catalog.pg_type'::regclass and d.objid = b.oid
               and d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e') as extension,
           -- By a cast of its own, or by what writes it out.
           (select p.provolatile = 'i' from pg_catalog.pg_proc p
             where p.oid = coalesce((select nullif(c.castfunc, 0) from pg_catalog.pg_cast c
                                      where c.castsource = b.oid and c.casttarget = 'pg_catalog.text'::regtype),
                                    b.typoutput)) as "textIsImmutable"
      from type b join pg_catalog.pg_namespace n on n.oid = b.typnamespace where b.typbasetype = 0
  ), read_by_us as (
    select oid from relation
    union
    select d.refobjid from read_by_us
      join pg_catalog.pg_class v on v.oid = read_by_us.oid and v.relkind = 'v'
       and exists (select from pg_catalog.pg_options_to_table(v.reloptions)
                    where option_name = 'security_invoker' and option_value::boolean)
      join pg_catalog.pg_rewrite w on w.ev_class = v.oid
      join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
       and d.refclassid = 'pg_catalog.pg_class'::regclass
  ), policy as (
    select p.polrelid, p.polpermissive,
           pg_catalog.pg_get_expr(p.polqual, p.polrelid) is not distinct from 'true' as is_open
      from pg_catalog.pg_policy p join read_by_us on read_by_us.oid = p.polrelid
     where p.polcmd in ('r', '*')
       and exists (select from unnest(p.polroles) as r(oid)
                    where r.oid = 0 or pg_catalog.pg_has_role(r.oid, 'usage'))
  ), row_security as (
    select n.nspname as schema, c.relname as table,
           case when exists (select from policy p where p.polrelid = c.oid and p.polpermissive)
                then 'some' else 'all' end as hides
      from read_by_us join pg_catalog.pg_class c using (oid)
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where pg_catalog.row_security_active(c.oid)
       and not (exists (select from policy p
                         where p.polrelid = c.oid and p.polpermissive and p.is_open)
                and not exists (select from policy p
                                 where p.polrelid = c.oid and not p.polpermissive and not p.is_open))
     order by hides limit 1
  )
  select current_user::text as role,
         array(select n.nspname::text from pg_catalog.pg_class c
                 join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                where c.relname = $2 and c.relkind in ('r', 'p', 'v', 'm', 'f')
                  and not exists (select from relation) order by 1 limit 3) as elsewhere,
         (select pg_catalog.json_build_object(
            'schema', r.nspname, 'kind', r.relkind,
            'mayUseSchema', pg_catalog.has_schema_privilege(r.namespace, 'usage'),
            'mayRead', pg_catalog.has_table_privilege(r.oid, 'select')
                       or exists (select from id
                                   where pg_catalog.has_column_privilege(r.oid, id.attnum, 'select')),
            'declaredType', (select pg_catalog.format_type(atttypid, atttypmod) from id),
            'type', (select pg_catalog.to_json(base) from base),
            'rowSecurity', (select pg_catalog.to_json(row_security) from row_security))
            from relation r limit 1) as relation`;

/** Reads what the catalog says of their table, which needs no rights on it. @throws what Postgres throws */
export const inspect = async (
  pool: pg.Pool,
  { schema, table, idColumn }: Table,
): Promise<TableFacts> => {
  const { rows } = await pool.query<TableFacts>(INSPECT, [schema, table, idColumn]);
  const [facts] = rows;
  if (facts === undefined) throw new TypeError('the catalog said nothing');
  return facts;
};

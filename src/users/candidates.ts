import type pg from 'pg';
import { type ColumnType, idTypeOf } from './id-type.ts';

/** A table of theirs that may be the one of their users. */
export type Candidate = Readonly<{
  schema: string;
  table: string;
  idColumn: string;
  /** Of the ids, as declared. */
  type: string;
  /** As Postgres estimates it; null: it has not counted yet, or it is a view. */
  rows: number | null;
  /** Whether Postgres finds it without its schema. */
  isVisible: boolean;
}>;

/** Names of tables of users, the likeliest first. */
const NAMES = [
  '^users?$',
  '^app_?users?$',
  'user(s|_accounts?)?$',
  '^(customers?|members?|accounts?|people|persons?|profiles?|guests?|tenants?|residents?)$',
];

/** Tables and views called like users that have one column as primary key, else a column called like an id. */
const FIND = `
  with named as (
    select c.oid, c.relkind, n.nspname, c.relname, c.reltuples,
           (select min(ord) from unnest($1::text[]) with ordinality as likely(form, ord)
             where lower(c.relname) ~ form) as likelihood
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
       and n.nspname !~ '^(pg_|information_schema$|reconciler$|reconciler_public$|bullmq$)'
       and pg_catalog.has_schema_privilege(n.oid, 'usage')
  )
  select named.nspname::text as schema, named.relname::text as table, a.attname::text as "idColumn",
         pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
         case when reltuples >= 0 and relkind <> 'v' then reltuples::float8 end as rows,
         pg_catalog.pg_table_is_visible(named.oid) as "isVisible",
         pg_catalog.json_build_object('name', t.typname, 'schema', tn.nspname, 'oid', t.oid::int8::float8,
           'extension', case when t.typname = 'citext' then 'citext' end, 'textIsImmutable', true) as "idType"
    from named
    join lateral (
      select a.* from pg_catalog.pg_attribute a
        left join pg_catalog.pg_index i on i.indrelid = named.oid and i.indisprimary
       where a.attrelid = named.oid and a.attnum > 0 and not a.attisdropped
         and (a.attname in ('id', 'user_id', 'uuid', 'uid') or i.indkey[0] = a.attnum)
         and (i.indexrelid is null or (i.indnatts = 1 and i.indkey[0] = a.attnum))
       order by i.indkey[0] = a.attnum desc nulls last,
                array_position(array['id', 'user_id', 'uuid', 'uid'], a.attname::text)
       limit 1) a on true
    join pg_catalog.pg_type td on td.oid = a.atttypid
    join pg_catalog.pg_type t on t.oid = coalesce(nullif(td.typbasetype, 0), td.oid)
    join pg_catalog.pg_namespace tn on tn.oid = t.typnamespace
   where likelihood is not null
   order by likelihood, "isVisible" desc, named.nspname, named.relname limit 20`;

/** Looks for tables of users, by the catalogs alone; those whose ids can be used, the likeliest first, at most five. */
export const findCandidates = async (pool: pg.Pool): Promise<Candidate[]> => {
  const { rows } = await pool.query<Candidate & { idType: ColumnType }>(FIND, [NAMES]);
  return rows
    .filter(({ idType }) => idTypeOf(idType) !== null)
    .slice(0, 5)
    .map(({ idType: _, ...candidate }) => candidate);
};

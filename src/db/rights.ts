import type pg from 'pg';

/** What our role may not do in a schema that it needs for its work. */
export type Rights = Readonly<{
  role: string;
  /** As in a GRANT: `insert on reconciler.deliveries`; of a schema that isn't there, none. */
  lacking: readonly string[];
}>;

/** All that may be needed of one schema. */
export type Needs = Readonly<{
  schema: string;
  /** Null: all that are there. */
  tables: readonly string[] | null;
  privileges: readonly ('select' | 'insert' | 'update' | 'delete')[];
  /** What isn't needed after all, as patterns of LIKE: `delete on audit_log`, `% on relay%`. */
  except?: readonly string[];
  /** The functions whose names these are; null: all that are there. */
  functions?: readonly string[] | null;
  sequences?: boolean;
  /** To make objects there. */
  create?: boolean;
}>;

/** By the catalogs alone: it reads no table and changes nothing. */
const READ = `
  with schema as (select oid, nspname from pg_namespace where nspname = $1),
  lacking as (
    select 1 as rank, format('%s on schema %I', right_, nspname) as what
      from schema, unnest(case when $7 then array['usage', 'create'] else array['usage'] end) as right_
     where not has_schema_privilege(oid, right_)
    union all
    select 2, format('%s on %I.%I', right_, nspname, relname)
      from schema join pg_class c on c.relnamespace = schema.oid and c.relkind in ('r', 'p'),
           unnest($3::text[]) as right_
     where ($2::text[] is null or relname = any($2)) and not has_table_privilege(c.oid, right_)
       and not format('%s on %s', right_, relname) like any($4::text[])
    union all
    select 3, format('usage on sequence %I.%I', nspname, relname)
      from schema join pg_class c on c.relnamespace = schema.oid
        -- Asked of anything else, it fails.
     where $6 and not format('usage on %s', relname) like any($4::text[])
       and case when c.relkind = 'S' then not has_sequence_privilege(c.oid, 'usage') else false end
    union all
    select 4, format('execute on function %s', p.oid::regprocedure)
      from schema join pg_proc p on p.pronamespace = schema.oid
     where ($5::text[] is null or proname = any($5))
       and not format('execute on %s', proname) like any($4::text[])
       and not has_function_privilege(p.oid, 'execute')
  )
  select current_user::text as role, coalesce(array_agg(what order by rank, what), '{}') as lacking
    from lacking`;

/** Asks which rights our role lacks, in one statement. */
export const readRights = async (
  client: Pick<pg.Pool, 'query'>,
  {
    schema,
    tables,
    privileges,
    except = [],
    functions = [],
    sequences = false,
    create = false,
  }: Needs,
): Promise<Rights> => {
  const { rows } = await client.query<Rights>(READ, [
    schema,
    tables,
    privileges,
    except,
    functions,
    sequences,
    create,
  ]);
  const [rights] = rows;
  if (rights === undefined) throw new TypeError('the database said nothing of our rights');
  return rights;
};

/** Pure: what to do where something is lacking. */
export const remedyOfLack = (role: string): string =>
  `Run "grants --migrate-role <who migrates> --run-role ${role}", and let the database's owner carry out what it prints.`;

/** Pure: a sentence about what is lacking, which anyone may read; null where nothing is. */
export const describeLack = ({ lacking }: Pick<Rights, 'lacking'>): string | null => {
  const [first, ...more] = lacking;
  if (first === undefined) return null;
  const others = more.length === 0 ? '' : `, and ${more.length} more`;
  return `our role lacks rights: ${first}${others}`;
};

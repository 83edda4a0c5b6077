import type pg from 'pg';
import type { UsersTable } from '../config/config.ts';

/** What their table says of an id from the metadata. */
export type Lookup =
  | { kind: 'found'; userId: string }
  | { kind: 'none' }
  /** Their id column can't hold such a value, so no user ever has it. */
  | { kind: 'impossible'; why: string };

/** Finds users in the app's own table, which we only read. */
export type UserDirectory = Readonly<{
  /** @throws UsersTableError when the table isn't as the settings say; else what Postgres throws */
  find: (id: string) => Promise<Lookup>;
  /** Finds many with one statement. @returns the answer for each id @throws like `find` */
  findAll: (ids: readonly string[]) => Promise<ReadonlyMap<string, Lookup>>;
  /** Which of these ids, as they are spelt here, are of users. @throws like `find` */
  filter: (ids: readonly string[]) => Promise<string[]>;
  /** Checks the settings against the database. @returns the type of the ids @throws like `find` */
  check: () => Promise<IdType>;
  /** Whether the table has no users at all. @throws what Postgres throws */
  isEmpty: () => Promise<boolean>;
}>;

/** USERS_TABLE or USERS_ID_COLUMN names something that isn't there or can't be used. */
export class UsersTableError extends Error {
  override readonly name = 'UsersTableError';
}

type Table = Pick<UsersTable, 'schema' | 'table' | 'idColumn'>;

/** Form and range of each id type, so that a value that doesn't fit is found out without an SQL error. */
const INTEGER_LIMITS = { int2: 2n ** 15n, int4: 2n ** 31n, int8: 2n ** 63n } as const;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const CANONICAL_INTEGER = /^(0|-?[1-9]\d{0,18})$/;

export type IdType = 'text' | 'varchar' | 'uuid' | keyof typeof INTEGER_LIMITS;
const ID_TYPES = ['text', 'varchar', 'uuid', 'int2', 'int4', 'int8'] as const satisfies IdType[];
const isIdType = (name: string): name is IdType => ID_TYPES.some(type => type === name);

/** Why a value can't be an id of this type; null when it can. */
export const whyImpossible = (type: IdType, value: string): string | null => {
  switch (type) {
    case 'text':
    case 'varchar':
      return value.includes('\0') || !value.isWellFormed()
        ? "it contains characters that Postgres can't store"
        : null;
    case 'uuid':
      return UUID.test(value) ? null : 'our user ids are UUIDs';
    case 'int2':
    case 'int4':
    case 'int8': {
      if (!CANONICAL_INTEGER.test(value)) return 'our user ids are whole numbers';
      const limit = INTEGER_LIMITS[type];
      const inRange = BigInt(value) >= -limit && BigInt(value) < limit;
      return inRange ? null : `our user ids are below ${limit}`;
    }
    default:
      return type satisfies never;
  }
};

const answer = (userId: string | undefined, why: string | null): Lookup => {
  if (why !== null) return { kind: 'impossible', why };
  return userId === undefined ? { kind: 'none' } : { kind: 'found', userId };
};

export const quote = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;

export const qualifiedName = ({ schema, table }: Pick<Table, 'schema' | 'table'>): string =>
  [schema, table]
    .filter(part => part !== null)
    .map(quote)
    .join('.');

/**
 * Opens the directory. The column's type is read from the database once, at first use.
 *
 * @param table their table; without a schema it is found as Postgres finds it (search_path)
 */
export const createUserDirectory = (pool: pg.Pool, table: Table): UserDirectory => {
  const name = qualifiedName(table);
  const column = quote(table.idColumn);
  let known: Promise<IdType> | undefined;

  const idType = (): Promise<IdType> => {
    known ??= readIdType(pool, name, table.idColumn).catch((error: unknown) => {
      known = undefined; // The next caller asks again: the table may have been made by then.
      throw error;
    });
    return known;
  };

  const forgetType = (error: unknown): never => {
    known = undefined; // The column may be of another type by now.
    throw error;
  };

  return {
    check: idType,
    isEmpty: async () => {
      const { rows } = await pool.query(`select from ${name} limit 1`);
      return rows.length === 0;
    },
    findAll: async ids => {
      const type = await idType();
      const possible = ids.filter(id => whyImpossible(type, id) === null);
      const { rows } = await pool
        .query<{ asked: string; id: string }>({
          name: `find-users-by-${type}`,
          text: `select given.asked, theirs.${column}::text as id
                   from unnest($1::text[]) as given(asked)
                   join ${name} as theirs on theirs.${column} = given.asked::pg_catalog.${type}`,
          values: [possible],
        })
        .catch(forgetType);
      const found = new Map(rows.map(row => [row.asked, row.id]));
      return new Map(ids.map(id => [id, answer(found.get(id), whyImpossible(type, id))]));
    },
    find: async id => {
      const type = await idType();
      const why = whyImpossible(type, id);
      if (why !== null) return { kind: 'impossible', why };
      const { rows } = await pool
        .query<{ id: string }>({
          name: `find-user-by-${type}`,
          text: `select ${column}::text as id from ${name} where ${column} = $1::pg_catalog.${type} limit 1`,
          values: [id],
        })
        .catch(forgetType);
      return answer(rows[0]?.id, null);
    },
    filter: async ids => {
      const type = await idType();
      const possible = ids.filter(id => whyImpossible(type, id) === null);
      if (possible.length === 0) return [];
      // Not named, so planned for so many ids: their index is used where it is worth it.
      const { rows } = await pool
        .query<{ asked: string }>(
          `select asked from unnest($1::text[]) as asked
            where exists (select 1 from ${name} where ${column} = asked::pg_catalog.${type})`,
          [possible],
        )
        .catch((error: unknown) => {
          known = undefined; // As above.
          throw error;
        });
      return rows.map(row => row.asked);
    },
  };
};

const readIdType = async (pool: pg.Pool, name: string, column: string): Promise<IdType> => {
  // A domain (say, `create domain user_id as uuid`) counts as the type that it is made of.
  const { rows } = await pool.query<{ found: boolean; type: string | null }>(
    `with recursive column_type as (
       select t.typname, t.typbasetype from pg_attribute a join pg_type t on t.oid = a.atttypid
        where a.attrelid = to_regclass($1) and a.attname = $2
          and a.attnum > 0 and not a.attisdropped
       union all
       select t.typname, t.typbasetype from pg_type t
         join column_type c on t.oid = c.typbasetype
     )
     select to_regclass($1) is not null as found,
            (select typname from column_type where typbasetype = 0) as type`,
    [name, column],
  );
  const { found, type } = rows[0] ?? { found: false, type: null };
  if (!found) throw new UsersTableError(`USERS_TABLE: there is no table ${name} in this database`);
  if (type === null) {
    throw new UsersTableError(`USERS_ID_COLUMN: the table ${name} has no column "${column}"`);
  }
  if (!isIdType(type)) {
    throw new UsersTableError(
      `USERS_ID_COLUMN: ids of type ${type} are not supported (${ID_TYPES.join(', ')} are)`,
    );
  }
  return type;
};

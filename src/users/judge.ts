import { UsersTableError } from './errors.ts';
import { type IdType, idTypeOf, SUPPORTED } from './id-type.ts';
import type { RowSecurity, Table, TableFacts } from './inspect.ts';
import { qualifiedName, quote } from './names.ts';

/** A table that users can be looked up in. */
export type Usable = Readonly<{
  idType: IdType;
  kind: string;
  /** Row level security keeps users from us: all of them, or some, so that whom we don't find may be there. */
  hidden: Readonly<{ hides: RowSecurity['hides']; fault: UsersTableError }> | null;
}>;

/** Ordinary and partitioned tables, views, materialized views and foreign tables. */
const READABLE = ['r', 'p', 'v', 'm', 'f'];

/**
 * Decides whether users can be looked up in their table, and how: the same for `doctor`, at the start and in each run.
 * Pure.
 *
 * @throws UsersTableError when they can't, in words for an engineer
 */
export const judge = (table: Table, { role, elsewhere, relation }: TableFacts): Usable => {
  const name = qualifiedName(table);
  if (relation === null) {
    const hint = elsewhere.map(schema => qualifiedName({ ...table, schema })).join(', ');
    throw new UsersTableError(
      `USERS_TABLE: there is no table ${name} in this database${hint === '' ? '' : ` (but ${hint})`}`,
      { isSetting: true, remedy: 'Check USERS_TABLE: as in schema.table.' },
    );
  }
  const { schema, kind, declaredType, type, mayRead, mayUseSchema, rowSecurity } = relation;
  if (!READABLE.includes(kind)) {
    throw new UsersTableError(`USERS_TABLE: ${name} is no table or view`, { isSetting: true });
  }
  if (type === null || declaredType === null) {
    throw new UsersTableError(
      `USERS_ID_COLUMN: the table ${name} has no column "${table.idColumn}"`,
      { isSetting: true },
    );
  }
  const full = qualifiedName({ ...table, schema });
  const grants = [
    ...(mayUseSchema ? [] : [`grant usage on schema ${quote(schema)} to ${quote(role)};`]),
    ...(mayRead ? [] : [`grant select on ${full} to ${quote(role)};`]),
  ];
  if (grants.length > 0) {
    throw new UsersTableError(
      `USERS_TABLE: the database role ${quote(role)} has no right to read ${full}`,
      { remedy: `Its owner runs: ${grants.join(' ')}` },
    );
  }
  const idType = idTypeOf(type);
  if (idType === null) {
    throw new UsersTableError(
      `USERS_ID_COLUMN: ids of type ${told(declaredType, type.name)} are not supported (${SUPPORTED} are)`,
      {
        remedy: viewAsText(table, full, { kind, isIndexed: type.textIsImmutable }),
      },
    );
  }
  return { idType, kind, hidden: rowSecurity === null ? null : hiddenBy(rowSecurity, role) };
};

/** Kinds that can have an index. */
const INDEXED = ['r', 'p', 'm'];

/** A view whose look-ups an index serves: without, each reads their whole table. */
const viewAsText = (
  { idColumn }: Table,
  full: string,
  of: Readonly<{ kind: string; isIndexed: boolean }>,
): string => {
  const id = quote(idColumn);
  const view = `create view … as select ${id}::text as ${id} from ${full};`;
  const index =
    of.isIndexed && INDEXED.includes(of.kind)
      ? `, and an index for it: ${view} create index on ${full} ((${id}::text));`
      : `: ${view}`;
  return `Name another column, or a view of the table with the id as text${index}`;
};

/** As it was declared; of a domain also what it is made of. */
const told = (declared: string, base: string): string =>
  declared === base ? base : `${declared} (${base})`;

const hiddenBy = ({ schema, table, hides }: RowSecurity, role: string): Usable['hidden'] => {
  const name = qualifiedName({ schema, table });
  const what = hides === 'all' ? 'hides all users' : 'may hide users';
  const fault = new UsersTableError(
    `USERS_TABLE: row level security on ${name} ${what} from the database role ${quote(role)}`,
    {
      remedy: `Its owner runs: create policy seam_reconciler_reads on ${name} for select to ${quote(role)} using (true); or names a view of those users who may be found in USERS_TABLE.`,
    },
  );
  return { hides, fault };
};

/**
 * What a migration after the first may do: only add, and only what is added in an instant. While it is
 * applied and afterwards the version before it goes on working in the same tables (and is what one goes
 * back to), so nothing that it reads or writes may go away, change its type or become obligatory. And
 * each statement holds off everybody else from its table until the whole migration is committed, so none
 * may take longer the more rows there are.
 *
 * - A new table, and whatever belongs to it alone: its indexes and constraints.
 * - A new column that may be null, or has a default that is the same for all rows (a constant, `now()`, the migration's own
 *   transaction):
 *   then Postgres writes no row anew. Nothing that all rows would have to be checked for.
 * - A new default.
 *
 * No index on a table that was there before: Drizzle applies all migrations in one transaction, where
 * CREATE INDEX CONCURRENTLY is impossible, and without that no webhook is stored while it is built. Such
 * an index goes into src/db/indexes.ts, which builds it concurrently in a step of its own, outside of a
 * transaction. What is to go goes two versions later, once nothing that runs knows it, by hand.
 */
const NAME = '"reconciler"\\."(\\w+)"';
const CREATE_TABLE = new RegExp(`^CREATE TABLE ${NAME}`);
const OF_TABLE = new RegExp(`^(?:CREATE (?:UNIQUE )?INDEX "\\w+" ON|ALTER TABLE) ${NAME}`);
const ADD_COLUMN = new RegExp(`^ALTER TABLE ${NAME} ADD COLUMN "\\w+" (?<definition>.+)$`);
const SET_DEFAULT = new RegExp(`^ALTER TABLE ${NAME} ALTER COLUMN "\\w+" SET DEFAULT `);
const CONSTANT =
  /\bDEFAULT (?:'[^']*'(?:::\w+)?|-?[\d.]+|true|false|now\(\)|pg_current_xact_id\(\))(?= |$)/;
const WHAT_ROWS_ARE_CHECKED_FOR = /\b(?:CHECK|UNIQUE|PRIMARY KEY|REFERENCES|GENERATED|serial)\b/i;

const isColumnForOldRows = (definition: string): boolean =>
  !WHAT_ROWS_ARE_CHECKED_FOR.test(definition) &&
  (/\bDEFAULT\b/.test(definition) ? CONSTANT.test(definition) : !/\bNOT NULL\b/.test(definition));

const statementsOf = (migration: string): string[] =>
  migration
    .split('--> statement-breakpoint')
    .flatMap(part => part.split(/;\s*$/m))
    .map(statement => statement.replaceAll(/\s+/g, ' ').trim())
    .filter(statement => statement !== '');

/** @returns the statements of a migration that break the rule */
export const notExpanding = (migration: string): string[] => {
  const statements = statementsOf(migration);
  const created = new Set(statements.map(statement => CREATE_TABLE.exec(statement)?.[1]));
  return statements.filter(statement => {
    const table = OF_TABLE.exec(statement)?.[1];
    const isOfNewTable = table !== undefined && created.has(table);
    const definition = ADD_COLUMN.exec(statement)?.groups?.definition;
    const isNewColumn = definition !== undefined && isColumnForOldRows(definition);
    return !(
      CREATE_TABLE.test(statement) ||
      isOfNewTable ||
      isNewColumn ||
      SET_DEFAULT.test(statement)
    );
  });
};

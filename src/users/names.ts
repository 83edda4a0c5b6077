import type { UsersTable } from '../config/users-table.ts';

export const quote = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;

/** Their table as SQL names it; without a schema Postgres finds it (search_path). */
export const qualifiedName = ({ schema, table }: Pick<UsersTable, 'schema' | 'table'>): string =>
  [schema, table]
    .filter(part => part !== null)
    .map(quote)
    .join('.');

import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { addDemoUsers } from './users.ts';

export type Db = ReturnType<typeof openDatabase>;

export const openDatabase = (databaseUrl: string) => {
  const pool = new pg.Pool({ connectionString: databaseUrl });
  // Without this, a connection that breaks while nobody uses it ends the process.
  pool.on('error', error => console.error('a connection to the database was lost:', error.message));
  return drizzle({ client: pool, casing: 'snake_case' });
};

const migrations = {
  migrationsFolder: fileURLToPath(new URL('../drizzle', import.meta.url)),
  // A ledger of its own: in one that your migrations share, Drizzle passes over what is older than the newest there.
  migrationsTable: '__example_locks',
};

/**
 * Creates the example's tables, and where they are asked for the demo's users. In your app this is a step of your
 * deployment.
 */
export const prepareDatabase = async (
  db: Db,
  { hasDemoUsers }: { hasDemoUsers: boolean },
): Promise<void> => {
  await migrate(db, migrations);
  if (hasDemoUsers) await addDemoUsers(db);
};

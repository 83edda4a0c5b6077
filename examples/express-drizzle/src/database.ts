import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { users } from './schema.ts';

export type Db = ReturnType<typeof openDatabase>;

export const openDatabase = (databaseUrl: string) => {
  const pool = new pg.Pool({ connectionString: databaseUrl });
  // Without this, a connection that breaks while nobody uses it ends the process.
  pool.on('error', error => console.error('a connection to the database was lost:', error.message));
  return drizzle({ client: pool, casing: 'snake_case' });
};

const DEMO_USERS = [
  { id: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' },
  { id: 'grace', name: 'Grace Hopper', email: 'grace@example.com' },
  { id: 'alan', name: 'Alan Turing', email: 'alan@example.com' },
];

/** Creates the app's tables and the demo's users. In your app this is a step of your deployment. */
export const prepareDatabase = async (db: Db): Promise<void> => {
  await migrate(db, { migrationsFolder: fileURLToPath(new URL('../drizzle', import.meta.url)) });
  await db.insert(users).values(DEMO_USERS).onConflictDoNothing();
};

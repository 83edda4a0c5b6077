import { sql } from 'drizzle-orm';
import { pgTable, text } from 'drizzle-orm/pg-core';
import type { Db } from './database.ts';

/**
 * The app's users, of which this example needs no more. seam-reconciler reads this table, and never writes to it. Yours
 * is there already, so no migration of the example makes it.
 */
export const users = pgTable('users', {
  id: text().primaryKey(),
  name: text().notNull(),
  email: text().notNull(),
});

const DEMO_USERS = [
  { id: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' },
  { id: 'grace', name: 'Grace Hopper', email: 'grace@example.com' },
  { id: 'alan', name: 'Alan Turing', email: 'alan@example.com' },
];

/** For a database without users: makes the table, and the demo's users in it. A table that is there is left alone. */
export const addDemoUsers = (db: Db): Promise<void> =>
  db.transaction(async tx => {
    const { rows } = await tx.execute(sql`select to_regclass('public.users') as "table"`);
    if (rows[0]?.table !== null) return;
    await tx.execute(
      sql`create table public.users (id text primary key, name text not null, email text not null)`,
    );
    await tx.insert(users).values(DEMO_USERS);
  });

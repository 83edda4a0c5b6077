import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { z } from 'zod';

const FOLDER = fileURLToPath(new URL('../../drizzle', import.meta.url));
const LEDGER = { schema: 'reconciler', table: 'migrations' } as const;

/** One lock for everyone who migrates: ten processes that start at once take turns. */
const LOCK_KEY = 'seam-reconciler migrations';

/** A step of a migration that isn't Drizzle's (BullMQ brings its own). */
export type ExtraMigration = (client: pg.Client) => Promise<unknown>;

/**
 * Brings the database up to this version's schema, under a lock, and does nothing where it is.
 *
 * @param extra what else to bring up, under the same lock
 * @throws whatever Postgres says; a migration that failed has changed nothing
 */
export const runMigrations = async (
  databaseUrl: string,
  extra: readonly ExtraMigration[],
): Promise<void> => {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'seam-reconciler migrate',
    connectionTimeoutMillis: 10_000,
  });
  // Unheard, a lost connection would end the process before the rejected query could say why.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(hashtext($1))', [LOCK_KEY]);
    await migrate(drizzle(client), {
      migrationsFolder: FOLDER,
      migrationsSchema: LEDGER.schema,
      migrationsTable: LEDGER.table,
    });
    for (const step of extra) await step(client);
  } finally {
    await client.end();
  }
};

const journal = z.object({ entries: z.array(z.object({ when: z.number(), tag: z.string() })) });

/**
 * Tells whether the database has all of this version's migrations (a newer one's is fine: old and
 * new versions run side by side during a deployment).
 *
 * @throws whatever the connection throws
 */
export const isMigrated = async (pool: pg.Pool): Promise<boolean> => {
  const { entries } = journal.parse(
    JSON.parse(readFileSync(`${FOLDER}/meta/_journal.json`, 'utf8')),
  );
  const newest = Math.max(...entries.map(entry => entry.when));
  const ledger = `${LEDGER.schema}.${LEDGER.table}`;
  const { rows } = await pool.query('select to_regclass($1) is not null as exists', [ledger]);
  if (!rows[0]?.exists) return false;
  const applied = await pool.query(`select max(created_at) as newest from ${ledger}`);
  return Number(applied.rows[0]?.newest ?? 0) >= newest;
};

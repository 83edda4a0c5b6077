import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { z } from 'zod';
import type { Logger } from '../ops/log.ts';
import { tieColumns } from './constraints.ts';
import { drizzle, migrate } from './drizzle.ts';
import { isLockTrouble, MigrationError } from './errors.ts';
import { createFunctions } from './functions.ts';
import { buildLaterIndexes } from './indexes.ts';
import { fillOwners } from './owners.ts';

const FOLDER = fileURLToPath(new URL('../../drizzle', import.meta.url));
const LEDGER = { schema: 'reconciler', table: 'migrations' } as const;

/** One lock for everyone who migrates: ten processes that start at once take turns. */
const LOCK_KEY = 'seam-reconciler migrations';

/**
 * A migration that waits for a table makes all who come after it wait, too, webhooks among them. So it
 * waits only this long, gives way, and comes again. Shorter than Postgres's deadlock_timeout (1 s): in a
 * deadlock it is the migration that gives way, not a writer.
 */
const LOCK_TIMEOUT_MS = 500;
const PAUSE_MS = 1_500;
const TURN_INTERVAL_MS = 200;
/** About a minute in all. */
const MAX_TRIES = 30;

/** One part of the migration: all of it is applied, or nothing. Where it was applied before it does nothing. */
export type MigrationStep = Readonly<{
  /** What it brings up, to go into a sentence. */
  of: string;
  apply: (client: pg.Client) => Promise<unknown>;
}>;

const OUR_TABLES: MigrationStep = {
  of: `our tables (schema ${LEDGER.schema})`,
  apply: client =>
    migrate(drizzle(client), {
      migrationsFolder: FOLDER,
      migrationsSchema: LEDGER.schema,
      migrationsTable: LEDGER.table,
    }),
};

const OUR_INDEXES: MigrationStep = {
  of: `our later indexes (schema ${LEDGER.schema})`,
  apply: buildLaterIndexes,
};

const OUR_CONSTRAINTS: MigrationStep = {
  of: `what ties our columns (schema ${LEDGER.schema})`,
  apply: tieColumns,
};

const OUR_FUNCTIONS: MigrationStep = {
  of: `our functions (schema ${LEDGER.schema})`,
  apply: createFunctions,
};

const OUR_OWNERS: MigrationStep = {
  of: `whose our webviews and accounts are (schema ${LEDGER.schema})`,
  apply: fillOwners,
};

/**
 * Brings the database up to this version's schema, under a lock, and does nothing where it is. Older
 * versions may be at work in it meanwhile.
 *
 * @param extra what else to bring up, under the same lock
 * @throws MigrationError when a step failed: it has changed nothing; whatever the connection throws
 */
export const runMigrations = async (
  databaseUrl: string,
  extra: readonly MigrationStep[],
  options: { log?: Logger; maxTries?: number } = {},
): Promise<void> => {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'seam-reconciler migrate',
    connectionTimeoutMillis: 10_000,
    // Should this process be cut off or freeze half way, its locks on the tables are not kept for hours.
    idle_in_transaction_session_timeout: 5_000,
  });
  // Unheard, a lost connection would end the process before the rejected query could say why.
  client.on('error', () => undefined);
  await client.connect();
  try {
    // For one's turn one waits as long as it takes: only then does the short limit begin.
    await takeTurn(client);
    await client.query(`set lock_timeout = ${LOCK_TIMEOUT_MS}`);
    for (const step of [
      OUR_TABLES,
      OUR_INDEXES,
      OUR_CONSTRAINTS,
      OUR_OWNERS,
      OUR_FUNCTIONS,
      ...extra,
    ])
      await applyStep(client, step, options);
  } finally {
    await client.end();
  }
};

/**
 * Asks again and again rather than waiting in one statement: an index is built once all statements that
 * began before have ended, those that wait for their turn included.
 */
const takeTurn = async (client: pg.Client): Promise<void> => {
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>(
      'select pg_try_advisory_lock(hashtext($1)) as taken',
      [LOCK_KEY],
    );
    if (rows[0]?.taken === true) return;
    await sleep(TURN_INTERVAL_MS);
  }
};

const applyStep = async (
  client: pg.Client,
  { of, apply }: MigrationStep,
  { log, maxTries = MAX_TRIES }: { log?: Logger; maxTries?: number },
): Promise<void> => {
  for (let tries = 1; ; tries++) {
    try {
      await apply(client);
      return;
    } catch (error) {
      if (!isLockTrouble(error) || tries >= maxTries) throw new MigrationError(of, error);
      log?.warn({ of, tries }, 'a table to migrate is in use; trying again');
    }
    await sleep(PAUSE_MS);
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

import {
  assertSchemaCompatibility,
  LATEST_SCHEMA_VERSION,
  runMigrations as runBullMigrations,
} from 'bullmq';
import type pg from 'pg';
import { createSchema } from '../db/migrate.ts';
import type { MigrationSession } from '../db/migration-session.ts';

/** Where BullMQ keeps the queue, beside our own schema. */
export const POSTGRES_SCHEMA = 'bullmq';

/** BullMQ's own takes exclusive locks even where nothing is left to do: a backup would keep it waiting. */
export const bringUpSchema = (session: MigrationSession): Promise<void> =>
  session.inTransaction(async client => {
    if ((await readSchemaVersion(client)) >= LATEST_SCHEMA_VERSION) return;
    await createSchema(client, POSTGRES_SCHEMA);
    await runBullMigrations(withinTransaction(client), POSTGRES_SCHEMA);
  });

/** What BullMQ (6.7) asks for itself, and is done by whoever has begun the transaction, with a limit to its patience. */
const DONE_BEFORE = new Set([
  'BEGIN',
  'COMMIT',
  'ROLLBACK',
  `CREATE SCHEMA IF NOT EXISTS "${POSTGRES_SCHEMA}"`,
]);

const withinTransaction = (client: pg.Client): Parameters<typeof runBullMigrations>[0] => ({
  query: async <R>(text: string, values: readonly unknown[] = []) => {
    if (DONE_BEFORE.has(text)) return { rows: [], rowCount: 0 };
    // Without values it may be several statements in one.
    const { rows, rowCount } = await (values.length === 0
      ? client.query(text)
      : client.query(text, [...values]));
    return { rows: rows as R[], rowCount };
  },
});

/** @throws when the schema is of a version of BullMQ that this one can't work with */
const readSchemaVersion = async (client: pg.Client): Promise<number> => {
  const { rows } = await client.query<{ ledger: string | null }>(
    'select to_regclass($1) as ledger',
    [`${POSTGRES_SCHEMA}.migration`],
  );
  return rows[0]?.ledger === null ? 0 : assertSchemaCompatibility(client, POSTGRES_SCHEMA);
};

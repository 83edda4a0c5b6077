import type { Config } from '../config/config.ts';
import { runMigrations } from '../db/migrate.ts';
import type { Logger } from '../ops/log.ts';
import { createQueueBackend } from '../queue/backend.ts';

/**
 * Brings the database (and, without a Redis, the queue's tables) up to this version, by the address that is for this
 * alone, where there is one.
 *
 * @param signal ends it before its next step, and waiting for its turn
 * @throws as `runMigrations`
 */
export const migrateDatabase = async (
  config: Pick<Config, 'migrateDatabaseUrl' | 'redisUrl'> & Readonly<{ databaseUrl: string }>,
  log: Logger,
  signal?: AbortSignal,
): Promise<void> => {
  const databaseUrl = config.migrateDatabaseUrl ?? config.databaseUrl;
  await using backend = createQueueBackend({ redisUrl: config.redisUrl, databaseUrl, log });
  await runMigrations(databaseUrl, backend.migrations, { log, signal });
};

import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { runMigrations } from '../../src/db/migrate.ts';
import { createQueueBackend } from '../../src/queue/backend.ts';
import { CHROMIUM } from './chromium.ts';
import { makeFolder, silentLog, withDatabase } from './settings.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of the server that all test files share; each file has a database of its own on it. */
    postgresUrl: string;
    hasRedis: boolean;
    hasChromium: boolean;
  }
}

const TEMPLATE = 'template_reconciler';

/** Starts one PostgreSQL for the whole run, with a migrated database that each file's is cloned from. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const folder = await makeFolder();
  const postgres = await startEmbeddedPostgres({
    dataDir: path.join(folder, 'postgres'),
    // Only for speed: nothing here has to outlive the run. The tests that kill Postgres start their own.
    settings: { fsync: 'off', max_connections: '300' },
  });
  const url = withDatabase(postgres.url, TEMPLATE);
  await createDatabase(postgres.url, TEMPLATE);
  await using backend = createQueueBackend({
    redisUrl: undefined,
    databaseUrl: url,
    log: silentLog,
  });
  await runMigrations(url, backend.migrations);

  const hasRedis = spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;
  if (!hasRedis) {
    process.stderr.write(
      '\n*** redis-server is not on this machine: every suite on the Redis backend is LEFT OUT ***\n\n',
    );
  }
  project.provide('postgresUrl', postgres.url);
  project.provide('hasRedis', hasRedis);
  if (CHROMIUM === undefined) {
    process.stderr.write(
      '\n*** Chromium is not on this machine: every test in a browser is LEFT OUT ***\n\n',
    );
  }
  project.provide('hasChromium', CHROMIUM !== undefined);
  return async () => {
    await postgres[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  };
};

const createDatabase = async (url: string, name: string): Promise<void> => {
  const { default: pg } = await import('pg');
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
};

import { mainConnections } from '../app/connections.ts';
import { type Context, createContext } from '../app/context.ts';
import { openDoors } from '../app/doors.ts';
import { startHeartbeat } from '../app/heartbeat.ts';
import { metricsFor, startMetrics } from '../app/metrics.ts';
import { startReadingAgain } from '../app/read-again.ts';
import { startTracing } from '../app/tracing.ts';
import { startWatch } from '../app/watch.ts';
import { startHealth } from '../app/web.ts';
import { startWork } from '../app/worker.ts';
import {
  type Config,
  ConfigError,
  type Env,
  parseConfig,
  type SettingName,
} from '../config/config.ts';
import { isSamePort } from '../config/doors.ts';
import { misspeltSettings, tellMisspelt } from '../config/misspelt.ts';
import { isGiven, sourceOf } from '../config/secret-files.ts';
import { databaseFault, MigrationError } from '../db/errors.ts';
import { runMigrations } from '../db/migrate.ts';
import { createLogger, type Logger } from '../ops/log.ts';
import { listenForStop } from '../ops/shutdown.ts';
import { createQueueBackend } from '../queue/backend.ts';
import { QueuePlaceError } from '../queue/errors.ts';
import { CommandError, EXIT } from './exit.ts';
import { printNotice } from './print.ts';

const loggerFor = ({ logLevel, production, service, tracing }: Config): Logger =>
  createLogger({
    level: logLevel,
    pretty: process.stderr.isTTY === true && !production,
    service,
    isTraced: tracing !== null,
  });

/** The first lines: what runs here, and what was set to no avail. */
const tellOfStart = (log: Logger, env: Env): void => {
  log.info({ node: process.version }, 'starting');
  for (const each of misspeltSettings(env)) log.warn(each, tellMisspelt(each));
};

/** Settings that are known to be there once parseConfig has insisted on them. */
const known = <T>(value: T | undefined, name: SettingName): T => {
  if (value === undefined) throw new TypeError(`${name} was not insisted on`);
  return value;
};

const loadOf = ({ workspaces, workerConcurrency }: Config) => ({
  workspaces: workspaces.length,
  concurrency: workerConcurrency,
});

/** `serve`: takes webhooks until it is asked to stop. */
export const serve = async (
  env: Env,
  options: { work?: true; sharePort?: true },
): Promise<number> => {
  const alsoWork = options.work === true;
  const required: readonly SettingName[] = [
    'DATABASE_URL',
    'SEAM_WEBHOOK_SECRET',
    ...(alsoWork ? (['SEAM_API_KEY'] as const) : []),
  ];
  const config = parseConfig(env, required);
  const log = loggerFor(config);
  tellOfStart(log, env);
  using stop = listenForStop(log, { delayMs: config.shutdownDelaySeconds * 1_000 });
  await using _tracing = await startTracing(config, log);
  const metrics = await metricsFor(config);
  await using context = createContext({
    databaseUrl: known(config.databaseUrl, 'DATABASE_URL'),
    redisUrl: config.redisUrl,
    workspaces: config.workspaces,
    log,
    instruments: metrics?.instruments,
    name: 'seam-reconciler serve',
    maxConnections: mainConnections(alsoWork ? 'serve --work' : 'serve', loadOf(config)),
  });
  // Nobody waits for that: whatever is wrong with the queue, webhooks are stored.
  const examined = tellOfQueue(context, log);
  await using worker = alsoWork ? await startWork(context, config) : undefined;
  const settings = {
    ...config,
    databaseUrl: known(config.databaseUrl, 'DATABASE_URL'),
    sharesPort: options.sharePort === true,
    leaving: stop.leaving,
  };
  await using _doors = await openDoors(context, settings, { worker });
  await using _rereading = startReadingAgain({ env, required, served: context.served, log });
  await using _heartbeat = startHeartbeat({
    pool: context.database.pool,
    kind: 'serve',
    worker: worker ?? null,
    log,
  });
  await using _watch = startWatch(context, config);
  await using _metrics = await startMetrics(context, metrics, config);
  await stop.asked;
  await examined;
  return EXIT.done;
};

/** Tells of a queue that can't be where the settings have it; `work` doesn't start then. */
const tellOfQueue = async (context: Context, log: Logger): Promise<void> => {
  try {
    await context.insistOnQueue();
  } catch (err) {
    if (!(err instanceof QueuePlaceError)) throw err;
    log.error({ err, remedy: err.remedy }, 'webhooks are stored, and nothing is linked');
  }
};

/** `work`: runs looks until it is asked to stop. */
export const work = async (env: Env, options: { healthPort?: number }): Promise<number> => {
  const required = ['DATABASE_URL', 'SEAM_API_KEY'] as const;
  const config = parseConfig(env, required);
  if (isSamePort(config.metricsPort, options.healthPort)) {
    throw new ConfigError(['METRICS_PORT must differ from --health-port']);
  }
  const log = loggerFor(config);
  tellOfStart(log, env);
  using stop = listenForStop(log);
  await using _tracing = await startTracing(config, log);
  const metrics = await metricsFor(config);
  await using context = createContext({
    databaseUrl: known(config.databaseUrl, 'DATABASE_URL'),
    redisUrl: config.redisUrl,
    workspaces: config.workspaces,
    log,
    instruments: metrics?.instruments,
    name: 'seam-reconciler work',
    maxConnections: mainConnections('work', loadOf(config)),
  });
  await context.insistOnQueue();
  await using worker = await startWork(context, config);
  await using _health =
    options.healthPort === undefined
      ? undefined
      : await startHealth(context, worker, { ...config, port: options.healthPort });
  const { pool } = context.database;
  await using _heartbeat = startHeartbeat({ pool, kind: 'work', worker, log });
  await using _watch = startWatch(context, config);
  await using _metrics = await startMetrics(context, metrics, config);
  await using _rereading = startReadingAgain({ env, required, served: context.served, log });
  await stop.asked;
  return EXIT.done;
};

/**
 * `migrate`: brings the database (and, without REDIS_URL, the queue's tables) up to this version, by the address that is
 * for this alone, where there is one.
 */
export const migrate = async (env: Env): Promise<number> => {
  const setting = isGiven(env, 'MIGRATE_DATABASE_URL') ? 'MIGRATE_DATABASE_URL' : 'DATABASE_URL';
  const config = parseConfig(env, [setting]);
  const databaseUrl = known(config.migrateDatabaseUrl ?? config.databaseUrl, setting);
  const log = loggerFor(config);
  await using backend = createQueueBackend({ redisUrl: config.redisUrl, databaseUrl, log });
  try {
    await runMigrations(databaseUrl, backend.migrations, { log });
  } catch (error) {
    if (error instanceof MigrationError) throw error;
    const fault = databaseFault(error, sourceOf(env, setting));
    throw fault === null ? error : new CommandError(fault, EXIT.failed);
  }
  printNotice('The database is up to date.');
  return EXIT.done;
};

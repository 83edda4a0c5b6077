import type { Context } from '../app/context.ts';
import { openDoors } from '../app/doors.ts';
import { metricsFor, startMetrics } from '../app/metrics.ts';
import { migrateDatabase } from '../app/migrate.ts';
import { startReadingAgain } from '../app/read-again.ts';
import { createService } from '../app/service.ts';
import { startTracing } from '../app/tracing.ts';
import { startHealth } from '../app/web.ts';
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
import { createLogger, type Logger } from '../ops/log.ts';
import { listenForStop } from '../ops/shutdown.ts';
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

const withDatabase = (config: Config): Config & { databaseUrl: string } => ({
  ...config,
  databaseUrl: known(config.databaseUrl, 'DATABASE_URL'),
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
  const config = withDatabase(parseConfig(env, required));
  const log = loggerFor(config);
  tellOfStart(log, env);
  using stop = listenForStop(log, { delayMs: config.shutdownDelaySeconds * 1_000 });
  await using _tracing = await startTracing(config, log);
  const metrics = await metricsFor(config);
  const kind = alsoWork ? 'serve --work' : 'serve';
  const instruments = metrics?.instruments;
  await using service = createService(config, { kind, name: NAMES.serve, log, instruments });
  const { context } = service;
  // Nobody waits for that: whatever is wrong with the queue, webhooks are stored.
  const examined = tellOfQueue(context, log);
  const worker = alsoWork ? await service.startWork() : undefined;
  const sharesPort = options.sharePort === true;
  const settings = { ...config, sharesPort, leaving: stop.leaving };
  service.use(await openDoors(context, settings, { worker }));
  service.use(startReadingAgain({ env, required, served: context.served, log }));
  service.accompany('serve');
  service.use(await startMetrics(context, metrics, config));
  await stop.asked;
  await examined;
  return EXIT.done;
};

/** As Postgres shows their connections. */
const NAMES = { serve: 'seam-reconciler serve', work: 'seam-reconciler work' } as const;

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
  const config = withDatabase(parseConfig(env, required));
  if (isSamePort(config.metricsPort, options.healthPort)) {
    throw new ConfigError(['METRICS_PORT must differ from --health-port']);
  }
  const log = loggerFor(config);
  tellOfStart(log, env);
  using stop = listenForStop(log);
  await using _tracing = await startTracing(config, log);
  const metrics = await metricsFor(config);
  const instruments = metrics?.instruments;
  await using service = createService(config, { kind: 'work', name: NAMES.work, log, instruments });
  const { context } = service;
  await context.insistOnQueue();
  const worker = await service.startWork();
  const { healthPort: port } = options;
  if (port !== undefined) service.use(await startHealth(context, worker, { ...config, port }));
  service.accompany('work');
  service.use(await startMetrics(context, metrics, config));
  service.use(startReadingAgain({ env, required, served: context.served, log }));
  await stop.asked;
  return EXIT.done;
};

/** `migrate`: brings the database up to this version. */
export const migrate = async (env: Env): Promise<number> => {
  const setting = isGiven(env, 'MIGRATE_DATABASE_URL') ? 'MIGRATE_DATABASE_URL' : 'DATABASE_URL';
  const config = parseConfig(env, [setting]);
  const databaseUrl = known(config.migrateDatabaseUrl ?? config.databaseUrl, setting);
  try {
    await migrateDatabase({ ...config, databaseUrl }, loggerFor(config));
  } catch (error) {
    if (error instanceof MigrationError) throw error;
    const fault = databaseFault(error, sourceOf(env, setting));
    throw fault === null ? error : new CommandError(fault, EXIT.failed);
  }
  printNotice('The database is up to date.');
  return EXIT.done;
};

import { startHooks } from '../app/hooks.ts';
import { metricsWithin, scrapeOf } from '../app/metrics.ts';
import { migrateDatabase } from '../app/migrate.ts';
import { createMounted } from '../app/mounted.ts';
import { createService, type Service } from '../app/service.ts';
import type { Config } from '../config/config.ts';
import { typesOfHooks } from '../endpoints/hooks.ts';
import { createLoggerWithin, type Logger } from '../ops/log.ts';
import { createUserDirectory, type UserDirectory } from '../users/directory.ts';
import { UsersTableError } from '../users/errors.ts';
import { accountsOf } from './accounts.ts';
import { endedWithin, type Limits, limitsOf } from './ending.ts';
import { ReconcilerError } from './errors.ts';
import { createAsker } from './health.ts';
import type { Options } from './options.ts';
import { settingsOf } from './settings.ts';
import { NOT_MIGRATED, told } from './told.ts';
import type { Health, Metrics, Reconciler } from './types.ts';
import { inOptions } from './words.ts';

/** What is opened when it is first needed. */
type Opened = Readonly<{
  service: Service;
  users: UserDirectory;
  /** What is to be scraped; null where nothing counts. */
  scrape: (() => Promise<Metrics>) | null;
}>;

/**
 * Makes seam-reconciler a part of an app. Reads no environment and no file, listens for no signal, and connects to nothing
 * before it is used.
 *
 * @throws OptionsError with all that is wrong
 */
export const createReconciler = (options: Options): Reconciler => {
  const config = settingsOf(options);
  const { hooks = {}, hooksName = 'app' } = options;
  const log = createLoggerWithin({ parent: options.logger, level: options.logLevel });
  const stopping = new AbortController();
  const cuttingOff = new AbortController();
  const inHand = new Set<Promise<unknown>>();
  const migrating = new Set<Promise<unknown>>();
  let opening: Promise<Opened> | null = null;
  let working: Promise<void> | null = null;
  let stopped: Promise<void> | null = null;

  const opened = async (): Promise<Opened> => {
    stopping.signal.throwIfAborted();
    opening ??= open(config, options, log).catch((error: unknown) => {
      opening = null;
      throw error;
    });
    return opening;
  };
  /** `stop()` waits for it. */
  const keep = async <T>(
    work: () => Promise<T>,
    { among = inHand, address = 'databaseUrl' }: Keeping = {},
  ): Promise<T> => {
    const kept = work();
    among.add(kept);
    try {
      return await kept;
    } catch (error) {
      throw told(error, address);
    } finally {
      among.delete(kept);
    }
  };

  const web = createMounted({
    begin: async () => {
      const { service } = await opened();
      service.accompany('serve');
      return service;
    },
    tell: inOptions,
    ...{ config, log },
  });
  const begin = async (): Promise<void> => {
    const { service } = await opened();
    await service.context.insistOnQueue();
    await insistOnMigrated(service);
    stopping.signal.throwIfAborted();
    await service.startWork(() => startHooks(service.context, { name: hooksName, hooks }));
    if (stopping.signal.aborted) await service.endWork();
    stopping.signal.throwIfAborted();
    service.accompany(web.hasBegun() ? 'serve' : 'work');
  };
  const ask = createAsker(log);
  const check = async (): Promise<Health> => {
    try {
      const { service } = await opened();
      return await ask(service, web.hasBegun());
    } catch (err) {
      if (stopping.signal.aborted) return { ready: false, checks: { process: 'stopping' } };
      log.warn({ err }, 'how it is doing could not be asked');
      return { ready: false, checks: { process: 'failed' } };
    }
  };
  const end = async ({ withinMs, cutOffMs }: Limits): Promise<void> => {
    stopping.abort(new ReconcilerError('stopped', STOPPED));
    const requests = web.leave(cutOffMs);
    const service = (await opening?.catch(() => null))?.service;
    const cutOff = setTimeout(() => cuttingOff.abort(stopping.signal.reason), cutOffMs);
    const parts = {
      requests,
      'checks, messages and hooks': settled(service?.endWork()),
      'calls of its methods': settled(...inHand),
    };
    const closed = Promise.all(Object.values(parts))
      .then(() => service?.[Symbol.asyncDispose]())
      .finally(() => clearTimeout(cutOff));
    const all = { ...parts, connections: closed, 'migrate()': settled(...migrating) };
    const unfinished = await endedWithin(all, withinMs);
    if (unfinished.length === 0) return;
    log.warn({ unfinished }, 'not everything could be closed in time; what is owed stays owed');
    service?.abandon();
  };
  const stop: Reconciler['stop'] = async ({ withinMs } = {}) => {
    const limits = limitsOf(withinMs);
    if (limits === null) throw new ReconcilerError('invalid', 'withinMs must be a time in ms.');
    stopped ??= end(limits);
    await stopped;
  };

  return {
    router: web.router,
    migrate: () =>
      keep(
        async () => {
          stopping.signal.throwIfAborted();
          await migrateDatabase(config, log, stopping.signal);
        },
        {
          among: migrating,
          address: config.migrateDatabaseUrl === undefined ? 'databaseUrl' : 'migrateDatabaseUrl',
        },
      ),
    work: () => {
      // What has begun once is over by now.
      if (stopping.signal.aborted) working = null;
      working ??= keep(begin).catch((error: unknown) => {
        working = null;
        throw error;
      });
      return working;
    },
    connect: (userId, wanted = {}) =>
      keep(async () => {
        const { service, users } = await opened();
        const { connect } = await import('./connect.ts');
        const own = { users, ending: cuttingOff.signal };
        return asking(service, () => connect(service.context, config, own, String(userId), wanted));
      }),
    accountsOf: userId =>
      keep(async () => {
        const { service, users } = await opened();
        const { database, served } = service.context;
        const own = { users, served: served.now() };
        return asking(service, () => accountsOf(database.pool, own, String(userId)));
      }),
    health: () => keep(check),
    metrics: () =>
      keep(async () => {
        const { scrape } = await opened();
        if (scrape === null) throw new ReconcilerError('invalid', NOT_COUNTING);
        return scrape();
      }),
    stop,
    [Symbol.asyncDispose]: () => stop(),
  };
};

type Keeping = Readonly<{
  among?: Set<Promise<unknown>>;
  /** The option that says which database is asked. */
  address?: 'databaseUrl' | 'migrateDatabaseUrl';
}>;

/** As Postgres shows our connections. */
const NAME = 'seam-reconciler library';

const STOPPED = 'This reconciler was stopped: create another.';
const NOT_COUNTING = 'This process counts nothing: set the option metrics to true.';

/** Opens nothing yet that connects. */
const open = async (
  config: Config & Readonly<{ databaseUrl: string }>,
  { hooks = {}, metrics: counts = false }: Options,
  log: Logger,
): Promise<Opened> => {
  const metrics = counts ? await metricsWithin() : null;
  const kind = 'serve --work';
  const hasHooks = typesOfHooks(hooks).length > 0;
  const instruments = metrics?.instruments;
  const service = createService(config, { kind, hasHooks, name: NAME, log, instruments });
  return {
    service,
    users: createUserDirectory(service.context.database.pool, config.users),
    scrape: metrics === null ? null : scrapeOf(service.context, metrics),
  };
};

const insistOnMigrated = async ({ context }: Service): Promise<void> => {
  if (!(await context.isMigrated())) throw new ReconcilerError('not_migrated', NOT_MIGRATED);
};

/** Where it is our own table of users that isn't there yet, migrations are what lacks. */
const asking = async <T>(service: Service, ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof UsersTableError) await insistOnMigrated(service);
    throw error;
  }
};

/** Whatever has become of them. */
const settled = async (...all: readonly (Promise<unknown> | undefined)[]): Promise<void> => {
  await Promise.allSettled(all);
};

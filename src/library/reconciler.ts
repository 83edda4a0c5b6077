import { checksOfWeb, checksOfWorker } from '../app/checks.ts';
import { startHooks } from '../app/hooks.ts';
import { migrateDatabase } from '../app/migrate.ts';
import { type Mounted, openMounted } from '../app/mounted.ts';
import { createService, type Service } from '../app/service.ts';
import { databaseFault } from '../db/errors.ts';
import { HooksError, typesOfHooks } from '../endpoints/hooks.ts';
import { createReadiness } from '../http/health.ts';
import { createLoggerWithin } from '../ops/log.ts';
import { QueuePlaceError } from '../queue/errors.ts';
import { tellFault, UsersTableError } from '../users/errors.ts';
import { accountsOf } from './accounts.ts';
import { OptionsError, ReconcilerError } from './errors.ts';
import type { Options } from './options.ts';
import { settingsOf } from './settings.ts';
import type {
  Connection,
  ConnectOptions,
  Health,
  ReconcilerRouter,
  UserAccount,
  UserId,
} from './types.ts';
import { inOptions } from './words.ts';

/** seam-reconciler in an app's own process. Nothing of it connects before it is used. */
export type Reconciler = Readonly<{
  /**
   * An Express router with `POST /webhooks/seam`, the console (`/support`) and the API (`/api/v1`), for the root of an Express
   * app or below a path, before `express.json()`. Whatever isn't ours goes on to the app.
   *
   * Taken for the first time, it begins what belongs to taking webhooks: to count what was stored, and to measure how the
   * whole is doing.
   */
  router: ReconcilerRouter;
  /**
   * Brings the database up to this version, as `npx seam-reconciler migrate` does. Any number of processes may do so at
   * once: they take turns.
   *
   * @throws ReconcilerError
   */
  migrate: () => Promise<void>;
  /**
   * Begins to check what was stored, and to call the hooks, in this process; resolves once that has begun. Called again it
   * does nothing more; after it has failed, it may be called again.
   *
   * @throws ReconcilerError where the database can't be used or lacks migrations; OptionsError for what only the database
   *   could tell: the queue can't be in it, or the table of users isn't there
   */
  work: () => Promise<void>;
  /**
   * Makes a Connect Webview for a user: with their id in its metadata, and to be checked by itself should no webhook come. With
   * `accountId`, one that connects that account of theirs again.
   *
   * @throws ReconcilerError
   */
  connect: (userId: UserId, options?: ConnectOptions) => Promise<Connection>;
  /** The accounts that are a user's now, as the view `reconciler_public.user_accounts` has them. @throws ReconcilerError */
  accountsOf: (userId: UserId) => Promise<UserAccount[]>;
  /** How it is doing, for the app's own readiness check. Never rejects: what is wrong is told. */
  health: () => Promise<Health>;
  /**
   * Finishes what is in hand and closes every connection. Meanwhile and afterwards the router tells the sender of a webhook to
   * come again, and the other methods reject. Listening for signals is the app's: call it there, before `server.close()` has
   * ended.
   */
  stop: () => Promise<void>;
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
  const hasHooks = typesOfHooks(hooks).length > 0;
  const stopping = new AbortController();
  const inHand = new Set<Promise<unknown>>();
  let service: Service | null = null;
  let web: Mounted | null = null;
  let working: Promise<void> | null = null;
  let stopped: Promise<void> | null = null;

  const insistOnRunning = (): void => {
    if (!stopping.signal.aborted) return;
    throw new ReconcilerError('stopped', 'This reconciler was stopped: create another.');
  };
  const opened = (): Service => {
    insistOnRunning();
    service ??= createService(config, { kind: 'serve --work', hasHooks, name: NAME, log });
    return service;
  };
  /** `stop()` waits for it. */
  const keep = async <T>(work: () => Promise<T>): Promise<T> => {
    const kept = work();
    inHand.add(kept);
    try {
      return await kept;
    } catch (error) {
      throw told(error);
    } finally {
      inHand.delete(kept);
    }
  };

  const mount = (): Mounted => {
    const own = opened();
    web ??= openMounted(own, config, inOptions);
    own.accompany('serve');
    return web;
  };
  const begin = async (): Promise<void> => {
    const own = opened();
    await own.context.insistOnQueue();
    await insistOnMigrated(own);
    insistOnRunning();
    await own.startWork(() => startHooks(own.context, { name: hooksName, hooks }));
    own.accompany(web === null ? 'work' : 'serve');
  };
  const check = async (): Promise<Health> => {
    if (stopping.signal.aborted) return { ready: false, checks: { process: 'stopping' } };
    const { context, worker } = opened();
    const present = worker() ?? undefined;
    const [required, reported] =
      web === null && present !== undefined
        ? checksOfWorker(context, present)
        : checksOfWeb(context, present);
    return createReadiness(required, reported, log)();
  };
  const end = async (): Promise<void> => {
    stopping.abort();
    await web?.leave();
    await Promise.allSettled([...inHand]);
    await service?.[Symbol.asyncDispose]();
  };

  return {
    get router() {
      return web?.router ?? mount().router;
    },
    migrate: () =>
      keep(async () => {
        insistOnRunning();
        await migrateDatabase(config, log);
      }),
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
        const { context } = opened();
        const { connect } = await import('./connect.ts');
        return connect(context, config, String(userId), wanted);
      }),
    accountsOf: userId =>
      keep(async () => accountsOf(opened().context.database.pool, String(userId))),
    health: () => keep(check),
    stop: () => {
      stopped ??= end();
      return stopped;
    },
  };
};

/** As Postgres shows our connections. */
const NAME = 'seam-reconciler library';

const NOT_MIGRATED =
  'The database is missing migrations: call migrate() first, or run "npx seam-reconciler migrate".';

const insistOnMigrated = async ({ context }: Service): Promise<void> => {
  if (!(await context.isMigrated())) throw new ReconcilerError('not_migrated', NOT_MIGRATED);
};

/** In the words of options; what is no fault of those or of the database stays as it is. */
const told = (error: unknown): unknown => {
  if (error instanceof ReconcilerError || error instanceof OptionsError) return error;
  if (error instanceof HooksError) return new OptionsError([`hooks: ${error.message}`]);
  if (error instanceof QueuePlaceError) {
    return new OptionsError([inOptions(`${error.message}. ${error.remedy}`)], { cause: error });
  }
  if (error instanceof UsersTableError) {
    return new OptionsError([inOptions(tellFault(error))], { cause: error });
  }
  const fault = databaseFault(error, 'databaseUrl');
  if (fault === null) return error;
  const isLacking = fault.includes('migrations');
  return isLacking
    ? new ReconcilerError('not_migrated', NOT_MIGRATED, { cause: error })
    : new ReconcilerError('database_unavailable', fault, { cause: error });
};

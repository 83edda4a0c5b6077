import type { Config } from './config.ts';
import type { Context } from './context.ts';
import type { Db } from './db/client.ts';
import { isMigrated } from './db/migrate.ts';
import { type Check, CheckError, createHealthRouter } from './http/health.ts';
import { type HttpServer, startHttpServer } from './http/server.ts';
import { createWebhookRouter } from './http/webhook.ts';
import { createInbox } from './inbox/receive.ts';
import { startGate } from './queue/gate.ts';
import { startSweep } from './queue/sweep.ts';
import { type RunningWorker, startWorker } from './queue/worker.ts';
import { readHolds } from './reconcile/holds.ts';
import { createSeam } from './seam/client.ts';
import { createVerifier } from './seam/webhook.ts';
import { isAnythingStuck } from './support/queue.ts';
import { createUserDirectory, UsersTableError } from './users/directory.ts';

/**
 * The web side: takes webhooks, says how it is. Disposing answers what was accepted, then closes.
 *
 * @param worker the one that this process runs, too
 */
export const startWeb = async (
  context: Context,
  config: Pick<Config, 'host' | 'port'> & {
    webhookSecrets: readonly string[];
    sharesPort?: boolean;
  },
  worker?: Pick<Work, 'assertProgress'>,
): Promise<HttpServer> => {
  const { database, enqueuer, onStep, log } = context;
  const inbox = createInbox({
    pool: database.pool,
    log,
    onStep,
    onStored: news => enqueuer.news(news.map(look => ({ ...look, trigger: 'delivery' }))),
  });
  const server = await startHttpServer({
    host: config.host,
    port: config.port,
    sharesPort: config.sharesPort === true,
    log,
    routers: [
      createWebhookRouter({ verify: createVerifier(config.webhookSecrets), inbox, log }),
      // A web process without a queue, Seam or a worker that gets on still does its work, the storing of
      // webhooks: it is told of, and no reason to leave.
      createHealthRouter(
        basicChecks(context),
        {
          queue: context.backend.probe,
          seam: () => assertNotHeld(database.db),
          ...(worker === undefined ? {} : { progress: worker.assertProgress }),
        },
        log,
      ),
    ],
  });
  log.info({ url: server.url }, 'listening');
  return {
    ...server,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await inbox.idle();
    },
  };
};

/** Only `/healthz` and `/readyz`, for a worker that runs without the web side. */
export const startHealth = (
  context: Context,
  worker: Pick<Work, 'assertProgress'>,
  listen: Pick<Config, 'host' | 'port'>,
): Promise<HttpServer> =>
  startHttpServer({
    ...listen,
    log: context.log,
    routers: [
      createHealthRouter(
        {
          ...basicChecks(context),
          queue: context.backend.probe,
          progress: worker.assertProgress,
        },
        { seam: () => assertNotHeld(context.database.db) },
        context.log,
      ),
    ],
  });

const assertNotHeld = async (db: Db): Promise<void> => {
  const [hold] = await readHolds(db);
  if (hold === undefined) return;
  throw new CheckError(`held since ${hold.since.toISOString()}: ${hold.reason}`);
};

const basicChecks = ({ database }: Context) => ({
  database: () => database.pool.query('select 1'),
  migrations: async () => {
    if (!(await isMigrated(database.pool))) throw new CheckError('missing: run "migrate"');
  },
});

/** The worker side of a process. */
export type Work = Readonly<{
  /** @throws CheckError when this worker has ended, or looks are due and it has finished none for long */
  assertProgress: Check;
}> &
  AsyncDisposable;

const STUCK_SECONDS = 120;

/**
 * The worker side: runs looks, sweeps for lost ones. Disposing finishes what is in hand.
 *
 * @throws UsersTableError when the users table isn't as the settings say
 */
export const startWork = async (
  context: Context,
  config: Pick<Config, 'users' | 'userMetadataKey' | 'seamEndpoint' | 'workerConcurrency'> & {
    seamApiKey: string;
  },
): Promise<Work> => {
  const { database, backend, enqueuer, onStep, log } = context;
  const users = createUserDirectory(database.pool, config.users);
  try {
    await context.assertMigrated();
    await users.check();
  } catch (error) {
    // A setting that is wrong stops the start; a database that is away or not migrated yet does not.
    if (error instanceof UsersTableError) throw error;
    log.warn(
      { err: error },
      'the database could not be checked yet (settings, migrations, users table)',
    );
  }
  const stack = new AsyncDisposableStack();
  const seam = createSeam({ apiKey: config.seamApiKey, endpoint: config.seamEndpoint });
  const gate = stack.use(startGate({ db: database.db, seam, enqueuer, log }));
  stack.use(startSweep({ pool: database.pool, enqueuer, log }));
  const worker = stack.use(
    startWorker({
      backend,
      enqueuer,
      gate,
      reconciler: {
        db: database.db,
        pool: database.pool,
        users,
        userMetadataKey: config.userMetadataKey,
        seam,
        random: Math.random,
        onStep,
      },
      concurrency: config.workerConcurrency,
      onStep,
      log,
    }),
  );
  return {
    assertProgress: progressCheck(database.db, worker),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

const progressCheck = (db: Db, worker: RunningWorker): Check => {
  let lastHeldAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (worker.hasEnded()) throw new CheckError('the worker has ended: start this process again');
    const quietMs = performance.now() - Math.max(worker.lastProgressAt(), lastHeldAt);
    if (quietMs < STUCK_SECONDS * 1_000) return;
    const [held, stuck] = await Promise.all([readHolds(db), isAnythingStuck(db, STUCK_SECONDS)]);
    // What waited for Seam has been due for long when a hold ends: its two minutes begin then.
    if (held.length > 0) lastHeldAt = performance.now();
    else if (stuck) {
      throw new CheckError(`looks have been due for ${STUCK_SECONDS} s, and this worker ends none`);
    }
  };
};

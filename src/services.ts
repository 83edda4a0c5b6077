import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { createHealthRouter } from './http/health.ts';
import { type HttpServer, startHttpServer } from './http/server.ts';
import { createWebhookRouter } from './http/webhook.ts';
import { createInbox } from './inbox/receive.ts';
import { startSweep } from './queue/sweep.ts';
import { startWorker } from './queue/worker.ts';
import { createSeam } from './seam/client.ts';
import { createVerifier } from './seam/webhook.ts';
import { createUserDirectory, UsersTableError } from './users/directory.ts';

/** The web side: takes webhooks, says how it is. Disposing answers what was accepted, then closes. */
export const startWeb = async (
  context: Context,
  config: Pick<Config, 'host' | 'port'> & { webhookSecrets: readonly string[] },
): Promise<HttpServer> => {
  const { database, enqueuer, log } = context;
  const inbox = createInbox({ pool: database.pool, log, onStored: enqueuer.news });
  const server = await startHttpServer({
    host: config.host,
    port: config.port,
    log,
    routers: [
      createWebhookRouter({ verify: createVerifier(config.webhookSecrets), inbox, log }),
      healthRouter(context),
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
  listen: Pick<Config, 'host' | 'port'>,
): Promise<HttpServer> =>
  startHttpServer({ ...listen, log: context.log, routers: [healthRouter(context)] });

const healthRouter = ({ database, backend, assertMigrated }: Context) =>
  createHealthRouter(
    { database: () => database.pool.query('select 1'), migrations: assertMigrated },
    { queue: backend.probe },
  );

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
): Promise<AsyncDisposable> => {
  const { database, backend, enqueuer, log } = context;
  const users = createUserDirectory(database.pool, config.users);
  try {
    await context.assertMigrated();
    await users.check();
  } catch (error) {
    // A setting that is wrong stops the start; a database that is away or not migrated yet does not.
    if (error instanceof UsersTableError) throw error;
    log.warn({ err: error }, 'the users table could not be checked yet');
  }
  const stack = new AsyncDisposableStack();
  stack.use(startSweep({ pool: database.pool, enqueuer, log }));
  stack.use(
    startWorker({
      backend,
      enqueuer,
      reconciler: {
        db: database.db,
        pool: database.pool,
        users,
        userMetadataKey: config.userMetadataKey,
        seam: createSeam({ apiKey: config.seamApiKey, endpoint: config.seamEndpoint }),
        random: Math.random,
      },
      concurrency: config.workerConcurrency,
      log,
    }),
  );
  return stack;
};

import type { Router } from 'express';
import type { Config } from '../config/config.ts';
import { mostConnections, openFilesLimit } from '../http/connections.ts';
import { createHealthRouter } from '../http/health.ts';
import { type HttpServer, startHttpServer } from '../http/server.ts';
import { createWebhookRouter } from '../http/webhook.ts';
import { startCounting } from '../inbox/counting.ts';
import { createInbox } from '../inbox/receive.ts';
import { startAnswerClock } from '../metrics/answer-clock.ts';
import { startIgnoredEvents } from '../metrics/ignored-events.ts';
import { Disposables } from '../ops/disposables.ts';
import { createSignerVerifier } from '../seam/webhook.ts';
import { checksOfWeb, checksOfWorker } from './checks.ts';
import type { Context } from './context.ts';
import type { Work } from './worker.ts';

/**
 * The web side: takes webhooks, says how it is. Disposing answers what was accepted, then closes.
 *
 * @param beside.worker the one that this process runs, too
 * @param beside.routers what is served beside the webhooks
 */
export const startWeb = async (
  context: Context,
  config: Pick<Config, 'host' | 'port'> &
    Partial<Pick<Config, 'trustProxy' | 'maxConnections'>> & {
      sharesPort?: boolean;
      leaving?: AbortSignal | undefined;
    },
  {
    worker,
    routers = [],
  }: { worker?: Pick<Work, 'assertProgress'> | undefined; routers?: readonly Router[] } = {},
): Promise<HttpServer> => {
  const { database, queues, served, onStep, log, instruments } = context;
  await using starting = new Disposables();
  // Ends last: what was accepted at the end is counted, too.
  const counting = starting.use(
    startCounting({ pool: database.pool, log, onStep, onCounted: queues.news }),
  );
  const inbox = createInbox({
    pool: database.pool,
    log,
    onStep,
    onStored: () => counting.nudge(),
    instruments,
  });
  const clock = starting.use(startAnswerClock(database.pool, log));
  const ignored = starting.use(startIgnoredEvents(log));
  starting.defer(() => inbox.idle());
  const [required, told] = checksOfWeb(context);
  const verifier = served.from(createSignerVerifier);
  const server = await startHttpServer({
    host: config.host,
    port: config.port,
    sharesPort: config.sharesPort === true,
    ...(config.trustProxy === undefined ? {} : { trustProxy: config.trustProxy }),
    ...(config.maxConnections === undefined ? {} : { maxConnections: config.maxConnections }),
    leaving: config.leaving,
    log,
    routers: [
      createWebhookRouter({
        verify: (body, headers) => verifier()(body, headers),
        inbox,
        clock,
        ignored,
        instruments,
        log,
      }),
      // A web process without a queue, Seam or a worker that gets on still does its work, the storing of
      // webhooks: it is told of, and no reason to leave.
      createHealthRouter(
        required,
        { ...told, ...(worker === undefined ? {} : { progress: worker.assertProgress }) },
        log,
        config.leaving,
      ),
      ...routers,
    ],
  });
  starting.use(server);
  log.info({ url: server.url }, 'listening');
  const running = starting.move();
  return { ...server, [Symbol.asyncDispose]: () => running.disposeAsync() };
};

/** Only `/healthz` and `/readyz`, for a worker that runs without the web side. */
export const startHealth = (
  context: Context,
  worker: Pick<Work, 'assertProgress'>,
  config: Pick<Config, 'host' | 'port'> & Partial<Pick<Config, 'maxConnections'>>,
): Promise<HttpServer> => {
  const [required, told] = checksOfWorker(context);
  return startHttpServer({
    host: config.host,
    port: config.port,
    portSetting: '--health-port',
    maxConnections: config.maxConnections ?? mostConnections(openFilesLimit(), 1),
    log: context.log,
    routers: [
      createHealthRouter({ ...required, progress: worker.assertProgress }, told, context.log),
    ],
  });
};

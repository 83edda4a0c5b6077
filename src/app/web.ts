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
import { createSignerVerifier, type SignerVerifier } from '../seam/webhook.ts';
import { checksOfWeb, checksOfWorker } from './checks.ts';
import type { Context } from './context.ts';
import type { Work } from './worker.ts';

/** Takes webhooks, wherever its router is mounted. Disposing counts what was accepted, and ends. */
export type Intake = Readonly<{ router: Router }> & AsyncDisposable;

export const openIntake = ({
  database: { pool },
  queues,
  served,
  onStep,
  log,
  instruments,
}: Context): Intake => {
  const stack = new Disposables();
  // Ends last: what was accepted at the end is counted, too.
  const counting = stack.use(startCounting({ pool, log, onStep, onCounted: queues.news }));
  const onStored = () => counting.nudge();
  const inbox = createInbox({ pool, log, onStep, onStored, instruments });
  const clock = stack.use(startAnswerClock(pool, log));
  const ignored = stack.use(startIgnoredEvents(log));
  stack.defer(() => inbox.idle());
  const verifier = served.from(createSignerVerifier);
  const verify: SignerVerifier = (body, headers) => verifier()(body, headers);
  return {
    router: createWebhookRouter({ verify, inbox, clock, ignored, instruments, log }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

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
  const { log } = context;
  await using starting = new Disposables();
  const intake = starting.use(openIntake(context));
  const [required, told] = checksOfWeb(context, worker);
  const server = await startHttpServer({
    host: config.host,
    port: config.port,
    sharesPort: config.sharesPort === true,
    ...(config.trustProxy === undefined ? {} : { trustProxy: config.trustProxy }),
    ...(config.maxConnections === undefined ? {} : { maxConnections: config.maxConnections }),
    leaving: config.leaving,
    log,
    routers: [intake.router, createHealthRouter(required, told, log, config.leaving), ...routers],
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
  const [required, told] = checksOfWorker(context, worker);
  return startHttpServer({
    host: config.host,
    port: config.port,
    portSetting: '--health-port',
    maxConnections: config.maxConnections ?? mostConnections(openFilesLimit(), 1),
    log: context.log,
    routers: [createHealthRouter(required, told, context.log)],
  });
};

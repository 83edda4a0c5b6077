import type { Router } from 'express';
import { readCoverage } from '../backfill/coverage.ts';
import type { Config } from '../config/config.ts';
import { isOneOf, type Workspace, workspaceLabel } from '../config/workspaces.ts';
import type { Database, Db } from '../db/client.ts';
import { describeSkew, readClock } from '../db/clock.ts';
import { isMigrated } from '../db/migrate.ts';
import { mostConnections, openFilesLimit } from '../http/connections.ts';
import { CheckError, createHealthRouter } from '../http/health.ts';
import { type HttpServer, startHttpServer } from '../http/server.ts';
import { createWebhookRouter } from '../http/webhook.ts';
import { startCounting } from '../inbox/counting.ts';
import { readIntake } from '../inbox/intake.ts';
import { createInbox } from '../inbox/receive.ts';
import { startAnswerClock } from '../metrics/answer-clock.ts';
import { readHolds } from '../reconcile/holds.ts';
import { readPauses } from '../reconcile/pauses.ts';
import { createSignerVerifier } from '../seam/webhook.ts';
import type { Context } from './context.ts';
import type { Work } from './worker.ts';

/** As a rule they are counted within a second; a row may be held for the 30 s that a transaction may idle. */
const COUNTED_WITHIN_SECONDS = 60;

/**
 * The web side: takes webhooks, says how it is. Disposing answers what was accepted, then closes.
 *
 * @param beside.worker the one that this process runs, too
 * @param beside.routers what is served beside the webhooks
 */
export const startWeb = async (
  context: Context,
  config: Pick<Config, 'host' | 'port' | 'workspaces'> &
    Partial<Pick<Config, 'trustProxy' | 'maxConnections'>> & { sharesPort?: boolean },
  {
    worker,
    routers = [],
  }: { worker?: Pick<Work, 'assertProgress'> | undefined; routers?: readonly Router[] } = {},
): Promise<HttpServer> => {
  const { database, queues, onStep, log } = context;
  const { workspaces } = config;
  await using starting = new AsyncDisposableStack();
  // Ends last: what was accepted at the end is counted, too.
  const counting = starting.use(
    startCounting({ pool: database.pool, log, onStep, onCounted: queues.news }),
  );
  const inbox = createInbox({
    pool: database.pool,
    log,
    onStep,
    onStored: () => counting.nudge(),
  });
  const clock = starting.use(startAnswerClock(database.pool, log));
  starting.defer(() => inbox.idle());
  const server = await startHttpServer({
    host: config.host,
    port: config.port,
    sharesPort: config.sharesPort === true,
    ...(config.trustProxy === undefined ? {} : { trustProxy: config.trustProxy }),
    ...(config.maxConnections === undefined ? {} : { maxConnections: config.maxConnections }),
    log,
    routers: [
      createWebhookRouter({
        verify: createSignerVerifier(workspaces),
        inbox,
        clock,
        log,
      }),
      // A web process without a queue, Seam or a worker that gets on still does its work, the storing of
      // webhooks: it is told of, and no reason to leave.
      createHealthRouter(
        basicChecks(context),
        {
          queue: context.backend.probe,
          seam: () => assertNotHeld(database.db, workspaces),
          pause: () => assertNotPaused(database.db, workspaces),
          silence: () => assertHeard(database.pool, workspaces),
          counting: () => assertCounted(database.pool),
          clock: () => assertClock(database.pool),
          ...(worker === undefined ? {} : { progress: worker.assertProgress }),
        },
        log,
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
  config: Pick<Config, 'host' | 'port' | 'workspaces'> & Partial<Pick<Config, 'maxConnections'>>,
): Promise<HttpServer> =>
  startHttpServer({
    host: config.host,
    port: config.port,
    maxConnections: config.maxConnections ?? mostConnections(openFilesLimit(), 1),
    log: context.log,
    routers: [
      createHealthRouter(
        {
          ...basicChecks(context),
          queue: context.backend.probe,
          progress: worker.assertProgress,
        },
        {
          seam: () => assertNotHeld(context.database.db, config.workspaces),
          pause: () => assertNotPaused(context.database.db, config.workspaces),
          silence: () => assertHeard(context.database.pool, config.workspaces),
          counting: () => assertCounted(context.database.pool),
          clock: () => assertClock(context.database.pool),
        },
        context.log,
      ),
    ],
  });

const assertNotHeld = async (db: Db, workspaces: readonly Workspace[]): Promise<void> => {
  const holds = await readHolds(db);
  if (holds.length === 0) return;
  const told = holds.map(({ workspaceId, since, reason }) => {
    const label = workspaceLabel(workspaces, workspaceId);
    return `${label === null ? '' : `${label} is `}held since ${since.toISOString()}: ${reason}`;
  });
  throw new CheckError(told.join('; '));
};

/** Told without who and why: anyone may read this. "queue status" has them. */
const assertNotPaused = async (db: Db, workspaces: readonly Workspace[]): Promise<void> => {
  const pauses = await readPauses(db);
  if (pauses.length === 0) return;
  const told = pauses.map(({ workspace_id, since }) => {
    const label = workspaceLabel(workspaces, workspace_id);
    return `${label === null ? '' : `${label} is `}paused by a person since ${since}`;
  });
  throw new CheckError(told.join('; '));
};

/** Webhooks that don't come any more are told of; whoever stores the next one is ready all the same. */
const assertHeard = async (
  pool: Database['pool'],
  workspaces: readonly Workspace[],
): Promise<void> => {
  const coverage = (await readCoverage(pool)).filter(row => isOneOf(workspaces, row.workspaceId));
  const silent = coverage.find(({ unheardEvents }) => unheardEvents > 0);
  if (silent === undefined) return;
  const since = silent.unheardSince?.toISOString();
  throw new CheckError(
    `no webhook delivered Seam's latest ${silent.unheardEvents} events, since ${since}`,
  );
};

/** Stored is safe, but nobody looks at what is not counted: told where that takes longer than it should. */
const assertCounted = async (pool: Database['pool']): Promise<void> => {
  const { uncounted, uncountedSeconds } = await readIntake(pool);
  if (uncountedSeconds < COUNTED_WITHIN_SECONDS) return;
  throw new CheckError(
    `deliveries stored and still to be counted: ${uncounted}, the oldest for ${Math.round(uncountedSeconds)} s: does a transaction hold their rows?`,
  );
};

/** What is stored goes by the database's clock; our own decides which signatures are too old. */
const assertClock = async (pool: Database['pool']): Promise<void> => {
  const skew = describeSkew(await readClock(pool));
  if (skew === null) return;
  throw new CheckError(`${skew}: sync the clock of the machine that is off with NTP`);
};

const basicChecks = ({ database }: Context) => ({
  database: () => database.pool.query('select 1'),
  migrations: async () => {
    if (!(await isMigrated(database.pool))) throw new CheckError('missing: run "migrate"');
  },
});

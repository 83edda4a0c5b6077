import { randomUUID } from 'node:crypto';
import {
  assertSchemaCompatibility,
  createPostgresBackend,
  type JobsOptions,
  type Processor,
  Queue,
  Worker,
} from 'bullmq';
import pg from 'pg';
import { parseRedisUrl } from '../config/redis-url.ts';
import type { MigrationStep } from '../db/migrate.ts';
import { asOptions, sessionSettings, splitUrl } from '../db/session.ts';
import type { Trigger } from '../model/outcome.ts';
import type { Subject } from '../model/subject.ts';
import type { Logger } from '../ops/log.ts';
import { FOR_ENDPOINTS, FOR_PROBE, FOR_QUEUE, poolOfWorker } from './connections.ts';
import { type QueueFault, QueuePlaceError } from './errors.ts';
import { examinePostgres } from './postgres-fitness.ts';
import { bringUpSchema, POSTGRES_SCHEMA } from './postgres-schema.ts';
import { createRedisConnections } from './redis.ts';

/** A job says what to look at and why; never a payload. */
export type Look = Readonly<{ subject: Subject; trigger: Trigger }>;
/** What a finished job asks for: another look after so many ms, or nothing. */
export type LookResult = Readonly<{ nextLookInMs: number | null }>;
/** To which endpoint something may be owed. */
export type EndpointJob = Readonly<{ endpointId: number }>;
/** After how many ms there is something to send to it again, or nothing. */
export type EndpointResult = Readonly<{ nextInMs: number | null }>;

/** What we use of BullMQ's Queue and Worker; their own types differ from backend to backend. */
export type JobQueue<Name extends string, Data> = {
  addBulk: (jobs: { name: Name; data: Data; opts: JobsOptions }[]) => Promise<unknown>;
  waitUntilReady: () => Promise<unknown>;
  on: (event: 'error', listener: (error: Error) => void) => unknown;
  close: () => Promise<void>;
};
export type LookQueue = JobQueue<'look', Look> & {
  getWaitingCount: () => Promise<number>;
  /** The jobs that workers have taken, from one place to another, both included (`readUnderWay`). */
  getActive: (start: number, end: number) => Promise<readonly unknown[]>;
  rateLimit: (ms: number) => Promise<void>;
  removeRateLimitKey: () => Promise<unknown>;
};
export type JobWorker<Data, Result> = {
  on: {
    (event: 'error', listener: (error: Error) => void): unknown;
    (event: 'stalled', listener: (jobId: string) => void): unknown;
    (event: 'completed', listener: (job: { data: Data }, result: Result) => void): unknown;
    (event: 'failed', listener: (job: { data: Data } | undefined, error: Error) => void): unknown;
  };
  waitUntilReady: () => Promise<unknown>;
  run: () => Promise<void>;
  pause: (doNotWaitActive: boolean) => Promise<void>;
  resume: () => Promise<void>;
  isRunning: () => boolean;
  isPaused: () => boolean;
  close: () => Promise<void>;
};
export type LookWorker = JobWorker<Look, LookResult>;

/** Where the queue lives. Both kinds behave the same; all that differs is in this module. */
export type QueueBackend = Readonly<{
  kind: 'redis' | 'postgres';
  /**
   * Tries what BullMQ needs there.
   *
   * @returns what is wrong with it though it works for now; null: nothing
   * @throws QueueFault when it can't work as it is; whatever the connection throws, or (Postgres) that it isn't migrated
   */
  probe: () => Promise<QueueFault | null>;
  /** Opens a queue to add to. Probe first: on Postgres BullMQ never recovers from a failed start. */
  openQueue: (workspaceId: string | null) => LookQueue;
  openWorker: (
    look: Processor<Look, LookResult, 'look'>,
    options: { workspaceId: string | null; concurrency: number },
  ) => LookWorker;
  /** The queue of those to whom something is owed. Probe first. */
  openEndpointQueue: () => JobQueue<'send', EndpointJob>;
  openEndpointWorker: (
    send: Processor<EndpointJob, EndpointResult, 'send'>,
    concurrency: number,
  ) => JobWorker<EndpointJob, EndpointResult>;
  /** A queue of the app's own, which it reads with a worker of its own. Probe first. */
  openAppsQueue: (name: string) => JobQueue<string, object>;
  /** What `migrate` has to bring up besides our own schema. */
  migrations: readonly MigrationStep[];
}> &
  AsyncDisposable;

/** A queue for each workspace; without a colon, which BullMQ refuses. */
const queueName = (workspaceId: string | null): string =>
  workspaceId === null ? 'looks' : `looks-${encodeURIComponent(workspaceId)}`;
/** Of those to whom messages go. */
const ENDPOINTS = 'endpoints';
// In braces: on a cluster all keys of the queue have to be in one slot.
const REDIS_PREFIX = '{seam-reconciler}';
const PROBE_TIMEOUT_MS = 2_000;

const WORKER_OPTIONS = {
  // The looks say what is to be done next; whatever else BullMQ could keep of them is in our runs.
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
  // Needed for a queue that can be slowed by hand; as a limit of its own it is never reached.
  limiter: { max: 1_000_000, duration: 1_000 },
  // A hold can end early: a worker looks again whether it still stands.
  maximumRateLimitDelay: 2_000,
  // A dead worker's looks are taken over after half a minute at most.
  lockDuration: 15_000,
  stalledInterval: 10_000,
  // Started by hand, once it is connected.
  autorun: false,
  // How soon a worker asks again after its connection broke.
  runRetryDelay: 1_000,
} as const;

/** Chooses by REDIS_URL: the queue lives there, or without it in Postgres. */
export const createQueueBackend = (options: {
  redisUrl: string | undefined;
  databaseUrl: string;
  log: Logger;
}): QueueBackend =>
  options.redisUrl === undefined
    ? createInPostgres(options.databaseUrl, options.log)
    : createInRedis(options.redisUrl, options.log);

const createInRedis = (url: string, log: Logger): QueueBackend => {
  const connections = createRedisConnections(parseRedisUrl(url), log);
  const queue = (name: string) =>
    new Queue(name, { connection: connections.openForQueue(), prefix: REDIS_PREFIX });
  const forWorker = (concurrency: number) => ({
    connection: connections.openForWorker(),
    prefix: REDIS_PREFIX,
    concurrency,
    ...WORKER_OPTIONS,
  });
  return {
    kind: 'redis',
    migrations: [],
    probe: () => connections.probe(`${REDIS_PREFIX}:${queueName(null)}:probe:${randomUUID()}`),
    openQueue: workspaceId => queue(queueName(workspaceId)),
    openWorker: (look, { workspaceId, concurrency }) =>
      new Worker(queueName(workspaceId), look, forWorker(concurrency)),
    openEndpointQueue: () => queue(ENDPOINTS),
    openEndpointWorker: (send, concurrency) => new Worker(ENDPOINTS, send, forWorker(concurrency)),
    openAppsQueue: queue,
    [Symbol.asyncDispose]: () => connections[Symbol.asyncDispose](),
  };
};

/**
 * BullMQ (6.7) doesn't listen to a connection that it has taken from its pool, and pg-pool doesn't either: one
 * that broke at that moment (while a queue opens) would end the process.
 */
class HeardClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    // What was asked fails, too, and is told by whoever asked.
    this.on('error', () => undefined);
  }
}

const SETTINGS = sessionSettings({
  statement_timeout: 10_000,
  lock_timeout: 0,
  idle_in_transaction_session_timeout: 30_000,
});

const createInPostgres = (url: string, log: Logger): QueueBackend => {
  const { connectionString, options = '' } = splitUrl(url);
  const mark = randomUUID();
  const connection = (max: number) => ({
    connectionString,
    schema: POSTGRES_SCHEMA,
    // BullMQ adds its search_path to them: all of it is there from the beginning, or nothing.
    options: `${options} ${asOptions({ ...SETTINGS, [MARK]: mark })}`,
    application_name: 'seam-reconciler queue',
    connectionTimeoutMillis: 3_000,
    query_timeout: 11_000,
    keepAlive: true,
    max,
    Client: HeardClient,
  });
  const probePool = new pg.Pool({ ...connection(FOR_PROBE), query_timeout: PROBE_TIMEOUT_MS });
  probePool.on('error', err => log.debug({ err }, 'queue probe connection lost'));
  const queue = (name: string, max: number) =>
    new Queue(name, { connection: connection(max) }, createPostgresBackend);
  const forWorker = (concurrency: number) => ({
    connection: connection(poolOfWorker(concurrency)),
    concurrency,
    ...WORKER_OPTIONS,
  });
  return {
    kind: 'postgres',
    migrations: [
      {
        of: `the queue (schema ${POSTGRES_SCHEMA})`,
        apply: bringUpSchema,
      },
    ],
    probe: async () => {
      await assertOwnSession(probePool, mark);
      const fault = await examinePostgres(probePool, POSTGRES_SCHEMA);
      await assertSchemaCompatibility(probePool, POSTGRES_SCHEMA);
      return fault;
    },
    openQueue: workspaceId => queue(queueName(workspaceId), FOR_QUEUE),
    openWorker: (look, { workspaceId, concurrency }) =>
      new Worker(queueName(workspaceId), look, forWorker(concurrency), createPostgresBackend),
    openEndpointQueue: () => queue(ENDPOINTS, FOR_ENDPOINTS),
    openEndpointWorker: (send, concurrency) =>
      new Worker(ENDPOINTS, send, forWorker(concurrency), createPostgresBackend),
    openAppsQueue: name => queue(name, FOR_ENDPOINTS),
    [Symbol.asyncDispose]: () => probePool.end(),
  };
};

/** A setting of nobody's: what a session says of it shows whether it began as was asked. */
const MARK = 'seam_reconciler.asked_by';

/** @throws QueuePlaceError where a pooler is in between; whatever the connection throws */
const assertOwnSession = async (pool: pg.Pool, mark: string): Promise<void> => {
  try {
    const asked = 'select current_setting($1, true) = $2 as is_own';
    const { rows } = await pool.query<{ is_own: boolean | null }>(asked, [MARK, mark]);
    if (rows[0]?.is_own === true) return;
  } catch (error) {
    // As PgBouncer refuses what it doesn't know; one that is told to ignore it, lets it fall.
    if (!(error instanceof Error && error.message.startsWith('unsupported startup parameter')))
      throw error;
  }
  throw new QueuePlaceError();
};

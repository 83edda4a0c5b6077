import { type ServedWorkspaces, serveWorkspaces } from '../config/served-workspaces.ts';
import type { Workspace } from '../config/workspaces.ts';
import { type Database, openDatabase } from '../db/client.ts';
import { isMigrated } from '../db/migrate.ts';
import { type Instruments, NO_INSTRUMENTS } from '../metrics/instruments.ts';
import { Disposables } from '../ops/disposables.ts';
import type { Logger } from '../ops/log.ts';
import { ignoreSteps, type OnStep } from '../ops/steps.ts';
import { createQueueBackend, type QueueBackend } from '../queue/backend.ts';
import { createEndpointQueue, type EndpointQueue } from '../queue/endpoint-queue.ts';
import { QueuePlaceError } from '../queue/errors.ts';
import { createQueues, type Queues } from '../queue/queues.ts';

/** What every command that touches data needs. Nothing connects before it is used. */
export type Context = Readonly<{
  log: Logger;
  served: ServedWorkspaces;
  database: Database;
  backend: QueueBackend;
  queues: Queues;
  endpointQueue: EndpointQueue;
  onStep: OnStep;
  /** Where what takes place is counted. */
  instruments: Instruments;
  /** Whether the database has this version's migrations. @throws when it can't be reached */
  isMigrated: () => Promise<boolean>;
  /** @throws when the database can't be reached or lacks this version's migrations */
  assertMigrated: () => Promise<void>;
  /**
   * Asks where the queue may be in a wrong place, which is Postgres alone: nobody waits for a Redis here.
   *
   * @throws QueuePlaceError when the queue can never be where it is; one that is only out of reach is waited for later
   */
  insistOnQueue: () => Promise<void>;
}> &
  AsyncDisposable;

/** Opens them in order; disposing closes them in reverse. */
export const createContext = (options: {
  databaseUrl: string;
  redisUrl: string | undefined;
  /** Those that are served at first. */
  workspaces: readonly Workspace[];
  log: Logger;
  /** Shown by Postgres for our connections. */
  name: string;
  maxConnections: number;
  onStep?: OnStep;
  instruments?: Instruments | undefined;
}): Context => {
  const {
    databaseUrl,
    redisUrl,
    workspaces,
    log,
    name,
    maxConnections,
    onStep = ignoreSteps,
    instruments = NO_INSTRUMENTS,
  } = options;
  const stack = new Disposables();
  const database = stack.use(openDatabase({ url: databaseUrl, name, max: maxConnections, log }));
  const backend = stack.use(createQueueBackend({ redisUrl, databaseUrl, log }));
  const served = serveWorkspaces(workspaces);
  const queues = stack.use(createQueues({ backend, served, log, onStep }));
  const endpointQueue = stack.use(createEndpointQueue({ backend, log }));
  return {
    log,
    served,
    database,
    backend,
    queues,
    endpointQueue,
    onStep,
    instruments,
    isMigrated: () => isMigrated(database.pool),
    assertMigrated: async () => {
      if (!(await isMigrated(database.pool))) {
        throw new Error('the database is missing migrations: run "migrate"');
      }
    },
    insistOnQueue: async () => {
      if (backend.kind !== 'postgres') return;
      try {
        await backend.probe();
      } catch (error) {
        if (error instanceof QueuePlaceError) throw error;
        log.debug({ err: error }, 'the queue could not be reached yet');
      }
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

import type pg from 'pg';
import type { Config } from '../config/config.ts';
import type { Db } from '../db/client.ts';
import type { TestBody } from '../endpoints/test-body.ts';
import type { SecurityLog } from '../http/security-log.ts';
import type { Logger } from '../ops/log.ts';
import type { MessageBody } from '../outbox/body.ts';
import type { Queues } from '../queue/queues.ts';
import type { SeamOfWorkspace } from '../seam/workspaces.ts';
import type { UserDirectory } from '../users/directory.ts';
import type { Profiles } from '../users/profiles.ts';

/** The way out, as far as people have to do with it. */
type Outgoing = Readonly<{
  /** What secrets of endpoints are sealed with: the first seals, all of them open. Empty: none can be made. */
  secretsKeys: readonly string[];
  /** In which private networks an endpoint may be, as CIDR. */
  privateNetworks: readonly string[];
  /** Adds a message to a BullMQ queue of the app's. @throws when it can't be reached */
  addToQueue: (queue: string, message: MessageBody | TestBody, timesTaken: number) => Promise<void>;
  /** Has what is owed to these endpoints sent now. It never fails: what is lost of it, the sweep finds. */
  news: (endpointIds: readonly number[]) => void;
}>;

/** What a person's work needs, whichever face they look at. */
export type Desk = Readonly<{
  db: Db;
  pool: pg.Pool;
  queues: Pick<Queues, 'servedIds' | 'request'>;
  users: UserDirectory;
  profiles: Profiles;
  /** The Seam of each workspace whose key this process has; empty where it has none. */
  seams: readonly SeamOfWorkspace[];
  config: Pick<
    Config,
    | 'workspaces'
    | 'identity'
    | 'webviewLookAfterMinutes'
    | 'hasPasswords'
    | 'needsSecondFactor'
    | 'alerts'
  >;
  /** What it takes to tell the app, and to look after where it is told. */
  outgoing: Outgoing;
  log: Logger;
  security: SecurityLog;
}>;

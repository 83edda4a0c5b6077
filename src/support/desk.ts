import type pg from 'pg';
import type { Config } from '../config/config.ts';
import type { Db } from '../db/client.ts';
import type { SecurityLog } from '../http/security-log.ts';
import type { Logger } from '../ops/log.ts';
import type { Queues } from '../queue/queues.ts';
import type { SeamOfWorkspace } from '../seam/workspaces.ts';
import type { UserDirectory } from '../users/directory.ts';
import type { Profiles } from '../users/profiles.ts';

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
    'workspaces' | 'identity' | 'webviewLookAfterMinutes' | 'hasPasswords' | 'needsSecondFactor'
  >;
  log: Logger;
  security: SecurityLog;
}>;

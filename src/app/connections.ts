import { queueConnections } from '../queue/connections.ts';

/* How many connections to Postgres each process may open. Pure. */

/** What runs in a process. */
export type Kind = 'serve' | 'work' | 'serve --work';

/** `concurrency`: WORKER_CONCURRENCY, of each workspace. `hasHooks`: it calls functions of the app it is part of. */
export type Load = Readonly<{ workspaces: number; concurrency: number; hasHooks: boolean }>;

/** Runs mostly wait for Seam: beyond a point the workspaces share what one of them could use at most. */
const MOST_SHARED = 40;

/** To read what hooks are owed and keep their lease, and to note what came of them: however many are called side by side. */
const FOR_HOOKS = 2;

const forRuns = ({ workspaces, concurrency }: Load): number =>
  Math.max(concurrency, Math.min(MOST_SHARED, concurrency * workspaces));

/**
 * Of the main pool. `serve`: four for webhooks, one for measuring, one for telling of alerts. `work`: one each for
 * counting, arranging, measuring and telling of alerts, two for what becomes of messages, the runs, and what hooks need.
 */
export const mainConnections = (kind: Kind, load: Load): number => {
  const forWork = forRuns(load) + (load.hasHooks ? FOR_HOOKS : 0);
  switch (kind) {
    case 'serve':
      return 6;
    case 'work':
      return 6 + forWork;
    case 'serve --work':
      return 8 + forWork;
    default:
      return kind satisfies never;
  }
};

/** Pages that take long must not keep a webhook from its connection: they have their own. */
export const CONSOLE_CONNECTIONS = 6;

/** Of all pools of a process, at most; two more while it migrates, and for each queue of the app's that an endpoint is. */
export const allConnections = (
  kind: Kind,
  load: Load,
  { hasConsole, queuesInPostgres }: Readonly<{ hasConsole: boolean; queuesInPostgres: boolean }>,
): number => {
  const concurrency = kind === 'serve' ? null : load.concurrency;
  const { workspaces } = load;
  const queue = queueConnections({ workspaces, concurrency, showsQueue: hasConsole });
  return (
    mainConnections(kind, load) +
    (hasConsole ? CONSOLE_CONNECTIONS : 0) +
    (queuesInPostgres ? queue : 0)
  );
};

/* How many connections to Postgres each process may open. Pure. */

/** What runs in a process. */
export type Kind = 'serve' | 'work' | 'serve --work';

/** `concurrency`: WORKER_CONCURRENCY, of each workspace. */
export type Load = Readonly<{ workspaces: number; concurrency: number }>;

/** Runs mostly wait for Seam: beyond a point the workspaces share what one of them could use at most. */
const MOST_SHARED = 40;

const forRuns = ({ workspaces, concurrency }: Load): number =>
  Math.max(concurrency, Math.min(MOST_SHARED, concurrency * workspaces));

/**
 * Of the main pool. `serve`: four for webhooks, one for measuring, one for telling of alerts. `work`: one each for
 * counting, arranging, measuring and telling of alerts, two for what becomes of messages, and the runs.
 */
export const mainConnections = (kind: Kind, load: Load): number => {
  switch (kind) {
    case 'serve':
      return 6;
    case 'work':
      return 6 + forRuns(load);
    case 'serve --work':
      return 8 + forRuns(load);
    default:
      return kind satisfies never;
  }
};

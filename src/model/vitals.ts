import type { FailureReason } from './outcome.ts';

/* How the whole is doing, in figures: measured by one process for all, at a bounded cost. Times are ISO 8601, of the database's clock. */

/** Of one workspace that is served. */
export type WorkspaceVitals = Readonly<{
  /** Seam's; null for the only one, whose id isn't known. */
  workspaceId: string | null;
  /** Subjects that a check is owed, and that are due and not under way; up to a bound. */
  owed: number;
  waiting: number;
  oldestDueAt: string | null;
  /** What of Seam's keeps its queue waiting; null: nothing. */
  hold: Readonly<{ reason: FailureReason; since: string }> | null;
  /** Since when a person has stopped its queue; null: nobody has. */
  pausedSince: string | null;
  /** Seam has events that no webhook brought; null: none. */
  silence: Readonly<{ since: string; events: number }> | null;
  /** Until when every event is accounted for; null: no scheduled backfill yet. */
  accountedForUntil: string | null;
  /** Since when the scheduled backfill fails; null: it doesn't. */
  backfillFailingSince: string | null;
}>;

/** Of one endpoint of the app. */
export type EndpointVitals = Readonly<{
  id: number;
  name: string;
  trouble:
    | 'unheard'
    | 'failing'
    | 'unsendable'
    | 'switched_off'
    | 'disabled'
    | 'dead_letters'
    | null;
  since: string | null;
  /** Messages that were given up, up to a bound. */
  dead: number;
  /** Those that were within the last day, and those that wait and were refused several times; absent: whoever measured doesn't count them. */
  givenUpLately?: number;
  refused?: number;
}>;

/** Of one `serve` or `work`, as it last told of itself. */
export type ProcessVitals = Readonly<{
  id: string;
  kind: 'serve' | 'work';
  /** Whether it runs a worker: each `work`, and `serve --work`. */
  works: boolean;
  version: string;
  seenAt: string;
}>;

export type Vitals = Readonly<{
  measuredAt: string;
  workspaces: readonly WorkspaceVitals[];
  /** Stored and still to be counted; since when the oldest waits. Up to a bound. */
  uncounted: number;
  uncountedSince: string | null;
  /** Messages for the app that wait for their place in the order. Up to a bound. */
  unarranged: number;
  unarrangedSince: string | null;
  /** Connections that need a person, by reason; up to a bound each. */
  attention: Readonly<Partial<Record<FailureReason, number>>>;
  /** Accounts by how they stand; measured less often, as it counts all of them. */
  accounts: Readonly<Record<string, number>>;
  accountsMeasuredAt: string | null;
  endpoints: readonly EndpointVitals[];
  /** Alerts that are open, by rule; absent: whoever measured doesn't know of them. */
  alertsOpen?: Readonly<Record<string, number>>;
  /** Bulk runs by state. */
  bulkRuns: Readonly<Record<string, number>>;
  /** The latest comparison with Seam that has ended; null: none has. */
  drift: Readonly<{
    finishedAt: string;
    /** Accounts that are not right, by what is wrong. */
    findings: Readonly<Record<string, number>>;
    /** What keeps the present one from going on, in a sentence; null: nothing. */
    failure: string | null;
  }> | null;
  processes: readonly ProcessVitals[];
  /** Since when none of them that works was found, whoever measured; null: one was heard of lately. */
  workerlessSince: string | null;
  /** What Postgres says of its room; null where our role may not see it. */
  database: Readonly<{
    bytes: number;
    connections: number | null;
    maxConnections: number | null;
    /** Share of its disk or partition in use, 0 to 1, where it can be seen. */
    diskUsed: number | null;
  }>;
}>;

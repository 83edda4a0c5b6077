import { type Viewer, wordsFor } from '../../access/mask.ts';
import { type Coverage, readCoverage } from '../../backfill/coverage.ts';
import { type Gap, readGaps } from '../../backfill/gaps.ts';
import { isOneOf, type Workspace } from '../../config/workspaces.ts';
import type { Db } from '../../db/client.ts';
import { readIntake } from '../../inbox/intake.ts';
import { type ProcessStatus, readProcesses } from '../../metrics/processes.ts';
import { type CappedCount, sumOfCounts } from '../../model/capped-count.ts';
import { EXPLANATIONS, type FailureReason } from '../../model/outcome.ts';
import { type Hold, readHolds } from '../../reconcile/holds.ts';
import { readOwed } from '../../reconcile/owed.ts';
import { type Pause, readPauses } from '../../reconcile/pauses.ts';
import { countOpenAlerts } from '../alerts/read.ts';
import { pauseFor } from './pause.ts';
import { readSetAside, type SetAsideDelivery } from './set-aside.ts';
import { readTelling, type TellingStatus } from './telling.ts';

/** How the queue stands, in words for the engineer on call. */
export type QueueStatus = Readonly<{
  /** Why nothing of a workspace is given out; empty when all is well. */
  holds: readonly {
    /** Seam's; null for the only one, whose id isn't known. */
    workspace_id: string | null;
    reason: string;
    sentence: string;
    remedy: string;
    detail: string;
    seam_request_id: string | null;
    since: string;
  }[];
  /** Deliveries that are stored and still to be counted, up to 10,000: next to none as a rule. */
  uncounted: number;
  /** Bodies that were signed under the id of an event stored with another one, as far as they are kept. */
  conflicting: number;
  /** Deliveries that are kept and not believed, as they are the word of another workspace, up to 10,000. */
  set_aside: number;
  /** The latest of them, 20 at most. */
  latest_set_aside: readonly SetAsideDelivery[];
  /** Subjects that another look is owed, up to 10,000 a workspace. */
  owed: number;
  /** Whether more are owed than were counted. */
  owed_is_capped: boolean;
  /** Of those: due now, and not under way. */
  waiting: number;
  /** Whether more wait than were counted. */
  waiting_is_capped: boolean;
  /** Since when the longest waiting one has been due. */
  oldest_due_at: string | null;
  /** The same, by workspace (those with something owed). */
  workspaces: readonly {
    workspace_id: string | null;
    owed: number;
    owed_is_capped: boolean;
    waiting: number;
    waiting_is_capped: boolean;
    oldest_due_at: string | null;
  }[];
  /** Every event of these times was stored here, but for the gaps; empty before the first scheduled backfill. */
  coverage: readonly {
    workspace_id: string | null;
    from: string;
    until: string;
    next_at: string;
    failing_since: string | null;
    failure: string | null;
  }[];
  /** What coverage leaves out: Seam lists more than it gives. The oldest time first, 100 at most. */
  gaps: readonly {
    workspace_id: string | null;
    from: string;
    until: string;
    why: string;
    found_at: string;
    next_try_at: string;
    tries: number;
  }[];
  /** Where Seam has events of late that no webhook brought; empty when all is well. */
  silence: readonly {
    workspace_id: string | null;
    since: string;
    events: number;
    last_webhook_event_at: string | null;
  }[];
  /** Which workspaces a person has paused, who and why; empty when none is. */
  pauses: readonly Pause[];
  /** How Seam is, by workspace that is served. */
  seam: readonly SeamState[];
  /** The processes that run, and those that were lost within the day. */
  processes: readonly ProcessStatus[];
  /** What is in the way of telling the app. */
  telling: TellingStatus;
  /** How many alerts are open. */
  open_alerts: number;
}>;

/** What Seam's hold of a workspace comes to. */
export type SeamState = Readonly<{
  workspace_id: string | null;
  state: 'ok' | 'throttled' | 'key_refused' | 'no_right' | 'suspended' | 'down';
  /** Null while it is ok. */
  since: string | null;
  sentence: string | null;
  remedy: string | null;
}>;

/**
 * As this person may read of it.
 *
 * @param served the workspaces whose coverage and Seam are told; those of any time where it isn't given
 */
export const readQueueStatus = async (
  db: Db,
  viewer: Viewer,
  served?: readonly Pick<Workspace, 'id' | 'name'>[],
): Promise<QueueStatus> => {
  const [standing, rows, intake, setAside, covered, open, pauses, processes, telling, alerts] =
    await Promise.all([
      readHolds(db),
      readOwed(db.$client),
      readIntake(db.$client),
      readSetAside(db, served ?? []),
      readCoverage(db.$client),
      readGaps(db.$client),
      readPauses(db),
      readProcesses(db),
      readTelling(db.$client, viewer),
      countOpenAlerts(db.$client),
    ]);
  const isServed = ({ workspaceId }: { workspaceId: string | null }): boolean =>
    served === undefined || isOneOf(served, workspaceId);
  const coverage = covered.filter(isServed);
  const workspaces = rows.map(({ workspaceId, owed, waiting, oldestDueAt }) => ({
    workspace_id: workspaceId,
    ...toCounts(owed, waiting),
    oldest_due_at: oldestDueAt?.toISOString() ?? null,
  }));
  const oldest = workspaces.map(row => row.oldest_due_at).filter(at => at !== null);
  return {
    holds: standing.map(hold => ({
      workspace_id: hold.workspaceId,
      reason: hold.reason,
      ...EXPLANATIONS[hold.reason],
      detail: wordsFor(viewer, hold.detail),
      seam_request_id: hold.seamRequestId,
      since: hold.since.toISOString(),
    })),
    uncounted: intake.uncounted,
    conflicting: intake.conflicting,
    set_aside: intake.setAside,
    latest_set_aside: setAside,
    ...toCounts(sumOfCounts(rows.map(row => row.owed)), sumOfCounts(rows.map(row => row.waiting))),
    oldest_due_at: oldest.toSorted()[0] ?? null,
    workspaces,
    coverage: coverage.map(row => toCoverage(viewer, row)),
    gaps: open.filter(isServed).map(toGap),
    silence: coverage.flatMap(toSilence),
    pauses: pauses.map(pause => pauseFor(viewer, pause)),
    seam: (served ?? standing.map(({ workspaceId: id }) => ({ id }))).map(({ id }) =>
      toSeamState(id, standing),
    ),
    processes,
    telling,
    open_alerts: alerts,
  };
};

const toCounts = (owed: CappedCount, waiting: CappedCount) => ({
  owed: owed.number,
  owed_is_capped: owed.isCapped,
  waiting: waiting.number,
  waiting_is_capped: waiting.isCapped,
});

const SEAM_STATES: Readonly<Partial<Record<FailureReason, SeamState['state']>>> = {
  seam_rate_limited: 'throttled',
  seam_unauthorized: 'key_refused',
  seam_forbidden: 'no_right',
  workspace_suspended: 'suspended',
};

/** @param standing the holds, the latest first */
const toSeamState = (workspaceId: string | null, standing: readonly Hold[]): SeamState => {
  const hold = standing.find(each => each.workspaceId === workspaceId);
  return hold === undefined
    ? { workspace_id: workspaceId, state: 'ok', since: null, sentence: null, remedy: null }
    : {
        workspace_id: workspaceId,
        state: SEAM_STATES[hold.reason] ?? 'down',
        since: hold.since.toISOString(),
        ...EXPLANATIONS[hold.reason],
      };
};

const toCoverage = (viewer: Viewer, row: Coverage): QueueStatus['coverage'][number] => ({
  workspace_id: row.workspaceId,
  from: row.coveredFrom.toISOString(),
  until: row.coveredUntil.toISOString(),
  next_at: row.dueAt.toISOString(),
  failing_since: row.failingSince?.toISOString() ?? null,
  failure: wordsFor(viewer, row.failure),
});

const toGap = (gap: Gap): QueueStatus['gaps'][number] => ({
  workspace_id: gap.workspaceId,
  from: gap.from.toISOString(),
  until: gap.until.toISOString(),
  why: gap.why,
  found_at: gap.foundAt.toISOString(),
  next_try_at: gap.nextTryAt.toISOString(),
  tries: gap.tries,
});

const toSilence = (row: Coverage): QueueStatus['silence'] =>
  row.unheardSince === null
    ? []
    : [
        {
          workspace_id: row.workspaceId,
          since: row.unheardSince.toISOString(),
          events: row.unheardEvents,
          last_webhook_event_at: row.lastHeardAt?.toISOString() ?? null,
        },
      ];

import type { AlertRule } from '../model/alert.ts';
import { EXPLANATIONS, type FailureReason } from '../model/outcome.ts';
import type { WorkspaceVitals } from '../model/vitals.ts';
import {
  counted,
  dateOf,
  type Given,
  isLong,
  lasting,
  MINUTE_MS,
  ofWorkspace,
  type Wrong,
} from './given.ts';

/* What is wrong between Seam and us: in each workspace by itself. */

/** A key that was just changed, a workspace that is just reactivated: within a minute nobody is called. */
const KEY_REFUSED_MS = MINUTE_MS;
const HELD: Readonly<Partial<Record<FailureReason, readonly [rule: AlertRule, words: string]>>> = {
  seam_unauthorized: ['key_refused', 'Seam rejects our API key'],
  seam_forbidden: ['key_refused', 'Our API key lacks a permission that we need'],
  workspace_suspended: ['key_refused', 'Seam has suspended the workspace'],
  seam_rate_limited: ['seam_throttled', 'Seam keeps asking us to slow down'],
  seam_unavailable: ['seam_away', "Seam can't be reached, or has an error of its own"],
  seam_timeout: ['seam_away', "Seam doesn't answer in time"],
  seam_unreadable: ['seam_away', "Seam's answers can't be read"],
};

const ofHold = (given: Given, { workspaceId, hold }: WorkspaceVitals): Wrong[] => {
  if (hold === null) return [];
  const [rule, words] = HELD[hold.reason] ?? ['seam_away', EXPLANATIONS[hold.reason].sentence];
  const key = { rule, about: workspaceId ?? '' };
  const since = new Date(hold.since);
  const mostMs = rule === 'key_refused' ? KEY_REFUSED_MS : given.limits.seamMinutes * MINUTE_MS;
  if (!isLong(given, key, since, mostMs)) return [];
  const of = ofWorkspace(given, workspaceId);
  const sentence = `${words}${of}, for ${lasting(since, given.facts.now)}: nothing is checked or linked${of} meanwhile.`;
  return [{ ...key, sentence, since, afterMs: 0 }];
};

/** A backfill that failed is tried again in a minute: what kept it from Seam may be over by then, as the hold is that was put up for it. */
const BACKFILL_AGAIN_MS = 1.5 * MINUTE_MS;

/** Where nothing is to be checked, nothing is held: then only this tells that Seam doesn't answer. */
const ofBackfill = (given: Given, workspace: WorkspaceVitals): Wrong[] => {
  const since = dateOf(workspace.backfillFailingSince);
  const key = { rule: 'seam_away', about: workspace.workspaceId ?? '' } as const;
  if (since === null || workspace.hold !== null) return [];
  if (!isLong(given, key, since, given.limits.seamMinutes * MINUTE_MS)) return [];
  const sentence = `Seam's list of events can't be read${ofWorkspace(given, workspace.workspaceId)}, for ${lasting(since, given.facts.now)}: what no webhook brings isn't noticed meanwhile.`;
  return [{ ...key, sentence, since, afterMs: BACKFILL_AGAIN_MS }];
};

const ofSilence = (given: Given, { workspaceId, silence }: WorkspaceVitals): Wrong[] => {
  if (silence === null) return [];
  const since = new Date(silence.since);
  const sentence = `No webhook brought Seam's latest ${counted(silence.events, 'event', 'events')}${ofWorkspace(given, workspaceId)}. They are taken from Seam's list of events, minutes late.`;
  return [{ rule: 'silence', about: workspaceId ?? '', sentence, since, afterMs: 0 }];
};

/** What is held, or stopped by a person, is known to wait. */
const ofBacklog = (given: Given, workspace: WorkspaceVitals): Wrong[] => {
  const { workspaceId, owed, hold, pausedSince } = workspace;
  const since = dateOf(workspace.oldestDueAt);
  const key = { rule: 'backlog', about: workspaceId ?? '' } as const;
  if (since === null || hold !== null || pausedSince !== null) return [];
  if (!isLong(given, key, since, given.limits.backlogMinutes * MINUTE_MS)) return [];
  const sentence = `Checks wait too long${ofWorkspace(given, workspaceId)}: the oldest has been due for ${lasting(since, given.facts.now)}, and ${counted(owed, 'connection waits', 'connections wait')}.`;
  return [{ ...key, sentence, since, afterMs: 0 }];
};

/** What is registered with Seam. */
export const ofWebhooks = (given: Pick<Given, 'facts'>): Wrong[] =>
  (given.facts.webhooks ?? [])
    .filter(({ problems }) => problems !== null && problems.length > 0)
    .map(({ workspaceId, problems }) => ({
      rule: 'webhook_wrong',
      about: workspaceId ?? '',
      sentence: `What is registered with Seam${ofWorkspace(given, workspaceId)} isn't what we need: ${problems?.join(' ')}`,
      since: null,
      afterMs: 0,
    }));

/** Of one workspace, by the figures. */
export const ofOneWorkspace = (given: Given, workspace: WorkspaceVitals): readonly Wrong[] => [
  ...ofHold(given, workspace),
  ...ofBackfill(given, workspace),
  ...ofSilence(given, workspace),
  ...ofBacklog(given, workspace),
];

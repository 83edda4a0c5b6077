import { type Workspace, workspaceLabel } from '../../config/workspaces.ts';
import type { Assigned } from '../shifts/conditions.ts';
import { reasonTitle } from '../words/reason-words.ts';
import { STANDING_WORDS } from '../words/standing-words.ts';
import { providerName, STATE_WORDS } from '../words/words.ts';
import type { ConnectionFilter, StateChoice } from './connection-filter.ts';

/** What is chosen from when states are chosen. */
export const STATE_LABELS = {
  open: 'Open',
  pending: STATE_WORDS.pending.label,
  retrying: STATE_WORDS.retrying.label,
  linked: STATE_WORDS.linked.label,
  no_action: STATE_WORDS.no_action.label,
  failed: STATE_WORDS.failed.label,
  dismissed: STATE_WORDS.dismissed.label,
  settled: 'Settled',
} as const satisfies Record<StateChoice, string>;

/** What is chosen from when it is asked what sleeps. */
export const SNOOZED_LABELS = { yes: 'Snoozed', no: 'Not snoozed' } as const;

const assignedWords = (assigned: Assigned): string => {
  if (assigned === 'me') return 'assigned to me';
  return assigned === 'nobody' ? 'assigned to nobody' : `assigned to operator ${assigned}`;
};

const minute = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** A filter in words, a part each; empty where any connection is meant. */
export const describeFilter = (
  filter: ConnectionFilter,
  workspaces: readonly Pick<Workspace, 'id' | 'name'>[],
): string[] => {
  const parts = [
    filter.state === null ? null : STATE_LABELS[filter.state],
    filter.reason === null ? null : reasonTitle(filter.reason),
    filter.user === null ? null : `of user ${filter.user}`,
    filter.named === null ? null : `names user ${filter.named}`,
    filter.pattern === null ? null : `user id begins ${filter.pattern}`,
    filter.standing === null ? null : STANDING_WORDS[filter.standing].title,
    filter.maker === null ? null : `maker ${providerName(filter.maker) ?? filter.maker}`,
    filter.assigned === null ? null : assignedWords(filter.assigned),
    filter.snoozed === null ? null : SNOOZED_LABELS[filter.snoozed],
    filter.workspace === null ? null : `workspace ${workspaceLabel(workspaces, filter.workspace)}`,
    filter.since === null ? null : `changed since ${minute(filter.since)}`,
    filter.until === null ? null : `changed before ${minute(filter.until)}`,
  ];
  return parts.filter(part => part !== null);
};

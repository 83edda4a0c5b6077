import type { Workspace } from '../../config/workspaces.ts';
import { describeFilter } from '../finding/filter-words.ts';
import type { Selection } from './selection.ts';

/* The words of bulk runs, the same in all three faces. Pure. */

/** Why something that matches is not retried. */
const LEFT_OUT_WORDS = {
  owed: 'already being checked',
  names_nothing: 'without a webview or an account, so there is nothing to check',
  workspace_not_configured: 'in a Seam workspace that isn’t configured here',
  settled: 'settled (filter by that state to retry them anyway)',
  dismissed: 'dismissed (filter by that state to retry them anyway)',
  gone: 'no longer there',
} as const;
export type LeftOutReason = keyof typeof LEFT_OUT_WORDS;
export type LeftOut = Readonly<Partial<Record<LeftOutReason, number>>>;

export const BULK_STATES = ['planned', 'running', 'stopped', 'stopped_itself', 'done'] as const;
export type BulkState = (typeof BULK_STATES)[number];

export const BULK_STATE_WORDS = {
  planned: { label: 'Not started', mood: 'plain', icon: '…' },
  running: { label: 'Running', mood: 'warn', icon: '↻' },
  stopped: { label: 'Stopped', mood: 'plain', icon: '■' },
  stopped_itself: { label: 'Stopped automatically', mood: 'bad', icon: '!' },
  done: { label: 'Done', mood: 'good', icon: '✓' },
} as const satisfies Record<
  BulkState,
  { label: string; mood: 'good' | 'warn' | 'bad' | 'plain'; icon: string }
>;

export const ITEM_STATES = ['succeeded', 'failed', 'skipped', 'asked', 'waiting'] as const;
export type ItemState = (typeof ITEM_STATES)[number];

export const ITEM_STATE_WORDS = {
  succeeded: 'Succeeded',
  failed: 'Failed again',
  skipped: 'Skipped',
  asked: 'Checking',
  waiting: 'Waiting',
} as const satisfies Record<ItemState, string>;

export const isItemState = (text: string): text is ItemState =>
  ITEM_STATES.some(state => state === text);

export const number = (value: number): string => value.toLocaleString('en-US');

/** `12 × being looked at already`, the most frequent first. */
export const leftOutLines = (leftOut: LeftOut): string[] =>
  (Object.keys(LEFT_OUT_WORDS) as LeftOutReason[])
    .map(reason => ({ reason, count: leftOut[reason] ?? 0 }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count)
    .map(({ reason, count }) => `${number(count)} × ${LEFT_OUT_WORDS[reason]}`);

const COUNT_WORDS = {
  succeeded: 'succeeded',
  failed: 'failed again',
  skipped: 'skipped',
  asked: 'being checked',
  waiting: 'waiting',
} as const satisfies Record<ItemState, string>;

/** `120 succeeded, 8 failed again, 3 skipped`; nothing of what there is none of. */
export const describeCounts = (counts: Readonly<Record<ItemState, number>>): string =>
  ITEM_STATES.filter(state => counts[state] > 0)
    .map(state => `${number(counts[state])} ${COUNT_WORDS[state]}`)
    .join(', ');

/** What is meant, in words: `Needs attention; No such user`. */
export const describeSelection = (
  selection: Selection,
  workspaces: readonly Pick<Workspace, 'id' | 'name'>[],
): string => {
  if (selection.kind === 'subjects') return `${number(selection.subjects.length)} selected by hand`;
  const parts = describeFilter(selection.filter, workspaces);
  return parts.length === 0 ? 'All open' : parts.join('; ');
};

/** How long so many take at so many a minute: `under a minute`, `about 20 minutes`, `about 6 hours`. */
export const describeLength = (total: number, perMinute: number): string => {
  const minutes = total / perMinute;
  if (minutes < 1) return 'under a minute';
  const [value, unit] = minutes < 90 ? [minutes, 'minute'] : [minutes / 60, 'hour'];
  const whole = Math.ceil(value);
  return `about ${whole} ${unit}${whole === 1 ? '' : 's'}`;
};

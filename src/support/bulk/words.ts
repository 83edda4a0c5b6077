import type { Workspace } from '../../config/workspaces.ts';
import { describeFilter } from '../finding/filter-words.ts';
import type { Selection } from './selection.ts';

/* The words of bulk runs, the same in all three faces. Pure. */

/** Why something that matches is left out. */
const LEFT_OUT_WORDS = {
  owed: 'already being checked',
  names_nothing: 'without a webview or an account, so there is nothing to check',
  workspace_not_configured: 'in a Seam workspace that isn’t configured here',
  settled: 'settled (filter by that state to include them)',
  dismissed: 'dismissed (filter by that state to include them)',
  gone: 'no longer there',
  not_failed: 'not failed, so there is nothing to dismiss',
  no_account: 'without an account that could be linked',
  account_deleted: 'with an account that was deleted in Seam',
  names_nobody: 'with metadata that name nobody',
  other_prefix: 'with an id in the metadata that doesn’t begin like that',
  no_such_user: 'with an id that none of our users has',
  no_email: 'with an account that shows no e-mail',
  email_of_nobody: 'with an e-mail that none of our users has',
  email_of_several: 'with an e-mail that several of our users have',
  linked_so: 'already linked to that user',
} as const;
export type LeftOutReason = keyof typeof LEFT_OUT_WORDS;
export type LeftOut = Readonly<Partial<Record<LeftOutReason, number>>>;

/** A later version may know more reasons: those are shown as they are called. */
const leftOutWords = (reason: string): string =>
  Object.hasOwn(LEFT_OUT_WORDS, reason)
    ? LEFT_OUT_WORDS[reason as LeftOutReason]
    : reason.replaceAll('_', ' ');

/** Of both together. */
export const addLeftOut = (one: LeftOut, other: LeftOut): LeftOut => {
  const sum: Record<string, number> = { ...one };
  for (const [reason, count] of Object.entries(other)) sum[reason] = (sum[reason] ?? 0) + count;
  return sum;
};

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

export const isItemState = (text: string): text is ItemState =>
  ITEM_STATES.some(state => state === text);

export const number = (value: number): string => value.toLocaleString('en-US');

/** `12 × being looked at already`, the most frequent first. */
export const leftOutLines = (leftOut: LeftOut): string[] =>
  Object.entries(leftOut)
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${number(count)} × ${leftOutWords(reason)}`);

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

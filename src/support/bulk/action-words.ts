import type { BulkAction, BulkGiven } from '../../model/bulk.ts';
import { ITEM_STATES, type ItemState, number } from './words.ts';

/* What each thing that is done to many is called, the same in all three faces. Pure. */

type Words = Readonly<{
  /** Of a run of so many, within a sentence: `retry of 12`. */
  noun: string;
  /** As a command: `Dismiss`. */
  verb: string;
  /** What becomes of each: `each is …`. */
  done: string;
  /** Of what was previewed and not started: `Nothing has been … yet`. */
  past: string;
  /** That one can be: `Nothing that matches can be … now`. */
  toDo: string;
}>;

const ACTION_WORDS = {
  retry: {
    noun: 'retry of',
    verb: 'Retry',
    done: 'Each of these is checked again with Seam.',
    past: 'retried',
    toDo: 'retry',
  },
  dismiss: {
    noun: 'dismissal of',
    verb: 'Dismiss',
    done: 'Each of these is dismissed with the same note. It reopens automatically if it happens again.',
    past: 'dismissed',
    toDo: 'dismiss',
  },
  assign: {
    noun: 'assignment of',
    verb: 'Assign',
    done: 'Each of these becomes the same person’s, or nobody’s.',
    past: 'assigned',
    toDo: 'assign',
  },
  note: {
    noun: 'note on',
    verb: 'Add a note to',
    done: 'The same note is written on each of these.',
    past: 'written',
    toDo: 'note',
  },
  link: {
    noun: 'linking of',
    verb: 'Link',
    done: 'The account of each of these is linked to a user by hand, with the same note, and checked again with Seam.',
    past: 'linked',
    toDo: 'link',
  },
} as const satisfies Record<BulkAction, Words>;

/** What a later version may have planned. */
const UNKNOWN: Words = {
  noun: 'bulk run of',
  verb: 'Do',
  done: 'A newer version planned this.',
  past: 'done',
  toDo: 'do',
};

/** @param action as it is stored: another version may have written it */
export const actionWords = (action: string): Words =>
  Object.hasOwn(ACTION_WORDS, action) ? ACTION_WORDS[action as BulkAction] : UNKNOWN;

/** `retry of 12`, `linking of 128`. */
export const runName = ({ action, total }: Readonly<{ action: string; total: number }>): string =>
  `${actionWords(action).noun} ${number(total)}`;

export const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What starts it: the verb, and the number. `Start retry of 12`, `Dismiss 128`. */
export const startLabel = ({ action, total }: Readonly<{ action: string; total: number }>) =>
  action === 'retry'
    ? `Start retry of ${number(total)}`
    : `${actionWords(action).verb} ${number(total)}`;

const RETRY_COUNTS = {
  succeeded: 'succeeded',
  failed: 'failed again',
  skipped: 'skipped',
  asked: 'being checked',
  waiting: 'waiting',
} as const satisfies Record<ItemState, string>;
const OTHER_COUNTS: Partial<Record<ItemState, string>> = {
  succeeded: 'done',
  failed: 'failed on our side',
};
const countWord = (action: string, state: ItemState): string =>
  (action === 'retry' ? undefined : OTHER_COUNTS[state]) ?? RETRY_COUNTS[state];

type Counted = Readonly<{ action: string; counts: Readonly<Record<ItemState, number>> }>;

/** `120 succeeded, 8 failed again, 3 skipped`, `298 done, 3 skipped`; nothing of what there is none of. */
export const describeCounts = ({ action, counts }: Counted): string =>
  ITEM_STATES.filter(state => counts[state] > 0)
    .map(state => `${number(counts[state])} ${countWord(action, state)}`)
    .join(', ');

const ITEM_STATE_WORDS = {
  succeeded: 'Succeeded',
  failed: 'Failed again',
  skipped: 'Skipped',
  asked: 'Checking',
  waiting: 'Waiting',
} as const satisfies Record<ItemState, string>;
/** Of what isn't a retry. */
const OTHERWISE: Partial<Record<ItemState, string>> = {
  succeeded: 'Done',
  failed: 'Failed on our side',
};
export const itemStateWord = (action: string, state: ItemState): string =>
  (action === 'retry' ? undefined : OTHERWISE[state]) ?? ITEM_STATE_WORDS[state];

/** The results that a run of this action can have. */
export const itemStatesOf = (action: string): readonly ItemState[] =>
  action === 'retry' ? ITEM_STATES : ['succeeded', 'failed', 'skipped', 'waiting'];

/**
 * How far a run is: what was skipped is no more than skipped. `298 of 301 done, 3 skipped`.
 *
 * @returns how many are through, and that in words
 */
export const describeProgress = ({
  counts: { waiting, asked, skipped },
  total,
}: Counted & Readonly<{ total: number }>): { through: number; words: string } => {
  const through = total - waiting - asked;
  const percent = Math.floor((through / Math.max(1, total)) * 100);
  const apart = skipped === 0 ? '' : `, ${number(skipped)} skipped`;
  const words = `${number(through - skipped)} of ${number(total)} finished${apart} (${percent}%)`;
  return { through, words };
};

/**
 * What an action was given, in words; null where it takes nothing.
 *
 * @param names of operators, by number
 */
export const describeGiven = (
  action: string,
  given: BulkGiven,
  names: ReadonlyMap<number, string>,
): string | null => {
  const { text, operatorId, userId, withoutPrefix = '', withPrefix = '', byEmail } = given;
  if (action === 'note') return text ?? null;
  if (action === 'assign') {
    if (operatorId === undefined) return null;
    return operatorId === null
      ? 'To nobody'
      : `To ${names.get(operatorId) ?? `operator ${operatorId}`}`;
  }
  if (action !== 'link') return null;
  if (userId !== undefined) return `All to ${userId}`;
  if (byEmail === true) return 'Each to the user who has the account’s e-mail';
  if (given.withoutPrefix === undefined && given.withPrefix === undefined) return null;
  return [
    'Each to the user whom its metadata names',
    withoutPrefix === '' ? '' : `, without “${withoutPrefix}” at the beginning`,
    withPrefix === '' ? '' : `, with “${withPrefix}” put before it`,
  ].join('');
};

import type { Permission } from '../../access/permissions.ts';
import type { BulkAction, BulkGiven } from '../../model/bulk.ts';
import type { ReconciliationState } from '../../model/outcome.ts';
import { cleanNote } from '../cases/notes.ts';
import { PER_MINUTE, PER_MINUTE_HERE } from './limits.ts';

/* What can be done to many, and what that takes. Pure. */

/** Everything that a run of an action takes, beyond starting one. Null: nothing. */
export const PERMISSION_OF = {
  retry: null,
  dismiss: 'dismiss',
  assign: 'assign',
  note: 'note',
  link: 'link',
} as const satisfies Record<BulkAction, Permission | null>;

/** How many a minute: what asks Seam keeps to what Seam allows. */
export const PACE_OF = {
  retry: PER_MINUTE,
  dismiss: PER_MINUTE_HERE,
  assign: PER_MINUTE_HERE,
  note: PER_MINUTE_HERE,
  link: PER_MINUTE,
} as const satisfies Record<BulkAction, number>;

/** What is done to each, and what that takes. */
export type BulkOrder = Readonly<{ action: BulkAction; given: BulkGiven }>;

export const RETRY: BulkOrder = { action: 'retry', given: {} };

/** Whether it says to whom each is to be linked. */
export const saysToWhom = (given: BulkGiven): boolean =>
  given.userId !== undefined ||
  given.withoutPrefix !== undefined ||
  given.withPrefix !== undefined ||
  given.byEmail === true;

/** What a run of this action is for, where nobody chose a state. */
const OPEN: readonly ReconciliationState[] = ['failed', 'retrying', 'pending'];
const FAILED: readonly ReconciliationState[] = ['failed', 'retrying'];
export const STATES_MEANT = {
  retry: OPEN,
  dismiss: FAILED,
  assign: OPEN,
  note: OPEN,
  link: OPEN,
} as const satisfies Record<BulkAction, readonly ReconciliationState[]>;

/** Whether what somebody gives as the reason is kept on each case, as its note. */
const isWhyTheNote = (action: BulkAction): boolean => action === 'dismiss' || action === 'link';

/** What an action must be given before it can start, and wasn't: by field. */
export const lackingOf = (
  { action, given }: BulkOrder,
  why: string | null,
): Readonly<Record<string, string>> => {
  switch (action) {
    case 'retry':
      return {};
    case 'dismiss':
      return why === null ? { why: 'Write a note that says why: it is kept on each case.' } : {};
    case 'assign':
      return given.operatorId === undefined ? { to: 'Choose whose they become, or nobody.' } : {};
    case 'note':
      return given.text === undefined ? { text: 'Write the note.' } : {};
    case 'link':
      return {
        ...(saysToWhom(given)
          ? {}
          : { user_id: 'Choose first which user each is to be linked to.' }),
        ...(why === null ? { why: 'Write a note that says why: it is kept on each case.' } : {}),
      };
    default:
      return action satisfies never;
  }
};

/** What was typed, as it is kept. @throws SupportError `invalid` for a note that can't be one */
export const cleanGiven = (given: BulkGiven): BulkGiven => {
  const { text, userId, withoutPrefix, withPrefix, ...rest } = given;
  return {
    ...rest,
    ...(text === undefined ? {} : { text: cleanNote(text, 'text') }),
    ...(userId === undefined ? {} : { userId: userId.trim() }),
    ...(withoutPrefix === undefined ? {} : { withoutPrefix: withoutPrefix.trim() }),
    ...(withPrefix === undefined ? {} : { withPrefix: withPrefix.trim() }),
  };
};

/** Of a reason for the audit log, which is cut. */
const LONGEST_WHY = 2_000;

/** @throws SupportError `invalid` for a note that can't be one */
export const cleanWhy = (action: BulkAction, why: string | null | undefined): string | null => {
  const text = why?.trim() ?? '';
  if (text === '') return null;
  return isWhyTheNote(action) ? cleanNote(text, 'why') : text.slice(0, LONGEST_WHY);
};

/** What an action takes besides the cases, in the words of the audit log, of the API and of `--json`. */
export type GivenTold = Readonly<{
  note?: string | undefined;
  operator_id?: number | null | undefined;
  user_id?: string | undefined;
  without_prefix?: string | undefined;
  with_prefix?: string | undefined;
  by_email?: true | undefined;
}>;

export const givenTold = ({
  text,
  operatorId,
  userId,
  withoutPrefix,
  withPrefix,
  byEmail,
}: BulkGiven): GivenTold => ({
  ...(text === undefined ? {} : { note: text }),
  ...(operatorId === undefined ? {} : { operator_id: operatorId }),
  ...(userId === undefined ? {} : { user_id: userId }),
  ...(withoutPrefix === undefined ? {} : { without_prefix: withoutPrefix }),
  ...(withPrefix === undefined ? {} : { with_prefix: withPrefix }),
  ...(byEmail === undefined ? {} : { by_email: byEmail }),
});

/** The same, read. */
export const givenOf = (told: GivenTold): BulkGiven => ({
  ...(told.note === undefined ? {} : { text: told.note }),
  ...(told.operator_id === undefined ? {} : { operatorId: told.operator_id }),
  ...(told.user_id === undefined ? {} : { userId: told.user_id }),
  ...(told.without_prefix === undefined ? {} : { withoutPrefix: told.without_prefix }),
  ...(told.with_prefix === undefined ? {} : { withPrefix: told.with_prefix }),
  ...(told.by_email === undefined ? {} : { byEmail: told.by_email }),
});

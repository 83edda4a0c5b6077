import type { Aftermath, Refusal } from '../../../support/accounts/change.ts';
import type { DeletionResult } from '../../../support/accounts/delete.ts';
import type { UpdateResult } from '../../../support/accounts/update.ts';
import { reasonExplained } from '../../../support/words/reason-words.ts';

/* What became of what was done at Seam, in the words of the console. Pure. */

const UPDATES = {
  updated: 'Changed in Seam.',
  as_it_was: 'Seam already had it so: nothing was changed.',
  differs:
    'Seam accepted the change, but shows something else now: someone else may have changed it at the same time. Check it, and try again.',
  not_read: 'Seam accepted the change, but didn’t answer when asked what it shows now.',
} as const satisfies Record<Exclude<UpdateResult, Refusal>['seam'], string>;

const DELETIONS = {
  deleted: 'Deleted in Seam.',
  gone_before: 'Seam no longer had this account: it was already gone.',
  still_shown: 'Seam accepted the deletion, but still shows the account.',
  not_read: 'Seam accepted the deletion, but didn’t answer when asked whether it is gone.',
} as const satisfies Record<Exclude<DeletionResult, Refusal>['seam'], string>;

const OVERTAKEN =
  'This took so long that someone else may have changed the account at the same time. Check it.';

const whatFollows = ({ looks_owed: owed, failures }: Aftermath): string[] => [
  ...(owed.length === 0 ? [] : ['The check that follows is still to come.']),
  ...new Set(failures.map(({ reason }) => reasonExplained(reason).sentence)),
];

/** @param user whom it is linked to now, as people call them; null: no one */
export const updateTold = (updated: Exclude<UpdateResult, Refusal>, user: string | null): string =>
  [
    UPDATES[updated.seam],
    ...(updated.overtaken ? [OVERTAKEN] : []),
    user === null ? 'The account is linked to no one.' : `The account is linked to ${user}.`,
    ...whatFollows(updated),
  ].join(' ');

export const deletionTold = (deleted: Exclude<DeletionResult, Refusal>): string =>
  [
    DELETIONS[deleted.seam],
    deleted.agrees
      ? 'It is deleted here, too, and linked to no one.'
      : 'It isn’t deleted here yet.',
    ...whatFollows(deleted),
  ].join(' ');

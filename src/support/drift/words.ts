import { FINDINGS, type FindingKind, isFindingKind, MENDABLE } from '../../drift/findings.ts';

/* What faces say of the findings of a comparison. */

export type Finding = FindingKind;
export const FINDING_NAMES = Object.keys(FINDINGS) as [Finding, ...Finding[]];
export const isFinding = isFindingKind;

/** What it is, and what to do about it; `isFixable`: there is one right answer. */
export const findingWords = (
  finding: Finding,
): Readonly<{ sentence: string; remedy: string; isFixable: boolean }> => ({
  ...FINDINGS[finding],
  isFixable: MENDABLE.includes(finding),
});

/** What was found of an account, in a few words, for a list. */
export const FINDING_TITLES = {
  linked_right: 'As it should be',
  link_kept: 'Link kept',
  linked_by_hand: 'Linked by hand',
  ended_by_hand: 'Unlinked by hand',
  erased: 'Erased',
  deleted: 'Deleted',
  not_linked: 'Not linked yet',
  names_another_user: 'Linked to another user',
  deleted_but_linked: 'Deleted, but still linked',
  gone: 'Gone from Seam',
  linked_to_nobody: 'Linked to an unknown user',
  names_nobody: 'User not found',
  metadata_invalid: 'Unusable user id',
  names_two_users: 'Two users named',
  no_metadata: 'No user id',
  unknown_to_seam: 'Missing in Seam',
} as const satisfies Record<FindingKind, string>;

/* What a comparison with Seam can find of an account. */

type Told = Readonly<{
  /** `right`: nothing to do. `mendable`: one right answer, `--fix` gets it. `for_a_person`: someone has to decide. */
  is: 'right' | 'mendable' | 'for_a_person';
  sentence: string;
  remedy: string;
}>;

const NOTHING = 'Nothing.';

/** The closed list of what a comparison can find of an account. */
export const FINDINGS = {
  linked_right: {
    is: 'right',
    sentence: 'Linked to the user its metadata names.',
    remedy: NOTHING,
  },
  link_kept: {
    is: 'right',
    sentence: 'Linked; its metadata no longer names a user, and the link is kept.',
    remedy: NOTHING,
  },
  linked_by_hand: {
    is: 'right',
    sentence: "Linked by hand, and its metadata hasn't changed since.",
    remedy: NOTHING,
  },
  ended_by_hand: {
    is: 'right',
    sentence: "Unlinked by hand, and its metadata hasn't changed since.",
    remedy: NOTHING,
  },
  erased: {
    is: 'right',
    sentence: 'What we knew of its user was erased, and stays so.',
    remedy: NOTHING,
  },
  deleted: { is: 'right', sentence: 'Deleted in Seam, and not linked.', remedy: NOTHING },
  not_linked: {
    is: 'mendable',
    sentence: 'Not linked, though its metadata names one of our users.',
    remedy: 'drift --fix',
  },
  names_another_user: {
    is: 'mendable',
    sentence: 'Linked to one of our users, but its metadata names another.',
    remedy: 'drift --fix (the metadata in Seam wins)',
  },
  deleted_but_linked: {
    is: 'mendable',
    sentence: 'Deleted in Seam, but linked here.',
    remedy: 'drift --fix',
  },
  gone: {
    is: 'mendable',
    sentence:
      "Two comparisons in a row didn't find it in Seam, which never told us that it was deleted.",
    remedy: 'drift --fix (ends its link; the nightly comparison does so automatically)',
  },
  linked_to_nobody: {
    is: 'for_a_person',
    sentence: "Linked to a user who isn't in our users table (any more).",
    remedy: 'Restore the user, or delete the account in Seam.',
  },
  names_nobody: {
    is: 'for_a_person',
    sentence: "Its metadata names a user who isn't in our users table.",
    remedy: 'Create the user, fix the metadata in Seam, or link it by hand.',
  },
  metadata_invalid: {
    is: 'for_a_person',
    sentence: "The id in its metadata can't be one of our user ids (wrong type or format).",
    remedy: 'Fix the metadata in Seam, or link it by hand.',
  },
  no_metadata: {
    is: 'for_a_person',
    sentence: 'Not linked, and neither its metadata nor its webview carries our user id.',
    remedy: 'Put the user id into its metadata in Seam, or link it by hand.',
  },
  names_two_users: {
    is: 'for_a_person',
    sentence: 'Seam names two different users of your app for it.',
    remedy: 'Link it by hand, or make what Seam has of the user agree.',
  },
  unknown_to_seam: {
    is: 'for_a_person',
    sentence: "We have it, but Seam doesn't list it and never told us that it was deleted.",
    remedy:
      "Check that the API key belongs to this account's workspace. If it does, ask the user to connect the account again: a later comparison that doesn't find it either ends its link.",
  },
} as const satisfies Record<string, Told>;

export type FindingKind = keyof typeof FINDINGS;

export const isFindingKind = (name: string): name is FindingKind => Object.hasOwn(FINDINGS, name);
export const isRight = (kind: FindingKind): boolean => FINDINGS[kind].is === 'right';

/** What `--fix` puts through the ordinary reconciliation. */
export const MENDABLE = (Object.keys(FINDINGS) as FindingKind[]).filter(
  kind => FINDINGS[kind].is === 'mendable',
);

/** A user of the app, and what of ours is theirs: found once, when what is known of them is to be told or erased. */
export type Person = Readonly<{
  /** As the app's own table spells it; where that doesn't have them (any more), as it was given. */
  userId: string;
  /** As metadata and our rows spell it besides. Absent in what an earlier version has begun. */
  otherSpellings?: readonly string[];
  /** What else they go by: e-mails, telephone numbers, their full name. */
  names: readonly string[];
  /** Accounts that are linked to them, or were to nobody since. */
  accountIds: readonly string[];
  webviewIds: readonly string[];
  /** The subjects of these. */
  subjects: readonly string[];
}>;

/** Their id in each spelling that is known. */
export const idsOf = ({
  userId,
  otherSpellings = [],
}: Pick<Person, 'userId' | 'otherSpellings'>): readonly string[] => [userId, ...otherSpellings];

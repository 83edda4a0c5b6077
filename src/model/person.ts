/** A user of the app, and what of ours is theirs: found once, when what is known of them is to be told or erased. */
export type Person = Readonly<{
  /** As our rows spell it. */
  userId: string;
  /** What else they go by: e-mails, telephone numbers, their full name. */
  names: readonly string[];
  /** Accounts that are linked to them, or were to nobody since. */
  accountIds: readonly string[];
  webviewIds: readonly string[];
  /** The subjects of these. */
  subjects: readonly string[];
}>;

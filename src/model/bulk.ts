/** What can be done to many cases at once. */
export const BULK_ACTIONS = ['retry', 'dismiss', 'assign', 'note', 'link'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** What an action takes besides the cases. */
export type BulkGiven = Readonly<{
  /** Of `note`: what is written on each. */
  text?: string;
  /** Of `assign`: whose they become; null: nobody's. */
  operatorId?: number | null;
  /** Of `link`: the user whom all are linked to. */
  userId?: string;
  /** Of `link`: each is linked to the user whom its metadata names, without this at the beginning (or with this put there). */
  withoutPrefix?: string;
  withPrefix?: string;
  /** Of `link`: each is linked to the one user who has the account's e-mail. */
  byEmail?: true;
}>;

/**
 * What can be wrong in the end. `lost`: acknowledged, but not there. `doubled`: there twice.
 * `wrong`: not what Seam's state dictates. `overlapping`: two runs of one subject at a time.
 * `unsettled`: still owed. `unacknowledged`: the sender gave up, or was answered what it should
 * never be. `crashed`: a process ended that nobody had killed.
 */
export const PROBLEM_KINDS = [
  'lost',
  'doubled',
  'wrong',
  'overlapping',
  'unsettled',
  'unacknowledged',
  'crashed',
] as const;
export type ProblemKind = (typeof PROBLEM_KINDS)[number];

export type Problem = Readonly<{
  kind: ProblemKind;
  /** The event, subject, account or process that it is about. */
  id: string;
  what: string;
}>;
